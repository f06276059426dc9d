"""How fast the archive answers: the twenty commonest requests, 1, 4 and 16 readers at once, while indexing goes on.

    python -m bench.search --corpora ../shared/corpora --data /tmp/archives --sizes 10000,200000

For each size an Elasticsearch of its own (`--heap`) is filled with generated articles (bench/search_archive.py); `--data` keeps it,
and what is asked of it, for the next run. `dateline serve` runs as a process, the readers in another one (bench/search_readers.py), and
this one indexes new versions at a steady rate, which are removed afterwards. First each kind of request once, by one reader of an
archive that has just started. Then, when Java has compiled what is used most (`--warm`), readers that ask again as soon as they were
answered, so that as many requests are under way all the time; and readers who pause for a second in between. Every kind comes as often
as any other, and hardly ever with the same words. Beside each a peer: the searches for one word as plain `multi_match` straight to
Elasticsearch, by as many readers. Last, 16 readers without a pause who all ask for the same twenty: one request of each kind.
Exit code 1 when p95 of these last is above 150 ms, or a page weighs more than 150 kB.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
import msgspec
import psutil
from elasticsearch import Elasticsearch
from rich.console import Console

from bench.search_archive import World
from bench.search_asks import Drawn, asks, drawn, peer
from bench.search_fill import fill, pages, state, until_merged
from bench.search_readers import Plan, Told
from bench.search_writer import remove, writing
from dateline.elastic import client
from dateline.embedded import EmbeddedServers
from dateline.settings import Settings
from dateline.topology import apply_templates
from tests.environ import environ

ROOT: Final = Path(__file__).resolve().parents[1]
AIM_MS: Final = 150
AIM_BYTES: Final = 150_000
READERS: Final = 16
_WARM_UP: Final = 5.0
_SEED: Final = 1
_CONSOLE: Final = Console(stderr=True)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of request: milliseconds, and the largest answer in bytes as it was sent."""

    kind: str
    count: int
    p50: float
    p95: float
    bytes: int


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Some readers of an archive. `cpu` is milliseconds of processor time a request, by process; the last of `rows` is all of them."""

    articles: int
    readers: int
    pause: float
    peer: bool
    same: bool
    a_second: float
    failed: int
    rows: list[Row]
    cpu: dict[str, float]

    @property
    def title(self) -> str:
        """Who reads."""
        who = f"{self.readers} reader{'s' if self.readers > 1 else ''}{', a pause' if self.pause else ''}"
        who += ", the same twenty requests" if self.same else ""
        return f"{who}, plain multi_match" if self.peer else who


@contextmanager
def served(settings: Settings, log: Path) -> Iterator[tuple[str, psutil.Process]]:
    """`dateline serve` as a user starts it: its address and its process."""
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "dateline", "serve", "--port", "0"],
            env=os.environ | environ(settings),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as serving,
    ):
        assert serving.stdout
        said = serving.stdout.readline()
        if not said.startswith("http://"):
            sys.exit(f"bench.search: dateline serve did not start: {log.read_text()[-2000:]}")
        try:
            yield said.split("/ ")[0], psutil.Process(serving.pid)
        finally:
            serving.terminate()


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


def measured(
    plan: Plan, articles: int, processes: dict[str, psutil.Process], *, peer: bool = False, same: bool = False
) -> Measured:
    """Run a plan, and account for it."""
    before = {name: _cpu(process) for name, process in processes.items()}
    told = read(plan)
    spent = {name: _cpu(process) - before[name] for name, process in processes.items()}
    spent["readers"] = told.cpu
    if told.examples:
        _CONSOLE.print("failed:", *told.examples, sep="\n  ")
    whole = [one for taken in told.taken.values() for one in taken]
    rows = [_row(kind, taken, told.largest[kind]) for kind, taken in told.taken.items() if taken]
    answered = len(whole) + told.uncounted
    return Measured(
        articles=articles,
        readers=plan.readers,
        pause=plan.pause,
        peer=peer,
        same=same,
        a_second=round(len(whole) / told.seconds, 1),
        failed=sum(told.failed.values()),
        rows=[*rows, _row("all", whole, max(told.largest.values()))],
        cpu={name: round(seconds * 1000 / max(1, answered), 1) for name, seconds in spent.items()},
    )


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _row(kind: str, taken: Sequence[float], largest: int) -> Row:
    cuts = statistics.quantiles(taken, n=20, method="inclusive") if len(taken) > 1 else [*taken] * 19
    return Row(
        kind=kind,
        count=len(taken),
        p50=round(cuts[9] * 1000, 1),
        p95=round(cuts[18] * 1000, 1),
        bytes=largest,
    )


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured: `readers` at once, `seconds` of each, `rate` versions a second indexed meanwhile."""

    corpora: Path
    data: Path
    heap: str
    readers: tuple[int, ...]
    seconds: float
    warm: float
    rate: int
    variety: int
    only: str

    def size(self, articles: int) -> list[Measured]:
        """All readers at one size."""
        folder = self.data / str(articles)
        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(data_dir=str(folder / "servers"), log_level="warning")
        own = EmbeddedServers(settings.data_path, elastic_heap=self.heap, quick=False)
        with ExitStack() as stack:
            stack.callback(own.down)
            url = own.up(("elastic",)).elastic_url
            server = stack.enter_context(closing(client(settings)))
            world = self._filled(server, settings, folder, articles)
            if not self.seconds:
                return []
            of = self._drawn(server, folder)
            address, serving = stack.enter_context(served(settings, folder / "reader.log"))
            node = next(one.pid for one in own.status().servers if one.name == "elastic")
            processes = {
                "Elasticsearch": psutil.Process(node),
                "dateline serve": serving,
                "writer": psutil.Process(),
            }
            found = [one for one in asks(address, of, _SEED) if self.only in one.kind]
            words = peer(url, asks(address, of, _SEED))
            plans: list[tuple[Plan, dict[str, bool]]] = []
            for readers, pause in (*((count, 0.0) for count in self.readers), (READERS, 1.0)):
                plan = Plan(asks=found, readers=readers, seconds=self.seconds, pause=pause, warm_up=_WARM_UP)
                plans += [
                    (plan, {}),
                    (msgspec.structs.replace(plan, asks=words, seconds=self.seconds / 3), {"peer": True}),
                ]
            twenty = list({one.kind: one for one in found}.values())
            plans.append(
                (
                    Plan(asks=twenty, readers=READERS, seconds=self.seconds, warm_up=_WARM_UP),
                    {"same": True},
                )
            )

            def measure(plan: Plan, **what: bool) -> Measured:
                return self._measured(server, world, articles, plan, processes, what)

            told = [measure(Plan(asks=found, readers=1, rounds=1))]
            if self.warm:
                read(Plan(asks=[*found, *words], readers=max(self.readers[:2]), seconds=self.warm))
            return told + [measure(plan, **what) for plan, what in plans]

    def _filled(self, server: Elasticsearch, settings: Settings, folder: Path, articles: int) -> World:
        made_of = pages(self.corpora, self.data)
        before = state(folder).articles
        if not before:
            apply_templates(server, settings)
        if before < articles:
            fill(server, folder, made_of, articles)
        until_merged(server)
        return World(made_of, datetime.now(UTC))

    def _drawn(self, server: Elasticsearch, folder: Path) -> Drawn:
        kept = folder / "drawn.json"
        if not kept.exists():
            kept.write_bytes(msgspec.json.encode(drawn(server, self.variety, _SEED)))
        return msgspec.json.decode(kept.read_bytes(), type=Drawn)

    def _measured(
        self,
        server: Elasticsearch,
        world: World,
        articles: int,
        plan: Plan,
        processes: dict[str, psutil.Process],
        what: dict[str, bool],
    ) -> Measured:
        with writing(server, world, self.rate) as written:
            found = measured(plan, articles, processes, **what)
        remove(server, written)
        until_merged(server)
        _CONSOLE.print(
            f"{articles:,} articles, {found.title}: {found.a_second} a second, p95 {found.rows[-1].p95} ms"
        )
        return found


def show(found: Sequence[Measured]) -> None:
    """The figures of one size as tables."""
    first, *others = found
    print(f"\n{first.articles:,} articles\n")
    print("| | requests a second | p50 ms | p95 ms | failed | ms of processor time a request |")
    print("|---|---|---|---|---|---|")
    for one in others:
        cpu = ", ".join(f"{name} {spent}" for name, spent in one.cpu.items())
        every = one.rows[-1]
        print(f"| {one.title} | {one.a_second} | {every.p50:.0f} | {every.p95:.0f} | {one.failed} | {cpu} |")
    shown = [one for one in others if not one.peer]
    print(f"\n| p50 / p95 ms | just started | {' | '.join(one.title for one in shown)} | kB |")
    print(f"|---|{'---|' * (len(shown) + 2)}")
    for row in first.rows:
        times = [_times(one, row.kind) for one in shown]
        largest = max(other.bytes for one in found for other in one.rows if other.kind == row.kind)
        print(f"| {row.kind} | {row.p50:.0f} | {' | '.join(times)} | {largest / 1000:.0f} |")


def _times(one: Measured, kind: str) -> str:
    return next((f"{row.p50:.0f} / {row.p95:.0f}" for row in one.rows if row.kind == kind), "")


def missed(found: Sequence[Measured]) -> bool:
    """Whether an aim was."""
    whole = [one for one in found if not one.peer]
    late = any(one.rows[-1].p95 > AIM_MS for one in whole if one.same)
    heavy = any(row.bytes > AIM_BYTES for one in whole for row in one.rows if "API" not in row.kind)
    return late or heavy


def _numbers(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[int, ...]:
    return tuple(map(int, value.split(",")))


@click.command(epilog="Example: python -m bench.search --data /tmp/archives --sizes 10000,200000")
@click.option(
    "--corpora",
    type=click.Path(path_type=Path),
    default=lambda: Path(os.environ.get("DATELINE_CORPORA", ROOT.parent / "shared" / "corpora")),
    help="Folder with pages/ and the lists that name them (default: DATELINE_CORPORA, else ../shared/corpora).",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the filled archives here (default: a temporary folder).",
)
@click.option("--sizes", default="10000,200000", show_default=True, callback=_numbers, help="Articles.")
@click.option("--readers", default="1,4,16", show_default=True, callback=_numbers, help="At once.")
@click.option("--heap", default="2g", show_default=True, help="Elasticsearch's heap, as Java takes it.")
@click.option("--seconds", default=30.0, show_default=True, help="Of each; 0 fills the archives only.")
@click.option("--warm", default=90.0, show_default=True, help="Seconds of reading before, uncounted.")
@click.option("--rate", default=5, show_default=True, help="Versions indexed a second; 0: none.")
@click.option("--variety", default=300, show_default=True, help="Different requests of each kind.")
@click.option("--only", default="", help="Kinds of requests whose name has this in it.")
def main(
    corpora: Path, data: Path | None, sizes: tuple[int, ...], readers: tuple[int, ...], heap: str, seconds: float, warm: float, rate: int,
    variety: int, only: str,
) -> None:  # fmt: skip
    """Measure, size by size."""
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(corpora=corpora, data=data or Path(scratch), heap=heap, readers=readers, seconds=seconds,
                      warm=warm, rate=rate, variety=variety, only=only)  # fmt: skip
        found = [bench.size(articles) for articles in sizes]
    for one in filter(None, found):
        show(one)
    sys.exit(any(map(missed, found)))


if __name__ == "__main__":
    main()
