"""Readers over HTTP, in a process of their own: a plan on standard input, every request's time on standard output.

One event loop for all of them (aiohttp): a reader waits for its answer, then for its pause, then asks again. Answers are read to the
end, compressed as they came; anything but a 200 is counted as failed.
"""

from __future__ import annotations

import asyncio
import random
import resource
import sys
import time
from collections.abc import Sequence
from urllib.parse import quote

import aiohttp
import msgspec


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request: `body` makes it a POST of JSON; `follow` asks for the page after it, which is what is timed."""

    kind: str
    url: str
    body: bytes | None = None
    follow: bool = False


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks what for how long. Each kind of request comes as often as any other. Times are seconds."""

    asks: list[Ask]
    readers: int
    seconds: float
    pause: float = 0.0
    warm_up: float = 0.0
    seed: int = 1


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: seconds of each request by kind, the largest answer of each in bytes, failures, processor time."""

    taken: dict[str, list[float]]
    largest: dict[str, int]
    failed: dict[str, int]
    examples: list[str]
    seconds: float
    cpu: float


async def run(plan: Plan) -> Told:
    """Let the readers read."""
    kinds: dict[str, list[Ask]] = {}
    for ask in plan.asks:
        kinds.setdefault(ask.kind, []).append(ask)
    told = Told(
        taken={kind: [] for kind in kinds},
        largest=dict.fromkeys(kinds, 0),
        failed={},
        examples=[],
        seconds=plan.seconds,
        cpu=0.0,
    )
    connector = aiohttp.TCPConnector(limit=0)
    headers = {"accept-encoding": "gzip", "content-type": "application/json"}
    async with aiohttp.ClientSession(
        connector=connector,
        headers=headers,
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=60),
    ) as session:
        start = time.perf_counter() + plan.warm_up
        pool = [list(asks) for asks in kinds.values()]
        readers = [_read(session, plan, pool, told, start, number) for number in range(plan.readers)]
        await asyncio.gather(*readers)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return msgspec.structs.replace(told, cpu=used.ru_utime + used.ru_stime)


async def _read(
    session: aiohttp.ClientSession,
    plan: Plan,
    kinds: Sequence[Sequence[Ask]],
    told: Told,
    start: float,
    number: int,
) -> None:
    draw = random.Random(plan.seed * 1000 + number)
    await asyncio.sleep(draw.random() * max(plan.pause, 0.05))
    end = start + plan.seconds
    while time.perf_counter() < end:
        order = list(kinds)
        draw.shuffle(order)  # every kind once, then again in another order: none comes more often by chance
        for asks in order:
            ask = draw.choice(asks)
            url = ask.url
            if ask.follow:
                async with session.get(url) as first:
                    page = msgspec.json.decode(_plain(await first.read(), first))
                if page["cursor"] is None:
                    continue
                url = f"{url}&cursor={quote(page['cursor'])}"
            asked = time.perf_counter()
            if asked >= end:
                return
            method = "GET" if ask.body is None else "POST"
            async with session.request(method, url, data=ask.body) as answer:
                content = await answer.read()
            taken = time.perf_counter() - asked
            if answer.status != 200:
                told.failed[ask.kind] = told.failed.get(ask.kind, 0) + 1
                if len(told.examples) < 5:
                    told.examples.append(f"{answer.status} {url} {content[:200]!r}")
            elif asked >= start:
                told.taken[ask.kind].append(taken)
                told.largest[ask.kind] = max(told.largest[ask.kind], len(content))
            if plan.pause:
                await asyncio.sleep(plan.pause)


def _plain(content: bytes, answer: aiohttp.ClientResponse) -> bytes:
    import gzip

    return gzip.decompress(content) if answer.headers.get("content-encoding") == "gzip" else content


if __name__ == "__main__":
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(run(plan))))
