"""One article that changes a thousand times, one that is copied 300 times, pages that never change: does it stay flat?

    python -m bench.dedup_extremes --servers /tmp/bench-servers
    python -m bench.dedup_extremes --only copies,long --no-servers

Each case passes through the stage on a real Elasticsearch (or in memory) in batches. `first` and `last` are milliseconds of this process's
processor time an item in the first and the last tenth of the case; where the last costs twice the first, or a document or
message is larger than the case allows, the exit code is 1. Sizes are of JSON, uncompressed.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import click
import msgspec
from rich.console import Console
from rich.table import Table

from bench.dedup_cost import item
from bench.dedup_filler import PARAGRAPH, WORDS
from consumers.deduplicate import DeduplicateStage
from dateline.elastic import client
from dateline.embedded import EmbeddedServers
from dateline.fakes import FakeIdentityStore
from dateline.identity import ElasticIdentityStore
from dateline.outcome import Keep
from dateline.ports import Head, IdentityStore
from dateline.settings import ElasticSettings, Settings
from schemas.identity_mapping import IDENTITY_MAPPING
from schemas.ids import article_id
from schemas.records import Article, encode

INDEX: Final = "bench-extremes"
BATCH: Final = 25
GROWTH: Final = 2.0
MARGIN_MS: Final = 1.0
"""A difference below is noise of the measure."""
MOST_BYTES: Final = 200_000
LONG_BYTES: Final = 2_000_000


class Case(NamedTuple):
    """`articles` in the order of their arrival; `most` is how large a document or message may be; the first `skip` only prepare."""

    articles: Callable[[random.Random], Iterator[Article]]
    most: int = MOST_BYTES
    skip: int = 0


def _paragraph(rng: random.Random, words: int = PARAGRAPH) -> str:
    return " ".join(f"w{rng.randrange(WORDS)}" for _ in range(words)).capitalize() + "."


def _time(minute: int) -> str:
    return f"2026-{1 + minute // 40_320:02d}-{1 + minute // 1440 % 28:02d}T{minute // 60 % 24:02d}:{minute % 60:02d}:00Z"


def _made(
    body: list[str], minute: int, *, outlet: str = "courier", path: str = "live", **fields: Any
) -> Article:
    url = f"https://{outlet}.example/{path}"
    stated: dict[str, Any] = {
        "published": _time(0),
        "modified": _time(minute),
        "headline": "The day as it went",
    }
    return Article(
        id=article_id(outlet, url),
        url=url,
        source=outlet,
        fetched=_time(minute),
        language="en",
        paragraphs=tuple(body),
        **(stated | fields),
    )


def revisions(rng: random.Random) -> Iterator[Article]:
    """1,000 versions of a live report: each takes an entry in at the top, and lets one go at the foot."""
    body = [_paragraph(rng) for _ in range(20)]
    for minute in range(1000):
        body = [_paragraph(rng), *body[:-1]]
        yield _made(body, minute)


def backwards(rng: random.Random) -> Iterator[Article]:
    """The same, the newest first, as archives are often read."""
    return reversed(list(revisions(rng)))


def flipping(rng: random.Random) -> Iterator[Article]:
    """1,000 versions that take turns at a hundred texts."""
    texts = [[_paragraph(rng) for _ in range(12)] for _ in range(100)]
    for minute in range(1000):
        yield _made(texts[minute % 100], minute)


def addresses(rng: random.Random) -> Iterator[Article]:
    """1,000 versions of one article at two addresses in turn."""
    body = [_paragraph(rng) for _ in range(12)]
    for minute in range(1000):
        body = [*body[:-1], _paragraph(rng)]
        yield _made(body, minute, path="live" if minute % 2 else "live/amp")


def copies(rng: random.Random) -> Iterator[Article]:
    """An article and 300 copies, each with a paragraph of its own, a hundred of the copies before it."""
    body = [_paragraph(rng) for _ in range(12)]
    for number in range(301):
        minute = 0 if number == 100 else 10 + number
        own = body if number == 100 else [*body, _paragraph(rng, 20)]
        yield _made(own, minute, outlet=f"paper{number}", published=_time(minute), headline=f"Paper {number}")


def updated(rng: random.Random) -> Iterator[Article]:
    """An article with 200 copies, and then 200 versions of the article."""
    body = [_paragraph(rng) for _ in range(12)]
    for number in range(200):
        yield _made(body, number, outlet=f"paper{number}", published=_time(number), headline="The same")
    for minute in range(200, 400):
        yield _made([*body, _paragraph(rng, 20)], minute, outlet="paper0", headline="The same")


def unchanged(rng: random.Random) -> Iterator[Article]:
    """100,000 fetches of 500 articles of which none ever changes."""
    pages = [[_paragraph(rng) for _ in range(12)] for _ in range(500)]
    for number in range(100_000):
        page = number % 500
        yield _made(
            pages[page], number, path=str(page), published=_time(0), modified=None, headline=f"Page {page}"
        )


def long(rng: random.Random) -> Iterator[Article]:
    """300 versions of a document of 20,000 words, a tenth of them without a full stop, each time written anew in five places."""
    body = [_paragraph(rng, 400) for _ in range(45)] + [_paragraph(rng, 2000)]
    for minute in range(300):
        for _ in range(5):
            place = rng.randrange(45)
            body[place] = _paragraph(rng, 400)
        body[45] = " ".join([*body[45].split()[:-5], *_paragraph(rng, 5).split()])
        yield _made(body, minute)


CASES: Final = {
    "revisions": Case(revisions),
    "backwards": Case(backwards),
    "flipping": Case(flipping),
    "addresses": Case(addresses),
    "copies": Case(copies),
    "updated": Case(updated, skip=200),
    "long": Case(long, LONG_BYTES),
    "unchanged": Case(unchanged),
}


class Watched:
    """A store that remembers the largest document put, by kind."""

    def __init__(self, store: IdentityStore) -> None:
        self._store = store
        self.largest: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put(self, heads: Sequence[Head], contents: Any, pages: Any, claims: Any = ()) -> Any:
        """As the store's, measured."""
        for kind, documents in (
            ("head", heads),
            ("content", contents.values()),
            ("page", pages.values()),
            ("claim", claims),
        ):
            sizes = [len(msgspec.json.encode(document)) for document in documents]
            self.largest[kind] = max([self.largest.get(kind, 0), *sizes])
        return self._store.put(heads, contents, pages, claims)


class Figures(NamedTuple):
    """Milliseconds an item, bytes."""

    items: int
    first: float
    last: float
    document: int
    message: int


def run(store: IdentityStore, case: Case) -> Figures:
    """A case through a fresh stage."""
    watched = Watched(store)
    stage = DeduplicateStage(cast("IdentityStore", watched))
    items = [item(made, offset) for offset, made in enumerate(case.articles(random.Random(5)))]
    costs = []
    message = 0
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        began = time.process_time()
        outcomes = stage.step(batch)
        if len(batch) == BATCH and start >= case.skip:  # of a few items a request's own cost would be most
            costs.append((time.process_time() - began) * 1000 / len(batch))
        for outcome in outcomes:
            if isinstance(outcome, Keep):
                message = max([message, *(len(encode(output.record)) for output in outcome.outputs)])
    tenth = max(1, len(costs) // 10)
    # the very first batch compiles patterns and opens connections
    first = costs[1 : 1 + tenth] or costs[:1]
    last = costs[-tenth:]
    return Figures(
        len(items),
        sum(first) / len(first),
        sum(last) / len(last),
        max(watched.largest.values()),
        message,
    )


@click.command(epilog="Example: python -m bench.dedup_extremes --servers /tmp/bench-servers --only copies")
@click.option("--url", help="A running Elasticsearch; its index bench-extremes is made anew.")
@click.option(
    "--servers",
    type=click.Path(path_type=Path),
    help="Or a data directory whose embedded servers are started.",
)
@click.option("--no-servers", is_flag=True, help="Or in memory.")
@click.option("--only", default=",".join(CASES), show_default=True)
def main(url: str | None, servers: Path | None, no_servers: bool, only: str) -> None:
    """Measure what has no end."""
    if url is None and servers is not None:
        url = EmbeddedServers(servers, quick=False).up(("elastic",)).elastic_url
    if url is None and not no_servers:
        click.echo(
            "bench.dedup_extremes: name Elasticsearch by --url or --servers, or say --no-servers", err=True
        )
        sys.exit(2)
    table = Table("case", "items", "first ms", "last ms", "largest document, KB", "largest message, KB")
    failed = False
    for name in only.split(","):
        figures = _through_elastic(url, CASES[name]) if url else run(FakeIdentityStore(), CASES[name])
        grown = figures.last > GROWTH * figures.first + MARGIN_MS
        failed |= grown or max(figures.document, figures.message) > CASES[name].most
        table.add_row(
            name,
            f"{figures.items:,}",
            f"{figures.first:.2f}",
            f"{figures.last:.2f}",
            f"{figures.document / 1000:.0f}",
            f"{figures.message / 1000:.0f}",
            style="red" if grown or max(figures.document, figures.message) > CASES[name].most else None,
        )
        click.echo(f"{name}: {figures}", err=True)
    Console().print(table)
    sys.exit(1 if failed else 0)


def _through_elastic(url: str, case: Case) -> Figures:
    with client(Settings(elastic=ElasticSettings(url=url))) as server:
        server.indices.delete(index=INDEX, ignore_unavailable=True)
        server.indices.create(index=INDEX, mappings=IDENTITY_MAPPING, settings={"number_of_replicas": 0})
        figures = run(ElasticIdentityStore(server, index=INDEX), case)
        server.indices.delete(index=INDEX)
    return figures


if __name__ == "__main__":
    main()
