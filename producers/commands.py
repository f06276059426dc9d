"""`dateline ingest` and `dateline sources`."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
import msgspec

from dateline.app import App, command, pass_app, print_json
from dateline.clock import Clock, now
from dateline.errors import UsageError
from dateline.settings import Settings
from producers import files, urls
from producers import sources as table
from producers.documents import RawDocument
from producers.fetch import Fetcher
from producers.follow import poll
from producers.sender import Sender
from producers.sources import Source
from producers.tally import Tally
from schemas.topics import RAW, RAW_BACKFILL


@command("ingest", example="dateline ingest articles/ --timezone Asia/Hong_Kong")
@click.argument("what", nargs=-1, metavar="[PATH|URL]...")
@click.option("--source", "source_id", help="Source that the documents belong to; alone: poll its feeds.")
@click.option("--timezone", help="Zone of dates that are printed without one, as in Europe/Berlin.")
@click.option("--language", help="Language of the documents, as in en or pt-BR, when they do not say.")
@click.option("--fetched", help="When files were captured, as in 2017-07-08T10:00:00Z (default: now).")
@click.option(
    "--backfill", is_flag=True, help="Send to the backfill lane, which gives way to live documents."
)
@click.option("--all", "every", is_flag=True, help="Take files that are neither .txt nor .html, too.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON on standard output.")
@pass_app
@click.pass_context
def ingest(
    ctx: click.Context,
    app: App,
    what: tuple[str, ...],
    source_id: str | None,
    timezone: str | None,
    language: str | None,
    fetched: str | None,
    backfill: bool,
    every: bool,
    as_json: bool,
) -> None:
    """Send documents into the pipeline: files, folders of .txt and .html files, feeds with their pages, single pages.

    A file is known by its path within the folder that is given, a page by its URL: ingesting the same again changes nothing.

    Exit codes: 0 all sent, 1 some were not (one line each says why), 2 wrong use, 3 Kafka does not answer.
    """
    settings = app.settings
    addresses = [thing for thing in what if urls.is_web(thing)]
    paths = [Path(thing) for thing in what if not urls.is_web(thing)]
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder, and no http(s) URL")
    if not what and not source_id:
        raise UsageError("nothing to ingest: give a path, a URL or --source")
    plan = _plan(settings, addresses, source_id, polls_source=not what, timezone=timezone, language=language)
    own = _with(_known(settings, source_id or files.SOURCE), timezone, language)
    clock = _clock(fetched)
    tally = Tally()
    with tally.shown(), Sender(settings, RAW_BACKFILL if backfill else RAW, tally.sent) as sender:
        for found in files.find(paths, tally, every=every):
            _send_file(found, own, sender, tally, limit=settings.ingest.max_document_bytes, clock=clock)
        if plan:
            asyncio.run(_poll(settings, plan, sender, tally))
    if as_json:
        print_json(tally.summary())
    else:
        click.echo(str(tally), err=True)
    if tally.counts["failed"]:
        ctx.exit(1)


@click.group()
def sources() -> None:
    """The table of sources: who publishes, where, and how often it is asked."""


@command("list", example="dateline sources list --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@pass_app
def list_sources(app: App, as_json: bool) -> None:
    """All sources of the table (see DATELINE_INGEST_SOURCES)."""
    _show(table.load(Path(app.settings.ingest.sources)), as_json)


@command("due", example="dateline sources due --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of {id, name, feeds}.")
@pass_app
def due(app: App, as_json: bool) -> None:
    """The sources whose turn it is: `dateline ingest --source ID` polls one."""
    _show([s for s in table.load(Path(app.settings.ingest.sources)) if not s.disabled], as_json)


sources.add_command(list_sources)
sources.add_command(due)

Plan = list[tuple[Source, tuple[str, ...]]]


def _plan(
    settings: Settings,
    addresses: Sequence[str],
    source_id: str | None,
    *,
    polls_source: bool,
    timezone: str | None,
    language: str | None,
) -> Plan:
    """What to fetch for which source. An address belongs to --source, else to the source that has it, else to its host."""
    if polls_source and source_id:
        source = table.by_id(table.load(Path(settings.ingest.sources)), source_id)
        if source.disabled:
            raise UsageError(f"source {source.id} is disabled: {source.disabled}")
        if not source.feeds:
            raise UsageError(f"source {source.id} has no feeds")
        return [(_with(source, timezone, language), source.feeds)]
    plan: Plan = []
    for address in addresses:
        urls.canonical(address)  # raises UsageError for what is no URL
        listed = None if source_id else table.of_feed(_table(settings), address)
        source = listed or _known(settings, source_id or urls.host(address))
        plan.append((_with(source, timezone, language), (address,)))
    return plan


def _known(settings: Settings, source_id: str) -> Source:
    """The source of that id as the table has it, else one that has nothing but its id."""
    table.check_id(source_id)
    for source in _table(settings):
        if source.id == source_id:
            return source
    return Source(id=source_id, name=source_id)


def _with(source: Source, timezone: str | None, language: str | None) -> Source:
    return msgspec.structs.replace(
        source,
        timezone=table.check_timezone(timezone) if timezone else source.timezone,
        language=language or source.language,
    )


def _table(settings: Settings) -> tuple[Source, ...]:
    path = Path(settings.ingest.sources)
    return table.load(path) if path.exists() else ()


def _send_file(
    found: files.Found, source: Source, sender: Sender, tally: Tally, *, limit: int, clock: Clock
) -> None:
    try:
        sender.send(files.read(found, source, limit=limit, clock=clock))
    except UsageError as error:
        tally.failed(str(found.path), str(error))


async def _poll(settings: Settings, plan: Plan, sender: Sender, tally: Tally) -> None:
    async def emit(document: RawDocument) -> None:
        await asyncio.to_thread(sender.send, document)

    async with Fetcher(settings) as fetcher, asyncio.TaskGroup() as group:
        for source, addresses in plan:
            group.create_task(poll(fetcher, source, addresses, emit, tally))


def _clock(fetched: str | None) -> Clock:
    if fetched is None:
        return now
    try:
        moment = datetime.fromisoformat(fetched)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageError(f"--fetched {fetched}: expected a date, time and offset, as in 2017-07-08T10:00:00Z")
    return lambda: fetched


def _show(found: Sequence[Source], as_json: bool) -> None:
    if as_json:
        print_json([{"id": s.id, "name": s.name, "feeds": s.feeds} for s in found])
        return
    for source in found:
        note = f"  (disabled: {source.disabled})" if source.disabled else ""
        click.echo(f"{source.id}\t{source.name}\tevery {source.interval}\t{' '.join(source.feeds)}{note}")
