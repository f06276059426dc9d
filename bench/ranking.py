"""How good the order of search results is: nDCG@10 on 60 queries with judged answers, beside two baselines.

    python -m bench.ranking --corpora ../shared/corpora
    python -m bench.ranking --corpora ../shared/corpora --json
    python -m bench.ranking --corpora ../shared/corpora --pool to-judge.jsonl

ranking_queries.jsonl holds what journalists, researchers and monitors type, in our own words, and the grades of the corpora's pages:
3 what was looked for, 2 about it, 1 touches it, 0 nothing of it; no text of theirs. The judge saw the results of all rankings in one
shuffled list, without which ranking gave them. Weights are chosen on one half of the queries; the other is held out.

- `multi_match`: Elasticsearch's own, as it comes, over headline, standfirst and paragraphs.
- `BM25 + kNN`: the same fused with the nearest embeddings by reciprocal ranks (k = 60, the best 100 of each).
- `kNN`: the nearest embeddings alone.
- `Dateline`: what the reader's page and the API show first.

nDCG (Järvelin and Kekäläinen 2002) with gains 2^grade - 1; a page that was never judged counts as 0, and the table says how many there
were. All pages stand in one index, so that all rankings know the same frequencies of words. Runs on the servers that settings name,
else on embedded ones.
"""

from __future__ import annotations

import json
import math
import random
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from elasticsearch import Elasticsearch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.topics import pages
from consumers.enrich import embedding, enrich
from consumers.index.documents import actions
from dateline import elastic
from dateline.browse import Browser
from dateline.embedded import EmbeddedServers
from dateline.settings import ElasticSettings, Settings, load
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates
from schemas.elastic import Kind, Names
from schemas.fields import EMBEDDING, SEARCHED_FIELDS
from schemas.records import EnrichedArticle

QUERIES: Final = Path(__file__).with_name("ranking_queries.jsonl")
TOP: Final = 10
_DEEP: Final = 100
_K: Final = 60
_MONTH: Final = "2026-01"
_BATCH: Final = 32
_MERGING: Final = 600  # seconds at most
_TO_JUDGE: Final = 700  # characters of a page that a judge is shown


class Judged(msgspec.Struct, kw_only=True):
    """A query and the grades of pages, by their id."""

    query: str
    kind: str
    half: str
    grades: dict[str, int] = {}


Ranking = Callable[[str], list[str]]
"""From a query to the ids of the best ten pages, best first."""


def queries() -> list[Judged]:
    """All of them."""
    return [msgspec.json.decode(line, type=Judged) for line in QUERIES.read_bytes().splitlines()]


def ndcg(found: Sequence[str], grades: dict[str, int]) -> float:
    """Of the first ten: their discounted gain over that of the best order there could be."""
    best = sorted(grades.values(), reverse=True)[:TOP]
    ideal = _gain(best)
    return _gain([grades.get(page, 0) for page in found[:TOP]]) / ideal if ideal else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum(float(2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def rankings(client: Elasticsearch, namespace: str) -> dict[str, Ranking]:
    """Every ranking by its name."""
    alias = Names(namespace).alias(Kind.ARTICLES)
    browser = Browser(client, namespace)

    def ids(size: int, **body: Any) -> list[str]:
        hits = client.search(index=alias, size=size, source=False, **body)["hits"]["hits"]
        return [hit["_id"] for hit in hits]

    def plain(query: str, size: int = TOP) -> list[str]:
        return ids(size, query={"multi_match": {"query": query, "fields": list(SEARCHED_FIELDS)}})

    def meaning(query: str, size: int = TOP) -> list[str]:
        vector = embedding.find(query, None, ())
        near = {"field": EMBEDDING, "query_vector": vector, "k": size, "num_candidates": 2 * size}
        return ids(size, knn=near) if vector else []

    def fused(query: str) -> list[str]:
        scores: dict[str, float] = {}
        for found in (plain(query, _DEEP), meaning(query, _DEEP)):
            for place, page in enumerate(found, start=1):
                scores[page] = scores.get(page, 0.0) + 1 / (_K + place)
        return sorted(scores, key=lambda page: (-scores[page], page))[:TOP]

    def ours(query: str) -> list[str]:
        return [hit.id for hit in browser.page(query, size=TOP).hits]

    return {"multi_match": plain, "BM25 + kNN": fused, "kNN": meaning, "Dateline": ours}


def corpus(folder: Path, console: Console) -> list[EnrichedArticle]:
    """The pages as the pipeline makes them, all filed under one month."""
    read = list(track(pages(folder), "reading", total=None, console=console))
    made: list[EnrichedArticle] = []
    for at in track(range(0, len(read), _BATCH), "enriching", console=console):
        made += enrich(read[at : at + _BATCH], without=("summary",))
    return [
        msgspec.structs.replace(one, version_id=one.id, event_id=one.id, month=_MONTH, version_order=1)
        for one in made
    ]


@contextmanager
def indexed(articles: Sequence[EnrichedArticle]) -> Iterator[tuple[Elasticsearch, str]]:
    """A client and a namespace in which they can be searched; it goes with the block."""
    with _server() as settings, closing(elastic.client(settings)) as client:
        apply_templates(client, settings)
        names = Names(settings.namespace)
        index = names.index(Kind.ARTICLES, _MONTH)
        try:
            writes = [write for one in articles for write in actions(one, names) if write.index == index]
            ElasticIndexSink(client).write(writes)
            client.options(request_timeout=_MERGING).indices.forcemerge(index=index, max_num_segments=1)
            client.indices.refresh(index=index)
            yield client, settings.namespace
        finally:
            client.options(ignore_status=404).indices.delete(index=index)
            client.options(ignore_status=404).indices.delete_index_template(name=f"{settings.namespace}-*")


@contextmanager
def _server() -> Iterator[Settings]:
    settings = msgspec.structs.replace(load(), namespace=f"b{uuid.uuid4().hex[:8]}")
    if settings.elastic.url:
        yield settings
        return
    with tempfile.TemporaryDirectory() as folder:
        servers = EmbeddedServers(Path(folder))
        try:
            url = servers.up().elastic_url
            yield msgspec.structs.replace(settings, elastic=ElasticSettings(url=url))
        finally:
            servers.down()


def measured(asked: Sequence[Judged], rank: Ranking) -> dict[str, float]:
    """Means over all queries, each half and each kind; how many pages among the best ten were never judged."""
    found = [rank(one.query) for one in asked]
    scores = [ndcg(pages_, one.grades) for pages_, one in zip(found, asked, strict=True)]
    kinds = dict.fromkeys(one.kind for one in asked)
    groups: dict[str, list[float]] = {"all": scores}
    groups |= {
        half: [score for score, one in zip(scores, asked, strict=True) if one.half == half]
        for half in ("tune", "held out")
    }
    groups |= {
        kind: [score for score, one in zip(scores, asked, strict=True) if one.kind == kind] for kind in kinds
    }
    unjudged = sum(page not in one.grades for some, one in zip(found, asked, strict=True) for page in some)
    means = {name: sum(some) / len(some) for name, some in groups.items() if some}
    return {**means, "unjudged": float(unjudged)}


def pool(
    asked: Sequence[Judged], ranks: dict[str, Ranking], articles: Sequence[EnrichedArticle]
) -> list[Any]:
    """For each query what no judge has seen yet of the best of any ranking, shuffled, with what a judge has to read."""
    known = {one.id: one for one in articles}
    rows = []
    for one in asked:
        found = {page for rank in ranks.values() for page in rank(one.query)} - set(one.grades)
        shuffled = sorted(found)
        random.Random(one.query).shuffle(shuffled)
        for page in shuffled:
            article = known[page]
            text = " ".join((article.standfirst or "", *article.paragraphs))[:_TO_JUDGE]
            rows.append({"query": one.query, "page": page, "headline": article.headline, "text": text})
    return rows


@click.command()
@click.option(
    "--corpora", type=click.Path(exists=True, path_type=Path), required=True, help="The pages' folder."
)
@click.option("--pool", "to", type=click.Path(path_type=Path), help="Write what is to be judged, and end.")
@click.option("--each", is_flag=True, help="Also every query.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(corpora: Path, to: Path | None, each: bool, as_json: bool) -> None:
    """Measure the order of results.

    Example: python -m bench.ranking --corpora ../shared/corpora
    """
    console = Console(stderr=True)
    articles = corpus(corpora, console)
    asked = queries()
    with indexed(articles) as (client, namespace):
        ranks = rankings(client, namespace)
        if to:
            rows = pool(asked, ranks, articles)
            to.write_text(
                "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
            )
            console.print(f"{len(rows)} to judge")
            return
        figures = {
            name: measured(asked, rank) for name, rank in track(ranks.items(), "searching", console=console)
        }
        singles = {
            one.query: {name: ndcg(rank(one.query), one.grades) for name, rank in ranks.items()}
            for one in (asked if each else ())
        }
    if as_json:
        click.echo(json.dumps({"figures": figures, "queries": singles}, ensure_ascii=False, indent=1))
        return
    table = Table("nDCG@10", *figures)
    for row in next(iter(figures.values())):
        digits = 0 if row == "unjudged" else 3
        table.add_row(row, *(f"{some[row]:.{digits}f}" for some in figures.values()))
    for query, found in singles.items():
        table.add_row(query, *(f"{score:.2f}" for score in found.values()))
    Console().print(table)


if __name__ == "__main__":
    main()
