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
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from elasticsearch import Elasticsearch
from rich.console import Console
from rich.progress import track

from bench.search_archive import BLOCK, World, lightened, settled, writes
from dateline.elastic import ensure_index
from dateline.sink import ElasticIndexSink
from schemas.elastic import MAPPINGS, Kind, Names, template
from schemas.records import EnrichedArticle

LISTS: Final = ("articles", "body-snippets", "dates")
_FILLED: Final = (
    Kind.ARTICLES, Kind.VERSIONS, Kind.CHANGES, Kind.QUOTES, Kind.STORIES, Kind.PLACEMENTS,
)  # fmt: skip
_AT_ONCE: Final = 5  # blocks in a bulk
_LEG: Final = 125  # blocks between two notes of how far it is
_LOOKED_UP: Final = (
    "id",
    "version_id",
    "version_order",
    "status",
    "month",
    "published",
    "source",
    "event_id",
)
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


def fill(client: Elasticsearch, folder: Path, made_of: Sequence[EnrichedArticle], articles: int) -> None:
    """Up to `articles` articles, in bulk, searchable at the end. Goes on where it was before, or was stopped."""
    before = state(folder)
    world, names = World(made_of, before.end), Names()
    patient = client.options(request_timeout=300)
    sink = ElasticIndexSink(patient)
    indices = [names.pattern(kind) for kind in _FILLED]
    _light_versions(patient, names, before.end)

    def send(blocks: Sequence[int]) -> None:
        planned = [lightened(one) for block in blocks for one in settled(writes(world.block(block), names))]
        for result in sink.write(planned):
            if result.status == "refused":
                raise SystemExit(f"bench.search: refused: {result.error}")

    numbers = range(before.articles // BLOCK, articles // BLOCK)
    legs = [numbers[at : at + _LEG] for at in range(0, len(numbers), _LEG)]
    with ThreadPoolExecutor(_SENDERS) as pool:
        for leg in track(legs, f"filling to {articles:,}", console=Console(stderr=True)):
            for month in sorted({f"{world.time(number):%Y-%m}" for number in leg}):
                for kind in (Kind.ARTICLES, Kind.VERSIONS):
                    ensure_index(patient, names.index(kind, month))
            patient.indices.put_settings(index=indices, settings=_FAST)
            list(pool.map(send, [leg[at : at + _AT_ONCE] for at in range(0, len(leg), _AT_ONCE)]))
            # else the next start of the server would index it all again
            patient.indices.flush(index=indices)
            filled = Filled((leg[-1] + 1) * BLOCK, before.end)
            (folder / "filled.json").write_bytes(msgspec.json.encode(filled))
    patient.indices.put_settings(index=indices, settings=_USUAL)
    patient.indices.refresh(index=indices)


def _light_versions(client: Elasticsearch, names: Names, end: datetime) -> None:
    """Versions of the months before the last are indexed by what requests look them up by, and stored whole: half of the work."""
    ensure_index(client, names.index(Kind.VERSIONS, f"{end:%Y-%m}"))
    usual = template(Kind.VERSIONS, names)
    whole: dict[str, Any] = MAPPINGS[Kind.VERSIONS]
    found_by = {name: whole["properties"][name] for name in _LOOKED_UP}
    mapping = {**whole, "dynamic": "false", "properties": found_by}
    usual["template"] |= {"mappings": mapping}
    client.indices.put_index_template(
        name="light-versions",
        index_patterns=usual["index_patterns"],
        template=usual["template"],
        priority=usual["priority"] + 1,
    )


def until_merged(client: Elasticsearch) -> None:
    """Wait until the server has merged what was filled in: no merge in three looks, a second apart."""
    quiet = 0
    while quiet < _QUIET:
        merges = client.indices.stats(metric="merge")["_all"]["primaries"]["merges"]
        quiet = 0 if merges["current"] else quiet + 1
        time.sleep(1)
