"""`dateline sources`: the source table."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from dateline.app import App, command, pass_app, print_json
from dateline.errors import DatelineError, UsageError
from producers import opml, plans, source_file, urls
from producers import sources as table
from producers.discover import Site, discover
from producers.display import show
from producers.fetch import Fetcher
from producers.health_command import health
from producers.listings import ACCEPT, read
from producers.sitemaps import LARGEST
from producers.sources import Politeness, Source, Terms


@click.group(epilog="Example: dateline sources add https://www.harbourpost.example")
def sources() -> None:
    """The table of sources: who publishes, where, and how often it is asked.

    A YAML file, or a folder of them: see DATELINE_INGEST_SOURCES.
    """


@command("list", example="dateline sources list --tag local --json")
@click.option("--tag", help="Only sources with this tag.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of the entries.")
@pass_app
def list_sources(app: App, tag: str | None, as_json: bool) -> None:
    """All sources of the table (see DATELINE_INGEST_SOURCES)."""
    found = [s for s in table.load(Path(app.settings.ingest.sources)) if tag is None or tag in s.tags]
    if as_json:
        print_json([table.to_tree(source) for source in found])
        return
    shown = Table("id", "name", "country", "language", "every", "feeds", "sitemaps", "", box=None)
    for source in found:
        note = f"disabled: {source.disabled}" if source.disabled else ""
        if source.retired and not note:
            note = f"{len(source.retired)} retired"
        counts = (str(len(source.feeds)), str(len(source.sitemaps)))
        shown.add_row(
            source.id,
            source.name,
            source.country or "",
            source.language or "",
            source.interval,
            *counts,
            note,
        )
    show(shown)


@command("due", example="dateline sources due --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of {id, name, addresses}.")
@pass_app
def due_sources(app: App, as_json: bool) -> None:
    """The sources whose turn it is: `dateline ingest --source ID` polls one, `dateline ingest --due` all."""
    found = plans.due(app.settings)
    if as_json:
        print_json([{"id": s.id, "name": s.name, "addresses": addresses} for s, addresses in found])
        return
    for source, addresses in found:
        click.echo(f"{source.id}\t{' '.join(addresses)}")


@command("add", example="dateline sources add https://www.harbourpost.example --timezone Europe/London")
@click.argument("url")
@click.option("--id", "source_id", help="Id of the source (default: its host).")
@click.option("--name", help="Name (default: what the site calls itself).")
@click.option("--country", help="ISO 3166 code, as in GB.")
@click.option("--language", help="Language, as in en (default: what the page says).")
@click.option("--timezone", help="Zone of dates that are printed without one, as in Europe/London.")
@click.option("--tag", "tags", multiple=True, help="Tag that groups sources; may be given several times.")
@click.option("--interval", default="10m", show_default=True, help="Time between two polls.")
@click.option("--delay", type=click.FloatRange(min=0), help="Seconds between two requests to a host.")
@click.option("--licence", help="Licence of its articles, by name or address.")
@click.option("--rights", help="What else is to be known of their use, as text.")
@click.option("--dry-run", is_flag=True, help="Show what was found and write nothing.")
@pass_app
def add_source(
    app: App,
    url: str,
    source_id: str | None,
    name: str | None,
    country: str | None,
    language: str | None,
    timezone: str | None,
    tags: tuple[str, ...],
    interval: str,
    delay: float | None,
    licence: str | None,
    rights: str | None,
    dry_run: bool,
) -> None:
    """Look at a site, find its feeds and sitemaps, and write an entry into the table.

    Feeds are preferred: sitemaps are taken where there is no feed, news sitemaps always.
    """
    site = asyncio.run(_discovered(app, url))
    if not (site.feeds or site.sitemaps):
        raise UsageError(f"{url}: no feed and no sitemap found; give the address of one")
    said = (site.language or "").replace("_", "-") or None
    source = Source(
        id=table.check_id(source_id or urls.host(site.homepage)),
        name=name or site.name,
        homepage=site.homepage,
        country=country,
        language=language or (said if said and table.is_language(said) else None),
        timezone=timezone,
        tags=tags,
        feeds=site.feeds,
        sitemaps=site.news_sitemaps or (() if site.feeds else site.sitemaps),
        interval=interval,
        politeness=Politeness(delay=delay),
        rights=Terms(licence=licence, notes=rights),
    )
    table.check(source)
    if not dry_run:
        source_file.add(Path(app.settings.ingest.sources), source)
    print_json(table.to_tree(source))


@command("check", example="dateline sources check harbour-post")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, one object an address.")
@pass_app
@click.pass_context
def check_sources(ctx: click.Context, app: App, ids: tuple[str, ...], as_json: bool) -> None:
    """Ask every feed and sitemap of the sources (default: all) once, and say what is wrong. Sends nothing.

    Exit codes: 0 all list pages, 1 some do not, 2 the table is wrong.
    """
    known = table.load(Path(app.settings.ingest.sources))
    chosen = [table.by_id(known, wanted) for wanted in ids] or [s for s in known if not s.disabled]
    checks = asyncio.run(_checked(app, chosen))
    if as_json:
        print_json(checks)
    else:
        for found in checks:
            state = f"failed  {found.problem}" if found.problem else f"ok      {found.pages} pages"
            moved = f", moved for good to {found.moved_to}" if found.moved_to else ""
            notes = "".join(f", {note}" for note in found.notes)
            click.echo(f"{found.source}\t{found.address}\t{state}{moved}{notes}")
    if any(found.problem for found in checks):
        ctx.exit(1)


@command("disable", example='dateline sources disable harbour-post --reason "closed down"')
@click.argument("source_id", metavar="ID")
@click.option("--reason", required=True, help="Why it is not polled any more.")
@pass_app
def disable_source(app: App, source_id: str, reason: str) -> None:
    """Poll a source no more. Its entry and its articles stay."""
    path = Path(app.settings.ingest.sources)
    source_file.change(path, source_id, lambda source: table.replaced(source, disabled=reason))


@command("enable", example="dateline sources enable harbour-post --feed https://www.harbourpost.example/rss")
@click.argument("source_id", metavar="ID")
@click.option("--feed", "feeds", multiple=True, help="Feed to ask (again); may be given several times.")
@click.option("--sitemap", "sitemaps", multiple=True, help="Sitemap to ask (again); the same.")
@pass_app
def enable_source(app: App, source_id: str, feeds: tuple[str, ...], sitemaps: tuple[str, ...]) -> None:
    """Poll a source again that was disabled, or an address of it that was retired."""
    path = Path(app.settings.ingest.sources)

    def enabled(source: Source) -> Source:
        again = table.replaced(
            source,
            disabled=None,
            feeds=tuple(dict.fromkeys((*source.feeds, *feeds))),
            sitemaps=tuple(dict.fromkeys((*source.sitemaps, *sitemaps))),
            retired={url: why for url, why in source.retired.items() if url not in (*feeds, *sitemaps)},
        )
        if not again.listings:
            known = f": {' '.join(source.retired)}" if source.retired else ""
            raise UsageError(f"source {source.id!r} has no address left{known}; name one with --feed")
        return table.check(again)

    source_file.change(path, source_id, enabled)
    if feeds or sitemaps:
        with plans.open_memory(app.settings) as memory:
            memory.revive(source_id, (*feeds, *sitemaps))


@command("import", example="dateline sources import feeds.opml --tag imported --dry-run")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tag", "tags", multiple=True, help="Tag for all of them, beside the list's own folders.")
@click.option("--dry-run", is_flag=True, help="Show what would be added and write nothing.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print a JSON object of {added, known, problems} on standard output.",
)
@pass_app
@click.pass_context
def import_sources(
    ctx: click.Context, app: App, file: Path, tags: tuple[str, ...], dry_run: bool, as_json: bool
) -> None:
    """Add the feeds of an OPML file to the table. Folders and categories become tags; feeds that the table has are left out.

    Feeds of the same site become one source. Nothing is fetched: see `dateline sources check`.

    Exit codes: 0 all taken or known, 1 some entries were left out (one line each says why), 2 no OPML.
    """
    path = Path(app.settings.ingest.sources)
    known = table.load(path) if path.exists() else ()
    found = opml.to_sources(opml.read(file.read_bytes(), str(file)), known)
    new = [table.replaced(s, tags=tuple(dict.fromkeys((*s.tags, *tags)))) for s in found.sources]
    if new and not dry_run:
        source_file.add(path, *new)
    for problem in found.problems:
        click.echo(f"left out  {problem}", err=True)
    if as_json:
        added = [table.to_tree(source) for source in new]
        print_json({"added": added, "known": found.known, "problems": found.problems})
    else:
        for source in new:
            click.echo(f"{source.id}\t{source.name}\t{' '.join(source.feeds)}")
        click.echo(
            f"{len(new)} sources {'to add' if dry_run else 'added'}, {len(found.known)} feeds known before, "
            f"{len(found.problems)} left out",
            err=True,
        )
    if found.problems:
        ctx.exit(1)


@command("export", example="dateline sources export > feeds.opml")
@click.option("--tag", help="Only sources with this tag.")
@click.option("--all", "every", is_flag=True, help="Disabled sources, too.")
@pass_app
def export_sources(app: App, tag: str | None, every: bool) -> None:
    """Print the feeds of the table as OPML, for feed readers. Sitemaps have no place in it."""
    chosen = [
        source
        for source in table.load(Path(app.settings.ingest.sources))
        if (tag is None or tag in source.tags) and (every or not source.disabled)
    ]
    click.echo(opml.write(chosen, format_datetime(datetime.now(UTC))), nl=False)


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One address of a source as it answered now. `notes` say what is odd without being in the way."""

    source: str
    address: str
    pages: int = 0
    problem: str | None = None
    moved_to: str | None = None
    notes: tuple[str, ...] = ()


async def _discovered(app: App, url: str) -> Site:
    async with Fetcher(app.settings) as fetcher:
        return await discover(fetcher, url)


async def _checked(app: App, chosen: Sequence[Source]) -> list[Check]:
    addresses = [(source, url) for source in chosen for url in source.listings]
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("asking", total=len(addresses))

        async def one(source: Source, url: str) -> Check:
            done = await _check(fetcher, source, url)
            progress.advance(task)
            return done

        async with Fetcher(app.settings) as fetcher:
            return list(await asyncio.gather(*(one(source, url) for source, url in addresses)))


async def _check(fetcher: Fetcher, source: Source, address: str) -> Check:
    try:
        response = await fetcher.get(address, accept=ACCEPT, textual=False, limit=LARGEST, delay=source.delay)
        listing = read(response)
    except DatelineError as error:
        return Check(source=source.id, address=address, problem=str(error))
    if listing is None:
        return Check(source=source.id, address=address, problem="neither a feed nor a sitemap")
    pages = len(listing.items) + len(listing.children)
    return Check(
        source=source.id,
        address=address,
        pages=pages,
        problem=None if pages else "lists no pages",
        moved_to=response.moved_to,
        notes=listing.problems,
    )


for _command in (
    list_sources,
    due_sources,
    add_source,
    check_sources,
    disable_source,
    enable_source,
    import_sources,
    export_sources,
    health,
):
    sources.add_command(_command)
