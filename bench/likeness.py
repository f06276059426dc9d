"""Whether "similar" finds what belongs together: pages cut into two articles, each of which should find the other.

    python -m bench.likeness --corpora ../shared/corpora --data /tmp/archives

Paragraphs go by turns to one half or the other; the second half has its own first sentence for a headline. Each half is enriched by itself and
indexed among all others. Printed are the share of halves that have the other one first, and among the first five, for the words alone (Elasticsearch's
more_like_this beside what Dateline asks for), and fused with the meaning, as pages show it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench import enrich as _enrich
from bench.ranking import indexed
from bench.search_fill import pages
from consumers.enrich import embedding
from consumers.enrich.step import enrich
from dateline.likeness import Likeness, fields_of, words_of
from schemas.elastic import Kind, Names
from schemas.records import Article, EnrichedArticle

_LEAST: Final = 8  # paragraphs of a page
_FIRST: Final = 5
_BATCH: Final = 64
_CONSOLE: Final = Console(stderr=True)
Ask = Callable[[EnrichedArticle], Sequence[str]]


def halves(page: EnrichedArticle) -> tuple[Article, Article]:
    """A page as two articles, whose ids end in a and b."""
    one, other = page.paragraphs[::2], page.paragraphs[1::2]
    base = Article(**{name: getattr(page, name) for name in Article.__struct_fields__})
    return (
        msgspec.structs.replace(base, id=f"{page.id}a", paragraphs=one, standfirst=None, blocks=()),
        msgspec.structs.replace(
            base,
            id=f"{page.id}b",
            url=f"{page.url}#b",
            headline=other[0].split(". ")[0][:120],
            paragraphs=other[1:],
            standfirst=None,
            blocks=(),
        ),
    )


def more_like_this(article: EnrichedArticle) -> dict[str, Any]:
    """What Elasticsearch offers for it."""
    text = "\n".join((article.headline, *article.paragraphs[:4]))
    return {
        "more_like_this": {
            "fields": fields_of(article),
            "like": text,
            "min_term_freq": 1,
            "min_doc_freq": 2,
            "max_query_terms": 30,
            "minimum_should_match": "20%",
        }
    }


def shares(articles: Sequence[EnrichedArticle], ask: Ask) -> tuple[float, float]:
    """Of the articles, those whose other half comes first, and among the first five."""
    first = among = 0
    for one in track(articles, "asking", console=_CONSOLE):
        found = [id_ for id_ in ask(one) if id_ != one.id][:_FIRST]
        other = one.id[:-1] + ("b" if one.id.endswith("a") else "a")
        first += found[:1] == [other]
        among += other in found
    return first / len(articles), among / len(articles)


@click.command(epilog="Example: python -m bench.likeness --data /tmp/archives")
@click.option("--corpora", type=click.Path(path_type=Path), default=lambda: _enrich._folder(None))
@click.option(
    "--data", type=click.Path(path_type=Path), required=True, help="Where pages that were read are kept."
)
def main(corpora: Path, data: Path) -> None:
    """Cut, index and ask."""
    made = [half for page in pages(corpora, data) if len(page.paragraphs) >= _LEAST for half in halves(page)]
    if not made:
        sys.exit("bench.likeness: no pages to cut")
    articles: list[EnrichedArticle] = []
    for at in track(range(0, len(made), _BATCH), "enriching", console=_CONSOLE):
        articles += enrich(made[at : at + _BATCH], without=("summary", "quotes"))
    articles = [
        msgspec.structs.replace(one, version_id=one.id, event_id=one.id, month="2026-01", version_order=1)
        for one in articles
    ]
    with indexed(articles) as (client, namespace):
        likeness = Likeness(client, namespace, embedding.find)

        def words(query: Callable[[EnrichedArticle], dict[str, Any]]) -> Ask:
            def ask(one: EnrichedArticle) -> list[str]:
                found = client.search(
                    index=Names(namespace).alias(Kind.ARTICLES),
                    query=query(one),
                    size=_FIRST + 1,
                    source=False,
                )
                return [hit["_id"] for hit in found["hits"]["hits"]]

            return ask

        rows = {
            "more_like_this": words(more_like_this),
            "Dateline's words": words(words_of),
            "fused with meaning": lambda one: [
                hit.id for hit in likeness.similar(one, size=_FIRST, counted=False)
            ],
        }
        table = Table("", "first", "among five")
        for name, ask in rows.items():
            table.add_row(name, *(f"{share:.3f}" for share in shares(articles, ask)))
    Console().print(f"{len(articles)} halves")
    Console().print(table)


if __name__ == "__main__":
    main()
