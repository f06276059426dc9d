"""`dateline snapshot`: copies of the indices in a repository of the cluster, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Final

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from dateline import elastic
from dateline.app import App, Command, pass_app, print_json
from dateline.restore import Restored, restore
from dateline.snapshots import Snapshot, create, listed, remove, surplus

INCOMPLETE: Final = 1

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine to read.")


@click.group(epilog="Example: dateline snapshot create --keep 7")
def snapshot() -> None:
    """Copies of the indices, and the way back. See docs/retention.md."""


@snapshot.command("create", cls=Command, epilog="Example: dateline snapshot create --keep 7")
@click.option("--name", help="What to call it (default: by the time).")
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar="N",
    help="When it is whole, delete those before the newest N.",
)
@_json
@pass_app
def create_command(app: App, name: str | None, keep: int | None, as_json: bool) -> None:
    """Take a snapshot of all indices; stages and readers go on meanwhile.

    It goes to the repository elastic.snapshot_repository, which is made in a folder of the server unless the cluster has one of
    that name. Only what changed since the snapshot before is copied. It notes where Kafka stands.
    Exit codes: 0 whole, 2 it cannot be taken so, 3 a server does not answer or a shard could not be read.
    """
    with closing(elastic.client(app.settings)) as client:
        with _progress() as progress:
            taken = create(client, app.settings, name, progress, datetime.now(UTC))
        gone = surplus(listed(client, app.settings), keep) if keep else []
        remove(client, app.settings, gone)
    if as_json:
        print_json({"snapshot": taken, "deleted": [one.name for one in gone]})
        return
    click.echo(f"{taken.name}: {len(taken.indices)} indices in {taken.seconds:.1f} s")
    for one in gone:
        click.echo(f"deleted {one.name}")


@snapshot.command("list", cls=Command, epilog="Example: dateline snapshot list --json")
@_json
@pass_app
def list_command(app: App, as_json: bool) -> None:
    """Show the snapshots of this namespace, the oldest first. Exit codes: 0, also where there is none; 3 no answer."""
    with closing(elastic.client(app.settings)) as client:
        found = listed(client, app.settings)
    if as_json:
        print_json(found)
        return
    _print(found)


@snapshot.command("prune", cls=Command, epilog="Example: dateline snapshot prune --keep 7 --yes")
@click.option(
    "--keep", required=True, type=click.IntRange(1), metavar="N", help="How many whole ones are to stay."
)
@click.option("--yes", is_flag=True, help="Do it. Without, only what would go is shown.")
@_json
@pass_app
def prune_command(app: App, keep: int, yes: bool, as_json: bool) -> None:
    """Delete the snapshots before the newest N whole ones. What others share with them stays.

    Exit codes: 0 done or shown, 3 no answer.
    """
    with closing(elastic.client(app.settings)) as client:
        gone = surplus(listed(client, app.settings), keep)
        if yes:
            remove(client, app.settings, gone)
    if as_json:
        print_json({"done": yes, "deleted": gone})
        return
    _print(gone)
    if gone:
        click.echo(f"deleted {len(gone)}" if yes else "nothing was changed: --yes does it", err=True)


@snapshot.command(
    "restore", cls=Command, epilog="Example: dateline snapshot restore latest --replace && dateline audit"
)
@click.argument("name", metavar="NAME")
@click.option("--replace", is_flag=True, help="Also where indices in use hold documents: they are dropped.")
@_json
@click.pass_context
@pass_app
def restore_command(app: App, ctx: click.Context, name: str, replace: bool, as_json: bool) -> None:
    """Bring a snapshot back (`latest`: the newest) beside what is in use, add from the topics what came in since, switch to it.

    Stop the stages, and whatever fetches, first. Readers see what is in use until the aliases switch, in one step; then it is
    dropped. Exit codes: 0 all is there, 1 restored, but the topics do not hold all that came in since, 2 it cannot be done so
    and nothing was changed, 3 a server does not answer.
    """
    with closing(elastic.client(app.settings)) as client, _progress() as progress:
        done = restore(
            client,
            app.settings,
            name,
            lambda names: app.builders(app.settings, names),
            progress,
            replace=replace,
        )
    if as_json:
        print_json(done)
    else:
        click.echo(
            f"{done.snapshot}: restored as generation {done.generation} ({len(done.indices)} indices); from the topics came"
            f" {done.since.versions} versions, {done.since.articles} enriched articles, {done.since.outcomes} outcomes"
        )
    for line in _advice(done):
        click.echo(line, err=True)
    if done.gaps:
        ctx.exit(INCOMPLETE)


def _advice(done: Restored) -> list[str]:
    """What to run next."""
    said = []
    if done.gaps.replaced:
        said.append(
            f"{', '.join(done.gaps.replaced)}: not the topics of the snapshot. What came in after {done.taken} is in neither, but for"
            " what these hold; what producers remember is as of then, so `dateline ingest` and `dateline backfill` fetch it again."
            " `dateline rebuild` would leave only what these topics hold"
        )
    for topic, count in done.gaps.trimmed.items():
        said.append(
            f"{topic}: {count} messages that came in since were deleted; `dateline audit` names the documents, `dateline backfill`"
            " fetches them again"
        )
    said.append("`dateline audit` accounts for every document; then start the stages again")
    return said


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))


def _print(snapshots: Sequence[Snapshot]) -> None:
    if not snapshots:
        click.echo("none")
        return
    table = Table("snapshot", "taken", "state", "indices", "seconds", "version", box=None)
    for one in snapshots:
        taken = one.taken.partition(".")[0].replace("T", " ")
        table.add_row(
            one.name, taken, one.state, str(len(one.indices)), f"{one.seconds:.1f}", one.notes.version
        )
    Console().print(table)
