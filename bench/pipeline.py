"""The pipeline measured: from raw pages in Kafka to searchable articles, all stages at once, both servers on this machine.

    python -m bench.pipeline --corpora ../shared/corpora
    python -m bench.pipeline --pages 2000 --generated

Prints pages a second, and for each stage and server milliseconds of processor time a page, its share, and memory. Where
newspaper4k and news-please are installed (requirements/bench.txt), their extractors read a sample of the same pages in the same
run. Only ratios last: machines differ.
"""

import gzip
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import msgspec
import psutil
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.extraction import available
from dateline import elastic, kafka
from dateline.audit import audit
from dateline.commands.servers import embedded
from dateline.demo import render
from dateline.log import follow
from dateline.settings import Settings
from dateline.topology import apply_templates, apply_topics
from schemas import envelope
from schemas.ids import event_id
from schemas.reasons import TERMINAL, Stage
from schemas.records import OutcomeRecord
from schemas.topics import OUTCOMES, RAW

ROOT = Path(__file__).resolve().parents[1]
Page = tuple[str, bytes]


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """Of one process: seconds of processor time while the pages went through, and resident memory in MB at the end."""

    cpu: float
    memory: float
    step_cpu: float | None = None


def corpus(folder: Path) -> Iterator[Page]:
    """URL and bytes of every page that a list names, each page once."""
    seen = set()
    for name in ("articles", "body-snippets", "dates"):
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["page"] not in seen:
                seen.add(row["page"])
                yield row["url"], gzip.decompress((folder / "pages" / f"{row['page']}.html.gz").read_bytes())


def send(settings: Settings, pages: list[Page]) -> None:
    """All pages to the live lane."""
    with closing(kafka.producer(settings)) as producer:
        for url, body in pages:
            headers = envelope.raw_headers(
                event_id=event_id("bench", url, body),
                source="bench",
                url=url,
                content_type="text/html",
                fetched="2026-01-01T00:00:00Z",
            )
            producer.send(
                kafka.physical(settings, RAW),
                key=url.encode(),
                value=body,
                headers=kafka.byte_headers(headers),
            )
        producer.flush()


def through(settings: Settings, count: int, progress: Progress) -> float:
    """Seconds from now until every page's way has ended."""
    begin = time.perf_counter()
    task = progress.add_task("through the pipeline", total=count)
    decoder = msgspec.json.Decoder(OutcomeRecord)
    ended = 0
    for message in follow(settings, OUTCOMES, from_beginning=True):
        if message is not None and decoder.decode(message.value or b"").fate in TERMINAL:
            ended += 1
            progress.update(task, completed=ended)
        if ended == count:
            break
    return time.perf_counter() - begin


def servers(settings: Settings) -> dict[str, psutil.Process]:
    """The embedded servers' processes."""
    found = {}
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        if str(settings.data_path) in line and "java" in line:
            found["elasticsearch" if "ClasspathNode" in line else "kafka"] = process
    return found


def measure(
    settings: Settings, pages: list[Page], workers: dict[str, int], progress: Progress
) -> dict[str, Any]:
    """Run all pages through. Models are loaded and connections made before the clock starts."""
    variables = os.environ | {
        "DATELINE_DATA_DIR": str(settings.data_path),
        "DATELINE_NAMESPACE": settings.namespace,
        "DATELINE_LOG_LEVEL": "error",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    warm_up = [(outlet_url, body) for _, outlet_url, _, body in itertools.islice(render(24, 99), 24)]
    send(settings, warm_up)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    for stage in map(str, Stage):
        for slot in range(workers.get(stage, 1)):
            name = f"{stage}-{slot}"
            command = [sys.executable, "-m", "dateline", "stage", stage, "--worker", name, "--json"]
            processes[name] = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE)
    through(settings, len(warm_up), progress)
    watched = {name: psutil.Process(process.pid) for name, process in processes.items()} | servers(settings)
    before = {name: sum(process.cpu_times()[:2]) for name, process in watched.items()}
    send(settings, pages)
    seconds = through(settings, len(pages) + len(warm_up), progress)
    costs: dict[str, Cost] = {}
    for name, process in watched.items():
        spent = sum(process.cpu_times()[:2]) - before[name]
        costs[name] = Cost(cpu=spent, memory=process.memory_info().rss / 1e6)
    for name, child in processes.items():
        child.send_signal(signal.SIGTERM)
        output, _ = child.communicate(timeout=30)
        costs[name] = msgspec.structs.replace(costs[name], step_cpu=json.loads(output)["step_cpu"])
    return {"pages": len(pages), "seconds": seconds, "costs": costs}


def peers(pages: list[Page], progress: Progress) -> dict[str, float]:
    """Milliseconds of processor time a page of other extractors' reading alone."""
    found: dict[str, float] = {}
    if not pages:
        return found
    extractors = {
        name: one
        for name, one in available().items()
        if name in ("newspaper4k", "news-please", "trafilatura")
    }
    for name, extractor in extractors.items():
        task = progress.add_task(name, total=len(pages))
        begin, failed = time.process_time(), 0
        for url, body in pages:
            try:
                extractor(body, url)
            except Exception as error:  # noqa: BLE001  # a tool that fails on a page has read nothing
                failed += 1
                progress.console.print(f"{name}: {url}: {type(error).__name__}: {error}", style="dim")
            progress.advance(task)
        if failed < len(pages) / 10:  # else it does not work here, and its figure says nothing
            found[name] = (time.process_time() - begin) * 1000 / len(pages)
    return found


@click.command(epilog="Example: python -m bench.pipeline --corpora ../shared/corpora")
@click.option(
    "--corpora",
    type=click.Path(path_type=Path),
    default=lambda: Path(os.environ.get("DATELINE_CORPORA", ROOT.parent / "shared/corpora")),
    help="Folder with pages/ and the lists that name them (default: DATELINE_CORPORA, else ../shared/corpora).",
)
@click.option("--pages", "count", type=int, default=1000, show_default=True, help="How many pages.")
@click.option("--generated", is_flag=True, help="Generated pages, also where the corpora are there.")
@click.option("--workers", multiple=True, metavar="STAGE=N", help="Processes of a stage (default 1).")
@click.option(
    "--peers", "peer_pages", type=int, default=100, show_default=True, help="Pages for the other extractors."
)
@click.option("--only-peers", is_flag=True, help="The other extractors alone.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(
    corpora: Path,
    count: int,
    generated: bool,
    workers: tuple[str, ...],
    peer_pages: int,
    only_peers: bool,
    as_json: bool,
) -> None:
    """Measure the pipeline from raw HTML to searchable."""
    console = Console(stderr=True)
    if not generated and not (corpora / "pages").is_dir():
        console.print(
            f"no pages in {corpora / 'pages'} (--corpora, DATELINE_CORPORA): generated ones instead"
        )
        generated = True
    source = ((url, body) for _, url, _, body in render(count, 1)) if generated else corpus(corpora)
    pages = list(itertools.islice(source, count))
    if only_peers:
        with Progress(console=console) as progress:
            show_peers(peers(pages[:peer_pages], progress))
        return
    with tempfile.TemporaryDirectory() as folder, Progress(console=console) as progress:
        settings = Settings(data_dir=folder, namespace=f"bench{uuid.uuid4().hex[:8]}")
        own = embedded(settings)
        own.up()
        try:
            with closing(kafka.admin(settings)) as admin, closing(elastic.client(settings)) as client:
                apply_topics(admin, settings)
                apply_templates(client, settings)
                asked = {name: int(number) for name, _, number in (item.partition("=") for item in workers)}
                figures = measure(settings, pages, asked, progress)
                account = audit(settings, client)
        finally:
            own.down()
        figures |= {
            "generated": generated,
            "indexed": account.indexed,
            "dropped": account.dropped,
            "quarantined": account.quarantined,
            "unaccounted": len(account.findings),
            "peers": peers(pages[:peer_pages], progress),
        }
    if as_json:
        click.echo(msgspec.json.encode(figures).decode())
    else:
        show(figures)


def show(figures: dict[str, Any]) -> None:
    """The figures as tables."""
    pages, seconds = figures["pages"], figures["seconds"]
    costs: dict[str, Cost] = figures["costs"]
    total = sum(cost.cpu for cost in costs.values())
    console = Console()
    console.print(
        f"{pages} {'generated ' if figures['generated'] else ''}pages in {seconds:.1f} s: {pages / seconds:.1f} pages/s; "
        f"{total * 1000 / pages:.1f} ms of processor time a page in all; {figures['indexed']} indexed, "
        f"{figures['dropped']} dropped, {figures['quarantined']} quarantined, {figures['unaccounted']} unaccounted for"
    )
    table = Table("process", "ms CPU a page", "of it the frame", "share", "MB", box=None)
    for name, cost in costs.items():
        frame = "" if cost.step_cpu is None else f"{max(0.0, cost.cpu - cost.step_cpu) * 1000 / pages:.2f}"
        table.add_row(
            name, f"{cost.cpu * 1000 / pages:.2f}", frame, f"{cost.cpu / total:.0%}", f"{cost.memory:.0f}"
        )
    console.print(table)
    show_peers(figures["peers"])


def show_peers(found: dict[str, float]) -> None:
    """What other extractors take for their part of the work."""
    for name, spent in found.items():
        click.echo(f"{name}: {spent:.1f} ms CPU a page for reading alone")


if __name__ == "__main__":
    main()
