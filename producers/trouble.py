"""What can go wrong with a fetch, in closed terms and with one clear line each."""

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Self

import aiohttp

from dateline.errors import DatelineError
from dateline.settings import IngestSettings
from producers.connections import blocked_by, links_of


class Trouble(StrEnum):
    """Why nothing was fetched; doubles as a metric label."""

    URL = "bad_url"
    ADDRESS = "blocked_address"
    ROBOTS = "robots"
    NAME = "no_such_host"
    CONNECT = "no_connection"
    TLS = "bad_certificate"
    TIMEOUT = "timeout"
    PROTOCOL = "not_http"
    STATUS = "status"
    REDIRECT = "redirects"
    CONTENT_TYPE = "content_type"
    TOO_LARGE = "too_large"
    BOMB = "bomb"
    BODY = "broken_body"
    HOST_CLOSED = "host_closed"
    NOT_A_LISTING = "not_a_feed_or_sitemap"
    NOT_SENT = "not_sent"


_PASSING = frozenset(
    {Trouble.NAME, Trouble.CONNECT, Trouble.TLS, Trouble.TIMEOUT, Trouble.PROTOCOL, Trouble.BODY}
)
_BROKEN = _PASSING | {Trouble.BOMB}
_TEMPORARY = _PASSING | {Trouble.HOST_CLOSED, Trouble.NOT_SENT}
_NOT_AT_ONCE = frozenset({Trouble.TLS, Trouble.HOST_CLOSED, Trouble.NOT_SENT})


class FetchError(DatelineError):
    """A URL was not fetched. The message names it and says what to do.

    `temporary`: the same request may succeed later, after `pause` seconds if the server said so. `partial` holds what was
    read of a body that is too large.
    """

    def __init__(
        self,
        url: str,
        trouble: Trouble,
        said: str,
        *,
        status: int | None = None,
        pause: float | None = None,
        temporary: bool | None = None,
        partial: bytes = b"",
    ) -> None:
        super().__init__(f"{url}: {said}")
        self.url = url
        self.trouble = trouble
        self.said = said
        self.status = status
        self.pause = pause
        self.temporary = trouble in _TEMPORARY if temporary is None else temporary
        self.partial = partial

    def about(self, url: str, said: str) -> "FetchError":
        """The same trouble, met on behalf of another URL."""
        return FetchError(
            url, self.trouble, said, status=self.status, pause=self.pause, temporary=self.temporary
        )

    @property
    def worth_a_retry(self) -> bool:
        """Whether to ask again within this run: what is temporary, but not what takes longer to pass."""
        return self.temporary and self.trouble not in _NOT_AT_ONCE

    @property
    def counts_against_host(self) -> bool:
        """Whether the host, not the page, is at fault, or wants to be left alone."""
        return self.trouble in _BROKEN or (
            self.status is not None and (self.status >= 500 or self.status == 429)
        )

    @property
    def gone(self) -> bool:
        """Whether the server says that there is no such page (any more)."""
        return self.status in (404, 410)

    @classmethod
    def of(cls, url: str, error: Exception, settings: IngestSettings) -> Self:
        """The error of the client library in our terms."""
        chain = links_of(error)
        if (blocked := blocked_by(error)) is not None:
            return cls(url, Trouble.ADDRESS, str(blocked))
        if any(isinstance(link, ssl.SSLError | ssl.CertificateError) for link in chain):
            return cls(url, Trouble.TLS, f"no trustworthy TLS connection: {chain[-1]}")
        if isinstance(error, TimeoutError):
            limits = f"connect {settings.connect_timeout:g} s, read {settings.timeout:g} s, total {settings.total_timeout:g} s"
            return cls(url, Trouble.TIMEOUT, f"no answer in time ({limits}; see DATELINE_INGEST_TIMEOUT)")
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            return cls(url, Trouble.NAME, "no such host, or the name server does not answer")
        if isinstance(error, aiohttp.ClientPayloadError):
            return cls(url, Trouble.BODY, "the body ended too early")
        if isinstance(error, aiohttp.ClientResponseError | ValueError):
            return cls(url, Trouble.PROTOCOL, f"not a readable HTTP answer: {_first_line(error)}")
        return cls(url, Trouble.CONNECT, f"no connection: {_first_line(error)}")


def pause_asked(retry_after: str | None) -> float | None:
    """Seconds of a Retry-After header (a number or an HTTP date), None when it says nothing readable."""
    if not retry_after:
        return None
    text = retry_after.strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
