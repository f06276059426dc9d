"""Hostile hosts measured: 45 good hosts alone, and the same among five that hang, drip, send bombs, redirect for ever and lie.

    python -m bench.hostile
    python -m bench.hostile --pages 50 --rounds 9

Hosts are addresses of this machine (127.x.y.z) on one server in a process of its own; each has as many pages as any other, and the
hostile ones are asked first. Delays between requests are off, all else is as the settings have it. What counts is when the last
good page is there: alone, among the hostile, and, to compare, among five more good hosts; all three in turn, several times. Beside it
the same pages by requests in a plain loop with a timeout.
"""

import asyncio
import contextlib
import gzip
import multiprocessing
import time
from multiprocessing.sharedctypes import Synchronized
from statistics import median

import click
import requests
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.web_server import web_server
from dateline.settings import IngestSettings, Settings
from producers.fetch import Fetcher
from producers.trouble import FetchError

_GOOD, _HOSTILE = 45, 5
_HANGS, _DRIPS, _EXPLODES, _TURNS, _LIES = range(_HOSTILE)
_BOMB = gzip.compress(bytes(200_000_000))
_BODY = b"<p>" + b"It was said that the tide would come, and it came. " * 400
_TIMEOUT = 5.0
"""Seconds that the plain loop gives a read."""


# the server: 127.1.N.N is good, 127.2.0.N is hostile in the Nth way


class _Http(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        _, net, _, number = transport.get_extra_info("sockname")[0].split(".")
        self._way = int(number) if net == "2" else None

    def data_received(self, data: bytes) -> None:
        """One request at a time, whole."""
        robots = data.startswith(b"GET /robots.txt ")
        if self._way is None or (robots and self._way != _LIES):
            self._answer(b"404 Not Found" if robots else b"200 OK", b"" if robots else _BODY)
        elif self._way == _DRIPS or (robots and self._way == _LIES):
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 99999999\r\n\r\n"
            self._transport.write(head)
            self._drip()
        elif self._way == _EXPLODES:
            self._answer(b"200 OK", _BOMB, b"Content-Encoding: gzip\r\n")
        elif self._way == _TURNS:
            where = data.split(b" ", 2)[1]
            self._answer(b"302 Found", b"", b"Location: %s1\r\n" % where)

    def _answer(self, status: bytes, body: bytes, more: bytes = b"") -> None:
        head = b"HTTP/1.1 %s\r\nContent-Type: text/html\r\n%sContent-Length: %d\r\n\r\n"
        self._transport.write(head % (status, more, len(body)) + body)

    def _drip(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(b"#")
            asyncio.get_running_loop().call_later(1, self._drip)


def _is_good(url: str) -> bool:
    """Whether it is one of those that are waited for."""
    return "//127.1.0." in url


# Dateline, and the plain loop


async def _until_good(urls: list[str]) -> tuple[float, float]:
    """Seconds until the last good page is there, by the clock and of processor time; the others are given up then."""
    hosts = tuple(f"127.{net}.{n}" for net in ("1.0", "1.1", "2.0") for n in range(_GOOD + 1))
    left, settled = sum(map(_is_good, urls)), asyncio.Event()
    async with Fetcher(Settings(ingest=IngestSettings(allow_hosts=hosts))) as fetcher:

        async def one(url: str) -> None:
            nonlocal left
            try:
                await fetcher.get(url)
            except FetchError as error:
                if _is_good(url):
                    raise click.ClickException(f"a good page was not fetched: {error}") from error
                return
            left -= _is_good(url)
            if not left:
                settled.set()

        began, cpu = time.perf_counter(), time.process_time()
        tasks = [asyncio.create_task(one(url)) for url in urls]
        await settled.wait()
        took = time.perf_counter() - began, time.process_time() - cpu
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return took


def _loop(urls: list[str], seconds: float) -> int:
    """How many good pages a plain loop has after some seconds."""
    done = multiprocessing.Value("i", 0)
    loop = multiprocessing.Process(target=_fetch, args=(urls, done), daemon=True)
    loop.start()
    loop.join(seconds)
    loop.kill()
    return int(done.value)


def _fetch(urls: list[str], done: "Synchronized[int]") -> None:
    session = requests.Session()
    for url in urls:
        with contextlib.suppress(requests.RequestException):
            session.get(url, timeout=_TIMEOUT)
            done.value += _is_good(url)


@click.command(help=__doc__, context_settings={"max_content_width": 120})
@click.option("--pages", default=20, show_default=True, help="Pages of each host.")
@click.option(
    "--rounds", default=7, show_default=True, help="How often each is measured; the median is shown."
)
@click.option("--loop", "looped", default=20.0, show_default=True, help="Seconds for the plain loop.")
def main(pages: int, rounds: int, looped: float) -> None:
    """Measure and print."""
    with web_server(_Http) as port:
        good, more, bad = (
            [f"http://127.{net}.{n}:{port}/{page}" for page in range(pages) for n in range(number)]
            for net, number in (("1.0", _GOOD), ("1.1", _HOSTILE), ("2.0", _HOSTILE))
        )
        kinds = {
            "alone": good,
            "among 5 more good ones": [*more, *good],
            "among 5 hostile ones": [*bad, *good],
        }
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in kinds}
        asyncio.run(_until_good(good))  # modules are loaded then
        for _ in track(range(rounds), "fetching", console=Console(stderr=True), transient=True):
            for name, urls in kinds.items():
                runs[name].append(asyncio.run(_until_good(urls)))
        looped_pages = {name: _loop(kinds[name], looped) for name in ("alone", "among 5 hostile ones")}
    table = Table(
        "", "last good page", "times as long", "cpu", title=f"{len(good)} pages of {_GOOD} good hosts"
    )
    for name, took in runs.items():
        seconds, cpu = (median(column) for column in zip(*took, strict=True))
        ratios = [one[0] / base[0] for one, base in zip(took, runs["alone"], strict=True)]
        table.add_row(name, f"{seconds:.2f} s", f"{median(ratios):.2f}", f"{cpu:.2f} s")
    for name, number in looped_pages.items():
        table.add_row(f"requests in a loop, {name}", f"{number} after {looped:g} s")
    Console().print(table)


if __name__ == "__main__":
    main()
