"""`dateline enrich` and `dateline background`: what is found in articles, offline, without servers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

import click
import msgspec

from dateline.app import App, command, pass_app, print_json
from dateline.errors import UsageError
from dateline.fakes import FakeNameStore, FakeStoryStore
from dateline.story_ports import ENRICHMENT, tell
from schemas.records import Article, encode

_BATCH: Final = 32


@command("enrich", example="dateline normalize *.html | dateline enrich > enriched.jsonl")
@click.argument("articles", type=click.File("rb"), default="-")
@click.option("--without", multiple=True, metavar="NAME", help="Leave this enrichment out. Repeatable.")
@click.option("--explain", is_flag=True, help="Say on standard error why each article has its topics.")
@pass_app
def enrich(app: App, articles: BinaryIO, without: tuple[str, ...], explain: bool) -> None:
    """Read Article JSON lines (a file, or standard input) and print them enriched, in the same order.

    Needs no servers. The settings' enrich.without and enrich.background hold here too. A short name gets the id of a full one
    among the articles read so far, and an article the story of others, as in the pipeline.
    Exit codes: 0 done, 2 a line is not an Article (what came before it is printed).
    """
    from consumers.enrich.background import backgrounds_of
    from consumers.enrich.step import enrich as enriched

    off = usable("--without", (*without, *app.settings.enrich.without))
    backgrounds = backgrounds_of(app.settings)
    memory = FakeNameStore()
    teller = None if ENRICHMENT in off else app.teller(FakeStoryStore())
    read = _read(articles)
    while batch := list(islice(read, _BATCH)):
        made = enriched(batch, without=off, backgrounds=backgrounds, memory=memory)
        if teller is not None:
            made = [article for article, _ in tell(teller, [(one, one.id) for one in made])]
        for article in made:
            sys.stdout.buffer.write(encode(article) + b"\n")
            if explain:
                _explain(article)
        sys.stdout.buffer.flush()


@command("background", example="dateline background enriched.jsonl --out background.json")
@click.argument("articles", type=click.File("rb"), default="-")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was counted as JSON.")
def background(articles: BinaryIO, out: Path, as_json: bool) -> None:
    """Count how common words are in Article JSON lines (a file, or standard input), for keywords to stand out from.

    Name the file as enrich.background in the settings; `dateline tail enriched --from-beginning --until-caught-up --json` gives
    the archive's own articles. Needs no servers. Exit codes: 0 done, 2 a line is not an Article.
    """
    from consumers.enrich.background import count

    counted = count(_read(articles))
    out.write_bytes(msgspec.json.encode(counted))
    languages = {tongue: found.articles for tongue, found in counted.languages.items()}
    if as_json:
        print_json({"version": counted.version, "articles": languages})
    else:
        listed = ", ".join(f"{tongue} {number}" for tongue, number in languages.items())
        click.echo(f"{out}: background {counted.version} of {listed or 'no articles'}")


def usable(option: str, names: tuple[str, ...]) -> frozenset[str]:
    """The names, if all are enrichments; UsageError otherwise."""
    from consumers.enrich.step import ENRICHMENTS

    known = {*ENRICHMENTS, ENRICHMENT}
    if unknown := set(names) - known:
        raise UsageError(
            f"{option} expects one of {', '.join(sorted(known))}, got {', '.join(sorted(unknown))}"
        )
    return frozenset(names)


def _explain(article: Article) -> None:
    from consumers.enrich.step import read_topics
    from consumers.enrich.topics import described
    from consumers.enrich.work import Work

    click.echo(f"{article.url}: {article.headline}", err=True)
    work = Work(article)
    if work.tongue == "en":
        click.echo(described(read_topics(work)), err=True)
    else:
        click.echo("  topics by the outlet's section alone: no words are known for this language", err=True)


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
