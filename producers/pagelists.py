"""Lists of pages' addresses, one a line: fetched politely, as they are now or as an archive in the Wayback style captured them."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import msgspec

from dateline.errors import UsageError
from producers import captures, pages, urls
from producers.documents import RawDocument
from producers.fetch import Fetcher
from producers.reading import Reading
from producers.responses import Response
from producers.sources import Source
from producers.tdm import Reservation
from producers.trouble import FetchError, Trouble
from schemas import envelope

AT_ONCE: Final = 2000
"""Pages that wait for their turn at a time: more than one host's share of a list that is sorted by host."""
_COMMENT: Final = "#"
_ORIGINAL: Final = "x-archive-orig-"

Emit = Callable[[RawDocument], Awaitable[str | None]]
"""Sends a document; returns None when it is safe in the topic, else why it is not."""


class Entry(msgspec.Struct, frozen=True):
    """A line of a list, numbered from 0."""

    number: int
    url: str


class PageList:
    """A text file, UTF-8: one http(s) address a line; empty lines and those that begin with # are passed over."""

    def __init__(self, path: Path) -> None:
        """Raises UsageError when it cannot be read."""
        self.path = path
        try:
            with path.open("rb") as stream:
                self.state = hashlib.file_digest(stream, "blake2b").hexdigest()[:32]
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from error

    def __iter__(self) -> Iterator[Entry]:
        with self.path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines):
                url = line.strip()
                if url and not url.startswith(_COMMENT):
                    yield Entry(number, url)


async def fetch(
    entries: Iterator[Entry],
    fetcher: Fetcher,
    reading: Reading,
    emit: Emit,
    done: Callable[[Entry, bool], None],
    name: str,
) -> None:
    """Fetch all. `done` is told of each entry, after its document is safe, and whether it needs no other try."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(entry: Entry) -> None:
        try:
            done(entry, await _one(entry, fetcher, reading, emit, name))
        finally:
            room.release()

    async with asyncio.TaskGroup() as group:
        for entry in entries:
            await room.acquire()
            group.create_task(one(entry))


async def _one(entry: Entry, fetcher: Fetcher, reading: Reading, emit: Emit, name: str) -> bool:
    """Whether it needs no other try."""
    tally, where = reading.tally, f"{name}:{entry.number + 1}"
    try:
        captured = captures.wayback(entry.url)
        page = captured[1] if captured else urls.canonical(entry.url)
        source = reading.owners.of(page)
        if source is None or (captured and not reading.window.takes(captures.moment(captured[0]))):
            tally.skipped()
            return True
        response = await fetcher.get(captured[2] if captured else entry.url, delay=source.politeness.delay)
        document = _document(
            response,
            source,
            captured,
            await fetcher.reservation(response) if _captured(response, captured) is None else None,
            {envelope.ARCHIVE: name, envelope.ARCHIVE_POSITION: f"line {entry.number + 1}"},
        )
        if not reading.window.takes(captures.moment(document.fetched)):
            tally.skipped()
            return True
    except FetchError as error:
        if error.trouble is Trouble.ROBOTS:
            tally.refused(where, str(error))
        else:
            tally.failed(where, str(error), error.trouble)
        return not error.temporary
    except UsageError as error:
        tally.failed(where, str(error))
        return True
    return await emit(document) is None


def _document(
    response: Response,
    source: Source,
    captured: tuple[str, str, str] | None,
    reservation: Reservation | None,
    found: dict[str, str],
) -> RawDocument:
    """A capture is known by the page's own address and the time of capture, and has the headers that were captured with it."""
    capture = _captured(response, captured)
    if capture is None:
        return msgspec.structs.replace(pages.document(response, source, None, reservation), found=found)
    fetched, page = capture
    original = {
        name.removeprefix(_ORIGINAL): value
        for name, value in response.headers.items()
        if name.startswith(_ORIGINAL)
    }
    kept = {"content-type": response.content_type}
    response = msgspec.structs.replace(
        response, url=page, headers=original | kept, links={}, hops=(), fetched=fetched
    )
    return msgspec.structs.replace(pages.document(response, source, None), found=found)


def _captured(response: Response, asked: tuple[str, str, str] | None) -> tuple[str, str] | None:
    """When and of what page this is a capture; an archive redirects to the capture that is nearest to the time asked for."""
    if (nearest := captures.wayback(response.url) or asked) is not None:
        return nearest[0], nearest[1]
    stated, page = response.headers.get("memento-datetime"), response.links.get("original")  # RFC 7089
    if not stated or not page:
        return None
    try:
        return parsedate_to_datetime(stated).isoformat().replace("+00:00", "Z"), page
    except ValueError:
        return None
