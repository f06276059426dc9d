"""`dateline alerts`: saved searches that tell what is new, and the sending of what they found."""

from __future__ import annotations

import os
import re
import signal
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Final

import click
import msgspec
from rich.console import Console
from rich.table import Column, Table

from dateline import elastic
from dateline.alerts.book import Indices, ids_of
from dateline.alerts.definition import by_name, load, load_if_there, missing, shown
from dateline.alerts.delivery import Delivery, Tally, retry
from dateline.alerts.fakes import FakeAlertBook
from dateline.alerts.file import AlertsFile
from dateline.alerts.outbox import ElasticOutbox
from dateline.app import App, Command, pass_app, print_json
from dateline.decode import Undecodable, decode
from dateline.errors import Unavailable, UsageError
from dateline.log import recent
from dateline.outcome import Keep
from dateline.settings import Settings
from dateline.story_store import ElasticStoryStore
from dateline.telemetry import configure
from schemas.records import Notice
from schemas.topics import ENRICHED

_AGE: Final = re.compile(r"(\d{1,4})([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_BATCH: Final = 200
_LOOK_EVERY: Final = 2.0
_CLEAN_STOP_SECONDS: Final = 9.0
_KILLED_ITSELF: Final = 75
_STATES: Final = ("pending", "delivered", "failed", "withdrawn")


@click.group(epilog="Example: dateline alerts check && dateline alerts test ferry-corrections --since 7d")
def alerts() -> None:
    """Saved searches that tell what is new: by the topic alerts.v1, feeds, webhooks and e-mail."""


@alerts.command("check", cls=Command, epilog="Example: dateline alerts check --json")
@click.option("--json", "as_json", is_flag=True, help="Print the alerts as JSON.")
@click.pass_context
@pass_app
def check_command(app: App, ctx: click.Context, as_json: bool) -> None:
    """Read the file of alerts and say all that is wrong with it, line by line; needs no server.

    Exit codes: 0 all well, 1 something that sending needs is not set here, 2 the file is wrong.
    """
    found = load_if_there(Path(app.settings.alerts.file))
    lacks = missing(app.settings, found, os.environ)
    if as_json:
        print_json({"alerts": found, "missing": lacks})
    else:
        click.echo(f"{len(found)} alerts in {app.settings.alerts.file}")
    for one in lacks:
        click.echo(f"dateline check: {one}", err=True)
    if lacks:
        ctx.exit(1)


@alerts.command("list", cls=Command, epilog="Example: dateline alerts list --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON line an alert.")
@pass_app
def list_command(app: App, as_json: bool) -> None:
    """List the alerts with what was sent and what waits. Exit codes: 0 listed, 2 the file is wrong, 3 no answer."""
    found = load(Path(app.settings.alerts.file))
    with _outbox(app.settings) as outbox:
        counts = outbox.counts()
    about = (Column("alert", no_wrap=True), "over", "once per", Column("receiver", overflow="fold"))
    table = Table(*about, *(Column(state, no_wrap=True, justify="right") for state in _STATES), box=None)
    for alert in found:
        states = {channel.id: counts.get((alert.name, channel.id), {}) for channel in alert.channels}
        if as_json:
            print_json({**msgspec.to_builtins(alert), "deliveries": states})
            continue
        rows = [(shown(id_), *(str(state.get(name, 0)) for name in _STATES)) for id_, state in states.items()]
        for place, row in enumerate(rows or [("topic and feeds", *("" for _ in _STATES))]):
            named = (alert.name + (" (off)" if alert.disabled else ""), alert.over, alert.once_per)
            table.add_row(*(named if place == 0 else ("", "", "")), *row)
    if not as_json:
        Console().print(table)


@alerts.command("test", cls=Command, epilog="Example: dateline alerts test ferry-corrections --since 24h")
@click.argument("name")
@click.option("--since", default="24h", show_default=True, help="How far back: 30m, 24h, 7d, 4w.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line a notice.")
@click.pass_context
@pass_app
def test_command(app: App, ctx: click.Context, name: str, since: str, as_json: bool) -> None:
    """Show what an alert would have told of what came in lately. Sends nothing and notes nothing.

    Looks at what the topic of enriched articles still holds: of an article with several versions, often only the latest.
    Exit codes: 0 something, 1 nothing, 2 wrong file or name, 3 a server does not answer.
    """
    alert = by_name(load(Path(app.settings.alerts.file)), name)
    begin = datetime.now(UTC) - _age(since)
    wanted = msgspec.structs.replace(alert, since=begin.isoformat(), disabled=None)
    told = 0
    with closing(elastic.client(app.settings)) as client:
        merged = ids_of(lambda: ElasticStoryStore(client, namespace=app.settings.namespace))
        stage = app.alerts.stage(lambda: (wanted,), FakeAlertBook(), merged)
        batch = []
        messages = recent(app.settings, ENRICHED, int(begin.timestamp() * 1000))
        for message in chain(messages, [None]):
            if message is not None:
                with suppress(Undecodable):  # in quarantine
                    batch.append(decode(message))
            if batch and (message is None or len(batch) == _BATCH):
                for outcome in stage.step(batch):
                    assert isinstance(outcome, Keep)
                    for output in outcome.outputs:
                        assert isinstance(output.record, Notice)
                        _print_notice(output.record, as_json)
                        told += 1
                batch = []
    if not told:
        if not as_json:
            click.echo(f"nothing in the last {since}", err=True)
        ctx.exit(1)


@alerts.command("deliver", cls=Command, epilog="Example: dateline alerts deliver --json")
@click.option(
    "--once", "mode", flag_value="once", default="once", help="Send what is due and exit (the default)."
)
@click.option("--follow", "mode", flag_value="follow", help="Run as a service.")
@click.option("--until-caught-up", "mode", flag_value="once", hidden=True)
@click.option(
    "--worker", help="Name of this worker: one of the same name goes on at once where a killed one stopped."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON at the end.")
@click.pass_context
@pass_app
def deliver_command(app: App, ctx: click.Context, mode: str, worker: str | None, as_json: bool) -> None:
    """Send what alerts found by webhook and e-mail, as far as quiet hours and digests let it. Safe to run at any time.

    Exit codes: 0 all that was due is sent, 1 some is not (it is tried again later, or was given up: see `deliveries`), 2 the
    file is wrong, 3 a server does not answer.
    """
    configure(app.settings.log_level)
    stopped = threading.Event()
    _on_stop(stopped)
    path = Path(app.settings.alerts.file)
    if mode == "once":
        load_if_there(path)
    file = AlertsFile(path)
    total = Tally()
    with _outbox(app.settings) as outbox:
        delivery = Delivery(
            app.settings, outbox, app.alerts.post(app.settings), worker=worker or uuid.uuid4().hex[:12]
        )
        while not stopped.is_set():
            try:
                tally = delivery.deliver(file(), stopped=stopped.is_set)
            except Unavailable as error:
                if mode == "once":
                    raise
                delivery.held_back(error)
                stopped.wait(app.settings.runner.backoff_max)
                continue
            total.add(tally)
            if mode == "once":
                break
            total.errors = []
            stopped.wait(_LOOK_EVERY)
    if as_json:
        print_json(total)
    for said in total.errors:
        click.echo(f"dateline deliver: {said}", err=True)
    if mode == "once" and (total.later or total.failed):
        ctx.exit(1)


@alerts.command("deliveries", cls=Command, epilog="Example: dateline alerts deliveries --state failed --json")
@click.option("--alert", "name", help="Of one alert.")
@click.option("--state", type=click.Choice(_STATES), help="In one state.")
@click.option(
    "--max", "size", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON line a delivery.")
@pass_app
def deliveries_command(app: App, name: str | None, state: str | None, size: int, as_json: bool) -> None:
    """List what is and was owed to receivers, newest first, with what went wrong. Exit codes: 0 listed, 3 no answer."""
    with _outbox(app.settings) as outbox:
        rows = outbox.listed(alert=name, state=state, size=size)
        notices = outbox.notices([row.notice for row in rows])
    table = Table(Column("found", no_wrap=True), "alert", "receiver", "state", "headline", "error", box=None)
    for row in rows:
        notice = notices.get(row.notice)
        if as_json:
            print_json({**msgspec.to_builtins(row), "headline": notice.headline if notice else None})
        else:
            headline = notice.headline if notice else ""
            table.add_row(
                row.created[:19], row.alert, shown(row.channel), row.state, headline, row.error or ""
            )
    if not as_json:
        Console().print(table)


@alerts.command("retry", cls=Command, epilog="Example: dateline alerts retry ferry-corrections")
@click.argument("name")
@click.pass_context
@pass_app
def retry_command(app: App, ctx: click.Context, name: str) -> None:
    """Owe once more what could not be sent of an alert, and switch on again a receiver that had answered 410.

    Exit codes: 0 done, 1 nothing had failed, 3 no answer.
    """
    with _outbox(app.settings) as outbox:
        failed = outbox.listed(alert=name, state="failed", size=10_000)
        number = retry(outbox, failed)
    click.echo(f"{number} owed again", err=True)
    if not number:
        ctx.exit(1)


@contextmanager
def _outbox(settings: Settings) -> Iterator[ElasticOutbox]:
    one = settings.elastic
    with closing(elastic.client(settings)) as client:
        yield ElasticOutbox(Indices(client, settings.namespace, shards=one.shards, replicas=one.replicas))


def _age(text: str) -> timedelta:
    found = _AGE.fullmatch(text)
    if not found:
        raise UsageError(f"--since expects 30m, 24h, 7d or 4w, got {text!r}")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _print_notice(notice: Notice, as_json: bool) -> None:
    if as_json:
        print_json(notice)
        return
    click.echo(f"{notice.published or notice.matched}  {notice.source}  {notice.headline}\n    {notice.url}")
    for quote in notice.quotes:
        click.echo(f"    {quote.speaker or 'somebody'}: “{quote.text}”")
    for change in notice.changes:
        click.echo(f"    {change.kind} {change.importance:.2f}: {change.before or ''} → {change.after or ''}")


def _on_stop(stopped: threading.Event) -> None:
    def stop(_signal: int, _frame: object) -> None:
        stopped.set()
        # a receiver that hangs must not keep us: what is not noted is sent again under the same id
        watchdog = threading.Timer(_CLEAN_STOP_SECONDS, os._exit, (_KILLED_ITSELF,))
        watchdog.daemon = True
        watchdog.start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
