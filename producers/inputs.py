"""Files and archives, of whatever kind, as one row of documents."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from dateline.clock import now
from dateline.errors import UsageError
from dateline.settings import Settings
from producers import archives, captures, files, jsonlines, plans
from producers.blobs import Blob, LocalBlob
from producers.crawls import Crawl
from producers.documents import RawDocument
from producers.files import Found
from producers.kinds import FileKind, Kind
from producers.owners import Owners
from producers.positions import Position
from producers.reading import Documents, Reading, Window
from producers.sources import Source
from producers.tally import Tally
from producers.trouble import FetchError


def reading(
    settings: Settings,
    tally: Tally,
    source_id: str | None,
    *,
    timezone: str | None = None,
    language: str | None = None,
    fetched: str | None = None,
    hosts: Sequence[str] = (),
    window: Window = Window(),  # noqa: B008
    every: bool = False,
) -> Reading:
    """What the command line says of documents. Raises UsageError for a source, zone or time that is none."""

    def given(source: Source) -> Source:
        return plans.given(source, timezone, language)

    own = plans.source_named(settings, source_id or files.SOURCE)
    if fetched is not None:
        try:
            captures.moment(fetched)
        except UsageError as error:
            raise UsageError(f"--fetched: {error}") from error
    owners = Owners(plans.all_sources(settings), only=own if source_id else None, hosts=hosts, given=given)
    return Reading(
        owners=owners,
        own=given(own),
        tally=tally,
        settings=settings.ingest,
        window=window,
        fetched=now if fetched is None else lambda: fetched,
        every=every,
    )


def documents(paths: Sequence[Path], reading: Reading) -> Iterator[RawDocument]:
    """All documents at and below `paths`. What cannot be read is told to the tally, and the rest goes on."""
    for found in files.find(paths, reading.tally, every=reading.every):
        try:
            if found.kind.kind is Kind.DOCUMENT:
                if reading.takes_undated():
                    yield one(found, reading)
            else:
                blob, name = LocalBlob(found.path), found.url.removeprefix("file:")
                yield from (document for _, document in archive(blob, found.kind, name, reading) if document)
        except (UsageError, FetchError) as error:
            reading.tally.failed(str(found.path), str(error))


def one(found: Found, reading: Reading) -> RawDocument:
    """A file that is a document. Raises UsageError."""
    limit = reading.settings.max_document_bytes
    return files.read(found, reading.own, limit=limit, clock=reading.fetched)


def archive(
    blob: Blob, kind: FileKind, name: str, reading: Reading, start: Position | None = None
) -> Documents:
    """The documents of an archive from `start` on; `name` is what they call it. Raises UsageError and FetchError."""
    if kind.kind is Kind.WARC:
        yield from Crawl(blob, name, reading, start)
        return
    first = start or Position()
    if kind.kind is Kind.LINES:
        with blob.open() as stream:
            yield from jsonlines.read(
                jsonlines.opened(stream, kind.compression), blob.name, name, reading, first
            )
        return
    if not isinstance(blob, LocalBlob):
        raise UsageError(f"a {kind.kind} file is read from a path only: download it first")
    with blob.path.open("rb") as file:
        for position, document in archives.read(
            file, kind.kind, blob.path.stat().st_size, blob.name, f"file:{name}", reading
        ):
            if position >= first:
                yield position, document
