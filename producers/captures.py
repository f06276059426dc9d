"""Captures of pages: what a crawler's record, or a Wayback-style address, says of the page that was captured."""

import io
import re
from datetime import UTC, datetime
from typing import Final

import msgspec
from fastwarc.stream_io import BrotliReader, ChunkedReader, GzipReader, WarcReader, ZstdReader
from fastwarc.warc import HeaderMap

from dateline.errors import DatelineError, UsageError
from producers import pages, urls
from producers.coding import CodingError, Decoder, TooLargeError
from producers.documents import RawDocument
from producers.responses import Response
from producers.sources import Source

_HEADERS_END: Final = re.compile(rb"\r?\n\r?\n")
_LINK: Final = re.compile(r'<([^<>]*)>\s*;[^,<]*?\brel\s*=\s*"?([\w -]+)"?', re.IGNORECASE)
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
_UNSURE: Final = frozenset(
    {"", "application/octet-stream", "application/xml", "text/xml", "unk", "unknown/unknown"}
)
_MARKUP: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_SNIFFED: Final = 2048
_CHUNK: Final = re.compile(rb"[0-9A-Fa-f]{1,8}[ \t]*(?:;[^\r\n]*)?\r?\n")
_MAGIC: Final = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
_WAYBACK: Final = re.compile(
    r"^https?://[^/]+/(?:[^?#]*/)?(\d{14})([a-z]{2}_)?/(https?:/{1,2}.+)$", re.IGNORECASE
)


class Unreadable(DatelineError):
    """A capture of a page that cannot be read."""


class Http(msgspec.Struct, frozen=True):
    """An HTTP answer as captured. `headers` have lower-case names, repeated ones joined by ", "; `body` as transferred."""

    status: int
    headers: dict[str, str]
    body: bytes


def http(block: bytes) -> Http:
    """The answer in a record's block. Raises Unreadable."""
    end = _HEADERS_END.search(block, 0, 64 * 1024)
    if end is None:
        raise Unreadable("expected an HTTP answer, found no end of its headers")
    lines = block[: end.start()].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    parsed = HeaderMap()
    parsed.parse(io.BytesIO(lines + b"\r\n\r\n"))
    if parsed.status_code is None:
        raise Unreadable(f"expected an HTTP answer, got {block[:40]!r}")
    headers: dict[str, str] = {}
    for name, value in parsed.to_tuples():
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Http(parsed.status_code, headers, block[end.end() :])


def payload(answer: Http, *, limit: int, truncated: bool = False) -> bytes:
    """The body without its codings, as a client would have it; a body that was stored without them is taken as it is.

    Of a `truncated` one, what there is. Raises CodingError and TooLargeError, the latter before more than `limit` bytes are held.
    """
    body = answer.body
    if "chunked" in answer.headers.get("transfer-encoding", "").lower() and _CHUNK.match(body):
        body = _read(ChunkedReader(io.BytesIO(body)), "Transfer-Encoding chunked", limit, truncated=truncated)
    names = [name.strip() for name in answer.headers.get("content-encoding", "").lower().split(",")]
    for name in reversed(names):
        body = _decoded(body, name, limit, truncated=truncated)
    if len(body) > limit:
        raise TooLargeError(limit, body[:limit])
    return body


def _decoded(body: bytes, name: str, limit: int, *, truncated: bool) -> bytes:
    """Many crawlers store the body decoded, and the header as it was: what does not begin as that coding does is kept."""
    said = f"Content-Encoding {name}"
    if name in _MAGIC and not body.startswith(_MAGIC[name]):
        return body
    try:
        if name in ("gzip", "x-gzip", "deflate") and not truncated:
            decoder = Decoder(name, limit)
            decoder.feed(body)
            return decoder.finish()
        if name in ("gzip", "x-gzip", "deflate"):
            return _read(GzipReader(io.BytesIO(body), zlib=name == "deflate"), said, limit, truncated=True)
        if name == "br":
            return _read(BrotliReader(io.BytesIO(body)), said, limit, truncated=truncated)
        if name == "zstd":
            return _read(ZstdReader(io.BytesIO(body)), said, limit, truncated=truncated)
    except CodingError:
        if not _MARKUP.search(body, 0, _SNIFFED):
            raise
    return body


def _read(reader: WarcReader, said: str, limit: int, *, truncated: bool) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        while data := reader.read(min(limit + 1 - size, 1024 * 1024)):
            parts.append(data)
            size += len(data)
            if size > limit:
                raise TooLargeError(limit, b"".join(parts))
    except OSError as error:
        if not truncated:
            raise CodingError(f"{said}: {error}") from error
    return b"".join(parts)


def is_page(content_type: str, body: bytes) -> bool:
    """Whether it may hold an article: HTML or plain text, as declared or, where nothing useful is, as its beginning looks."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in _PAGES or (kind in _UNSURE and _MARKUP.search(body, 0, _SNIFFED) is not None)


def document(
    url: str, answer: Http, body: bytes, *, source: Source, fetched: str, found: dict[str, str]
) -> RawDocument:
    """The capture as a raw document of that source. Raises UsageError for an address that is none of the web."""
    content_type = answer.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() in _UNSURE:
        content_type = "text/html"
    response = Response(
        requested_url=url,
        url=url,
        status=answer.status,
        headers={**answer.headers, "content-type": content_type},
        links={relation.lower(): urls.join(url, target) or target for target, relation in _links(answer)},
        body=body,
        fetched=fetched,
    )
    return msgspec.structs.replace(pages.document(response, source, None), found=found)


def _links(answer: Http) -> list[tuple[str, str]]:
    return _LINK.findall(answer.headers["link"]) if "link" in answer.headers else []


def moment(text: str) -> datetime:
    """The time of a capture: RFC 3339, or fourteen digits in UTC. Raises UsageError."""
    try:
        if len(text) == 14 and text.isascii() and text.isdigit():
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise UsageError(f"time of capture {text!r}: expected one as in 2017-07-08T10:00:00Z")
    return at


def wayback(url: str) -> tuple[str, str, str] | None:
    """The time of capture (RFC 3339), the page's own address, and where its bytes are as captured; None for other addresses.

    As in https://archive.example/web/20170708100000/https://news.example/story: Wayback Machine, OpenWayback and pywb.
    """
    match = _WAYBACK.match(url)
    if match is None:
        return None
    try:
        at = moment(match[1])
    except UsageError:
        return None
    page = re.sub(r"^(https?):/{1,2}", r"\1://", match[3], flags=re.IGNORECASE)
    untouched = f"{url[: match.start(1)]}{match[1]}{match[2] or 'id_'}/{match[3]}"
    return at.isoformat().replace("+00:00", "Z"), page, untouched
