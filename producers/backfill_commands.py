"""`dateline backfill`."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click

from dateline.app import App, command, pass_app
from dateline.elastic import client
from dateline.errors import UsageError
from producers import crawl_lists, files, inputs, urls
from producers.backfill import Backfill
from producers.blobs import Blob, Downloads, LocalBlob
from producers.display import conclude
from producers.kinds import FileKind, Kind, kind_of
from producers.pagelists import PageList
from producers.progress import Ledger
from producers.reading import Reading, Window
from producers.tally import Tally
from producers.trouble import FetchError


@command("backfill", example="dateline backfill crawl.warc.gz --from 2024-03-01 --to 2024-04-01")
@click.argument("given", nargs=-1, metavar="[ARCHIVE]...")
@click.option("--archive", "archives", multiple=True, metavar="ARCHIVE", help="The same as an argument.")
@click.option(
    "--urls",
    "lists",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of pages' addresses, one a line, to be fetched: of live sites, or of captures in the Wayback style.",
)
@click.option(
    "--source", "source_id", help="Source that the documents belong to; of a crawl, only its pages are taken."
)
@click.option(
    "--host", "hosts", multiple=True, help="Take only pages of this host and its subdomains; repeatable."
)
@click.option(
    "--from",
    "since",
    help="Take only what was captured then or later: 2024-03-01, or a time with its offset.",
)
@click.option("--to", "until", help="Take only what was captured before.")
@click.option("--timezone", help="Zone of dates that are printed without one, as in Europe/Berlin.")
@click.option("--language", help="Language of the documents, as in en or pt-BR, when they do not say.")
@click.option("--fetched", help="When documents were captured that do not say (default: now).")
@click.option("--again", is_flag=True, help="Read from the beginning what was read before.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON on standard output.")
@pass_app
@click.pass_context
def backfill(
    ctx: click.Context,
    app: App,
    given: tuple[str, ...],
    archives: tuple[str, ...],
    lists: tuple[Path, ...],
    source_id: str | None,
    hosts: tuple[str, ...],
    since: str | None,
    until: str | None,
    timezone: str | None,
    language: str | None,
    fetched: str | None,
    again: bool,
    as_json: bool,
) -> None:
    """Send archives into the pipeline, by the lane that gives way to live documents.

    ARCHIVE is a path or an http(s) address of a WARC file (.warc, .warc.gz), of JSON Lines (.jsonl, also with .gz or .zst), or of
    a list of WARC files (warc.paths, also with .gz); the path of a zip or tar file or of a folder of all of these; or the
    address, with a slash at its end, of a crawl that has a list for each month, such as .../CC-NEWS/.

    How far each archive was read is remembered in Elasticsearch: run the same again after a crash, and it goes on at the record where
    it stopped; what was read to its end is not read again. Several processes share the work, an archive each.

    Exit codes: 0 all sent, 1 some were not (one line each says why), 2 wrong use, 3 a server of yours does not answer.
    """
    settings = app.settings
    wanted = (*given, *archives)
    if not wanted and not lists:
        raise UsageError("expected archives, or --urls FILE")
    window = Window(_moment("--from", since), _moment("--to", until))
    for path in (*lists, *(Path(one) for one in wanted if not urls.is_web(one))):
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder, and no http(s) URL")
    for one in wanted:
        if crawl_lists.is_crawl(one):
            crawl_lists.monthly(one, window)  # raises UsageError before anything is read
        elif urls.is_web(one) and not crawl_lists.is_list(urls.path(one)):
            remote_kind(one)
    tally = Tally()
    reading = inputs.reading(
        settings,
        tally,
        source_id,
        timezone=timezone,
        language=language,
        fetched=fetched,
        hosts=hosts,
        window=window,
    )
    choice = "\n".join(map(str, (source_id, sorted(hosts), since, until, timezone, language, fetched)))
    with ExitStack() as stack:
        stack.enter_context(tally.shown())
        elastic = stack.enter_context(client(settings))
        ledger = Ledger(
            elastic,
            settings.namespace,
            shards=settings.elastic.shards,
            replicas=settings.elastic.replicas,
        )
        downloads = stack.enter_context(Downloads(settings))
        work = stack.enter_context(Backfill(settings, ledger, reading, choice, again=again))
        walk = _Walk(work, reading, downloads)
        walk.local([Path(one) for one in wanted if not urls.is_web(one)])
        for one in wanted:
            if urls.is_web(one):
                walk.remote(one)
        for path in lists:
            work.pages(PageList(path), path.name)
        work.finish()
    conclude(ctx, tally, as_json=as_json)


class _Walk:
    """From what was asked for to the archives that there are."""

    def __init__(self, work: Backfill, reading: Reading, downloads: Downloads) -> None:
        self._work = work
        self._reading = reading
        self._downloads = downloads

    def local(self, paths: Sequence[Path]) -> None:
        """Files, folders, and lists of files."""
        for found in files.find([p for p in paths if not crawl_lists.is_list(p.name)], self._reading.tally):
            if found.kind.kind is Kind.DOCUMENT:
                self._document(found)
            elif found.kind.kind is not Kind.WARC or crawl_lists.may_hold(
                found.path.name, self._reading.window
            ):
                name = found.url.removeprefix("file:")
                self._work.archive(LocalBlob(found.path), found.kind, str(found.path.resolve()), name)
        for path in paths:
            if crawl_lists.is_list(path.name):
                self._list(LocalBlob(path))

    def remote(self, address: str) -> None:
        """An archive, a list, or a crawl's list of each month."""
        if crawl_lists.is_crawl(address):
            for one in crawl_lists.monthly(address, self._reading.window):
                self._list(self._downloads.blob(one))
        elif crawl_lists.is_list(urls.path(address)):
            self._list(self._downloads.blob(address))
        else:
            self._work.archive(self._downloads.blob(address), remote_kind(address), address, address)

    def _list(self, blob: Blob) -> None:
        try:
            for one in crawl_lists.members(blob, self._reading.window):
                if urls.is_web(one):
                    self._work.archive(self._downloads.blob(one), remote_kind(one), one, one)
                elif Path(one).exists():
                    self.local([Path(one)])
                else:
                    self._reading.tally.failed(one, f"no such file, though {blob.name} lists it")
        except (UsageError, FetchError) as error:
            self._reading.tally.failed(blob.name, str(error))

    def _document(self, found: files.Found) -> None:
        try:
            if self._reading.takes_undated():
                self._work.send(inputs.one(found, self._reading))
        except UsageError as error:
            self._reading.tally.failed(str(found.path), str(error))


def remote_kind(address: str) -> FileKind:
    """How to read what is at an address. Raises UsageError for what cannot be read from there."""
    kind = kind_of(urls.path(address))
    if kind is None or kind.kind not in (Kind.WARC, Kind.LINES):
        raise UsageError(
            f"{address}: expected a WARC file, JSON Lines, a list (.paths), or with a slash at its end a crawl; "
            "a zip or tar file has to be downloaded first, pages are for `dateline ingest` or --urls"
        )
    return kind


def _moment(option: str, text: str | None) -> datetime | None:
    """A day in UTC, or a time with its offset."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or (at.tzinfo is None and len(text) > len("2024-03-01")):
        raise UsageError(
            f"{option} {text}: expected a day as in 2024-03-01, or a time as in 2024-03-01T06:00:00Z"
        )
    return at if at.tzinfo else at.replace(tzinfo=UTC)
