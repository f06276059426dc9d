"""A raw document on its way in: the bytes as received and what is known of how they came."""

import msgspec

from schemas import envelope, ids


class FeedHints(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a feed or a sitemap says of a page. Times are RFC 3339 with the offset as given, absent when unreadable."""

    title: str | None = None
    published: str | None = None
    updated: str | None = None
    guid: str | None = None
    author: str | None = None
    categories: tuple[str, ...] = ()
    feed: str | None = None


class RawDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One document for `articles.raw.v1`. `url` names it within its source; the rest travels in headers.

    The same bytes at the same `url` of the same source are one event, however often they are sent. `rights` holds terms
    that the transport stated, `found` where in an archive it lay, both by header name of `schemas.envelope`. `kind` is the
    `ce_type`; an event that is not known by its bytes has an id of its own.
    """

    source: str
    url: str
    body: bytes
    content_type: str
    fetched: str
    timezone: str | None = None
    language: str | None = None
    requested_url: str | None = None
    final_url: str | None = None
    redirects: tuple[str, ...] = ()
    canonical: str | None = None
    homepage: str | None = None
    charset: str | None = None
    http_status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    rights: dict[str, str] = {}
    found: dict[str, str] = {}
    hints: FeedHints | None = None
    kind: str = envelope.RAW_TYPE
    own_id: str | None = None

    @property
    def event_id(self) -> str:
        """Of the source, the URL and the bytes alone, unless it has one of its own."""
        return self.own_id or ids.event_id(self.source, self.url, self.body)

    @property
    def key(self) -> bytes:
        """The message key: documents of one article stay in one partition."""
        return f"{self.source} {self.url}".encode("utf-8", "surrogateescape")

    def headers(self) -> dict[str, str]:
        """CloudEvents attributes and `dl_*` headers; what is not known is left out."""
        acquired = {
            envelope.SOURCE_TIMEZONE: self.timezone,
            envelope.SOURCE_LANGUAGE: self.language,
            envelope.SOURCE_HOMEPAGE: self.homepage,
            envelope.REQUESTED_URL: self.requested_url,
            envelope.FINAL_URL: self.final_url,
            envelope.REDIRECTS: " ".join(self.redirects) or None,
            envelope.CANONICAL_LINK: self.canonical,
            envelope.HTTP_STATUS: str(self.http_status) if self.http_status else None,
            envelope.CHARSET: self.charset,
            envelope.ETAG: self.etag,
            envelope.LAST_MODIFIED: self.last_modified,
            envelope.FEED_HINTS: msgspec.json.encode(self.hints).decode() if self.hints else None,
            **self.rights,
            **self.found,
        }
        return envelope.raw_headers(
            event_id=self.event_id,
            source=self.source,
            url=self.url,
            content_type=self.content_type,
            fetched=self.fetched,
            acquired={name: value for name, value in acquired.items() if value},
            kind=self.kind,
        )
