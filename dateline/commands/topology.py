"""`dateline topics` and `dateline templates`: make what the tables describe, and tell where the servers differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Final

import click
import msgspec
from kafka import KafkaAdminClient
from kafka.errors import KafkaError
from rich.console import Console
from rich.table import Column, Table

from dateline import elastic, kafka
from dateline.app import App, Command, pass_app, print_json
from dateline.errors import Unavailable
from dateline.settings import Settings
from dateline.topology import Report, apply_templates, apply_topics, drifted, inspect_topics
from schemas.topics import FOREVER, TOPICS, Topic

DRIFT: Final = 4
_DAY_MS: Final = 24 * 3600 * 1000
_COLOURS: Final = {"drift": "red", "missing": "yellow", "created": "green", "ok": "default"}

_json = click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")


@click.group(epilog="Example: dateline topics apply")
def topics() -> None:
    """Kafka topics, by the table in schemas/topics.py."""


@topics.command("apply", cls=Command, epilog="Example: dateline topics apply --json")
@_json
@click.pass_context
@pass_app
def apply_command(app: App, ctx: click.Context, as_json: bool) -> None:
    """Create the topics that are missing. What differs is reported and left as it is.

    Exit codes: 0 all as the table says, 4 some differ, 3 no answer or refused.
    """
    with _admin(app.settings) as admin:
        _finish(ctx, apply_topics(admin, app.settings), as_json)


@topics.command("list", cls=Command, epilog="Example: dateline topics list")
@_json
@click.pass_context
@pass_app
def list_command(app: App, ctx: click.Context, as_json: bool) -> None:
    """Show every topic of the table and what the broker has. Changes nothing.

    Exit codes: 0 all as the table says, 4 some differ or are missing, 3 no answer.
    """
    with _admin(app.settings) as admin:
        reports = inspect_topics(admin, app.settings)
    rows = [_Row.of(topic, report) for topic, report in zip(TOPICS, reports, strict=True)]
    if as_json:
        print_json(rows)
    else:
        table = Table(
            Column("topic", no_wrap=True), "value", "partitions", "cleanup", "kept", "state", box=None
        )
        for row in rows:
            kept = "forever" if row.retention_ms == FOREVER else f"{row.retention_ms // _DAY_MS} days"
            colour = _COLOURS[row.state]
            table.add_row(
                row.name,
                row.value,
                str(row.partitions),
                row.cleanup,
                kept,
                f"[{colour}]{row.state}[/]",
            )
        Console().print(table)
        _print_differences(reports)
    if any(report.state != "ok" for report in reports):
        ctx.exit(DRIFT)


@click.group(epilog="Example: dateline templates apply")
def templates() -> None:
    """Elasticsearch index templates, by the mappings in schemas/."""


@templates.command("apply", cls=Command, epilog="Example: dateline templates apply")
@_json
@click.pass_context
@pass_app
def apply_templates_command(app: App, ctx: click.Context, as_json: bool) -> None:
    """Put the index templates, make the indices that are not dated, add new fields to existing indices.

    Where a mapping can't become what it should be, that is reported and left as it is: `dateline rebuild` mends it.
    Exit codes: 0 all as the mappings say, 4 some differ, 3 no answer or refused.
    """
    with closing(elastic.client(app.settings)) as client:
        _finish(ctx, apply_templates(client, app.settings), as_json)


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    key: str
    value: str
    partitions: int
    cleanup: str
    retention_ms: int
    state: str
    differences: tuple[str, ...]

    @staticmethod
    def of(topic: Topic, report: Report) -> _Row:
        return _Row(
            name=report.name,
            key=topic.key,
            value=topic.value.__name__ if topic.value else "bytes",
            partitions=topic.partitions,
            cleanup=topic.cleanup,
            retention_ms=topic.retention_ms,
            state=report.state,
            differences=report.differences,
        )


@contextmanager
def _admin(settings: Settings) -> Iterator[KafkaAdminClient]:
    try:
        admin = kafka.admin(settings)
    except KafkaError as error:
        raise Unavailable(
            f"kafka: {settings.kafka.bootstrap_servers or 'embedded server'}: {error}"
        ) from error
    with closing(admin):
        yield admin


def _finish(ctx: click.Context, reports: Sequence[Report], as_json: bool) -> None:
    if as_json:
        print_json(reports)
    else:
        for report in reports:
            click.echo(f"{report.state:8} {report.name}")
        _print_differences(reports)
    if drifted(reports):
        ctx.exit(DRIFT)


def _print_differences(reports: Sequence[Report]) -> None:
    for report in reports:
        for difference in report.differences:
            click.echo(f"{report.name}: {difference}", err=True)
