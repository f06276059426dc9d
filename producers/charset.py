"""The charset that the bytes of a document show, whatever its transport declares."""

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
_STATED: Final = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE
)
_HEAD: Final = 4096


def found(body: bytes) -> str | None:
    """By a byte order mark, by being UTF-8, or as the document states of itself; None when the bytes show nothing.

    What is UTF-8 with letters beyond ASCII is UTF-8, also where a meta element says otherwise, and what is not is not.
    """
    for mark, marked in _MARKS:
        if body.startswith(mark):
            return marked
    stated = _STATED.search(body, 0, _HEAD)
    name = stated[1].decode("ascii", "replace").lower() if stated else None
    if body.isascii():
        return name
    try:
        body.decode()
    except UnicodeDecodeError:
        return None if name in ("utf-8", "utf8") else name
    return "utf-8"
