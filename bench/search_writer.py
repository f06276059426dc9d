"""New articles through the index stage while readers read, and their removal afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count, islice
from typing import Final

from elasticsearch import Elasticsearch

from bench.search_archive import World
from consumers.index import IndexStage
from dateline.sink import ElasticIndexSink
from dateline.stage import Item, Message
from schemas.elastic import Kind, Names
from schemas.records import EnrichedArticle
from schemas.topics import ENRICHED

_NEW: Final = 10_000_000  # numbers of blocks above all those that fill an archive
_AT_ONCE: Final = 100
_MOST: Final = 10_000
_HELD_IN: Final = {Kind.ARTICLES: "id", Kind.VERSIONS: "id", Kind.QUOTES: "article_id"}


@contextmanager
def writing(server: Elasticsearch, world: World, rate: int) -> Iterator[list[str]]:
    """So many versions a second, a batch each second; the ids of their articles so far."""
    written: list[str] = []
    over = threading.Event()
    writer = threading.Thread(target=_write, args=(server, world, rate, written, over))
    if rate:
        writer.start()
    try:
        yield written
    finally:
        over.set()
        if rate:
            writer.join()


def remove(server: Elasticsearch, ids: Sequence[str]) -> None:
    """Leave the archive as large as it was."""
    for kind, field in _HELD_IN.items():
        index = Names().alias(kind)
        server.indices.refresh(index=index)
        for begin in range(0, len(ids), _AT_ONCE):
            query = {"terms": {field: ids[begin : begin + _AT_ONCE]}}
            found = server.search(index=index, query=query, source=False, size=_MOST)["hits"]["hits"]
            gone = [{"delete": {"_index": hit["_index"], "_id": hit["_id"]}} for hit in found]
            if gone:
                server.bulk(operations=gone)
        server.indices.refresh(index=index)


def _write(server: Elasticsearch, world: World, rate: int, written: list[str], over: threading.Event) -> None:
    stage = IndexStage(ElasticIndexSink(server), Names)
    versions = _new(world)
    due = time.monotonic()
    while not over.wait(max(0.0, due - time.monotonic())):
        batch = list(islice(versions, rate))
        stage.step([_item(one) for one in batch])
        written += dict.fromkeys(one.id for one in batch)
        due += 1


def _new(world: World) -> Iterator[EnrichedArticle]:
    for number in count(_NEW + int(time.time())):
        for made in world.block(number, datetime.now(UTC)):
            yield from made.versions


def _item(record: EnrichedArticle) -> Item:
    message = Message(
        topic=ENRICHED.name, partition=0, offset=0, key=None, value=None, headers={}, timestamp_ms=0
    )
    return Item(message, record.event_id, record)
