"""Filling an Elasticsearch with the archive of bench/search_archive.py, and reading the pages that it is made of."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
from elasticsearch import Elasticsearch
from rich.console import Console
from rich.progress import track

from bench.search_archive import BLOCK, World, lightened, settled, writes
from dateline.elastic import ensure_index
from dateline.sink import ElasticIndexSink
from schemas.elastic import Kind, Names
from schemas.records import EnrichedArticle

LISTS: Final = ("articles", "body-snippets", "dates")
_AT_ONCE: Final = 5  # blocks in a bulk
_SENDERS: Final = 2
_QUIET: Final = 3
_FAST: Final = {"refresh_interval": "-1", "translog.durability": "async"}
_USUAL: Final = {"refresh_interval": None, "translog.durability": None}


class Filled(msgspec.Struct, frozen=True):
    """What an Elasticsearch holds: so many articles, the last ones published at `end`."""

    articles: int
    end: datetime


def pages(corpora: Path, folder: Path) -> list[EnrichedArticle]:
    """Every page of the corpora, normalized and enriched by the commands; kept in `folder` for the next time."""
    kept = folder / "pages.jsonl"
    if not kept.exists():
        if not (corpora / "pages").is_dir():
            sys.exit(f"no pages in {corpora / 'pages'}: name their folder by --corpora or DATELINE_CORPORA")
        raw = folder / "pages"
        raw.mkdir(parents=True, exist_ok=True)
        manifest = folder / "manifest.jsonl"
        with manifest.open("w", encoding="utf-8") as lines:
            for name, url in _listed(corpora):
                path = raw / f"{name}.html"
                path.write_bytes(gzip.decompress((corpora / "pages" / f"{name}.html.gz").read_bytes()))
                source = urlsplit(url).hostname or "page"
                lines.write(json.dumps({"path": str(path), "url": url, "source": source}) + "\n")
        Console(stderr=True).print("reading the pages (a minute or two, once)")
        part = kept.with_suffix(".part")
        with part.open("wb") as out:
            command = [sys.executable, "-W", "ignore", "-m", "dateline"]
            with subprocess.Popen(
                [*command, "normalize", "--jsonl", str(manifest)],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ) as normalize:
                subprocess.run([*command, "enrich"], stdin=normalize.stdout, stdout=out, check=True)
        part.rename(kept)
    return [msgspec.json.decode(line, type=EnrichedArticle) for line in kept.read_bytes().splitlines()]


def _listed(corpora: Path) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for name in LISTS:
        for line in (corpora / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["page"] not in seen:
                seen.add(row["page"])
                yield row["page"], row["url"]


def state(folder: Path) -> Filled:
    """What was filled in before, as noted in the data folder."""
    noted = folder / "filled.json"
    if noted.exists():
        return msgspec.json.decode(noted.read_bytes(), type=Filled)
    return Filled(0, datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))


def fill(client: Elasticsearch, folder: Path, made_of: Sequence[EnrichedArticle], articles: int) -> Filled:
    """Up to `articles` articles, month by month, in bulk, searchable at the end. Goes on where it was before."""
    before = state(folder)
    (folder / "filled.json").write_bytes(msgspec.json.encode(before))
    world, names = World(made_of, before.end), Names()
    numbers = sorted(range(before.articles // BLOCK, articles // BLOCK), key=world.time)
    shown = iter(track(numbers, f"filling to {articles:,}", console=Console(stderr=True)))
    patient = client.options(request_timeout=300).indices
    sink = ElasticIndexSink(client.options(request_timeout=300))

    def send(blocks: Sequence[int]) -> None:
        planned = [lightened(one) for block in blocks for one in settled(writes(world.block(block), names))]
        for result in sink.write(planned):
            if result.status == "refused":
                raise SystemExit(f"bench.search: refused: {result.error}")

    for month, numbered in groupby(numbers, key=lambda number: f"{world.time(number):%Y-%m}"):
        blocks = list(numbered)
        indices = [names.index(kind, month) for kind in (Kind.ARTICLES, Kind.VERSIONS)]
        indices += [names.index(kind) for kind in (Kind.CHANGES, Kind.QUOTES, Kind.STORIES, Kind.PLACEMENTS)]
        for index in indices:
            ensure_index(client, index)
        client.indices.put_settings(index=indices, settings=_FAST)
        parts = [blocks[at : at + _AT_ONCE] for at in range(0, len(blocks), _AT_ONCE)]
        with ThreadPoolExecutor(_SENDERS) as pool:
            for part, _ in zip(parts, pool.map(send, parts), strict=True):
                for _ in part:
                    next(shown)
        patient.put_settings(index=indices, settings=_USUAL)
        patient.flush(index=indices)  # else the next start of the server would index it all again
        patient.refresh(index=indices)
    filled = Filled(max(before.articles, articles // BLOCK * BLOCK), before.end)
    (folder / "filled.json").write_bytes(msgspec.json.encode(filled))
    return filled


def until_merged(client: Elasticsearch) -> None:
    """Wait until the server has merged what was filled in: no merge in three looks, a second apart."""
    quiet = 0
    while quiet < _QUIET:
        merges = client.indices.stats(metric="merge")["_all"]["primaries"]["merges"]
        quiet = 0 if merges["current"] else quiet + 1
        time.sleep(1)
