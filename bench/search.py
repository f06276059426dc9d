"""How fast the archive answers: the twenty commonest requests, 16 readers at once, while indexing goes on.

    python -m bench.search --corpora ../shared/corpora --data /tmp/archive --sizes 10000,200000

An Elasticsearch of its own (`--heap`) is filled with generated articles (bench/search_archive.py) and grows from size to size;
`--data` keeps it for the next run. `dateline serve` runs as a process, the readers in another one (bench/search_readers.py), and a
writer in a third sends new articles through the index stage at a steady rate. Two models of readers: each asks again as soon as it
was answered (closed loop, the machine is busy all the time), and each pauses for a second between two requests. Every kind of
request comes as often as any other. Words, names and dates are drawn from the archive's own articles, `--variety` of each. Beside
them a peer: the words of "one word" as a plain `multi_match` straight to Elasticsearch, by as many readers.
Exit code 1 when p95 of all requests with a pause is above 150 ms, or a page weighs more than 150 kB.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import click
import msgspec
import psutil
from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table

from bench.search_archive import World
from bench.search_fill import Filled, fill, pages, state
from bench.search_readers import Ask, Plan, Told
from consumers.index import IndexStage
from dateline.elastic import client
from dateline.embedded import EmbeddedServers
from dateline.settings import Settings
from dateline.sink import ElasticIndexSink
from dateline.stage import Item, Message
from dateline.topology import apply_templates
from schemas.elastic import Kind, Names
from schemas.topics import ENRICHED
from tests.environ import environ

ROOT: Final = Path(__file__).resolve().parents[1]
AIM_MS: Final = 150
AIM_BYTES: Final = 150_000
READERS: Final = 16
_NEW: Final = 10_000_000  # the number of the first block that is written while readers read
_QUIET: Final = 3
_FIELDS: Final = ["id", "url", "source", "headline", "standfirst", "published", "status"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of request: milliseconds, and the largest answer in bytes as it was sent."""

    kind: str
    count: int
    p50: float
    p95: float
    p99: float
    bytes: int


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One model of readers at one size. `cpu` is milliseconds of processor time a request, by process."""

    articles: int
    model: str
    a_second: float
    failed: int
    rows: list[Row]
    cpu: dict[str, float]


def asks(server: Elasticsearch, address: str, variety: int, seed: int) -> list[Ask]:
    """The twenty kinds, each with up to `variety` different requests, drawn from the articles that are there."""
    draw = random.Random(seed)
    names = Names()

    def sample(kind: Kind, query: dict[str, Any], fields: Sequence[str]) -> list[dict[str, Any]]:
        score = {"function_score": {"query": query, "random_score": {"seed": seed, "field": "_seq_no"}}}
        hits = server.search(
            index=names.alias(kind), query=score, size=variety, source_includes=list(fields)
        )["hits"]["hits"]
        return [hit["_source"] for hit in hits]

    some = sample(
        Kind.ARTICLES,
        {"match_all": {}},
        ["id", "headline", "source", "published", "entities.name", "entities.type"],
    )
    words = [[word for word in one["headline"].split() if word.isalpha() and len(word) > 3] for one in some]
    words = [found for found in words if len(found) > 1]
    runs = [
        " ".join(one["headline"].split()[at : at + 2])
        for one in some
        for at in (draw.randrange(max(1, len(one["headline"].split()) - 1)),)
    ]
    people = [
        draw.choice(named)
        for one in some
        if (named := [name["name"] for name in one.get("entities", ()) if name["type"] == "person"])
    ]
    speakers = [
        one["speaker"]
        for one in sample(Kind.QUOTES, {"exists": {"field": "speaker"}}, ["speaker"])
        if one.get("speaker")
    ]
    updated = [one["id"] for one in sample(Kind.ARTICLES, {"term": {"status": "UPDATED"}}, ["id"])]
    copies = [one["id"] for one in sample(Kind.ARTICLES, {"exists": {"field": "copy_of.article_id"}}, ["id"])]
    stories = [one["id"] for one in sample(Kind.STORIES, {"range": {"articles": {"gte": 2}}}, ["id"])]
    ids = [one["id"] for one in some]
    one_word = [draw.choice(found) for found in words]

    def search(path: str, queries: Sequence[str], **more: str) -> list[str]:
        return [f"{path}?{urlencode({'q': query, **more})}" for query in queries]

    kinds: dict[str, list[str]] = {
        "front page": ["/"],
        "search: one word": search("/search", one_word),
        "search: two words": search("/search", [" ".join(draw.sample(found, 2)) for found in words]),
        "search: a phrase": search("/search", [f'"{run}"' for run in runs]),
        "search: a person": search("/search", [f'person:"{name}"' for name in people]),
        "search: two facets": search(
            "/search",
            [f'{w} source:"{one["source"]}" language:en' for w, one in zip(one_word, some, strict=False)],
        ),
        "search: a month": search(
            "/search",
            [f"{w} published:{one['published'][:7]}" for w, one in zip(one_word, some, strict=False)],
        ),
        "article": [f"/articles/{id_}" for id_ in ids],
        "diff": [f"/articles/{id_}/compare" for id_ in updated],
        "copy beside its origin": [f"/articles/{id_}/origin" for id_ in copies],
        "story": [f"/story/{id_}" for id_ in stories],
        "person": [f"/people/{quote(name, safe='')}" for name in speakers],
        "source": [f"/sources/{one['source']}" for one in some],
        "changes": [f"/changes?class={kind}" for kind in ("", "correction", "silent_edit", "headline")],
        "feed of a search": search("/feeds/search.atom", one_word),
        "API: search": search("/api/v1/search", one_word),
        "API: page two by cursor": search("/api/v1/search", one_word),
        "API: article": [f"/api/v1/articles/{id_}" for id_ in ids],
        "API: history": [f"/api/v1/articles/{id_}/versions" for id_ in updated],
        "API: similar": [f"/api/v1/articles/{id_}/similar" for id_ in ids],
    }
    return [
        Ask(kind=kind, url=f"{address}{path}", follow="cursor" in kind)
        for kind, paths in kinds.items()
        for path in paths
        if "/." not in path
    ]


def straight(url: str, found: Sequence[Ask], field: str = "search: one word") -> list[Ask]:
    """The same words as plain `multi_match` to Elasticsearch itself."""
    from urllib.parse import parse_qs, urlsplit

    return [
        Ask(
            kind="plain multi_match",
            url=f"{url}/{Names().alias(Kind.ARTICLES)}/_search",
            body=msgspec.json.encode(
                {
                    "query": {
                        "multi_match": {
                            "query": parse_qs(urlsplit(one.url).query)["q"][0],
                            "fields": ["headline^3", "standfirst^2", "paragraphs"],
                        }
                    },
                    "size": 20,
                    "_source": _FIELDS,
                }
            ),
        )
        for one in found
        if one.kind == field
    ]


@contextmanager
def served(settings: Settings, workers: int, log: Path) -> Iterator[tuple[str, psutil.Process]]:
    """`dateline serve` as a user starts it: its address and its process."""
    command = [sys.executable, "-m", "dateline", "serve", "--port", "0"]
    command += ["--workers", str(workers)] if workers else []
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command, env=os.environ | environ(settings), stdout=subprocess.PIPE, stderr=errors, text=True
        ) as serving,
    ):
        assert serving.stdout
        said = serving.stdout.readline()
        if not said.startswith("http://"):
            raise SystemExit(f"bench.search: dateline serve did not start: {log.read_text()[-2000:]}")
        try:
            yield said.split("/ ")[0], psutil.Process(serving.pid)
        finally:
            serving.terminate()


def write(settings: Settings, made_of: Path, rate: int, seconds: float, first: int) -> None:
    """So many new articles a second through the index stage, a batch each second."""
    from schemas.records import EnrichedArticle

    some = [msgspec.json.decode(line, type=EnrichedArticle) for line in made_of.read_bytes().splitlines()]
    world = World(some, datetime.now(UTC))
    with closing(client(settings)) as server:
        stage = IndexStage(ElasticIndexSink(server), Names)
        waiting: list[Item] = []
        end, due, block = time.monotonic() + seconds, time.monotonic(), first
        while time.monotonic() < end:
            while len(waiting) < rate:
                for one in world.block(block, datetime.now(UTC)):
                    waiting += [_item(version) for version in one.versions]
                block += 1
            stage.step(waiting[:rate])
            del waiting[:rate]
            due += 1
            time.sleep(max(0.0, due - time.monotonic()))


def _item(record: Any) -> Item:
    message = Message(
        topic=ENRICHED.name, partition=0, offset=0, key=None, value=None, headers={}, timestamp_ms=0
    )
    return Item(message, record.event_id, record)


def read(plan: Plan) -> Told:
    """The plan by a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.search_readers"],
        input=msgspec.json.encode(plan),
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    return msgspec.json.decode(done.stdout, type=Told)


def _cpu(process: psutil.Process) -> float:
    spent = 0.0
    for one in (process, *process.children(recursive=True)):
        times = one.cpu_times()
        spent += times.user + times.system
    return spent


def measured(
    plan: Plan, model: str, articles: int, processes: dict[str, psutil.Process], console: Console
) -> Measured:
    """Run a plan, and account for it."""
    console.print(f"{articles:,} articles, {model}: {plan.seconds:.0f} s")
    before = {name: _cpu(process) for name, process in processes.items()}
    told = read(plan)
    if told.examples:
        console.print("failed:", *told.examples, sep="\n  ")
    spent = {name: _cpu(process) - before[name] for name, process in processes.items()}
    spent["readers"] = told.cpu
    count = sum(map(len, told.taken.values()))
    share = (plan.seconds + plan.warm_up) / plan.seconds * max(1, count)  # requests, those of the warm-up too
    rows = [_row(kind, taken, told.largest[kind]) for kind, taken in told.taken.items() if taken]
    whole = [one for taken in told.taken.values() for one in taken]
    if len(rows) > 1:
        pages_ = [one for kind, taken in told.taken.items() if not kind.startswith("API") for one in taken]
        api = [one for kind, taken in told.taken.items() if kind.startswith("API") for one in taken]
        rows += [
            _row("all pages and feeds", pages_, 0),
            _row("all of the API", api, 0),
            _row("all", whole, max(told.largest.values())),
        ]
    return Measured(
        articles=articles,
        model=model,
        a_second=round(count / plan.seconds, 1),
        failed=sum(told.failed.values()),
        rows=rows,
        cpu={name: round(seconds * 1000 / share, 2) for name, seconds in spent.items()},
    )


def _row(kind: str, taken: Sequence[float], largest: int) -> Row:
    cuts = statistics.quantiles(taken, n=100, method="inclusive") if len(taken) > 1 else [*taken] * 99
    return Row(
        kind=kind,
        count=len(taken),
        p50=round(cuts[49] * 1000, 1),
        p95=round(cuts[94] * 1000, 1),
        p99=round(cuts[98] * 1000, 1),
        bytes=largest,
    )


def until_merged(server: Elasticsearch) -> None:
    """Wait until the server has merged what was filled in: no merge in three looks, a second apart."""
    quiet = 0
    while quiet < _QUIET:
        merges = server.indices.stats(metric="merge")["_all"]["primaries"]["merges"]
        quiet = 0 if merges["current"] else quiet + 1
        time.sleep(1)


@click.command(epilog="Example: python -m bench.search --data /tmp/archive --sizes 10000,200000")
@click.option(
    "--corpora",
    type=click.Path(path_type=Path),
    default=lambda: Path(os.environ.get("DATELINE_CORPORA", ROOT.parent / "shared" / "corpora")),
    help="Folder with pages/ and the lists that name them (default: DATELINE_CORPORA, else ../shared/corpora).",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the filled archive here (default: a temporary folder).",
)
@click.option("--sizes", default="10000,200000", show_default=True, help="Articles, ascending.")
@click.option("--heap", default="2g", show_default=True, help="Elasticsearch's heap, as Java takes it.")
@click.option("--workers", default=0, show_default=True, help="`dateline serve --workers`; 0: its default.")
@click.option("--readers", default=READERS, show_default=True)
@click.option("--seconds", default=30.0, show_default=True, help="Of each model; twice that with a pause.")
@click.option("--rate", default=20, show_default=True, help="Articles indexed a second meanwhile; 0: none.")
@click.option("--variety", default=300, show_default=True, help="Different requests of each kind.")
@click.option("--only", help="Kinds of requests whose name has this in it.")
@click.option("--model", type=click.Choice(["both", "closed", "pause"]), default="both", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(
    corpora: Path, data: Path | None, sizes: str, heap: str, workers: int, readers: int, seconds: float, rate: int,
    variety: int, only: str | None, model: str, as_json: bool,
) -> None:  # fmt: skip
    """Measure, size by size."""
    console = Console(stderr=True)
    done: list[Measured] = []
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(data_dir=str(folder / "servers"), log_level="warning")
        own = EmbeddedServers(settings.data_path, elastic_heap=heap, elastic_port=29300)
        own.up(("elastic",))
        stack.callback(own.down)
        server = stack.enter_context(closing(client(settings)))
        apply_templates(server, settings)
        for size in map(int, sizes.split(",")):
            filled = state(folder)
            if filled.articles < size:
                if not (folder / "pages.jsonl").exists() and not (corpora / "pages").is_dir():
                    sys.exit(
                        f"bench.search: no pages in {corpora / 'pages'}: name their folder by --corpora or DATELINE_CORPORA"
                    )
                filled = fill(server, folder, pages(corpora, folder), size)
            until_merged(server)
            done += run(server, settings, folder, filled, workers=workers, readers=readers, seconds=seconds,
                        rate=rate, variety=variety, only=only, model=model, console=console)  # fmt: skip
    if as_json:
        click.echo(msgspec.json.encode(done).decode())
    else:
        for one in done:
            show(one)
    sys.exit(_missed(done))


def run(
    server: Elasticsearch, settings: Settings, folder: Path, filled: Filled, *, workers: int, readers: int, seconds: float,
    rate: int, variety: int, only: str | None, model: str, console: Console,
) -> list[Measured]:  # fmt: skip
    """All models at one size."""
    import multiprocessing

    url = f"http://127.0.0.1:{EmbeddedServers(settings.data_path).status().servers[1].address.rsplit(':', 1)[1]}"  # type: ignore[union-attr]
    pid = EmbeddedServers(settings.data_path).status().servers[1].pid
    done: list[Measured] = []
    with served(settings, workers, folder / "reader.log") as (address, serving):
        processes = {"Elasticsearch": psutil.Process(pid), "dateline serve": serving}
        found = [one for one in asks(server, address, variety, seed=1) if not only or only in one.kind]
        peer = straight(url, asks(server, address, variety, seed=1))
        models = {"closed loop": (found, seconds, 0.0), "one second's pause": (found, seconds * 2, 1.0),
                  "peer, closed loop": (peer, seconds / 3, 0.0), "peer, one second's pause": (peer, seconds / 3, 1.0)}  # fmt: skip
        if model != "both":
            models = {name: one for name, one in models.items() if model in name}
        for name, (wanted, length, pause) in models.items():
            warm_up = 5.0
            plan = Plan(asks=wanted, readers=readers, seconds=length, pause=pause, warm_up=warm_up)
            first = _NEW + int(time.time())
            writer = multiprocessing.Process(
                target=write, args=(settings, folder / "pages.jsonl", rate, length + warm_up, first)
            )
            if rate:
                writer.start()
                processes["writer"] = psutil.Process(writer.pid)
            done.append(measured(plan, name, filled.articles, processes, console))
            if rate:
                writer.join()
    return done


def _missed(done: Sequence[Measured]) -> bool:
    late = any(
        row.p95 > AIM_MS
        for one in done
        if one.model == "one second's pause"
        for row in one.rows
        if row.kind == "all"
    )
    return late or any(row.bytes > AIM_BYTES for one in done for row in one.rows if "API" not in row.kind)


def show(one: Measured) -> None:
    """The figures as a table."""
    console = Console()
    cpu = ", ".join(f"{name} {spent:.1f}" for name, spent in one.cpu.items())
    console.print(
        f"\n{one.articles:,} articles, {one.model}: {one.a_second} requests/s, {one.failed} failed; "
        f"ms of processor time a request: {cpu}"
    )
    table = Table("request", "asked", "p50 ms", "p95 ms", "p99 ms", "kB", box=None)
    for row in one.rows:
        table.add_row(
            row.kind,
            str(row.count),
            f"{row.p50:.0f}",
            f"{row.p95:.0f}",
            f"{row.p99:.0f}",
            f"{row.bytes / 1000:.0f}",
        )
    console.print(table)


if __name__ == "__main__":
    main()
