"""Readers over HTTP, in a process of their own: a plan on standard input, every request's time on standard output.

One event loop for all of them (aiohttp): a reader waits for its answer, then for its pause, then asks again. Answers are read to the
end, compressed as they came; anything but a 200 is counted as failed.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from urllib.parse import quote

import aiohttp
import msgspec

_EXAMPLES = 5  # of failures


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request: `body` makes it a POST of JSON; `follow` asks for the page after it, which is what is timed."""

    kind: str
    url: str
    body: bytes | None = None
    follow: bool = False


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks what for how long, or how often each kind. Each comes as often as any other. Times are seconds."""

    asks: list[Ask]
    readers: int
    seconds: float = 0.0
    rounds: int | None = None
    pause: float = 0.0
    warm_up: float = 0.0
    seed: int = 1


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: seconds of each request by kind, the largest answer of each in bytes, failures, processor time.

    Within `seconds`; `uncounted` were answered besides, while it warmed up.
    """

    taken: dict[str, list[float]]
    largest: dict[str, int]
    failed: dict[str, int]
    examples: list[str]
    uncounted: int
    seconds: float
    cpu: float


class _Room:
    """Where a plan's readers sit."""

    def __init__(self, plan: Plan, session: aiohttp.ClientSession) -> None:
        self._plan = plan
        self._session = session
        self._kinds: dict[str, list[Ask]] = {}
        for ask in plan.asks:
            self._kinds.setdefault(ask.kind, []).append(ask)
        self._taken: dict[str, list[float]] = {kind: [] for kind in self._kinds}
        self._largest = dict.fromkeys(self._kinds, 0)
        self._failed: Counter[str] = Counter()
        self._examples: list[str] = []
        self._uncounted = 0
        self._start = time.perf_counter() + plan.warm_up
        self._end = float("inf") if plan.rounds else self._start + plan.seconds

    async def read(self) -> Told:
        """Let the readers read."""
        await asyncio.gather(*map(self._reader, range(self._plan.readers)))
        used = resource.getrusage(resource.RUSAGE_SELF)
        return Told(
            taken=self._taken,
            largest=self._largest,
            failed=self._failed,
            examples=self._examples,
            uncounted=self._uncounted,
            seconds=time.perf_counter() - self._start,
            cpu=used.ru_utime + used.ru_stime,
        )

    async def _reader(self, number: int) -> None:
        draw = random.Random(self._plan.seed * 1000 + number)
        await asyncio.sleep(draw.random() * self._plan.pause)
        for asks in self._order(draw):
            await self._ask(draw.choice(asks))
            await asyncio.sleep(self._plan.pause)
            if time.perf_counter() > self._end:
                return

    def _order(self, draw: random.Random) -> Iterator[Sequence[Ask]]:
        """Every kind once, then again in another order: none comes more often by chance."""
        for _ in range(self._plan.rounds) if self._plan.rounds else count():
            order = list(self._kinds.values())
            draw.shuffle(order)
            yield from order

    async def _ask(self, ask: Ask) -> None:
        url = ask.url
        if ask.follow:
            async with self._session.get(url) as first:
                cursor = msgspec.json.decode(_plain(await first.read(), first))["cursor"]
            if cursor is None:
                return
            url = f"{url}&cursor={quote(cursor)}"
        asked = time.perf_counter()
        async with self._session.request("POST" if ask.body else "GET", url, data=ask.body) as answer:
            content = await answer.read()
        answered = time.perf_counter()
        if answer.status != 200:
            self._failed[ask.kind] += 1
            if len(self._examples) < _EXAMPLES:
                self._examples.append(f"{answer.status} {url} {content[:200]!r}")
        elif asked < self._start or answered > self._end:
            self._uncounted += 1
        else:
            self._taken[ask.kind].append(answered - asked)
            self._largest[ask.kind] = max(self._largest[ask.kind], len(content))


def _plain(content: bytes, answer: aiohttp.ClientResponse) -> bytes:
    return gzip.decompress(content) if answer.headers.get("content-encoding") == "gzip" else content


async def run(plan: Plan) -> Told:
    """Carry the plan out."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        headers={"accept-encoding": "gzip", "content-type": "application/json"},
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=60),
    ) as session:
        return await _Room(plan, session).read()


if __name__ == "__main__":
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(run(plan))))
