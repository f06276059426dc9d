"""`dateline retention`: what is too old leaves the indices."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime

import click
import msgspec
from rich.console import Console
from rich.filesize import decimal
from rich.progress import Progress
from rich.table import Table

from dateline import elastic, lifecycle
from dateline.app import App, Command, pass_app, print_json
from dateline.retention import Expired, cutoff, expired, in_use, remove
from schemas.elastic import Kind


@click.group(epilog="Example: dateline retention apply --older-than 2y")
def retention() -> None:
    """How long articles and outcomes stay in the indices. See docs/retention.md."""


@retention.command(
    "apply", cls=Command, epilog="Example: dateline retention apply --older-than 2y --outcomes 90d --yes"
)
@click.option(
    "--older-than",
    metavar="AGE",
    help="Age of articles, by the month published: 90d, 12w, 18m, 2y (default: retention.older_than).",
)
@click.option(
    "--outcomes",
    metavar="AGE",
    help="Age of outcomes, by the month decided (default: retention.outcomes, else as articles).",
)
@click.option("--yes", is_flag=True, help="Do it. Without, only what would go is shown.")
@click.option(
    "--no-ilm", is_flag=True, help="Leave the cluster's lifecycle management alone, also where there is one."
)
@click.option("--json", "as_json", is_flag=True, help="Print what goes, or went, as JSON.")
@pass_app
def apply_command(
    app: App, older_than: str | None, outcomes: str | None, yes: bool, no_ilm: bool, as_json: bool
) -> None:
    """Remove the months that are wholly older than an age: articles with their versions, quotations and changes, and outcomes.

    The audit stays clean: it knows what was removed. Where the cluster has index lifecycle management, outcomes go by a policy, and months that
    are over are merged. Topics keep what their own settings say. Without an age, here or in settings, all stays.
    Exit codes: 0 done or shown, 2 wrong age or nothing there, 3 no answer.
    """
    now = datetime.now(UTC)
    of_articles = older_than or app.settings.retention.older_than
    outcomes = outcomes or app.settings.retention.outcomes or of_articles
    before = cutoff(of_articles, now.date()) if of_articles else date.min
    before_outcomes = cutoff(outcomes, now.date()) if outcomes else date.min
    with closing(elastic.client(app.settings)) as client:
        names = in_use(client, app.settings.namespace)
        managed = not no_ilm and lifecycle.available(client)
        too_old = expired(client, names, before, (Kind.ARTICLES, Kind.VERSIONS))
        of_outcomes = expired(client, names, before_outcomes, (Kind.OUTCOMES,))
        if managed:
            of_outcomes = [msgspec.structs.replace(one, by="ilm") for one in of_outcomes]
        found = [*too_old, *of_outcomes]
        done = None
        if yes:
            if managed:
                kept = (now.date() - before_outcomes).days if outcomes else None
                lifecycle.apply_policies(client, names, kept)
            ours = [one for one in found if one.by == "dateline"]
            with Progress(console=Console(stderr=True)) as progress:
                done = remove(client, names, ours, progress, now)
    if as_json:
        print_json({"done": yes, "ilm": managed, "expired": found, "removed": done})
        return
    if outcomes is None:
        click.echo("all stays for ever: neither --older-than nor retention.older_than is set", err=True)
        return
    _print(found)
    if done is None:
        click.echo("nothing was changed: --yes does it", err=True)
    else:
        click.echo(
            f"removed {len(done.indices)} indices: {done.articles} articles with {done.quotes} quotations and {done.changes} changes"
            + ("; the rest is left to the cluster's lifecycle policies" if managed else ""),
            err=True,
        )


def _print(found: Sequence[Expired]) -> None:
    if not found:
        click.echo("nothing is that old")
        return
    table = Table("index", "of", "documents", "size", "removed by", box=None)
    for one in found:
        table.add_row(one.index, one.period, f"{one.documents:,}", decimal(one.bytes), one.by)
    Console().print(table)
