"""`dateline names`: an entity under all its names, and where it was seen."""

from __future__ import annotations

from contextlib import closing

import click
import msgspec
from rich.console import Console
from rich.markup import escape

from dateline import elastic, known
from dateline.app import App, command, pass_app, print_json
from dateline.errors import UsageError
from schemas.ids import words_of

_TYPES = ("person", "organization", "place", "event", "work")


@command("names", example='dateline names "Ada Brandt"')
@click.argument("name")
@click.option("--type", "kind", type=click.Choice(_TYPES), help="Only names of this type.")
@click.option("--size", type=click.IntRange(1, 100), default=10, show_default=True, help="Names at most.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_context
@pass_app
def names(app: App, ctx: click.Context, name: str, kind: str | None, size: int, as_json: bool) -> None:
    """Show whom the archive knows by NAME: every form that articles use, roles, outlets, first and last seen.

    All words of NAME must be in one of the entity's names. Those of most articles come first.
    Exit codes: 0 something found, 1 nothing found, 2 wrong use, 3 no answer from Elasticsearch.
    """
    if not words_of(name):
        raise UsageError("expected words of a name, got none")
    with closing(elastic.client(app.settings)) as client:
        found = known.find(client, app.settings.namespace, name, kind=kind, size=size)
    if as_json:
        print_json([msgspec.to_builtins(one) for one in found])
    else:
        console = Console(highlight=False)
        for one in found:
            _print(console, one)
        click.echo(f"{len(found)} found", err=True)
    if not found:
        ctx.exit(1)


def _print(console: Console, one: known.Known) -> None:
    console.print(f"[bold]{escape(one.name)}[/] {one.type} [dim]{one.id}[/]")
    if one.aliases:
        console.print(f"  also    {escape(', '.join(one.aliases))}")
    if one.roles:
        console.print(f"  roles   {escape(', '.join(one.roles))}")
    outlets = ", ".join(f"{outlet} {number}" for outlet, number in one.outlets.items())
    console.print(
        f"  seen    {one.articles} times, {one.first or '?'} to {one.last or '?'} ({escape(outlets)})"
    )
    for hit in one.latest:
        console.print(f"  [dim]{escape(hit.published or '')} {escape(hit.source)}[/] {escape(hit.headline)}")
