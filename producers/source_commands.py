"""`dateline sources`: the source table."""

from collections.abc import Sequence
from pathlib import Path

import click

from dateline.app import App, command, pass_app, print_json
from producers import plans
from producers import sources as table
from producers.sources import Source


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
def due_sources(app: App, as_json: bool) -> None:
    """The sources whose turn it is: `dateline ingest --source ID` polls one, `dateline ingest --due` all."""
    _show([source for source, _ in plans.due(app.settings)], as_json)


sources.add_command(list_sources)
sources.add_command(due_sources)


def _show(found: Sequence[Source], as_json: bool) -> None:
    if as_json:
        print_json([{"id": s.id, "name": s.name, "feeds": s.feeds} for s in found])
        return
    for source in found:
        note = f"  (disabled: {source.disabled})" if source.disabled else ""
        click.echo(f"{source.id}\t{source.name}\tevery {source.interval}\t{' '.join(source.feeds)}{note}")
