"""What the deduplicate stage costs on a real Elasticsearch, as the identity index grows.

    python -m bench.dedup_cost --url http://127.0.0.1:19200 --sizes 10000,100000
    python -m bench.dedup_cost --servers /tmp/bench-servers --sizes 10000,100000,1000000

For each size: the index is filled with generated heads up to it, then pages of about 600 words pass through the stage in
batches of 100: new articles, one in four an update of an earlier one, one in ten a copy. CPU is this process's, wall time
includes Elasticsearch; the index's size on disk is Elasticsearch's account.
"""

import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec
from elasticsearch import Elasticsearch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from consumers.deduplicate import DeduplicateStage
from consumers.deduplicate.fingerprint import BANDS, SAMPLED
from dateline.elastic import client
from dateline.embedded import EmbeddedServers
from dateline.identity import ElasticIdentityStore
from dateline.settings import ElasticSettings, Settings
from dateline.stage import Item, Message
from schemas.identity_mapping import IDENTITY_MAPPING
from schemas.ids import article_id, digest
from schemas.records import Article
from schemas.topics import NORMALIZED

INDEX = "bench-identity"
BATCH = 100


class Pages:
    """Made-up pages of about 600 words from a vocabulary of 30,000; nothing repeats unless meant to."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._made: list[Article] = []
        self._offset = 0

    def batch(self) -> list[Item]:
        """The next BATCH messages."""
        return [self._item(self._next()) for _ in range(BATCH)]

    def _next(self) -> Article:
        rng = self._rng
        kind = rng.random()
        if self._made and kind < 0.25:
            old = rng.choice(self._made[-2000:])
            body = list(old.paragraphs)
            body[rng.randrange(len(body))] = self._paragraph()
            made = msgspec.structs.replace(
                old, paragraphs=tuple(body), modified=self._now(), fetched=self._now()
            )
        else:
            number = len(self._made)
            url = f"https://outlet{number % 50}.example/{rng.getrandbits(60):x}"
            body = [self._paragraph() for _ in range(12)]
            if self._made and kind < 0.35:
                body = list(rng.choice(self._made[-2000:]).paragraphs)[: rng.randint(4, 12)]
            made = Article(
                id=article_id("bench", url),
                url=url,
                source=f"outlet{number % 50}",
                headline=" ".join(body[0].split()[:9]),
                published=self._now(),
                fetched=self._now(),
                language="en",
                paragraphs=tuple(body),
            )
        self._made.append(made)
        return made

    def _paragraph(self) -> str:
        words = [f"w{self._rng.randrange(30_000)}" for _ in range(50)]
        return " ".join(words).capitalize() + "."

    def _now(self) -> str:
        second = len(self._made)
        return f"2026-03-{1 + second // 86_400:02d}T{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"

    def _item(self, made: Article) -> Item:
        self._offset += 1
        message = Message(
            topic=NORMALIZED.name,
            partition=0,
            offset=self._offset,
            key=None,
            value=None,
            headers={},
            timestamp_ms=0,
        )
        return Item(message, digest((str(self._offset), made.url)), made)


def fill(server: Elasticsearch, start: int, end: int) -> None:
    """Generated heads with random bands: as many postings as real ones make."""
    for first in track(
        range(start, end, 2000), description=f"filling to {end:,}", console=Console(stderr=True)
    ):
        rng = random.Random(first)
        operations = list(_heads(rng, first, min(end, first + 2000)))
        server.bulk(index=INDEX, operations=operations, filter_path="errors")
    server.indices.refresh(index=INDEX)


def _heads(rng: random.Random, first: int, end: int) -> Iterator[dict[str, object]]:
    for number in range(first, end):
        bands = [f"b{band:x}.{rng.getrandbits(40):x}" for band in range(BANDS)]
        bands += [f"bp.{rng.getrandbits(40):x}" for _ in range(600 // SAMPLED)]
        yield {"index": {"_id": digest(("filler", str(number)))}}
        yield {
            "kind": "head",
            "bands": bands,
            "head": {"article_id": f"filler-{number}", "padding": "x" * 400},
        }


def measure(server: Elasticsearch, pages: int, seed: int) -> tuple[float, float]:
    """Milliseconds a page: CPU of this process, wall time."""
    stage = DeduplicateStage(ElasticIdentityStore(server, index=INDEX))
    made = Pages(seed)
    stage.step(made.batch())
    cpu = wall = 0.0
    for _ in track(range(pages // BATCH), description="pages", console=Console(stderr=True)):
        batch = made.batch()
        cpu_start, wall_start = time.process_time(), time.perf_counter()
        stage.step(batch)
        cpu += time.process_time() - cpu_start
        wall += time.perf_counter() - wall_start
    return cpu * 1000 / pages, wall * 1000 / pages


@click.command(epilog="Example: python -m bench.dedup_cost --servers /tmp/bench-servers --sizes 10000,100000")
@click.option("--url", help="A running Elasticsearch; its index bench-identity is made anew.")
@click.option(
    "--servers",
    type=click.Path(path_type=Path),
    help="Or a data directory whose embedded servers are started.",
)
@click.option("--sizes", default="10000,100000", show_default=True, help="Articles in the index, ascending.")
@click.option("--pages", default=2000, show_default=True)
def main(url: str | None, servers: Path | None, sizes: str, pages: int) -> None:
    """Measure the cost of a page at several sizes of the archive."""
    if url is None:
        if servers is None:
            click.echo(
                "bench.dedup_cost: name a running Elasticsearch by --url or a directory by --servers",
                err=True,
            )
            sys.exit(2)
        url = EmbeddedServers(servers).up(("elastic",)).elastic_url
    with client(Settings(elastic=ElasticSettings(url=url))) as server:
        server.indices.delete(index=INDEX, ignore_unavailable=True)
        server.indices.create(index=INDEX, mappings=IDENTITY_MAPPING, settings={"number_of_replicas": 0})
        table = Table("articles in the index", "CPU ms/page", "wall ms/page", "index MB")
        _rows(server, [int(size) for size in sizes.split(",")], pages, table)
        server.indices.delete(index=INDEX)
    Console().print(table)


def _rows(server: Elasticsearch, sizes: Sequence[int], pages: int, table: Table) -> None:
    filled = 0
    for size in sizes:
        fill(server, filled, size)
        filled = size
        cpu, wall = measure(server, pages, size)
        stats = server.indices.stats(index=INDEX, metric="store")["_all"]["primaries"]["store"]
        table.add_row(f"{size:,}", f"{cpu:.2f}", f"{wall:.2f}", f"{stats['size_in_bytes'] / 1e6:.0f}")


if __name__ == "__main__":
    main()
