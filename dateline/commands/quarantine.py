"""`dateline quarantine`: list, look at and send again what could not be processed."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from dateline.app import App, Command, pass_app, print_json
from dateline.errors import UsageError
from dateline.quarantine import Entry, entries
from dateline.quarantine import replay as send_again

_PREVIEW = 2000


@click.group(epilog="Example: dateline quarantine list --reason no_body")
def quarantine() -> None:
    """What could not be processed, kept as it was."""


@quarantine.command("list", cls=Command, epilog="Example: dateline quarantine list --stage normalize --json")
@click.option("--stage", help="Only what this stage refused.")
@click.option("--reason", help="Only this reason.")
@click.option("--replayed/--no-replayed", default=None, help="Only what was, or was not, sent again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line an input.")
@pass_app
def list_command(
    app: App, stage: str | None, reason: str | None, replayed: bool | None, as_json: bool
) -> None:
    """List quarantined inputs. Exit codes: 0 listed (also when there are none), 3 no answer from Kafka."""
    table = Table(Column("event", no_wrap=True), "time", "stage", "reason", "bytes", "state", "url", box=None)
    for entry, _ in entries(app.settings):
        if not _wanted(entry, stage, reason, replayed):
            continue
        if as_json:
            print_json(entry)
        else:
            table.add_row(
                entry.event_id,
                entry.time[:19],
                entry.stage,
                entry.reason,
                str(entry.size),
                "replayed" if entry.replayed else "held",
                entry.url or "",
            )
    if not as_json:
        if table.row_count:
            Console().print(table)
        click.echo(f"{table.row_count} inputs", err=True)


@quarantine.command("show", cls=Command, epilog="Example: dateline quarantine show 3f2a --out input.html")
@click.argument("event")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the input's bytes to this file."
)
@click.option("--json", "as_json", is_flag=True, help="Print what is known of it as JSON.")
@click.pass_context
@pass_app
def show_command(app: App, ctx: click.Context, event: str, out: Path | None, as_json: bool) -> None:
    """Show one input (EVENT may be the beginning of its id): why it is here, its headers, its first bytes.

    Exit codes: 0 found, 1 nothing of that id, 3 no answer from Kafka.
    """
    found = [(entry, message) for entry, message in entries(app.settings) if entry.event_id.startswith(event)]
    if not found:
        click.echo(f"nothing in quarantine under {event}", err=True)
        ctx.exit(1)
    entry, message = found[-1]
    if out is not None:
        out.write_bytes(message.value or b"")
    if as_json:
        print_json({"entry": entry, "headers": dict(message.headers)})
        return
    click.echo(f"{entry.event_id}  attempt {entry.attempt}  {'replayed' if entry.replayed else 'held'}")
    click.echo(f"{entry.stage}: {entry.reason}: {entry.error}")
    for name, value in sorted(message.headers.items()):
        if not name.startswith("dq_"):
            click.echo(f"  {name}: {value}")
    if message.value is None:
        click.echo("(null value)")
    elif out is None:
        click.echo(message.value[:_PREVIEW].decode("utf-8", "backslashreplace"))
        if len(message.value) > _PREVIEW:
            click.echo(f"... {len(message.value)} bytes in all: see --out", err=True)


@quarantine.command("replay", cls=Command, epilog="Example: dateline quarantine replay --reason step_failed")
@click.argument("events", nargs=-1)
@click.option("--stage", help="All that this stage refused.")
@click.option("--reason", help="All with this reason.")
@click.option("--all", "everything", is_flag=True, help="All that is held.")
@click.pass_context
@pass_app
def replay_command(
    app: App,
    ctx: click.Context,
    events: tuple[str, ...],
    stage: str | None,
    reason: str | None,
    everything: bool,
) -> None:
    """Send inputs again to where they came from, each once; the stages then take them as a further attempt.

    Exit codes: 0 sent, 1 nothing fits, 2 nothing named, 3 no answer from Kafka.
    """
    if not (events or stage or reason or everything):
        raise UsageError("name events, or choose with --stage, --reason or --all")
    chosen = [
        message
        for entry, message in entries(app.settings)
        if _wanted(entry, stage, reason, False)
        and (not events or any(entry.event_id.startswith(event) for event in events))
    ]
    count = send_again(app.settings, chosen) if chosen else 0
    click.echo(f"{count} sent again", err=True)
    if not count:
        ctx.exit(1)


def _wanted(entry: Entry, stage: str | None, reason: str | None, replayed: bool | None) -> bool:
    return (
        (stage is None or entry.stage == stage)
        and (reason is None or entry.reason == reason)
        and (replayed is None or entry.replayed is replayed)
    )
