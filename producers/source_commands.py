"""`dateline sources`: the source table."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from dateline.app import App, command, pass_app, print_json
from dateline.errors import DatelineError, UsageError
from producers import plans, source_file, urls
from producers import sources as table
from producers.discover import Site, discover
from producers.fetch import Fetcher
from producers.listings import ACCEPT, read
from producers.sitemaps import LARGEST
from producers.sources import Source


@click.group(epilog="Example: dateline sources add https://www.harbourpost.example")
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
def due_sources(app: App, as_json: bool) -> None:
    """The sources whose turn it is: `dateline ingest --source ID` polls one, `dateline ingest --due` all."""
    _show([source for source, _ in plans.due(app.settings)], as_json)


@command("add", example="dateline sources add https://www.harbourpost.example --timezone Europe/London")
@click.argument("url")
@click.option("--id", "source_id", help="Id of the source (default: its host).")
@click.option("--name", help="Name (default: what the site calls itself).")
@click.option("--country", help="ISO 3166 code, as in GB.")
@click.option("--language", help="Language, as in en (default: what the page says).")
@click.option("--timezone", help="Zone of dates that are printed without one, as in Europe/London.")
@click.option("--interval", default="10m", show_default=True, help="Time between two polls.")
@click.option("--rights", help="Terms of use, as text.")
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
    interval: str,
    rights: str | None,
    dry_run: bool,
) -> None:
    """Look at a site, find its feeds and sitemaps, and write an entry into the table.

    Feeds are preferred: sitemaps are taken where there is no feed, news sitemaps always.
    """
    site = asyncio.run(_discovered(app, url))
    news = tuple(address for address in site.sitemaps if "news" in urls.path(address))
    source = Source(
        id=table.check_id(source_id or urls.host(site.homepage)),
        name=name or site.name,
        homepage=site.homepage,
        country=country,
        language=language or site.language,
        timezone=timezone,
        feeds=site.feeds,
        sitemaps=news or (() if site.feeds else site.sitemaps),
        interval=interval,
        rights=rights,
    )
    if not (source.feeds or source.sitemaps):
        raise UsageError(f"{url}: no feed and no sitemap found; give the address of one")
    table.convert({"source": [msgspec.to_builtins(source)]}, "the new entry")
    if not dry_run:
        source_file.add(Path(app.settings.ingest.sources), source)
    print_json(source)


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
            click.echo(f"{found.source}\t{found.address}\t{state}")
    if any(found.problem for found in checks):
        ctx.exit(1)


@command("disable", example='dateline sources disable harbour-post --reason "closed down"')
@click.argument("source_id", metavar="ID")
@click.option("--reason", required=True, help="Why it is not polled any more.")
@pass_app
def disable_source(app: App, source_id: str, reason: str) -> None:
    """Poll a source no more. Its entry and its articles stay."""
    source_file.disable(Path(app.settings.ingest.sources), source_id, reason)


@command("enable", example="dateline sources enable harbour-post")
@click.argument("source_id", metavar="ID")
@pass_app
def enable_source(app: App, source_id: str) -> None:
    """Poll a source again that was disabled."""
    source_file.disable(Path(app.settings.ingest.sources), source_id, None)


for _command in (list_sources, due_sources, add_source, check_sources, disable_source, enable_source):
    sources.add_command(_command)


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One address of a source as it answered now."""

    source: str
    address: str
    pages: int = 0
    problem: str | None = None
    moved_to: str | None = None


async def _discovered(app: App, url: str) -> Site:
    async with Fetcher(app.settings) as fetcher:
        return await discover(fetcher, url)


async def _checked(app: App, chosen: Sequence[Source]) -> list[Check]:
    async with Fetcher(app.settings) as fetcher:
        addresses = [(source, url) for source in chosen for url in (*source.feeds, *source.sitemaps)]
        return list(await asyncio.gather(*(_check(fetcher, source, url) for source, url in addresses)))


async def _check(fetcher: Fetcher, source: Source, address: str) -> Check:
    try:
        response = await fetcher.get(address, accept=ACCEPT, textual=False, limit=LARGEST, delay=source.delay)
        listing = read(response)
    except DatelineError as error:
        return Check(source=source.id, address=address, problem=str(error))
    if listing is None:
        return Check(source=source.id, address=address, problem="neither a feed nor a sitemap")
    pages = len(listing.items) + len(listing.children)
    problem = None if pages else "lists no pages"
    moved = response.moved_to
    return Check(source=source.id, address=address, pages=pages, problem=problem, moved_to=moved)


def _show(found: Sequence[Source], as_json: bool) -> None:
    if as_json:
        print_json([{"id": s.id, "name": s.name, "feeds": s.feeds} for s in found])
        return
    for source in found:
        note = f"  (disabled: {source.disabled})" if source.disabled else ""
        click.echo(f"{source.id}\t{source.name}\tevery {source.interval}\t{' '.join(source.feeds)}{note}")
