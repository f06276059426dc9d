"""From the records of a crawl to raw documents."""

from typing import Final

from fastwarc.warc import HeaderMap, WarcRecord, WarcRecordType

from dateline.errors import UsageError
from producers import captures, removals, urls
from producers.blobs import Blob
from producers.captures import Http, Unreadable
from producers.coding import CodingError, TooLargeError
from producers.documents import RawDocument
from producers.positions import Position
from producers.reading import Documents, Reading
from producers.warc import Damage, Record, WarcFile
from schemas import envelope

_RELEVANT: Final = 200
_GONE: Final = 410
"""Says that the page was taken away. A 404 may pass, and an archive cannot be asked again."""
_ROBOTS: Final = "/robots.txt"


class Crawl:
    """The pages of one WARC file: answers of status 200 that hold HTML or text, resources that do, and removals (410).

    A capture that cannot be decoded becomes a document with its problem, for quarantine; a damaged place in the file is a failure.
    """

    def __init__(self, blob: Blob, name: str, reading: Reading, start: Position | None = None) -> None:
        """`name` is what the documents call the archive."""
        self._name = name
        self._reading = reading
        self._where = blob.name
        self._file = WarcFile(blob, self._wanted, limit=reading.settings.max_page_bytes, start=start)

    def __iter__(self) -> Documents:
        tally = self._reading.tally
        for thing in self._file:
            if isinstance(thing, Damage):
                tally.failed(f"{self._where} at byte {thing.offset}", thing.error)
            elif isinstance(thing, Record):
                yield thing.position, self._document(thing)
            else:
                yield thing.position, None

    def _wanted(self, record: WarcRecord) -> bool:
        """By its headers alone. What is not wanted is counted."""
        url = _url(record.headers)
        if not (
            urls.is_web(url) and self._in_window(record.headers.get("WARC-Date")) and self._is_owned(url)
        ):
            self._reading.tally.skipped()
            return False
        if record.record_type == WarcRecordType.revisit:
            self._reading.tally.unchanged()  # the bytes are those of an earlier capture, and so would be the event
            return False
        return True

    def _in_window(self, at: str | None) -> bool:
        if at is None or not self._reading.window.limits:
            return True
        try:
            return self._reading.window.takes(captures.moment(at))
        except UsageError:
            return True  # `_document` says what is wrong with it

    def _is_owned(self, url: str) -> bool:
        try:
            return self._reading.owners.of(url) is not None
        except UsageError:
            return True  # as above

    def _document(self, record: Record) -> RawDocument | None:
        url, where = _url(record.headers), f"{self._where} at byte {record.position}"
        limit = self._reading.settings.max_page_bytes
        found = {
            envelope.ARCHIVE: self._name,
            envelope.ARCHIVE_POSITION: str(record.position),
            envelope.WARC_RECORD_ID: record.headers.get("WARC-Record-ID") or "",
            envelope.WARC_TRUNCATED: record.headers.get("WARC-Truncated") or "",
        }
        try:
            if record.block is None:
                raise TooLargeError(limit, b"")
            source = self._reading.owners.of(url)
            assert source is not None
            at = record.headers.get("WARC-Date") or ""
            fetched = at if captures.moment(at) and "T" in at else captures.moment(at).isoformat()
            answer = _answer(record, record.block)
        except (UsageError, TooLargeError, Unreadable) as error:
            self._reading.tally.failed(where, f"{url}: {error}")
            return None
        if answer.status not in (_RELEVANT, _GONE) or url.lower().endswith(_ROBOTS):
            self._reading.tally.skipped()
            return None
        if answer.status == _GONE:
            return removals.event(url, source, status=_GONE, since=fetched, fetched=fetched, found=found)
        try:
            body = captures.payload(answer, limit=limit, truncated=bool(found[envelope.WARC_TRUNCATED]))
        except TooLargeError as error:
            self._reading.tally.failed(where, f"{url}: {error}")
            return None
        except CodingError as error:
            self._reading.tally.unreadable(where, f"{url}: {error}")
            problem = found | {envelope.PROBLEM: f"{where}: {error}"}
            return captures.document(url, answer, answer.body, source=source, fetched=fetched, found=problem)
        if not captures.is_page(answer.headers.get("content-type", ""), body):
            self._reading.tally.skipped()
            return None
        return captures.document(url, answer, body, source=source, fetched=fetched, found=found)


def _answer(record: Record, block: bytes) -> Http:
    stated = record.headers.get("Content-Type") or ""
    if record.kind == WarcRecordType.resource or not stated.lower().startswith("application/http"):
        return Http(_RELEVANT, {"content-type": stated}, block)
    answer = captures.http(block)
    if not answer.headers.get("content-type"):
        answer.headers["content-type"] = record.headers.get("WARC-Identified-Payload-Type") or ""
    return answer


def _url(headers: HeaderMap) -> str:
    return (headers.get("WARC-Target-URI") or "").strip(
        "<> "
    )  # WARC 1.0 showed it in brackets, and some write it so
