"""robots.txt, obeyed as RFC 9309 says. Parsed by Protego."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Final

import msgspec
from protego import Protego

from producers.trouble import FetchError, Trouble

LIMIT: Final = 512 * 1024
"""Bytes of a robots.txt that are read (RFC 9309, 2.5 asks for at least 500 KiB)."""
_KEEP: Final = 24 * 3600.0
_KEEP_AFTER_FAILURE: Final = 600.0
_CACHED: Final = 20_000


class RobotsFile(msgspec.Struct, frozen=True):
    """What asking for a robots.txt gave: its text, or the error when the server could not say (5xx, no answer)."""

    text: str = ""
    error: FetchError | None = None


Apart = Callable[..., Awaitable[Any]]
"""Calls its first argument with the others in a thread."""
_LONG: Final = 32 * 1024
"""Bytes of a robots.txt from which on reading it, or looking a page up in it, takes so long that others would wait."""


class Rules(msgspec.Struct, frozen=True):
    """The rules of one origin, good until `expires` (monotonic seconds); `long`: there are very many of them."""

    parsed: Protego | None
    error: FetchError | None
    expires: float
    long: bool = False

    def check(self, url: str, asked: str, agent: str) -> None:
        """Raise FetchError (about the URL that was asked for) unless the agent may fetch the URL.

        A server that cannot say means no (RFC 9309, 2.3.1.4).
        """
        if self.error is not None:
            said = f"robots.txt cannot be read, which means no: {self.error.said}"
            raise self.error.about(asked, said)
        if self.parsed is not None and not self.parsed.can_fetch(url, agent):
            raise FetchError(asked, Trouble.ROBOTS, "refused by robots.txt")

    def delay(self, agent: str) -> float:
        """Crawl-delay in seconds, else 0."""
        return float(self.parsed.crawl_delay(agent) or 0.0) if self.parsed else 0.0

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that the file names."""
        return tuple(self.parsed.sitemaps) if self.parsed else ()


class Robots:
    """The rules of all origins ("https://host:port"): asked for once a day, and once by however many ask at the same time."""

    def __init__(self, load: Callable[[str], Awaitable[RobotsFile]], apart: Apart) -> None:
        self._load = load
        self._apart = apart
        self._rules: dict[str, Rules] = {}
        self._asking: dict[str, asyncio.Future[Rules]] = {}

    async def rules(self, origin: str) -> Rules:
        """The rules of that origin."""
        known = self._rules.get(origin)
        if known is not None and known.expires > monotonic():
            return known
        asking = self._asking.get(origin)
        if asking is None:
            asking = asyncio.ensure_future(self._ask(origin))
            self._asking[origin] = asking
            asking.add_done_callback(lambda _: self._asking.pop(origin, None))
        return await asyncio.shield(asking)

    async def check(self, rules: Rules, url: str, asked: str, agent: str) -> None:
        """`Rules.check`, keeping nobody waiting."""
        if rules.long:
            await self._apart(rules.check, url, asked, agent)
        else:
            rules.check(url, asked, agent)

    async def _ask(self, origin: str) -> Rules:
        file = await self._load(f"{origin}/robots.txt")
        if file.error is None:
            long = len(file.text) > _LONG
            parsed = await self._apart(Protego.parse, file.text) if long else Protego.parse(file.text)
            rules = Rules(parsed, None, monotonic() + _KEEP, long)
        else:
            # an answer (5xx) is kept for a while; who gave none is asked again next time
            keep = _KEEP_AFTER_FAILURE if file.error.status else 0.0
            rules = Rules(None, file.error, monotonic() + keep)
        if len(self._rules) >= _CACHED:
            self._rules.pop(next(iter(self._rules)))
        self._rules[origin] = rules
        return rules
