"""`dateline sources health`: how each source does against its own past."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from kafka.errors import KafkaError
from rich.console import Console
from rich.progress import track
from rich.table import Table

from dateline import kafka as clients
from dateline.app import App, command, pass_app, print_json
from dateline.elastic import client
from dateline.errors import Unavailable, UsageError
from dateline.settings import Settings
from producers import sources as table
from producers.display import show
from producers.health import judge
from producers.measure import Gauge
from producers.sources import Source
from schemas import envelope, ids
from schemas.records import SourceHealth, encode
from schemas.topics import HEALTH


@command("health", example="dateline sources health harbour-post --json")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--warn", is_flag=True, help="Record it, and send an event for each source whose warnings changed."
)
@click.option("--all", "every", is_flag=True, help="Show sources that do as usual, too.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, one object a source.")
@pass_app
@click.pass_context
def health(
    ctx: click.Context, app: App, ids: tuple[str, ...], warn: bool, every: bool, as_json: bool
) -> None:
    """Say which sources fell silent, fail, or changed: articles a day, without text, without date, paywalled, length.

    Each is compared with its own last four weeks. With --warn, warnings that begin or end become messages of
    `sources.health.v1`, and the day's figures are kept in the index `source-health`.

    Exit codes: 0 no warnings, 1 some sources have warnings, 2 wrong use, 3 a server of yours does not answer.
    """
    known = table.load(Path(app.settings.ingest.sources))
    chosen = [table.by_id(known, wanted) for wanted in ids] or list(known)
    found = check(app.settings, chosen, datetime.now(UTC), warn=warn)
    if as_json:
        print_json(found)
    else:
        _show(found if every or ids else [one for one in found if one.warnings], len(found))
    if any(one.warnings for one in found):
        ctx.exit(1)


def check(settings: Settings, chosen: Sequence[Source], at: datetime, *, warn: bool) -> list[SourceHealth]:
    """How these sources do at that moment. With `warn` it is recorded, after the events were sent: what a crash cuts off
    is sent again by the next check.
    """
    wanted = [source.id for source in chosen]
    disabled = {source.id for source in chosen if source.disabled}
    with closing(client(settings)) as elastic:
        gauge = Gauge(elastic, settings.namespace)
        before = gauge.previous(wanted)
        console = Console(stderr=True)
        measured = track(
            gauge.measure(wanted, at),
            "measuring",
            total=len(wanted),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        found = [
            judge(one, at, previous=before.get(one.source), disabled=one.source in disabled)
            for one in measured
        ]
        if warn:
            changed = [one for one in found if _kinds(one) != _kinds(before.get(one.source))]
            _send(settings, changed)
            gauge.record(found)
    return found


def _kinds(health: SourceHealth | None) -> set[str]:
    return {warning.kind for warning in health.warnings} if health else set()


def _send(settings: Settings, changed: Sequence[SourceHealth]) -> None:
    """Raises Unavailable without Kafka, UsageError without the topic."""
    if not changed:
        return
    topic = clients.physical(settings, HEALTH)
    try:
        with closing(clients.admin(settings)) as admin:
            if topic not in admin.list_topics():
                raise UsageError(f"kafka: no topic {topic}; run `dateline topics apply`")
        with closing(clients.producer(settings)) as producer:
            sent = [
                producer.send(
                    topic,
                    key=one.source.encode(),
                    value=encode(one),
                    headers=clients.byte_headers(_headers(one)),
                )
                for one in changed
            ]
            producer.flush()
            for one in sent:
                one.get(timeout=0)
    except KafkaError as error:
        raise Unavailable(f"kafka: sending the health of sources: {error}; see `dateline doctor`") from error


def _headers(health: SourceHealth) -> dict[str, str]:
    stands = [f"{warning.kind} {warning.since}" for warning in health.warnings]
    return {
        envelope.CE_SPECVERSION: envelope.SPEC_VERSION,
        envelope.CE_ID: ids.digest(("health", health.source, *(stands or [health.checked]))),
        envelope.CE_SOURCE: "dateline/sources",
        envelope.CE_TYPE: envelope.record_type(HEALTH.name),
        envelope.CE_TIME: health.checked,
        envelope.CONTENT_TYPE: "application/json",
        envelope.SOURCE_ID: health.source,
    }


def _show(shown: Sequence[SourceHealth], number: int) -> None:
    warned = [one for one in shown if one.warnings]
    if shown:
        rows = Table(
            "source", "state", "answered", "last article", "a day", "usual", "no text", "no date", "paywall", "words",
            "failing", box=None,
        )  # fmt: skip
        for one in shown:
            rows.add_row(
                one.source,
                one.state,
                _short(one.last_success),
                _short(one.last_article),
                str(one.articles),
                _number(one.articles_usual),
                _percent(one.without_body),
                _percent(one.without_date),
                _percent(one.paywalled),
                _number(one.median_words),
                str(one.failing),
            )
        show(rows)
    for one in warned:
        for warning in one.warnings:
            click.echo(f"{one.source}  {warning.kind}  {warning.said}  (since {_short(warning.since)})")
    click.echo(f"{number} sources, {len(warned)} with warnings", err=True)


def _short(moment: str | None) -> str:
    return moment[:16].replace("T", " ") if moment else "never"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"
