"""`dateline similar`: more like this."""

from __future__ import annotations

from contextlib import closing

import click
import msgspec
from rich.console import Console

from dateline import elastic
from dateline.app import App, command, pass_app, print_json
from dateline.archive import Archive
from dateline.commands.reading import print_hit
from dateline.likeness import Likeness


@command("similar", example="dateline similar https://www.harbourpost.example/ferry --size 5")
@click.argument("what", metavar="ARTICLE")
@click.option("--size", type=click.IntRange(1, 100), default=10, show_default=True, help="Articles at most.")
@click.option("--copies", is_flag=True, help="Also copies of the article itself and of its origin.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_context
@pass_app
def similar(app: App, ctx: click.Context, what: str, size: int, copies: bool, as_json: bool) -> None:
    """List articles like ARTICLE (an id, the beginning of one, or a URL): by meaning and by words, likest first.

    Exit codes: 0 something found, 1 nothing found or no such article, 3 no answer from Elasticsearch.
    """
    with closing(elastic.client(app.settings)) as client:
        article = Archive(client, app.settings.namespace).article(what)
        if article is None:
            click.echo(f"no article {what!r}", err=True)
            ctx.exit(1)
        found = Likeness(client, app.settings.namespace, app.embed).similar(article, size=size, copies=copies)
    if as_json:
        print_json([msgspec.to_builtins(hit) for hit in found])
    else:
        console = Console(highlight=False)
        for number, hit in enumerate(found, start=1):
            print_hit(console, number, hit)
        click.echo(f"{len(found)} found", err=True)
    if not found:
        ctx.exit(1)
