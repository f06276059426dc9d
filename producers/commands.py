"""`dateline ingest` and `dateline revisit`."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from dateline.app import App, command, pass_app
from dateline.errors import DatelineError, UsageError
from dateline.settings import Settings
from producers import inputs, plans, upkeep, urls
from producers.display import conclude
from producers.fetch import Fetcher
from producers.kinds import ARCHIVES, kind_of
from producers.memory import Memory
from producers.plans import Plan
from producers.poll import Poller
from producers.sender import Sender
from producers.tally import Tally
from producers.visits import Visit
from schemas.topics import RAW, RAW_BACKFILL


@command("ingest", example="dateline ingest articles/ --timezone Asia/Hong_Kong")
@click.argument("what", nargs=-1, metavar="[PATH|URL]...")
@click.option("--source", "source_id", help="Source that the documents belong to; alone: poll it.")
@click.option("--due", "all_due", is_flag=True, help="Poll every source of the table that is due.")
@click.option("--again", is_flag=True, help="With --source or --due: fetch everything, known or not.")
@click.option("--timezone", help="Zone of dates that are printed without one, as in Europe/Berlin.")
@click.option("--language", help="Language of the documents, as in en or pt-BR, when they do not say.")
@click.option("--fetched", help="When files were captured, as in 2017-07-08T10:00:00Z (default: now).")
@click.option(
    "--backfill/--live",
    default=None,
    help="The lane to send to (default: backfill for files, which give way to live documents; live for URLs).",
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
    all_due: bool,
    again: bool,
    timezone: str | None,
    language: str | None,
    fetched: str | None,
    backfill: bool | None,
    every: bool,
    as_json: bool,
) -> None:
    """Send documents into the pipeline: files and archives of documents, feeds and sitemaps with their pages, single pages.

    A PATH is a .txt or .html file, a zip or tar file of such, JSON Lines of documents, a WARC file, or a folder of all of these. For
    large archives, and those at an address, see `dateline backfill`: it goes on where it stopped.

    A file is known by its path within the folder that is given, a page by its URL: ingesting the same again changes nothing.
    An address is fetched with all that it lists. A poll of a source remembers what it has seen: requests are conditional, pages
    are fetched when they are new, newly dated or due, and a page that does not answer is asked again later.

    Exit codes: 0 all sent, 1 some were not (one line each says why), 2 wrong use, 3 a server of yours does not answer.
    """
    settings = app.settings
    addresses = [thing for thing in what if urls.is_web(thing)]
    paths = [Path(thing) for thing in what if not urls.is_web(thing)]
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder, and no http(s) URL")
    if bool(what) + all_due + (source_id is not None and not what) != 1:
        raise UsageError("expected paths and URLs, or --source ID, or --due: one of them")
    for address in addresses:
        if (found := kind_of(urls.path(address))) and found.kind in ARCHIVES:
            raise UsageError(f"{address} is an archive: see `dateline backfill`")
    polls_table = not what
    if all_due:
        plan = plans.due(settings)
    else:
        plan = plans.for_addresses(settings, addresses, source_id, polls_table=polls_table)
    plan = [(plans.given(source, timezone, language), listings) for source, listings in plan]
    tally = Tally()
    reading = inputs.reading(
        settings, tally, source_id, timezone=timezone, language=language, fetched=fetched, every=every
    )
    with tally.shown():
        if paths:
            with Sender(
                settings, RAW if backfill is False else RAW_BACKFILL, tally.sent, bulk=True
            ) as sender:
                for document in inputs.documents(paths, reading):
                    sender.send(document)
        if plan:
            remembers = polls_table and not again
            with (
                Sender(settings, RAW_BACKFILL if backfill else RAW, tally.sent) as sender,
                plans.open_memory(settings) if remembers else nullcontext() as memory,
            ):
                _run(_poll(settings, plan, sender, tally, memory))
    conclude(ctx, tally, as_json=as_json)


@command("revisit", example="dateline revisit --source harbour-post")
@click.option("--source", "source_id", help="Only pages of this source.")
@click.option(
    "--per-host", type=click.IntRange(1, 100), default=60, show_default=True, help="Pages of a host."
)
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON on standard output.")
@pass_app
@click.pass_context
def revisit(ctx: click.Context, app: App, source_id: str | None, per_host: int, as_json: bool) -> None:
    """Fetch pages again that are due: often while they are fresh, rarely when they are old.

    Only what changed is sent. Any number of processes may do this at once; each page is fetched by one of them.

    Exit codes: 0 done, 1 some pages failed for good, 2 wrong use, 3 a server of yours does not answer.
    """
    settings = app.settings
    tally = Tally()
    with tally.shown(), plans.open_memory(settings) as memory, Sender(settings, RAW, tally.sent) as sender:
        due = memory.due(datetime.now(UTC), source=source_id, per_host=per_host)
        if due:
            _run(_revisit(settings, due, sender, tally, memory))
    conclude(ctx, tally, as_json=as_json)


async def _poll(settings: Settings, plan: Plan, sender: Sender, tally: Tally, memory: Memory | None) -> None:
    async with Fetcher(settings) as fetcher:
        poller = Poller(fetcher, sender.deliver, tally, memory, confirm=settings.ingest.confirm_removal)
        await poller.poll(plan)
        _introduce(fetcher, tally)
    if memory is not None:
        upkeep.apply(settings, poller.findings, tally, memory)


async def _revisit(
    settings: Settings, due: Sequence[Visit], sender: Sender, tally: Tally, memory: Memory
) -> None:
    async with Fetcher(settings) as fetcher:
        poller = Poller(fetcher, sender.deliver, tally, memory, confirm=settings.ingest.confirm_removal)
        await poller.revisit({source.id: source for source in plans.all_sources(settings)}, due)
        _introduce(fetcher, tally)


def _introduce(fetcher: Fetcher, tally: Tally) -> None:
    if fetcher.anonymous:
        tally.note("say who you are: the hosts find no address or URL of yours in DATELINE_INGEST_USER_AGENT")


def _run(work: Coroutine[None, None, None]) -> None:
    """Run to the end; of several errors at once, the first of ours is raised alone."""
    try:
        asyncio.run(work)
    except BaseExceptionGroup as group:
        ours, others = group.split(DatelineError)
        if ours is None or others is not None:
            raise
        raise next(_leaves(ours)) from group


def _leaves(group: BaseExceptionGroup[DatelineError]) -> Iterator[DatelineError]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
