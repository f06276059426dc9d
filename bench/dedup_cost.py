"""What the deduplicate stage costs on a real Elasticsearch, as the identity index grows.

    python -m bench.dedup_cost --servers /tmp/bench-servers --sizes 10000,100000,1000000
    python -m bench.dedup_cost --url http://127.0.0.1:19200 --sizes 10000 --keep

For each size the index is filled with generated articles up to it (bench/dedup_filler.py), then pages of about 600 words pass
through the stage in batches of 100: new articles, one in four an update of an earlier one, one in ten a copy, one in fifty
the AMP form of an earlier one, one in twenty with an outlet's foot. `stage` is this process's processor time, `elastic` that of
Elasticsearch over the same time, `wall` includes waiting for it; memory is what each holds, disk is Elasticsearch's account.
Exit code 1 when the stage costs more than 5 ms a page, or 1.5 times as much at one size as at another.
"""

import random
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import click
import msgspec
from elasticsearch import Elasticsearch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.dedup_filler import FRAMED, PARAGRAPH, PARAGRAPHS, WORDS, fill, frames
from consumers.deduplicate import DeduplicateStage
from dateline.elastic import client
from dateline.embedded import EmbeddedServers
from dateline.identity import ElasticIdentityStore
from dateline.settings import ElasticSettings, Settings
from dateline.stage import Item, Message
from schemas.identity_mapping import IDENTITY_MAPPING
from schemas.ids import article_id, digest
from schemas.records import Article
from schemas.topics import NORMALIZED

INDEX: Final = "bench-identity"
BATCH: Final = 100
MOST_MS: Final = 5.0
MOST_GROWTH: Final = 1.5
_WARM: Final = 5  # batches before the measure
_QUIET: Final = 5


class Pages:
    """Made-up pages of about 600 words from a vocabulary of 30,000; nothing repeats unless meant to."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._made: list[Article] = []
        self._frames = frames()
        self._offset = 0

    def batch(self) -> list[Item]:
        """The next BATCH messages."""
        return [self._item(self._next()) for _ in range(BATCH)]

    def _next(self) -> Article:
        rng = self._rng
        kind = rng.random()
        earlier = rng.choice(self._made[-2000:]) if self._made else None
        if earlier is not None and kind < 0.25:
            body = list(earlier.paragraphs)
            body[rng.randrange(len(body))] = self._paragraph()
            made = msgspec.structs.replace(
                earlier, paragraphs=tuple(body), modified=self._now(), fetched=self._now()
            )
        elif earlier is not None and kind < 0.27 and not earlier.url.endswith("/amp"):
            url = f"{earlier.url}/amp"
            made = msgspec.structs.replace(
                earlier, id=article_id(earlier.source, url), url=url, fetched=self._now()
            )
        else:
            number = len(self._made)
            url = f"https://outlet{number % 50}.example/{rng.getrandbits(60):x}"
            body = [self._paragraph() for _ in range(PARAGRAPHS)]
            if earlier is not None and kind < 0.37:
                body = list(earlier.paragraphs)[: rng.randint(4, PARAGRAPHS)]
            if rng.randrange(FRAMED) == 0:
                body.append(rng.choice(self._frames))
            made = Article(
                id=article_id(f"outlet{number % 50}", url),
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
        return " ".join(f"w{self._rng.randrange(WORDS)}" for _ in range(PARAGRAPH)).capitalize() + "."

    def _now(self) -> str:
        second = len(self._made)
        return f"2026-03-{1 + second // 86_400:02d}T{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"

    def _item(self, made: Article) -> Item:
        self._offset += 1
        return item(made, self._offset)


def item(made: Article, offset: int) -> Item:
    """An article as the message at that place of the topic."""
    message = Message(
        topic=NORMALIZED.name,
        partition=0,
        offset=offset,
        key=None,
        value=None,
        headers={},
        timestamp_ms=0,
    )
    return Item(message, digest((str(offset), made.url)), made)


class Cost(NamedTuple):
    """Milliseconds a page."""

    stage: float
    elastic: float
    wall: float


def elastic_ms(server: Elasticsearch) -> float:
    """Processor time of the server's processes so far."""
    nodes = server.nodes.stats(metric="process")["nodes"].values()
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes))


def measure(server: Elasticsearch, pages: int, seed: int) -> Cost:
    """Pages through a fresh stage."""
    stage = DeduplicateStage(ElasticIdentityStore(server, index=INDEX))
    made = Pages(seed)
    for _ in range(_WARM):
        stage.step(made.batch())
    cpu = wall = 0.0
    theirs = elastic_ms(server)
    for _ in track(range(pages // BATCH), description="pages", console=Console(stderr=True)):
        batch = made.batch()
        cpu_start, wall_start = time.process_time(), time.perf_counter()
        stage.step(batch)
        cpu += time.process_time() - cpu_start
        wall += time.perf_counter() - wall_start
    count = pages // BATCH * BATCH
    return Cost(cpu * 1000 / count, (elastic_ms(server) - theirs) / count, wall * 1000 / count)


@click.command(epilog="Example: python -m bench.dedup_cost --servers /tmp/bench-servers --sizes 10000,100000")
@click.option("--url", help="A running Elasticsearch; its index bench-identity is made anew.")
@click.option(
    "--servers",
    type=click.Path(path_type=Path),
    help="Or a data directory whose embedded servers are started.",
)
@click.option("--sizes", default="10000,100000", show_default=True, help="Articles in the index, ascending.")
@click.option("--pages", default=2000, show_default=True, help="0 only fills the index.")
@click.option(
    "--keep", is_flag=True, help="Go on with the index that is there, and leave it for the next run."
)
@click.option("--seed", default=1, show_default=True)
def main(url: str | None, servers: Path | None, sizes: str, pages: int, keep: bool, seed: int) -> None:
    """Measure the cost of a page at several sizes of the archive."""
    if url is None:
        if servers is None:
            click.echo(
                "bench.dedup_cost: name a running Elasticsearch by --url or a directory by --servers",
                err=True,
            )
            sys.exit(2)
        url = EmbeddedServers(servers, quick=False).up(("elastic",)).elastic_url
    with client(Settings(elastic=ElasticSettings(url=url))) as server:
        if not keep:
            server.indices.delete(index=INDEX, ignore_unavailable=True)
        if not server.indices.exists(index=INDEX):
            server.indices.create(
                index=INDEX,
                mappings=IDENTITY_MAPPING,
                settings={"number_of_replicas": 0, "merge.scheduler.auto_throttle": False},
            )
        costs = _rows(server, [int(size) for size in sizes.split(",")], pages, seed)
        if not keep:
            server.indices.delete(index=INDEX)
    if costs:
        dear = max(costs) > MOST_MS or max(costs) > MOST_GROWTH * min(costs)
        sys.exit(1 if dear else 0)


def _rows(server: Elasticsearch, sizes: Sequence[int], pages: int, seed: int) -> list[float]:
    table = Table(
        "articles",
        "stage ms/page",
        "elastic ms/page",
        "wall ms/page",
        "disk MB",
        "stage MB",
        "elastic heap MB",
    )
    costs = []
    for size in sizes:
        filled = _filled(server)
        if filled < size:
            fill(server, INDEX, filled, size)
            server.indices.put_mapping(index=INDEX, meta={"filled": size})
        _until_merged(server)
        if not pages:
            continue
        cost = measure(server, pages, seed * 1_000_000_007 + size)
        costs.append(cost.stage)
        disk = server.indices.stats(index=INDEX, metric="store")["_all"]["primaries"]["store"]
        heap = [n["jvm"]["mem"] for n in server.nodes.stats(metric="jvm")["nodes"].values()]
        table.add_row(
            f"{size:,}",
            *(f"{figure:.2f}" for figure in cost),
            f"{disk['size_in_bytes'] / 1e6:,.0f}",
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}",
            f"{sum(n['heap_used_in_bytes'] for n in heap) / 1e6:.0f} of {sum(n['heap_max_in_bytes'] for n in heap) / 1e6:.0f}",
        )
    Console().print(table)
    return costs


def _filled(server: Elasticsearch) -> int:
    """How many generated articles the index holds, as noted when they were written."""
    mapping = server.indices.get_mapping(index=INDEX)[INDEX]["mappings"]
    return int(mapping.get("_meta", {}).get("filled", 0))


def _until_merged(server: Elasticsearch) -> None:
    """Wait until the server has merged what was filled in: no merge in five looks, a second apart."""
    quiet = 0
    while quiet < _QUIET:
        merges = server.indices.stats(index=INDEX, metric="merge")["_all"]["primaries"]["merges"]
        quiet = 0 if merges["current"] else quiet + 1
        time.sleep(1)


if __name__ == "__main__":
    main()
