"""Sending to addresses that people name: the only code that posts to a network other than our servers'.

Connects to permitted addresses alone, checked where names become addresses, as fetching does; follows no redirect.
"""

import asyncio
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp

from dateline.alerts.ports import Sent
from dateline.settings import Settings
from producers.addresses import AddressPolicy
from producers.connections import blocked_by, connector

_GONE: Final = 410
_READ: Final = 300  # bytes of an answer that go into the error
_LONGEST_PAUSE: Final = 24 * 3600.0


class Poster:
    """A `Post`. Safe in any number of threads; each exchange has a connection of its own."""

    def __init__(self, settings: Settings) -> None:
        self._policy = AddressPolicy((*settings.alerts.allow_hosts, *settings.ingest.allow_hosts))
        self._agent = settings.ingest.user_agent
        self._timeout = settings.alerts.timeout

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Sent:
        """One attempt, within `alerts.timeout` seconds."""
        return asyncio.run(self._post(url, body, headers))

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Sent:
        with ThreadPoolExecutor(1, thread_name_prefix="dns") as resolvers:
            try:
                async with (
                    aiohttp.ClientSession(
                        connector=connector(self._policy, resolvers),
                        timeout=aiohttp.ClientTimeout(total=self._timeout),
                        headers={"User-Agent": self._agent},
                        cookie_jar=aiohttp.DummyCookieJar(),
                        trust_env=False,
                    ) as session,
                    session.post(url, data=body, headers=dict(headers), allow_redirects=False) as response,
                ):
                    said = await response.content.read(_READ)
                    return _judged(response.status, response.headers.get("Retry-After"), said)
            except TimeoutError:
                return Sent(result="later", error=f"no answer within {self._timeout:g} s (alerts.timeout)")
            except (aiohttp.ClientError, OSError, ValueError) as error:
                why = str(blocked_by(error) or error).replace(
                    "DATELINE_INGEST_ALLOW_HOSTS", "DATELINE_ALERTS_ALLOW_HOSTS"
                )
                return Sent(result="later", error=why or type(error).__name__)


def _judged(status: int, retry_after: str | None, said: bytes) -> Sent:
    """2xx is accepted, 410 is never again, all else may be mended; a redirect is none to follow, for it moves a secret's use."""
    if 200 <= status < 300:
        return Sent(result="accepted")
    text = re.sub(r"[^\x20-\x7e]+", " ", said.decode("utf-8", "replace")).strip()
    error = f"answered {status}" + (f": {text}" if text else "")
    if status == _GONE:
        return Sent(result="gone", error=error)
    return Sent(result="later", error=error, pause=_pause(retry_after))


def _pause(text: str | None) -> float | None:
    """Retry-After in seconds, up to a day; None for none and for what is none."""
    if not text:
        return None
    if text.strip().isdecimal():
        return min(float(text.strip()), _LONGEST_PAUSE)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_PAUSE)
