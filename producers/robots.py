"""robots.txt, obeyed as RFC 9309 says. Parsed by Protego."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
from protego import Protego

from producers.origins import KEEP, KEEP_AFTER_FAILURE, Origins
from producers.trouble import FetchError, Trouble

LIMIT: Final = 512 * 1024
"""Bytes of a robots.txt that are read (RFC 9309, 2.5 asks for at least 500 KiB)."""
_LONG: Final = 32 * 1024
"""Bytes of a robots.txt from which on reading it, or looking a page up in it, takes so long that others would wait."""

Apart = Callable[..., Awaitable[Any]]
"""Calls its first argument with the others in a thread."""


class RobotsFile(msgspec.Struct, frozen=True):
    """What asking for a robots.txt gave: its text, or the error when the server could not say (5xx, no answer)."""

    text: str = ""
    error: FetchError | None = None


class Rules(msgspec.Struct, frozen=True):
    """The rules of one origin; `long`: there are very many of them."""

    parsed: Protego | None
    error: FetchError | None
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
        self._origins = Origins(self._ask)

    async def rules(self, origin: str) -> Rules:
        """The rules of that origin."""
        return await self._origins.get(origin)

    async def check(self, rules: Rules, url: str, asked: str, agent: str) -> None:
        """`Rules.check`, keeping nobody waiting."""
        if rules.long:
            await self._apart(rules.check, url, asked, agent)
        else:
            rules.check(url, asked, agent)

    async def _ask(self, origin: str) -> tuple[Rules, float]:
        file = await self._load(f"{origin}/robots.txt")
        if file.error is not None:
            # an answer (5xx) is kept for a while; who gave none is asked again next time
            return Rules(None, file.error), KEEP_AFTER_FAILURE if file.error.status else 0.0
        long = len(file.text) > _LONG
        parsed = await self._apart(Protego.parse, file.text) if long else Protego.parse(file.text)
        return Rules(parsed, None, long), KEEP
