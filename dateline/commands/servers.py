"""`dateline up`, `down`, `status` and `doctor`: the embedded servers, and a look at any servers."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import click
import msgspec
from rich.console import Console
from rich.markup import escape

from dateline import doctor as checks
from dateline import reach
from dateline.app import App, command, pass_app, print_json
from dateline.embedded import EmbeddedServers, ServerStatus, running
from dateline.embedded.state import NAMES
from dateline.settings import Settings

NOT_UP: Final = 3
WRONG: Final = 1
_COLOURS: Final = {"ok": "green", "note": "yellow", "wrong": "red"}
_TITLES: Final = {"kafka": "Apache Kafka", "elastic": "Elasticsearch"}

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine to read.")


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """One server as `status` and `up` show it. `kind` is external when settings name it; memory in bytes, uptime in seconds."""

    name: str
    kind: Literal["embedded", "external"]
    up: bool
    address: str | None
    problem: str | None = None
    pid: int | None = None
    memory: int | None = None
    uptime: float | None = None
    log: str | None = None


@command("up", example="dateline up && dateline status")
@_json
@pass_app
def up(app: App, as_json: bool) -> None:
    """Start Kafka and Elasticsearch on this machine, and return when both answer.

    They go on in the background until `dateline down`, survive being killed, and keep their data in the data directory. A server
    that settings name (kafka.bootstrap_servers, elastic.url) is used instead, and none is started for it. The first start
    downloads some 110 MB. Servers that `dateline demo` started answer more slowly: stop and start them to keep them.
    Exit codes: 0 all answer, 2 wrong settings, 3 one does not start: the message shows its log.
    """
    settings = app.settings
    external = _external(settings)
    ours = [name for name in NAMES if name not in external]
    before = running(settings.data_path)
    already = before is not None and all(_address(name, settings) for name in ours)
    if ours:
        embedded(settings, quick=False).up(ours)
    servers = [_named(name, external[name]) if name in external else _ours(settings, name) for name in NAMES]
    if as_json:
        print_json(servers)
        return
    for server in servers:
        note = "named by settings, nothing to start" if server.kind == "external" else "answers"
        if server.kind == "embedded" and already:
            note = "already running"
        click.echo(f"{_TITLES[server.name]:<14} {server.address} ({note})")


@command("down", example="dateline down")
@_json
@pass_app
def down(app: App, as_json: bool) -> None:
    """Stop the servers that `dateline up` started for this data directory, and nothing else. Data stays.

    Exit codes: 0 stopped, or none ran; 3 another start or stop does not end.
    """
    stopped = embedded(app.settings).down()
    if as_json:
        print_json({"stopped": stopped})
    else:
        names = " and ".join(_TITLES[name] for name in stopped)
        click.echo(f"stopped {names}" if stopped else f"nothing runs for {app.settings.data_path}")


@command("status", example="dateline status --json")
@_json
@click.pass_context
@pass_app
def status(app: App, ctx: click.Context, as_json: bool) -> None:
    """Show both servers, embedded or named by settings: whether they answer, where, and what they take.

    Exit codes: 0 both answer, 3 one does not.
    """
    settings = app.settings
    external = _external(settings)
    servers = [
        _probed(settings, name, external[name]) if name in external else _ours(settings, name)
        for name in NAMES
    ]
    if as_json:
        print_json(servers)
    else:
        console = Console(soft_wrap=True, highlight=False)
        for server in servers:
            state = "[green]answers[/]" if server.up else f"[red]{escape(server.problem or 'down')}[/]"
            console.print(f"{_TITLES[server.name]:<14} {server.address or '-':<24} {state}")
            if server.pid and server.memory and server.uptime:
                used = f"process {server.pid}, {server.memory / 1e6:.0f} MB, up for {_span(server.uptime)}"
                console.print(f"{'':<14} [dim]{used}, log {server.log}[/]")
    if not all(server.up for server in servers):
        ctx.exit(NOT_UP)


@command("doctor", example="dateline doctor")
@_json
@click.pass_context
@pass_app
def doctor(app: App, ctx: click.Context, as_json: bool) -> None:
    """Say what is missing or wrong, and how to mend it. Changes nothing.

    Looks at Python, Java, jars, disk, memory, ports and processes for embedded servers; at address, TLS, name and password or
    API key for servers that settings name; at topics and indices for both. Exit codes: 0 nothing is wrong, 1 something is,
    2 the settings cannot be read.
    """
    found: list[checks.Check] = []
    console = Console(soft_wrap=True, highlight=False)
    for check in checks.examine(app.settings):
        found.append(check)
        if not as_json:
            colour = _COLOURS[check.verdict]
            console.print(f"[{colour}]{check.verdict:<6}[/] {check.what:<14} {escape(check.found)}")
            if check.mend:
                console.print(f"{'':<22}[bold]→ {escape(check.mend)}[/]")
    if as_json:
        print_json(found)
    if any(check.verdict == "wrong" for check in found):
        ctx.exit(WRONG)


def embedded(settings: Settings, *, quick: bool = True) -> EmbeddedServers:
    """The embedded servers as these settings want them; not `quick`: to start for a longer time (see `EmbeddedServers`)."""
    wanted = settings.embedded
    snapshots = Path(settings.elastic.snapshot_folder)
    return EmbeddedServers(
        settings.data_path,
        kafka_port=wanted.kafka_port,
        elastic_port=wanted.elastic_port,
        kafka_heap=wanted.kafka_heap,
        elastic_heap=wanted.elastic_heap,
        snapshots=snapshots if snapshots.is_absolute() else None,
        quick=quick,
    )


def _external(settings: Settings) -> dict[str, str]:
    named = {"kafka": settings.kafka.bootstrap_servers, "elastic": settings.elastic.url}
    return {name: address for name, address in named.items() if address}


def _address(name: str, settings: Settings) -> str:
    found = running(settings.data_path)
    if found is None:
        return ""
    return found.kafka_bootstrap if name == "kafka" else found.elastic_url


def _named(name: str, address: str) -> Server:
    return Server(name=name, kind="external", up=True, address=address)


def _probed(settings: Settings, name: str, address: str) -> Server:
    reached = reach.kafka(settings) if name == "kafka" else reach.elasticsearch(settings)
    problem = None if reached.answers else f"{reached.found}: {reached.mend}"
    return Server(name=name, kind="external", up=reached.answers, address=address, problem=problem)


def _ours(settings: Settings, name: str) -> Server:
    found: ServerStatus = next(s for s in embedded(settings).status().servers if s.name == name)
    return Server(
        name=name,
        kind="embedded",
        up=found.answers,
        address=found.address,
        problem=found.problem,
        pid=found.pid,
        memory=found.memory,
        uptime=found.uptime,
        log=found.log,
    )


def _span(seconds: float) -> str:
    minutes, hours = int(seconds) // 60, int(seconds) // 3600
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else f"{seconds:.0f} s"
