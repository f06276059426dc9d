"""What comes back from a host: an answer as a whole, or a large body on its way."""

import re
from collections.abc import Mapping
from typing import Final

import aiohttp
import msgspec

from dateline.settings import IngestSettings
from producers.trouble import FetchError

_PERMANENT: Final = frozenset({301, 308})
_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")


class Hop(msgspec.Struct, frozen=True):
    """A redirect that was followed: what `url` answered."""

    status: int
    url: str


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: 2xx, or 304 to a conditional request. `body` is free of Content-Encoding, else as received.

    `headers` have lower-case names; repeated ones are joined by ", ". `links` are the Link headers by relation.
    """

    requested_url: str
    url: str
    status: int
    headers: Mapping[str, str]
    links: Mapping[str, str] = {}
    body: bytes
    hops: tuple[Hop, ...] = ()
    fetched: str

    @property
    def content_type(self) -> str:
        """As declared, or ""."""
        return self.headers.get("content-type", "")

    @property
    def not_modified(self) -> bool:
        """Whether what the validators stand for is still current."""
        return self.status == 304

    @property
    def moved_to(self) -> str | None:
        """Where the requested URL lives from now on, if every redirect was a permanent one."""
        permanent = self.hops and all(hop.status in _PERMANENT for hop in self.hops)
        return self.url if permanent else None


class Download:
    """A large body on its way, as stored: not free of any Content-Encoding. Nothing of it is held.

    `start` is the offset of its first byte, `size` that of its end where the server says so. `validator` stands for what the
    address holds now: with another one, offsets mean nothing.
    """

    def __init__(self, asked: str, answer: aiohttp.ClientResponse, settings: IngestSettings) -> None:
        self._asked = asked
        self._answer = answer
        self._settings = settings
        ranged = _RANGE.fullmatch(answer.headers.get("Content-Range", "")) if answer.status == 206 else None
        self.start = int(ranged[1]) if ranged else 0
        length = answer.content_length
        self.size = None if length is None else self.start + length
        etag = answer.headers.get("ETag", "")
        self.validator = etag if etag.startswith('"') else answer.headers.get("Last-Modified")

    async def read(self) -> bytes:
        """The next bytes, none at the end. Raises FetchError when the body breaks off."""
        try:
            return await self._answer.content.readany()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise FetchError.of(self._asked, error, self._settings) from error
