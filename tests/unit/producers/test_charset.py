"""The charset that the bytes show."""

import pytest

from producers.charset import found


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (b"<p>plain", None),
        ("<p>café".encode(), "utf-8"),
        ("<meta charset=iso-8859-1><p>café".encode(), "utf-8"),
        ("<meta charset='windows-1252'><p>café".encode("cp1252"), "windows-1252"),
        ("<meta charset=utf-8><p>café".encode("cp1252"), None),
        (b'<?xml version="1.0" encoding="Shift_JIS"?><p>', "shift_jis"),
        ("\ufeff<p>x".encode(), "utf-8"),
        ("\ufeff<p>x".encode("utf-16-le"), "utf-16le"),
        (b"<meta " + b"x" * 100_000, None),
    ],
)
def test_bytes_speak_before_what_is_said_of_them(body: bytes, charset: str | None) -> None:
    """A page that says ISO 8859-1 and is UTF-8 is UTF-8; one that says UTF-8 and is not says nothing."""
    assert found(body) == charset
