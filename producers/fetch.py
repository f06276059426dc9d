"""Fetching: the only code of the producers that touches the network.

What it guarantees of each request: robots.txt is obeyed, each host is asked politely, only permitted addresses are connected
to (checked after DNS and on every redirect), and neither size, time, redirects nor compression can run away.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Final, Self, TypeVar

import aiohttp
import msgspec
from yarl import URL

from dateline.clock import now
from dateline.errors import UsageError
from dateline.settings import Settings
from producers import tdm, urls
from producers.addresses import AddressPolicy
from producers.coding import ACCEPTED, BombError, CodingError, Decoder, TooLargeError
from producers.connections import BlockedAddressError, connector
from producers.hosts import HostClosedError, Hosts
from producers.origins import KEEP, KEEP_AFTER_FAILURE, Origins
from producers.responses import Download, Hop, Response
from producers.robots import LIMIT as ROBOTS_LIMIT
from producers.robots import Robots, RobotsFile
from producers.tdm import Reservation, Reservations
from producers.trouble import FetchError, Trouble, pause_asked

ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_LATER: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_BACKOFF: Final = 0.5
_LONGEST_WAIT: Final = 60.0
_BREATHER: Final = 15.0
"""Seconds for a host that says "too many requests" without saying for how long."""
_RESOLVERS: Final = 128
"""Names that are looked up at a time: those of dead name servers take long and shall not be in the way."""
_WORKERS: Final = 4
_CONTACT: Final = re.compile(r"\S@\S|https?://", re.IGNORECASE)
_LONGEST_HEADER: Final = 32 * 1024
_UNPACKED_AT_ONCE: Final = 256 * 1024
"""Bytes up to which a body is unpacked between two looks at the network; what is larger goes on in a thread."""

_Result = TypeVar("_Result")


class Fetcher:
    """An async context manager; safe for any number of concurrent `get` calls within one event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.ingest
        self._policy = AddressPolicy(settings.ingest.allow_hosts)
        self._agent = settings.ingest.user_agent
        self._robots = Robots(self._robots_file, self._apart)
        self._reservations = Origins(self._reservations_file)
        self._named = bool(_CONTACT.search(self._agent))
        self.anonymous = False
        """Whether a host of others was asked without a contact for its people in `ingest.user_agent`."""

    async def __aenter__(self) -> Self:
        ingest = self._settings
        self._hosts = Hosts(concurrency=ingest.host_concurrency, total=ingest.concurrency)
        self._resolvers = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="dns")
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="fetch")
        self._session = aiohttp.ClientSession(
            connector=connector(self._policy, self._resolvers),
            timeout=aiohttp.ClientTimeout(
                total=ingest.total_timeout,
                connect=ingest.connect_timeout,
                sock_connect=ingest.connect_timeout,
                sock_read=ingest.timeout,
            ),
            headers={"User-Agent": self._agent, "Accept-Encoding": ACCEPTED},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        for threads in (self._resolvers, self._workers):
            threads.shutdown(wait=False, cancel_futures=True)

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = ACCEPT,
        textual: bool = True,
        delay: float | None = None,
        limit: int | None = None,
    ) -> Response:
        """Fetch one URL, following redirects; validators make it a conditional request.

        Tries again what may succeed later (429, 5xx, no answer), as often as `ingest.retries` says and when the server says.
        `textual` refuses images, archives and the like before their body is read. `delay` and `limit` override the settings'
        seconds between requests and bytes of a document. Raises FetchError.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {"Accept": accept} | {name: value for name, value in conditions.items() if value}
        attempt = 0
        while True:
            try:
                return await self._follow(url, headers, delay=delay, limit=limit, textual=textual)
            except FetchError as error:
                wait = random.uniform(0, _BACKOFF * 2**attempt) if error.pause is None else error.pause
                attempt += 1
                if not error.worth_a_retry or attempt > self._settings.retries or wait > _LONGEST_WAIT:
                    raise
                await asyncio.sleep(wait)

    @asynccontextmanager
    async def download(
        self, url: str, *, start: int = 0, validator: str | None = None
    ) -> AsyncIterator[Download]:
        """Open a large file from an offset on, with all that `get` guarantees but limits of size and total time.

        A server that cannot give parts, or holds something else than `validator` by now, gives the whole: `Download.start` is
        0 then. No retries: the caller knows how far it got. Raises FetchError.
        """
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if start:
            headers |= {"Range": f"bytes={start}-"} | ({"If-Range": validator} if validator else {})
        address = url
        for _ in range(self._settings.max_redirects + 1):
            parsed = _checked(url, address)
            delay = self._delay(parsed, await self._obey(url, parsed, None))
            async with self._turn(url, parsed, delay), self._opened(url, parsed, headers) as answer:
                target = answer.headers.get("location")
                if answer.status not in _REDIRECTS or not target:
                    if answer.status not in (200, 206):
                        raise _refused(url, answer)
                    yield Download(url, answer, self._settings)
                    return
                answer.close()
            address = _redirected(url, address, target)
        raise FetchError(url, Trouble.REDIRECT, f"more than {self._settings.max_redirects} redirects")

    @asynccontextmanager
    async def _opened(
        self, asked: str, url: URL, headers: Mapping[str, str]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        ingest = self._settings
        timeout = aiohttp.ClientTimeout(
            total=None,
            connect=ingest.connect_timeout,
            sock_connect=ingest.connect_timeout,
            sock_read=ingest.timeout,
        )
        try:
            answer = await self._session.get(url, headers=headers, allow_redirects=False, timeout=timeout)
        except BlockedAddressError as error:
            raise FetchError(asked, Trouble.ADDRESS, str(error)) from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise FetchError.of(asked, error, self._settings) from error
        try:
            yield answer
        finally:
            answer.close()

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of the URL's origin names; none where it cannot be read."""
        return (await self._robots.rules(str(URL(url).origin()))).sitemaps

    async def reservation(self, page: Response) -> Reservation | None:
        """What the site of a page says in its tdmrep.json of mining it; its server's own word in the headers goes before that."""
        if "tdm-reservation" in page.headers:
            return None
        return (await self._reservations.get(str(URL(page.url).origin()))).of(page.url)

    async def _reservations_file(self, origin: str) -> tuple[Reservations, float]:
        """Without a file that can be had, the site does not take part in the protocol."""
        url = origin + tdm.PLACE
        try:
            response = await self._follow(
                url, {"Accept": "application/json"}, delay=None, limit=tdm.LIMIT, textual=False
            )
        except FetchError as error:
            return Reservations(), KEEP if error.gone else KEEP_AFTER_FAILURE
        return tdm.parse(response.body, response.url), KEEP

    async def _follow(
        self,
        asked: str,
        headers: Mapping[str, str],
        *,
        delay: float | None,
        limit: int | None,
        textual: bool,
        robots: bool = True,
    ) -> Response:
        url, hops = asked, list[Hop]()
        seen = {asked}
        while True:
            parsed = _checked(asked, url)
            wished = await self._obey(asked, parsed, delay) if robots else delay
            response = await self._exchange(
                asked, parsed, headers, self._delay(parsed, wished), limit, textual
            )
            target = response.headers.get("location")
            if response.status not in _REDIRECTS or not target:
                return msgspec.structs.replace(response, hops=tuple(hops))
            hops.append(Hop(response.status, url))
            following = _redirected(asked, url, target)
            if following in seen:
                raise FetchError(asked, Trouble.REDIRECT, f"redirects in a circle, to {following} again")
            if len(hops) > self._settings.max_redirects:
                raise FetchError(
                    asked, Trouble.REDIRECT, f"more than {self._settings.max_redirects} redirects"
                )
            seen.add(following)
            url = following

    async def _obey(self, asked: str, url: URL, delay: float | None) -> float | None:
        rules = await self._robots.rules(str(url.origin()))
        await self._robots.check(rules, str(url), asked, self._agent)
        wished = rules.delay(self._agent)
        return max(wished, self._delay(url, delay)) if wished else delay

    def _delay(self, url: URL, delay: float | None) -> float:
        if delay is not None:
            return delay
        return 0.0 if self._policy.names(url.host or "", url.port or 0) else self._settings.host_delay

    async def _exchange(
        self, asked: str, url: URL, headers: Mapping[str, str], delay: float, limit: int | None, textual: bool
    ) -> Response:
        async with self._turn(asked, url, delay):
            return await self._request(asked, url, headers, limit, textual)

    @asynccontextmanager
    async def _turn(self, asked: str, url: URL, delay: float) -> AsyncIterator[None]:
        """A turn at the host, which learns from what happens meanwhile."""
        host = url.host_port_subcomponent or ""
        if not self._named and not self._policy.names(url.host or "", url.port or 0):
            self.anonymous = True
        try:
            async with self._hosts.turn(host, delay):
                yield
        except HostClosedError as error:
            raise FetchError(asked, Trouble.HOST_CLOSED, str(error), pause=error.seconds) from error
        except FetchError as error:
            if error.pause is not None:
                self._hosts.hold(host, error.pause)
            if error.counts_against_host:
                self._hosts.failed(host, error.trouble)
            else:
                self._hosts.succeeded(host)
            raise
        self._hosts.succeeded(host)

    async def _request(
        self, asked: str, url: URL, headers: Mapping[str, str], limit: int | None, textual: bool
    ) -> Response:
        try:
            async with self._session.get(url, headers=headers, allow_redirects=False) as answer:
                links = _links(answer)
                received = {
                    name.lower(): _readable(", ".join(answer.headers.getall(name))) for name in answer.headers
                }
                reads_body = 200 <= answer.status < 300
                if not reads_body and answer.status not in _REDIRECTS | {304}:
                    raise _refused(asked, answer)
                if reads_body and textual and not is_text(received.get("content-type", "")):
                    said = f"content type {received['content-type']!r} holds no article"
                    raise FetchError(asked, Trouble.CONTENT_TYPE, said, status=answer.status)
                body = b""
                if reads_body:
                    decoder = Decoder(
                        received.get("content-encoding", ""), limit or self._settings.max_page_bytes
                    )
                    async for chunk in answer.content.iter_any():
                        await self._unpack(decoder, chunk)
                    body = decoder.finish()
                else:
                    answer.close()  # a body that nobody reads may be endless
        except BlockedAddressError as error:
            raise FetchError(asked, Trouble.ADDRESS, str(error)) from error
        except BombError as error:
            raise FetchError(asked, Trouble.BOMB, str(error), partial=error.partial) from error
        except TooLargeError as error:
            raise FetchError(asked, Trouble.TOO_LARGE, str(error), partial=error.partial) from error
        except CodingError as error:
            raise FetchError(asked, Trouble.BODY, str(error)) from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise FetchError.of(asked, error, self._settings) from error
        return Response(
            requested_url=asked,
            url=str(url),
            status=answer.status,
            headers=received,
            links=links,
            body=body,
            fetched=now(),
        )

    async def _unpack(self, decoder: Decoder, chunk: bytes) -> None:
        steps = decoder.steps(chunk)
        for _ in steps:
            if decoder.size > _UNPACKED_AT_ONCE:
                await self._apart(_exhaust, steps)

    async def _apart(self, work: Callable[..., _Result], *arguments: object) -> _Result:
        """Do what takes long in a thread, so that it keeps nobody waiting."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, work, *arguments)

    async def _robots_file(self, url: str) -> RobotsFile:
        try:
            response = await self._follow(
                url, {"Accept": "text/plain"}, delay=None, limit=ROBOTS_LIMIT, textual=False, robots=False
            )
        except FetchError as error:
            if error.trouble in (Trouble.TOO_LARGE, Trouble.BOMB):
                return RobotsFile(error.partial.decode("utf-8", "replace"))
            refused = error.status is not None and 400 <= error.status < 500 and error.status != 429
            # RFC 9309: 4xx and endless redirects mean "no rules", 5xx and silence mean "may not"
            return RobotsFile() if refused or error.trouble is Trouble.REDIRECT else RobotsFile(error=error)
        return RobotsFile(response.body.decode("utf-8-sig", "replace"))


def _exhaust(steps: Iterator[None]) -> None:
    for _ in steps:
        pass


def _checked(asked: str, url: str) -> URL:
    try:
        urls.canonical(url)
    except UsageError as error:
        raise FetchError(asked, Trouble.URL, str(error)) from error
    return URL(url)


def _readable(value: str) -> str:
    """A header's value as text: bytes that are not UTF-8 are taken as ISO 8859-1, as HTTP had it."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape").decode("latin-1")
    return value


def _links(answer: aiohttp.ClientResponse) -> dict[str, str]:
    try:
        return {str(rel): _readable(str(link["url"])) for rel, link in answer.links.items() if "url" in link}
    except ValueError:  # a Link header that nobody can read says nothing
        return {}


def _refused(asked: str, answer: aiohttp.ClientResponse) -> FetchError:
    later = answer.status in _LATER
    pause = pause_asked(answer.headers.get("Retry-After")) if later else None
    if pause is None and answer.status == 429:
        pause = _BREATHER
    said = f"HTTP {answer.status} {answer.reason or ''}".strip()
    return FetchError(asked, Trouble.STATUS, said, status=answer.status, pause=pause, temporary=later)


def _redirected(asked: str, url: str, target: str) -> str:
    following = urls.join(url, target)
    if following is None:
        raise FetchError(asked, Trouble.REDIRECT, f"redirects to {target!r}, which is no web address")
    return following


def is_text(content_type: str) -> bool:
    """Whether a declared content type may hold an article or a listing; none declared may."""
    kind = content_type.partition(";")[0].strip().lower()
    return not kind or kind.startswith("text/") or any(part in kind for part in ("html", "xml", "json"))
