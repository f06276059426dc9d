"""A generated identity index of any size: heads, texts and claims as the stage writes them, their terms at random.

Each article has a body of 600 words, one version and one claim. One in twenty carries one of twenty frames (an outlet's foot of
60 words), so that some terms are as common as they are in an archive.
"""

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, cast

import msgspec
import numpy as np
from elasticsearch import Elasticsearch
from rich.console import Console
from rich.progress import track

from consumers.deduplicate.fingerprint import (
    BANDS,
    MOST_PASSAGES,
    SAMPLED,
    passages_of,
    shingle_run,
    words_of,
)
from consumers.deduplicate.history import content_id
from dateline.ports import Head, KnownVersion, Sighting
from schemas.ids import article_id, digest, version_id
from schemas.records import Article

WORDS: Final = 30_000
PARAGRAPH: Final = 50  # words
PARAGRAPHS: Final = 12
FRAMES: Final = 20
FRAMED: Final = 20
"""One article in so many has a frame."""
_CHUNK: Final = 1000
_POOL: Final = 20_000
_SENDERS: Final = 2


def frames() -> list[str]:
    """The frames, always the same."""
    rng = random.Random(20)
    return [" ".join(f"w{rng.randrange(WORDS)}" for _ in range(60)) for _ in range(FRAMES)]


def fill(server: Elasticsearch, index: str, start: int, end: int) -> None:
    """Articles `start` to `end`, in bulk, searchable at the end."""
    made = Filler()
    server.indices.put_settings(index=index, settings={"refresh_interval": "-1"})
    starts = range(start, end, _CHUNK)
    with ThreadPoolExecutor(_SENDERS) as pool:
        done = pool.map(
            lambda first: _send(server, index, made.documents(first, min(end, first + _CHUNK))), starts
        )
        shown = track(done, f"filling to {end:,}", len(starts), console=Console(stderr=True))
        for _ in shown:
            pass
    server.indices.put_settings(index=index, settings={"refresh_interval": None})
    server.indices.refresh(index=index)


def _send(server: Elasticsearch, index: str, lines: Sequence[bytes]) -> None:
    answer = server.options(request_timeout=300).bulk(
        index=index,
        operations=cast("Sequence[dict[str, Any]]", lines),  # lines of JSON already
        filter_path="items.*.error",
    )
    if answer:
        raise RuntimeError(f"bench.dedup_filler: refused: {str(answer)[:300]}")


class Filler:
    """Documents by number; the same number always gives the same ones."""

    def __init__(self) -> None:
        rng = random.Random(1)
        self._paragraphs = [
            " ".join(f"w{rng.randrange(WORDS)}" for _ in range(PARAGRAPH)).capitalize() + "."
            for _ in range(_POOL)
        ]
        self._frames = [(text, passages_of(shingle_run(words_of(text)))) for text in frames()]

    def documents(self, first: int, end: int) -> list[bytes]:
        """The lines of a bulk request."""
        count = PARAGRAPHS * PARAGRAPH // SAMPLED
        values = np.random.default_rng(first).integers(1 << 40, size=(end - first, BANDS + count)).tolist()
        lines: list[bytes] = []
        for number, terms in zip(range(first, end), values, strict=True):
            for id_, document in self._article(number, terms):
                lines += msgspec.json.encode({"index": {"_id": id_}}), msgspec.json.encode(document)
        return lines

    def _article(self, number: int, terms: list[int]) -> Iterator[tuple[str, dict[str, object]]]:
        rng = random.Random(number)
        bands = [f"b{band:x}.{value:x}" for band, value in enumerate(terms[:BANDS])]
        bands += [f"bp.{value:x}" for value in terms[BANDS:]]
        body = rng.choices(self._paragraphs, k=PARAGRAPHS)
        if number % FRAMED == 0:
            text, passages = self._frames[number // FRAMED % FRAMES]
            body.append(text)
            bands = [*bands, *passages][-BANDS - MOST_PASSAGES :]
        source = f"outlet{number % 500}"
        url = f"https://{source}.example/2025/{number}"
        day = f"2025-{1 + number % 12:02d}-{1 + number // 12 % 28:02d}"
        stated = Article(
            id=article_id(source, url),
            url=url,
            source=source,
            headline=body[0][:60],
            published=f"{day}T09:00:00Z",
            fetched=f"{day}T09:05:00Z",
            language="en",
            paragraphs=tuple(body),
        )
        hash_ = digest(("filler", str(number)))
        seen = Sighting(
            order=1_700_000_000 + number,
            event_id=digest(("event", str(number))),
            position=f"articles.normalized.v1/0/{number}",
            fetched=stated.fetched,
            published=stated.published,
        )
        version = KnownVersion(version_id=version_id(stated.id, hash_), content_hash=hash_, sightings=(seen,))
        head = Head(
            article_id=stated.id,
            source=source,
            url=url,
            month=day[:7],
            since=seen.order,
            versions=(version,),
        )
        yield content_id(stated.id, hash_), {"kind": "content", "article": stated}
        yield digest(("claim", str(number))), {"kind": "claim", "holders": [stated.id]}
        yield stated.id, {"kind": "head", "bands": bands, "head": head}
