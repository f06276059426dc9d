"""`dateline renormalize`: stored documents read again with today's code."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime, timedelta

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from dateline import elastic
from dateline.app import App, command, pass_app, print_json
from dateline.errors import UsageError
from dateline.renormalize import Filters, Report, dry_run
from dateline.replant import replant

_AGO = re.compile(r"^(\d{1,5})([dh])$")
_SHORT = 90
_COLUMNS = (
    SpinnerColumn(),
    TextColumn("{task.description}"),
    TextColumn("{task.completed}"),
    TimeElapsedColumn(),
)


@command("renormalize", example="dateline renormalize --since 30d --dry-run")
@click.option("--since", help="Documents received from then on: 2026-03-01, a time with offset, 30d or 12h.")
@click.option("--until", help="Documents received before: the same forms.")
@click.option("--source", "sources", multiple=True, help="Id of a source; may be repeated (default: all).")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many documents.")
@click.option(
    "--examples", type=click.IntRange(min=0), default=3, show_default=True, help="So many of each change."
)
@click.option("--dry-run", "dry", is_flag=True, help="Report what would change; change nothing.")
@click.option(
    "--into", metavar="NAMESPACE", help="Copy the raw documents into this namespace, to be read there anew."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
@pass_app
def renormalize(
    app: App,
    ctx: click.Context,
    since: str | None,
    until: str | None,
    sources: tuple[str, ...],
    limit: int | None,
    examples: int,
    dry: bool,
    into: str | None,
    as_json: bool,
) -> None:
    """Read stored raw documents again with today's code, and say what would change, before anything is switched.

    A better reading must not look like an edit by the outlet, so nothing is sent after what is there: --into copies the raw
    documents into a namespace of their own, where the stages read them from the start; docs/re-extraction.md says how to
    switch. Exit codes: 0 nothing would change (or copied), 1 something would, 2 wrong use, 3 a server does not answer.
    """
    if dry == (into is not None):
        raise UsageError("renormalize: expected either --dry-run or --into NAMESPACE")
    if into is not None and (since or until or sources or limit):
        raise UsageError(
            "renormalize: --into takes all documents: a history needs every sighting read by the same code"
        )
    with Progress(*_COLUMNS, console=Console(stderr=True)) as progress:
        task = progress.add_task("documents", total=None)

        def advance(count: int) -> None:
            progress.advance(task, count)

        if into is not None:
            copied = replant(app.settings, into, advance=advance)
        else:
            filters = Filters(since=_moment(since), until=_moment(until), sources=sources, limit=limit)
            stage = app.stages["normalize"](app.settings)
            with closing(elastic.client(app.settings)) as client, closing(stage):
                report = dry_run(
                    app.settings, client, stage, app.content_hash, filters, examples=examples, advance=advance
                )
    if into is not None:
        if as_json:
            print_json(copied)
        else:
            click.echo(
                f"{copied.documents} documents copied into {into}, {copied.addresses} addresses remembered"
            )
            click.echo(f"next: DATELINE_NAMESPACE={into} dateline run --until-caught-up, then dateline audit")
        return
    if as_json:
        print_json(msgspec.to_builtins(report))
    else:
        _print(report)
    if report.differs:
        ctx.exit(1)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    ago = _AGO.match(text)
    if ago:
        return datetime.now(UTC) - timedelta(
            **{"d": {"days": int(ago[1])}, "h": {"hours": int(ago[1])}}[ago[2]]
        )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text}: expected a date, a time with its offset, 30d or 12h") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _print(report: Report) -> None:
    click.echo(
        f"{report.documents} documents read again: {report.same} the same, {report.changed} changed"
        f" ({report.content} of them in what makes a version), {sum(report.refused.values())} refused,"
        f" {sum(report.admitted.values())} admitted, {report.refused_still} refused as before,"
        f" {report.not_compared} that founded no version"
    )
    for name, reasons in (("refused", report.refused), ("admitted", report.admitted)):
        for reason, count in reasons.items():
            click.echo(f"  {name}, {reason}: {count}")
        for one in report.examples.get(name, ()):
            click.echo(f"    {one.url}\n      {one.before[:_SHORT]}\n      {one.after[:_SHORT]}")
    if not report.fields:
        return
    table = Table("field", "gained", "lost", "altered", "example", box=None)
    for name, change in report.fields.items():
        shown = change.examples[0] if change.examples else None
        words = f"{shown.before[:_SHORT]} → {shown.after[:_SHORT]}" if shown else ""
        table.add_row(name, str(change.gained), str(change.lost), str(change.altered), escape(words))
    Console().print(table)
