"""`dateline enrich`: what is found in articles, offline, without servers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO, Final

import click
import msgspec

from dateline.app import command
from dateline.errors import UsageError
from schemas.records import Article, encode

_BATCH: Final = 32


@command("enrich", example="dateline normalize *.html | dateline enrich > enriched.jsonl")
@click.argument("articles", type=click.File("rb"), default="-")
@click.option("--without", multiple=True, metavar="NAME", help="Leave this enrichment out. Repeatable.")
def enrich(articles: BinaryIO, without: tuple[str, ...]) -> None:
    """Read Article JSON lines (a file, or standard input) and print them enriched, in the same order.

    Needs no servers. Exit codes: 0 done, 2 a line is not an Article (what came before it is printed).
    """
    from consumers.enrich import ENRICHMENTS
    from consumers.enrich import enrich as enriched

    if unknown := set(without) - set(ENRICHMENTS):
        raise UsageError(
            f"--without expects one of {', '.join(sorted(ENRICHMENTS))}, got {', '.join(sorted(unknown))}"
        )
    read = _read(articles)
    while batch := list(islice(read, _BATCH)):
        for article in enriched(batch, without=frozenset(without)):
            sys.stdout.buffer.write(encode(article) + b"\n")
        sys.stdout.buffer.flush()


def _read(lines: Iterable[bytes]) -> Iterator[Article]:
    decoder = msgspec.json.Decoder(Article)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UsageError(
                f"line {number}: expected an Article as `dateline normalize` prints it: {error}"
            ) from error
