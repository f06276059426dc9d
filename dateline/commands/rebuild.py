"""`dateline rebuild`: every index again from the topics."""

from __future__ import annotations

from contextlib import closing

import click
import msgspec
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dateline import elastic
from dateline.app import App, command, pass_app, print_json
from dateline.rebuild import rebuild as run_rebuild


@command("rebuild", example="dateline rebuild")
@click.option(
    "--allow-fewer", is_flag=True, help="Also where the topics hold fewer versions than the indices do."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@pass_app
def rebuild(app: App, allow_fewer: bool, as_json: bool) -> None:
    """Make all indices again from the topics beside those in use, then switch the aliases in one step.

    Stop the stages first. Readers see the old indices until the switch.
    Exit codes: 0 done, 2 stages are running, there is nothing to rebuild or the topics hold fewer versions than the indices,
    3 a server does not answer.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed}"),
        TimeElapsedColumn(),
    )
    with (
        closing(elastic.client(app.settings)) as client,
        Progress(*columns, console=Console(stderr=True)) as progress,
    ):
        done = run_rebuild(
            app.settings,
            client,
            lambda names: app.builders(app.settings, names),
            progress,
            allow_fewer=allow_fewer,
        )
    if as_json:
        print_json(msgspec.to_builtins(done))
    else:
        click.echo(
            f"generation {done.generation}: {done.articles} enriched articles, {done.versions} versions "
            f"({done.enriched_again} enriched again), {done.changes} changes, {done.outcomes} outcomes"
        )
