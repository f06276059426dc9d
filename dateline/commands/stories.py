"""`dateline story` and `dateline stories`: what the archive's articles are about, told by whom and since when."""

from __future__ import annotations

import re
from contextlib import closing
from typing import Final, cast, get_args

import click
import msgspec
from rich.console import Console
from rich.markup import escape

from dateline import elastic
from dateline.app import App, command, pass_app, print_json
from dateline.errors import UsageError
from dateline.stories import By, Shelf, Told
from schemas.records import Story

_SPAN: Final = re.compile(r"\d+[mhdwM]")
_DATE: Final = re.compile(
    r"now(?:[+-]\d+[smhdwMy])*(?:/[smhdwMy])?|\d{4}(?:-\d\d(?:-\d\d)?)?(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?"
)


@command("story", example="dateline story 3f1c… --json")
@click.argument("id_", metavar="ID")
@click.option(
    "--size", type=click.IntRange(1, 1000), default=200, show_default=True, help="Articles at most."
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_context
@pass_app
def story(app: App, ctx: click.Context, id_: str, size: int, as_json: bool) -> None:
    """Show a story: its articles across outlets and days, the first to report, names and places.

    ID is the story's (also one that was merged into another since), or that of one of its articles.
    Exit codes: 0 shown, 1 no such story, 3 no answer from Elasticsearch.
    """
    with closing(elastic.client(app.settings)) as client:
        shelf = Shelf(client, app.settings.namespace)
        found = shelf.story(id_) or shelf.of_article(id_)
        articles = shelf.articles(found, size=size).articles if found else ()
    if found is None:
        click.echo(f"no story {id_!r}", err=True)
        ctx.exit(1)
    elif as_json:
        print_json({**msgspec.to_builtins(found), "told": msgspec.to_builtins(articles)})
    else:
        _print(found, articles)


@command("stories", example="dateline stories --since 24h --by outlets")
@click.argument("words", nargs=-1)
@click.option("--since", help="With an article published on or after (24h, 7d, 2026-03-01, now-1w).")
@click.option(
    "--by", type=click.Choice(get_args(By)), default="newest", show_default=True, help="What comes first."
)
@click.option(
    "--outlets",
    "least",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Of so many outlets and more.",
)
@click.option("--language", help="In this language (en, de).")
@click.option("--source", help="Told by this outlet too.")
@click.option("--size", type=click.IntRange(1, 200), default=20, show_default=True, help="Stories at most.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_context
@pass_app
def stories(
    app: App,
    ctx: click.Context,
    words: tuple[str, ...],
    since: str | None,
    by: str,
    least: int,
    language: str | None,
    source: str | None,
    size: int,
    as_json: bool,
) -> None:
    """List stories, those with WORDS in their title, names or keywords.

    Exit codes: 0 something found, 1 nothing found, 2 wrong use, 3 no answer from Elasticsearch.
    """
    if since is not None:
        if _SPAN.fullmatch(since):
            since = f"now-{since}"
        elif not _DATE.fullmatch(since):
            raise UsageError(f"--since: expected a span or a date (24h, 2026-03-01, now-7d), got {since!r}")
    with closing(elastic.client(app.settings)) as client:
        found = Shelf(client, app.settings.namespace).page(
            since=since,
            by=cast("By", by),
            least=least,
            language=language,
            source=source,
            words=" ".join(words) or None,
            size=size,
        )
    if as_json:
        print_json(msgspec.to_builtins(found))
    else:
        console = Console(highlight=False)
        for one in found.stories:
            console.print(f"[bold]{escape(one.title)}[/]")
            console.print(
                f"  [dim]{_size(one)} · {one.first_seen[:16]} to {one.last_seen[:16]} · {one.id}[/]"
            )
        click.echo(f"{len(found.stories)} of {found.total}", err=True)
    if not found.stories:
        ctx.exit(1)


def _size(story: Story) -> str:
    outlets = "1 outlet" if story.outlet_count == 1 else f"{story.outlet_count} outlets"
    articles = "1 article" if story.articles == 1 else f"{story.articles} articles"
    return f"{articles}, {outlets}" + (f", {story.copies} copies" if story.copies else "")


def _print(story: Story, articles: tuple[Told, ...]) -> None:
    console = Console(highlight=False)
    console.print(f"[bold]{escape(story.title)}[/]")
    console.print(
        f"[dim]{_size(story)} · first {escape(story.origin.source)}, {story.first_seen} · {story.id}[/]"
    )
    for label, values in (
        ("names", [one.name for one in story.names]),
        ("places", [one.name for one in story.places]),
        ("keywords", story.keywords),
        ("by day", [f"{one.name} {one.articles}" for one in story.days]),
    ):
        if values:
            console.print(f"[dim]{label}:[/] {escape(', '.join(values))}")
    for one in articles:
        mark = " [dim](copy)[/]" if one.copy_of else ""
        console.print(f"{one.published}  {escape(one.source)}: {escape(one.headline)}{mark}")
        console.print(f"  [dim]{escape(one.url)}[/]")
