"""`dateline quotes`: who said what, where it appeared first, and who carries it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from typing import Final

import click
import msgspec
from rich.console import Console
from rich.markup import escape

from dateline import elastic
from dateline.app import App, command, pass_app, print_json
from dateline.errors import UsageError
from dateline.quotes import Ledger, Said
from schemas.ids import words_of

_DATE: Final = re.compile(
    r"now(?:[+-]\d+[smhdwMy])*(?:/[smhdwMy])?|\d{4}(?:-\d\d(?:-\d\d)?)?(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?"
)


@command("quotes", example='dateline quotes "Ada Brandt" --about harbour')
@click.argument("name", required=False)
@click.option("--about", metavar="WORDS", help="Only with these words in the quotation or its headline.")
@click.option("--text", help="The saying with these words, or words like them, whoever said it.")
@click.option("--since", help="Appeared on or after (2026-03-01, now-7d).")
@click.option("--until", help="Appeared on or before.")
@click.option("--size", type=click.IntRange(1, 200), default=20, show_default=True, help="Sayings at most.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_context
@pass_app
def quotes(
    app: App,
    ctx: click.Context,
    name: str | None,
    about: str | None,
    text: str | None,
    since: str | None,
    until: str | None,
    size: int,
    as_json: bool,
) -> None:
    """List what NAME was quoted with, newest first, or find one saying by its words (--text).

    Each comes with its first appearance in the archive and every other article that carries it; wordings that differ are
    marked. Exit codes: 0 something found, 1 nothing found, 2 wrong use, 3 no answer from Elasticsearch.
    """
    if (name is None) == (text is None):
        raise UsageError("expected a NAME, or --text with words of a quotation")
    if text is not None and (about or since or until):
        raise UsageError("--about, --since and --until go with a NAME, not with --text")
    if not words_of(text or name or ""):
        raise UsageError("expected words to look for, got none")
    for option, date in (("--since", since), ("--until", until)):
        if date is not None and not _DATE.fullmatch(date):
            raise UsageError(f"{option}: expected a date (2026-03-01, now-7d), got {date!r}")
    with closing(elastic.client(app.settings)) as client:
        ledger = Ledger(client, app.settings.namespace)
        if text is not None:
            one = ledger.like(text)
            found: Sequence[Said] = [one] if one else []
        else:
            found = ledger.by(name or "", about=about, since=since, until=until, size=size)
    if as_json:
        print_json([{"outlets": said.outlets, **msgspec.to_builtins(said)} for said in found])
    else:
        console = Console(highlight=False)
        for said in found:
            _print(console, said)
        click.echo(f"{len(found)} found", err=True)
    if not found:
        ctx.exit(1)


def _print(console: Console, said: Said) -> None:
    first = said.first
    told = f" ({first.verb}{', ' + first.medium if first.medium else ''})" if first.verb else ""
    console.print(f"[bold]“{escape(first.text)}”[/] {escape(first.speaker or 'nobody named')}{escape(told)}")
    console.print(f"  [dim]first {escape(first.appeared)} · {escape(first.source)} · {escape(first.url)}[/]")
    for carried in said.others:
        other = carried.saying
        console.print(
            f"  [dim]then  {escape(other.appeared)} · {escape(other.source)} · {escape(other.url)}[/]"
        )
        if carried.altered:
            console.print(f"        as “{escape(other.text)}”")
