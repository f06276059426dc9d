"""Archives measured: from a WARC file to the raw topic, beside warcio, which only reads it.

    python -m bench.warc
    python -m bench.warc --records 100000 --seed 2

Generates a crawl (see `crawl`), and prints records and megabytes a second and the most memory of `dateline backfill`, of FastWARC and
of warcio (requirements/bench.txt) as they read and decode the same records. Kafka and Elasticsearch are those of the settings.
"""

import contextlib
import gzip
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from dateline import kafka
from dateline.cli import main as dateline
from dateline.demo import render
from dateline.settings import load
from dateline.topology import apply_topics
from schemas.topics import TOPICS

_ARTICLES = 200
_BODIES = 2000
_CARD = (
    '<div class="teaser teaser--{kind} col-12 col-md-4" data-id="{id}" data-position="{place}"><a class="teaser__link" '
    'href="/{word}/{date}/{slug}-{id}.html"><figure class="teaser__figure"><img class="teaser__image" loading="lazy" '
    'src="https://static.paper.example/images/{hash}.jpg?w=360&amp;h=240&amp;q=75" alt="{text}"></figure>'
    '<h3 class="teaser__headline">{headline}</h3><p class="teaser__text">{text}</p></a></div>\n'
)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What one reader did: seconds of time and of its processor time, without loading its modules; memory in MB at most."""

    records: int
    seconds: float
    cpu: float
    memory: float


def crawl(path: Path, count: int, seed: int, progress: Progress) -> tuple[int, int]:
    """Write `count` captured pages, each in a gzip member of its own with its request beside it; bytes of pages, and of the file.

    Sizes are log-normal around 75 KB (mean 100 KB), and pages shrink to a fifth under gzip: as far as pages of news sites go, a bit
    smaller than those of 2025, and as compressible. An article of the demo world stands in each, among teasers of drawn words.
    """
    draw = random.Random(seed)
    words = [
        "".join(draw.choices("aeioulnrst" * 2 + "bcdfghmpvw", k=draw.randint(2, 9))) for _ in range(8000)
    ]
    articles = [body for _, _, _, body in render(_ARTICLES, seed)]
    bodies = [_page(draw, words, articles[n % _ARTICLES], _size(draw)) for n in range(min(count, _BODIES))]
    task = progress.add_task("generating the crawl", total=count)
    pages = 0
    with path.open("wb") as file:
        for number in range(count):
            body = bodies[number % len(bodies)] + b"<!-- page %d -->\n" % number
            pages += len(body)
            for record in _records(number, body):
                file.write(gzip.compress(record, 6))
            progress.advance(task)
    return pages, path.stat().st_size


def _size(draw: random.Random) -> int:
    return int(draw.lognormvariate(11.22, 0.75))


def _page(draw: random.Random, words: list[str], article: bytes, size: int) -> bytes:
    parts, length = [article], len(article)
    while length < size:
        card = _CARD.format(
            kind=draw.choice(("large", "small", "video")),
            id=draw.randint(10**6, 10**7),
            place=len(parts),
            word=draw.choice(words),
            date=f"2024/{draw.randint(1, 12):02}/{draw.randint(1, 28):02}",
            slug="-".join(draw.choices(words, k=5)),
            hash=f"{draw.getrandbits(64):x}",
            headline=" ".join(draw.choices(words, k=7)),
            text=" ".join(draw.choices(words, k=12)),
        )
        parts.append(card.encode())
        length += len(card)
    return b"".join(parts)


def _records(number: int, body: bytes) -> Iterator[bytes]:
    url = f"https://www.paper{number % 500}.example/news/{number}.html"
    head = (
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html; charset=utf-8\r\nVary: Accept-Encoding\r\n"
        f'ETag: "{number:x}"\r\nCache-Control: max-age=60\r\nX-Crawler-Content-Encoding: gzip\r\n\r\n'
    )
    request = f"GET /news/{number}.html HTTP/1.1\r\nHost: www.paper{number % 500}.example\r\nUser-Agent: crawler\r\n\r\n"
    for kind, block in (("request", request.encode()), ("response", head.encode() + body)):
        yield (
            (
                f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-03-01T00:00:00Z\r\n"
                f"WARC-Record-ID: <urn:uuid:{uuid.UUID(int=number)}>\r\n"
                f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
            ).encode()
            + block
            + b"\r\n\r\n"
        )


def read_dateline(path: Path) -> int:
    """To Kafka, and safe there."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        dateline(["backfill", str(path), "--again", "--json"], standalone_mode=False)
    return int(json.loads(said.getvalue())["sent"])


def read_warcio(path: Path) -> int:
    """Read and decoded, no more."""
    from warcio.archiveiterator import ArchiveIterator

    count = 0
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response" and record.http_headers.get_statuscode() == "200":
                count += bool(record.content_stream().read())
    return count


def read_fastwarc(path: Path) -> int:
    """Read and decoded, no more."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    count = 0
    for record in ArchiveIterator(path, record_types=WarcRecordType.response, auto_decode="all"):
        if record.http_headers.status_code == 200:
            count += bool(record.reader.read())
    return count


READERS = {"dateline": read_dateline, "warcio": read_warcio, "fastwarc": read_fastwarc}


def one(name: str, path: Path) -> Result:
    """Run one reader in this process."""
    if name == "dateline":
        import producers.backfill_commands  # noqa: F401
    elif name == "warcio":
        import warcio.archiveiterator  # noqa: F401
    begin, cpu = time.perf_counter(), time.process_time()
    records = READERS[name](path)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    return Result(records=records, seconds=seconds, cpu=cpu, memory=_most_memory())


def _most_memory() -> float:
    """In MB, of this process alone: getrusage counts what its parent had, too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    (kilobytes,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(kilobytes) / 1000


def apart(name: str, path: Path, environ: dict[str, str]) -> Result:
    """Run one reader in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.warc", "--reader", name, "--file", str(path)]
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Result)


@click.command()
@click.option("--records", default=12_000, show_default=True, help="Pages in the crawl.")
@click.option("--seed", default=1, show_default=True)
@click.option("--rounds", default=3, show_default=True, help="The best of so many is shown.")
@click.option("--file", type=click.Path(path_type=Path), help="Use this file; it is made if it is not there.")
@click.option("--reader", type=click.Choice(list(READERS)), hidden=True)
def main(records: int, seed: int, rounds: int, file: Path | None, reader: str | None) -> None:
    """Measure."""
    if reader is not None and file is not None:
        print(msgspec.json.encode(one(reader, file)).decode())
        return
    console = Console(stderr=True)
    settings = msgspec.structs.replace(load(), namespace=f"bench-warc-{uuid.uuid4().hex[:6]}")
    environ = {**os.environ, "DATELINE_NAMESPACE": settings.namespace}
    with tempfile.TemporaryDirectory() as folder, Progress(console=console) as progress:
        path = file or Path(folder) / "crawl.warc.gz"
        if not path.exists():
            pages, _ = crawl(path, records, seed, progress)
            console.print(
                f"{records:,} pages of {pages / records / 1e3:.0f} KB on average, {path.stat().st_size / 1e6:.0f} MB"
            )
        with closing(kafka.admin(settings)) as admin:
            apply_topics(admin, settings)
            try:
                task = progress.add_task("reading", total=rounds * len(READERS))
                results: dict[str, list[Result]] = {name: [] for name in READERS}
                for _ in range(rounds):
                    for name in READERS:
                        results[name].append(apart(name, path, environ))
                        progress.advance(task)
            finally:
                admin.delete_topics([kafka.physical(settings, topic) for topic in TOPICS])
    table = Table("", "records/s", "ms CPU a record", "memory, MB")
    for name, runs in results.items():
        best = min(runs, key=lambda run: run.seconds)
        table.add_row(
            name,
            f"{best.records / best.seconds:,.0f}",
            f"{min(run.cpu for run in runs) / best.records * 1000:.2f}",
            f"{max(run.memory for run in runs):.0f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
