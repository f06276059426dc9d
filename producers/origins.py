"""What is asked once of each origin ("https://host:port") and kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final, Generic, TypeVar

KEEP: Final = 24 * 3600.0
"""Seconds that an answer is kept."""
KEEP_AFTER_FAILURE: Final = 600.0
_CACHED: Final = 20_000

T = TypeVar("T")


class Origins(Generic[T]):
    """Answers by origin, of at most 20,000: asked for once by however many ask at the same time."""

    def __init__(self, ask: Callable[[str], Awaitable[tuple[T, float]]]) -> None:
        """`ask` gives the answer, and for how many seconds it is good."""
        self._ask = ask
        self._known: dict[str, tuple[T, float]] = {}
        self._asking: dict[str, asyncio.Future[T]] = {}

    async def get(self, origin: str) -> T:
        """The answer of that origin."""
        known = self._known.get(origin)
        if known is not None and known[1] > monotonic():
            return known[0]
        asking = self._asking.get(origin)
        if asking is None:
            asking = asyncio.ensure_future(self._fresh(origin))
            self._asking[origin] = asking
            asking.add_done_callback(lambda _: self._asking.pop(origin, None))
        return await asyncio.shield(asking)

    async def _fresh(self, origin: str) -> T:
        answer, keep = await self._ask(origin)
        if len(self._known) >= _CACHED:
            self._known.pop(next(iter(self._known)))
        self._known[origin] = answer, monotonic() + keep
        return answer
