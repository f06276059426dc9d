"""WARC files for tests, written by the book (ISO 28500), so that they can then be damaged."""

import gzip
import itertools

_NUMBERS = itertools.count()


def record(
    url: str,
    body: bytes = b"<html><p>Story",
    *,
    kind: str = "response",
    status: str = "200 OK",
    content_type: str = "text/html",
    date: str = "2019-05-06T07:08:09Z",
    packed: bool = True,
    http: dict[str, str] | None = None,
    **warc: str,
) -> bytes:
    """One record; `warc` adds or changes WARC headers ("warc_truncated" is WARC-Truncated), `http` those of the answer."""
    block = body
    media = content_type
    if kind in ("response", "revisit"):
        lines = {"Content-Type": content_type, "Server": "press", **(http or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
        block = f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body
        media = "application/http; msgtype=response"
    headers = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": date,
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{next(_NUMBERS):012d}>",
        "Content-Type": media,
        "Content-Length": str(len(block)),
        **{
            name.replace("_", "-").title().replace("Warc", "WARC").replace("-Id", "-ID"): value
            for name, value in warc.items()
        },
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    whole = f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"
    return gzip.compress(whole, 6) if packed else whole


def offsets(records: list[bytes]) -> list[int]:
    """Where each begins when they lie one after the other."""
    return [0, *itertools.accumulate(map(len, records))][:-1]
