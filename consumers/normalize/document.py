"""What comes in, and how it is refused."""

from collections.abc import Mapping

import msgspec

from schemas.reasons import Reason

DEFAULT_MAX_BYTES = 20 * 1024 * 1024
MAX_BYTES_SWITCH = "normalize.max_bytes"


class Document(msgspec.Struct, frozen=True):
    """One document as received, and what is known of how it came.

    `content_type` is a media type, with or without its charset; `url` is where the document was found after redirects;
    `fetched` is RFC 3339; `timezone` (an IANA name) is the zone of times that name none; `hints` are what the feed
    said of it: title, published, guid, categories, author; `terms` are the headers about rights, by their names in `schemas.envelope`. `homepage` is the source's own
    site, `canonical_link` the target of a Link header with rel=canonical.
    """

    body: bytes
    content_type: str
    url: str
    source: str
    fetched: str
    timezone: str = "UTC"
    language: str | None = None
    hints: Mapping[str, str] = {}
    content_encoding: str = ""
    terms: Mapping[str, str] = {}
    homepage: str | None = None
    canonical_link: str | None = None
    max_bytes: int = DEFAULT_MAX_BYTES


class NormalizeError(Exception):
    """The document cannot become an article: `reason` is one of the closed list, `message` is for people."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
