"""`dateline export`: the archive's current articles for other systems."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, Final

import click

from dateline.app import App, command, pass_app
from dateline.current import current, newest_positions
from dateline.errors import UsageError
from dateline.query import matcher
from schemas.ninjs import encode_item, item
from schemas.order import effective_time, parse_time
from schemas.records import EnrichedArticle, encode

_AGO: Final = re.compile(r"(\d{1,6})([hd])")
_FORMATS: Final = ("ninjs", "jsonl", "parquet")


@command("export", example="dateline export --format ninjs --since 24h > today.ninjs.jsonl")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="jsonl",
    show_default=True,
    help="ninjs: IPTC ninjs 3.1 items, one a line; jsonl: Dateline's own records, one a line; parquet: the same as columns.",
)
@click.option(
    "--since", metavar="WHEN", help="Only versions from then on: 24h, 7d, 2026-03-01, a time with its offset."
)
@click.option("--source", "sources", multiple=True, help="Only this source. Repeatable.")
@click.option(
    "--where", metavar="QUERY", default="", help="Only what answers a query, as `dateline search` has them."
)
@click.option("--out", type=click.File("wb"), default="-", help="File to write (default: standard output).")
@click.pass_context
@pass_app
def export(
    app: App,
    ctx: click.Context,
    form: str,
    since: str | None,
    sources: tuple[str, ...],
    where: str,
    out: BinaryIO,
) -> None:
    """Write the newest version of every article: lines of JSON, or one Parquet file. Memory does not grow with the archive.

    Rights, paywalls and opt-outs travel with each article, for whoever receives it to keep.
    Exit codes: 0 written, 1 there was nothing to write, 2 wrong use, 3 no answer from Kafka.
    """
    begin = _begin(since) if since else None
    wanted = matcher(where)
    if form == "parquet" and out.isatty():
        raise UsageError("--format parquet: name a file with --out, or send it elsewhere: it is no text")
    write, finish = _writer(form, out)
    written = 0
    for _, article in current(app.settings, newest_positions(app.settings)):
        if sources and article.source not in sources:
            continue
        if begin is not None and parse_time(effective_time(article) or article.fetched) < begin:
            continue
        if not wanted(article):
            continue
        write(article)
        written += 1
    finish()
    out.flush()
    click.echo(f"{written} articles written", err=True)
    if not written:
        ctx.exit(1)


def _writer(form: str, out: BinaryIO) -> tuple[Callable[[EnrichedArticle], object], Callable[[], None]]:
    """What writes an article, and what ends the output."""
    if form == "parquet":
        from dateline.parquet import Writer

        columns = Writer(out, EnrichedArticle)
        return columns.write, columns.close
    if form == "ninjs":
        return lambda article: out.write(encode_item(item(article)) + b"\n"), lambda: None
    return lambda article: out.write(encode(article) + b"\n"), lambda: None


def _begin(text: str) -> datetime:
    if ago := _AGO.fullmatch(text):
        unit = timedelta(hours=1) if ago[2] == "h" else timedelta(days=1)
        return datetime.now(UTC) - int(ago[1]) * unit
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--since: expected 24h, 7d, a date (2026-03-01) or a time with its offset, got {text!r}"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
