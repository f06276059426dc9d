"""What stages need of the world, as protocols. Fakes stand in `dateline/fakes.py`, real ones in `dateline/elastic.py`.

Every method may raise `dateline.errors.Unavailable`; the runner then waits and runs the whole batch again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

import msgspec

from schemas.records import Article, CopyOf


class KnownVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version as its article's head remembers it. `position` is the normalized message that brought it."""

    version_id: str
    content_hash: str
    event_id: str
    position: str
    order: int
    previous_id: str | None = None
    copy_of: CopyOf | None = None


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one article: one document of the identity index.

    `bands` are MinHash bands of the latest body as opaque terms; `month` is fixed at first sight; `versions` are sorted
    by `order`. `token` guards against a concurrent writer: pass back what was read, None for a new article.
    """

    article_id: str
    source: str
    url: str
    month: str
    bands: tuple[str, ...] = ()
    versions: tuple[KnownVersion, ...] = ()
    token: str | None = None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An article that shares MinHash bands with another."""

    article_id: str
    version_id: str
    shared_bands: int


class IdentityStore(Protocol):
    """Memory of articles and versions. Writes are durable when `put` returns; reads by id are realtime."""

    def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        """The heads of those articles that are known."""
        ...

    def contents(self, version_ids: Sequence[str]) -> Mapping[str, Article]:
        """The articles as those versions stated them, where known."""
        ...

    def candidates(
        self, bands: Mapping[str, Sequence[str]], *, limit: int
    ) -> Mapping[str, Sequence[Candidate]]:
        """For each article id, up to `limit` other articles that share any of its bands, most shared first.

        May miss what was put within the last refresh (about a second); the caller keeps a window of its own.
        """
        ...

    def put(self, heads: Sequence[Head], contents: Mapping[str, Article]) -> Sequence[str]:
        """Write heads and the contents of new versions (by version id). Contents first, so a head never dangles.

        Returns the article ids whose head had changed since it was read: nothing was written for those; read again.
        """
        ...


class IndexAction(msgspec.Struct, frozen=True, kw_only=True):
    """One write to an index. `version` makes it an external_gte write: an older one is refused as a no-op."""

    index: str
    id: str
    document: Mapping[str, Any]
    version: int | None = None


class IndexResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one action: written, "stale" (a newer one is there: fine), "refused" (400: the document's fault)."""

    status: Literal["written", "stale", "refused"]
    error: str | None = None


class IndexSink(Protocol):
    """Bulk writes. Results are in the order of the actions; an answer of 429 or 5xx raises `Unavailable`."""

    def write(self, actions: Sequence[IndexAction]) -> Sequence[IndexResult]:
        """Write all; safe to repeat."""
        ...
