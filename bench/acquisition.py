"""Acquisition measured: feeds polled and pages fetched a second, and memory, beside feedparser and requests in a plain loop.

    python -m bench.acquisition
    python -m bench.acquisition --sources 1000 --many 10000 --pages 2000

Run with .venv-bench-news-please (`make bench` makes it), pages are fetched by news-please, too.

Each source has a host of its own (127.x.y.z) on a server of this machine, so robots.txt is asked for, too; the loop does not ask
for it. Dateline is measured as it is used: `dateline ingest --due` as a process, its start included, with real Kafka and
Elasticsearch (those of the settings) and without delays between requests. Feeds list 20 pages, all known before.
"""

import asyncio
import importlib
import importlib.util
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import click
import feedparser
import msgspec
import requests
from rich.console import Console
from rich.table import Table

from bench.web_server import web_server
from dateline import elastic, kafka
from dateline.settings import Settings, load
from dateline.topology import apply_topics
from producers import visits
from producers.memory import Memory
from producers.visits import Kind, State, Visit
from schemas.acquisition import acquisition_index

_ITEMS = 20
_TEXT = "It was said that the tide would come, and it came. " * 8
_PARAGRAPHS = 25
_HOSTS_OF_PAGES = 100
_AT_ONCE = 64
_OLD, _NEW = '"old"', '"new"'


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What one run took: seconds by the clock and of processor time, and the most memory in MB."""

    seconds: float
    cpu: float
    memory: float


# the server: one process, no more work a request than a dictionary look-up


class _Http(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._waiting = b""

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while b"\r\n\r\n" in self._waiting:
            head, _, self._waiting = self._waiting.partition(b"\r\n\r\n")
            self._transport.write(_answer(head))


def _answer(head: bytes) -> bytes:
    path = head.split(b" ", 2)[1]
    if path == b"/feed/unchanged" and _OLD.encode() in head:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {_OLD}\r\n\r\n".encode()
    kind, body = _BODIES.get(path.rpartition(b"/")[0] or path, (b"text/plain", b""))
    status = b"200 OK" if body else b"404 Not Found"
    return b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nETag: %s\r\n\r\n%s" % (
        status,
        kind,
        len(body),
        _NEW.encode(),
        body,
    )


def _feed(links: Iterator[str]) -> bytes:
    items = "".join(
        f"<item><title>Story {n} of the tide</title><link>{link}</link><guid>{link}</guid><category>Sea</category>"
        f"<pubDate>Tue, 03 Mar 2026 08:24:00 +0100</pubDate><description><![CDATA[<p>{_TEXT}</p>]]></description></item>"
        for n, link in enumerate(links)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode()
    )


_ARTICLE = f"<html><head><title>Story</title></head><body><h1>Story</h1>{f'<p>{_TEXT}</p>' * _PARAGRAPHS}</body></html>"
_BODIES = {
    b"/feed": (b"application/rss+xml", _feed(f"/page/{n}" for n in range(_ITEMS))),
    b"/page": (b"text/html", _ARTICLE.encode()),
}


def _host(number: int) -> str:
    return f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"


# Dateline


class _World:
    """One namespace on the servers of the settings, and a table of sources."""

    def __init__(self, settings: Settings, port: int, folder: Path) -> None:
        self.settings = msgspec.structs.replace(settings, namespace=f"bench-{uuid.uuid4().hex[:8]}")
        self._port = port
        self._table = folder / "sources.yaml"
        self._config = folder / "dateline.toml"
        self._hosts: list[str] = []

    def sources(self, number: int, path: str, *, known: bool) -> list[str]:
        """Write a table of that many sources with one feed each, due now; `known`: as were their feeds and pages before."""
        urls = [f"http://{_host(n)}:{self._port}{path}" for n in range(number)]
        self._hosts = [f"{_host(n)}:{self._port}" for n in range(number)]
        entries = [
            {"id": f"s{n}", "name": "S", "feeds": [url], "politeness": {"budget": 100_000}}
            for n, url in enumerate(urls)
        ]
        self._table.write_bytes(msgspec.json.encode({"sources": entries}))
        with closing(elastic.client(self.settings)) as client:
            client.options(ignore_status=404).indices.delete(index=acquisition_index(self.settings.namespace))
            memory = Memory(client, self.settings.namespace)
            if known:
                memory.save([self._listing(n, url) for n, url in enumerate(urls)])
                if "changed" in path:
                    for begin in range(0, number, 500):
                        memory.save(
                            [p for n in range(begin, min(begin + 500, number)) for p in self._pages(n)]
                        )
            client.indices.refresh(index=acquisition_index(self.settings.namespace))
        return urls

    def _listing(self, n: int, url: str) -> Visit:
        at = datetime.now(UTC)
        first = visits.first(Kind.LISTING, f"s{n}", url, at - timedelta(days=9))
        return msgspec.structs.replace(
            first, etag=_OLD, due=at - timedelta(minutes=1), changed=at - timedelta(hours=1), fetches=9
        )

    def _pages(self, n: int) -> list[Visit]:
        at = datetime(2026, 3, 3, 9, tzinfo=UTC)
        urls = (f"http://{_host(n)}:{self._port}/page/{p}" for p in range(_ITEMS))
        known = (visits.first(Kind.PAGE, f"s{n}", url, at) for url in urls)
        return [msgspec.structs.replace(one, state=State.RETIRED, touched=at, fetches=3) for one in known]

    def ingest(self, expected: str) -> Result:
        """`dateline ingest --due` as a process. Fails if it says anything else than expected."""
        variables = {
            "DATELINE_NAMESPACE": self.settings.namespace,
            "DATELINE_DATA_DIR": str(self.settings.data_path),
            "DATELINE_INGEST_SOURCES": str(self._table),
            "DATELINE_CONFIG": str(self._config),
            "DATELINE_INGEST_HOST_DELAY": "0",
            "DATELINE_INGEST_CONCURRENCY": str(_AT_ONCE),
        }
        # too many for an environment variable
        self._config.write_text(f"[ingest]\nallow_hosts = {msgspec.json.encode(self._hosts).decode()}\n")
        begun = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "dateline", "ingest", "--due"],
            env=os.environ | variables,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        if status or expected not in said:
            raise click.ClickException(f"expected {expected!r}, got {said[-800:]}")
        return Result(seconds=seconds, cpu=usage.ru_utime + usage.ru_stime, memory=usage.ru_maxrss / 1024)

    def clean_up(self) -> None:
        """Remove the namespace."""
        with closing(elastic.client(self.settings)) as client:
            client.options(ignore_status=404).indices.delete(index=acquisition_index(self.settings.namespace))
        with closing(kafka.admin(self.settings)) as admin:
            mine = [t for t in admin.list_topics() if t.startswith(f"{self.settings.namespace}.")]
            admin.delete_topics(mine)


# the plain loop


def _loop(urls: list[str], etag: str | None, *, parse: bool) -> int:
    session = requests.Session()
    done = 0
    for url in urls:
        answer = session.get(url, headers={"If-None-Match": etag} if etag else {}, timeout=20)
        if parse and answer.status_code == 200:
            done += len(feedparser.parse(answer.content).entries)
        done += answer.status_code == 304
    return done


def _news_please(urls: list[str]) -> None:
    """Its own way to fetch lists of pages, as many at a time as Dateline; a thread for each."""
    crawler = importlib.import_module("newsplease.crawler.simple_crawler").SimpleCrawler
    for begin in range(0, len(urls), _AT_ONCE):
        some = urls[begin : begin + _AT_ONCE]
        found = crawler.fetch_urls(some, request_args={"timeout": 20})
        if sum(bool(page) for page in found.values()) != len(some):
            raise click.ClickException("news-please did not fetch all pages")


def _apart(work: Callable[[], object]) -> Result:
    """Do it in a process of its own."""

    def run(out: Connection) -> None:
        begun = time.monotonic()
        work()
        usage = resource.getrusage(resource.RUSAGE_SELF)
        out.send((time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))

    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=run, args=(there,))
    process.start()
    seconds, cpu, memory = here.recv()
    process.join()
    return Result(seconds=seconds, cpu=cpu, memory=memory)


@click.command()
@click.option("--sources", default=1000, show_default=True, help="Sources of the comparison.")
@click.option(
    "--many", default=10_000, show_default=True, help="Sources for the measure of memory; 0: leave it."
)
@click.option("--pages", default=2000, show_default=True, help="Pages to fetch, of 100 sources.")
def main(sources: int, many: int, pages: int) -> None:
    """Feeds and pages a second, and memory, beside feedparser and requests in a plain loop.

    Example: python -m bench.acquisition --sources 200 --many 0 --pages 500
    """
    console = Console()
    rows = Table("", "sources", "seconds", "a second", "cpu s", "MB", box=None)

    def row(name: str, count: int, of: int, result: Result) -> None:
        console.print(f"{name}: {of / result.seconds:.0f} a second", style="dim")
        rows.add_row(
            name,
            f"{count:,}",
            f"{result.seconds:.1f}",
            f"{of / result.seconds:.0f}",
            f"{result.cpu:.1f}",
            f"{result.memory:.0f}",
        )

    each = max(1, pages // _HOSTS_OF_PAGES)
    _BODIES[b"/many"] = (b"application/rss+xml", _feed(f"/page/{n}" for n in range(each)))
    with tempfile.TemporaryDirectory() as folder, web_server(_Http) as port:
        world = _World(load(), port, Path(folder))
        with closing(kafka.admin(world.settings)) as admin:
            apply_topics(admin, world.settings)
        try:
            urls = world.sources(sources, "/feed/unchanged", known=True)
            row("feeds, all 304", sources, sources, world.ingest(f"{sources:,} unchanged"))
            row("the same, plain loop", sources, sources, _apart(lambda: _loop(urls, _OLD, parse=True)))
            urls = world.sources(sources, "/feed/changed", known=True)
            row("feeds, all changed", sources, sources, world.ingest("0 sent (0.0 MB)"))
            row("the same, plain loop", sources, sources, _apart(lambda: _loop(urls, _OLD, parse=True)))
            world.sources(_HOSTS_OF_PAGES, "/many/feed", known=False)
            fetched = each * _HOSTS_OF_PAGES
            row("pages, into Kafka", _HOSTS_OF_PAGES, fetched, world.ingest(f"{fetched:,} sent"))
            addresses = [
                f"http://{_host(n)}:{port}/page/{p}" for n in range(_HOSTS_OF_PAGES) for p in range(each)
            ]
            row(
                "pages, plain loop, kept nowhere",
                _HOSTS_OF_PAGES,
                fetched,
                _apart(lambda: _loop(addresses, None, parse=False)),
            )
            if importlib.util.find_spec("newsplease"):
                row(
                    "pages, news-please, kept nowhere",
                    _HOSTS_OF_PAGES,
                    fetched,
                    _apart(lambda: _news_please(addresses)),
                )
            if many:
                world.sources(many, "/feed/unchanged", known=True)
                row("feeds, all 304", many, many, world.ingest(f"{many:,} unchanged"))
        finally:
            world.clean_up()
    console.print(rows)


if __name__ == "__main__":
    main()
