"""Politeness: how many requests at a time a host gets, how far apart, and when it is left alone."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Final

from dateline.errors import DatelineError

_FAILURES: Final = 5
_COOLDOWN: Final = 60.0
_COOLDOWN_MAX: Final = 3600.0
_LONGEST_HOLD: Final = 60.0
_SLOW: Final = 2.0
"""Seconds after which a request counts no more among `total`: it takes no work, it waits for its host."""
_SLOW_ONES: Final = 4
"""How many times `total` requests there are at most, with those that wait."""
_LONGEST_TURN: Final = 300.0
"""Seconds that a page waits for its turn: what a host wants further apart is for later runs."""


class HostClosedError(DatelineError):
    """The host is left alone for `seconds` more: it failed repeatedly or asked for it."""

    def __init__(self, host: str, seconds: float, why: str) -> None:
        super().__init__(f"{host} is left alone for {seconds:.0f} s more: {why}")
        self.seconds = seconds


class _Host:
    def __init__(self, concurrency: int) -> None:
        self.slots = asyncio.Semaphore(concurrency)
        self.not_before = 0.0
        self.closed_until = 0.0
        self.why = ""
        self.failures = 0
        self.trips = 0


class Hosts:
    """The state of each host. At most `concurrency` requests to one host and `total` in all; times in seconds.

    A request that is not answered within two seconds leaves its place in `total` to another, so that hosts that hang or drip
    take no turns from others, however many they are; at most four times `total` requests are open.

    A host that fails five times in a row is closed for a minute, then gets one try; each failure doubles the time, up to an hour.
    """

    def __init__(self, *, concurrency: int, total: int) -> None:
        self._hosts: defaultdict[str, _Host] = defaultdict(lambda: _Host(concurrency))
        self._total = asyncio.Semaphore(total)
        self._open = asyncio.Semaphore(total * _SLOW_ONES)

    @asynccontextmanager
    async def turn(self, name: str, delay: float) -> AsyncIterator[None]:
        """Wait for a turn and hold it; the next one starts `delay` after this one started.

        Raises HostClosedError at once while the host is closed, so that nobody queues behind a dead host, and when the turn is
        more than five minutes away.
        """
        host = self._hosts[name]
        self._check(name, host)
        async with host.slots:
            while True:
                self._check(name, host)
                while (wait := host.not_before - monotonic()) > 0:
                    if wait > _LONGEST_TURN:
                        raise HostClosedError(name, wait, "it wants its requests so far apart")
                    await asyncio.sleep(wait)
                    self._check(name, host)
                async with self._open, self._place():
                    if host.not_before > monotonic():  # another request started while this one waited
                        continue
                    host.not_before = monotonic() + delay
                    yield
                    return

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """One of `total`, given back when it is done or slow."""
        await self._total.acquire()
        held = True

        def give_back() -> None:
            nonlocal held
            if held:
                held = False
                self._total.release()

        slow = asyncio.get_running_loop().call_later(_SLOW, give_back)
        try:
            yield
        finally:
            slow.cancel()
            give_back()

    def succeeded(self, name: str) -> None:
        """The host answered."""
        host = self._hosts[name]
        host.failures = host.trips = 0

    def failed(self, name: str, why: str) -> None:
        """The host did not answer as a host should."""
        host = self._hosts[name]
        host.failures += 1
        if host.failures >= _FAILURES:
            host.trips += 1
            self._close(
                host, min(_COOLDOWN * 2 ** (host.trips - 1), _COOLDOWN_MAX), f"failed repeatedly: {why}"
            )
            host.failures = _FAILURES - 1

    def hold(self, name: str, seconds: float) -> None:
        """The host asked for a pause (Retry-After). Up to a minute is waited for, longer closes the host."""
        host = self._hosts[name]
        if seconds <= _LONGEST_HOLD:
            host.not_before = max(host.not_before, monotonic() + seconds)
        else:
            self._close(host, seconds, "it asked for that (Retry-After)")

    def _close(self, host: _Host, seconds: float, why: str) -> None:
        host.closed_until = max(host.closed_until, monotonic() + seconds)
        host.why = why

    def _check(self, name: str, host: _Host) -> None:
        if (left := host.closed_until - monotonic()) > 0:
            raise HostClosedError(name, left, host.why)
