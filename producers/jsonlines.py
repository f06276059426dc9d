"""JSON Lines of documents: one JSON object a line, as docs/archives.md defines it.

A line that is no such object is told with its number and sent as it is, with what is wrong with it, so that it ends in quarantine.
"""

import base64
import binascii
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import zstandard

from dateline.errors import UsageError
from producers import captures, urls
from producers import sources as table
from producers.captures import Http
from producers.coding import CodingError, TooLargeError
from producers.documents import FeedHints, RawDocument
from producers.positions import Position
from producers.reading import Documents, Reading
from producers.sources import Source
from schemas import envelope

_KEPT: Final = 1024 * 1024
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
BROKEN: Final = (EOFError, OSError, zlib.error, zstandard.ZstdError)
"""What a compressed file that is damaged or cut off raises."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What a line may say; its other members are not looked at. One of `html`, `text` and `body` (base64) is the document."""

    url: str
    html: str | None = None
    text: str | None = None
    body: str | None = None
    content_type: str | None = None
    headers: dict[str, str | list[str]] = {}
    fetched: str | None = None
    source: str | None = None
    timezone: str | None = None
    language: str | None = None
    title: str | None = None
    published: str | None = None
    author: str | None = None


_DECODER: Final = msgspec.json.Decoder(Line)


def read(
    stream: io.BufferedIOBase, where: str, name: str, reading: Reading, start: Position | None = None
) -> Documents:
    """The documents of the lines from `start` on. `where` is what people know the file by, `name` what documents call it.

    Memory holds one line, of at most `ingest.max_document_bytes`.
    """
    first = start.nth if start else 0
    number = 0
    try:
        for number, (line, problem) in enumerate(_lines(stream, reading.settings.max_document_bytes)):
            if number >= first and line.strip():
                place, found = f"{where}:{number + 1}", f"line {number + 1}"
                at = {envelope.ARCHIVE: name, envelope.ARCHIVE_POSITION: found}
                yield Position(0, number), _one(line, problem, place, f"{name}#{number + 1}", at, reading)
    except BROKEN as error:
        reading.tally.failed(f"{where} after line {number + 1}", f"cannot be read further: {error}")


def opened(stream: Any, suffix: str) -> io.BufferedIOBase:
    """The stream without its compression: `suffix` is ".gz", ".zst" or anything else for none."""
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=stream)
    if suffix == ".zst":
        plain = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
        return io.BufferedReader(plain, _KEPT)
    return io.BufferedReader(stream, _KEPT)


def _lines(stream: io.BufferedIOBase, limit: int) -> Iterator[tuple[bytes, str | None]]:
    """Each line, and what is wrong with it: of one that is too long comes the beginning."""
    while line := stream.readline(limit + 1):
        if len(line) <= limit or line.endswith(b"\n"):
            yield line, None
            continue
        while (more := stream.readline(_KEPT)) and not more.endswith(b"\n"):
            pass
        yield (
            line,
            f"a line of more than {limit:,} bytes; raise DATELINE_INGEST_MAX_DOCUMENT_BYTES to take it",
        )


def _one(
    line: bytes, problem: str | None, place: str, named: str, found: dict[str, str], reading: Reading
) -> RawDocument | None:
    try:
        if problem is not None:
            raise UsageError(problem)
        return _document(_decoded(line), found, reading)
    except (UsageError, CodingError, TooLargeError) as error:
        reading.tally.unreadable(place, str(error))
        return RawDocument(
            source=reading.own.id,
            url=f"file:{named}",
            body=line.rstrip(b"\r\n")[:_KEPT],
            content_type="application/json",
            fetched=reading.fetched(),
            found=found | {envelope.PROBLEM: f"{place}: {error}"},
        )


def _decoded(line: bytes) -> Line:
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"expected a JSON object with url and html, text or body: {error}") from error


def _document(line: Line, found: dict[str, str], reading: Reading) -> RawDocument | None:
    """None for one that is not wanted, which is counted. Raises UsageError for what a line may not say."""
    answer = _answer(line)
    body = captures.payload(answer, limit=reading.settings.max_document_bytes)
    url, fetched = line.url.strip(), line.fetched
    if (captured := captures.wayback(url)) is not None:
        at, url, _ = captured
        fetched = fetched or at
    if not _URI.fullmatch(url):
        raise UsageError(f"url {url!r}: expected an http or https URL, or another absolute URI")
    taken = captures.moment(fetched) if fetched else None
    if reading.window.limits and (taken is None or not reading.window.takes(taken)):
        reading.tally.skipped()
        return None
    if fetched and taken and "T" not in fetched:
        fetched = taken.isoformat()
    source = _source(line, url, reading)
    if source is None:
        reading.tally.skipped()
        return None
    if urls.is_web(url):
        document = captures.document(
            url, answer, body, source=source, fetched=fetched or reading.fetched(), found=found
        )
    else:
        document = RawDocument(
            source=source.id,
            url=url,
            body=body,
            content_type=answer.headers["content-type"],
            fetched=fetched or reading.fetched(),
            timezone=source.timezone,
            language=source.language,
            found=found,
        )
    hints = FeedHints(title=line.title, published=line.published, author=line.author)
    return msgspec.structs.replace(document, hints=hints if hints != FeedHints() else None)


def _answer(line: Line) -> Http:
    stated = {
        name.lower(): ", ".join(value) if isinstance(value, list) else value
        for name, value in line.headers.items()
    }
    given = [value for value in (line.html, line.text, line.body) if value is not None]
    if len(given) != 1:
        raise UsageError(f"expected one of html, text and body, got {len(given)} of them")
    if line.body is not None:
        content_type = line.content_type or stated.get("content-type")
        if not content_type:
            raise UsageError("body needs a content_type, or a Content-Type among its headers")
        try:
            body = base64.b64decode(line.body, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UsageError(f"body: expected base64: {error}") from error
        return Http(200, stated | {"content-type": content_type}, body)
    for name in ("content-encoding", "transfer-encoding"):
        stated.pop(name, None)
    kind = (line.content_type or "").partition(";")[0].strip() or (
        "text/html" if line.html is not None else "text/plain"
    )
    text = line.html if line.html is not None else line.text or ""
    return Http(
        200, stated | {"content-type": f"{kind}; charset=utf-8"}, text.encode("utf-8", "surrogatepass")
    )


def _source(line: Line, url: str, reading: Reading) -> Source | None:
    if line.source is not None:
        source: Source | None = reading.owners.named(table.check_id(line.source))
    elif urls.is_web(url):
        source = reading.owners.of(url)
    else:
        source = reading.own
    if source is None:
        return None
    zone = table.check_timezone(line.timezone) if line.timezone else source.timezone
    return msgspec.structs.replace(source, timezone=zone, language=line.language or source.language)
