"""What stages need of the world, as protocols; fakes in `dateline/fakes.py`, real ones in `identity.py` and `sink.py`.

Every method may raise `dateline.errors.Unavailable`; the runner then waits and runs the whole batch again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

import msgspec

from schemas.records import Article, CopyOf


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One normalized message that stated a content: its place in the article's time, and the dates it gave.

    `position` is the message's own place in the log, so that the very same message is known when it comes again. `at` is the
    article id that the address alone gives; of a removal that names its article instead, "". `removed` is when the page was
    first found gone, and `status` the answer that said so: for removals alone.
    """

    order: int
    event_id: str
    position: str
    fetched: str
    published: str | None = None
    modified: str | None = None
    removed: str | None = None
    status: str | None = None
    at: str = ""


class KnownVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version: a run of sightings with one content, with no other content between them.

    `sightings` are sorted by time, the first one dates the version; of many, the first and the newest few are kept.
    `appearance` counts, from 0, the article's earlier versions with this same content (a revert is a version too).
    `elsewhere` are removals at addresses that the article had left: they count for nothing, as far as is known.
    """

    version_id: str
    content_hash: str
    appearance: int = 0
    sightings: tuple[Sighting, ...]
    copy_of: CopyOf | None = None
    elsewhere: tuple[Sighting, ...] = ()


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An address that an article was seen at, as the article id that the address alone would give.

    `order` is that of its earliest sighting there; `evidence` says why it is no article of its own (None for the first address),
    `position` which message in the log said so.
    """

    article_id: str
    url: str
    order: int
    evidence: str | None = None
    position: str | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """The articles that something else than their address says may be one: `key` names what. `token` is as a head's."""

    key: str
    holders: tuple[str, ...] = ()
    token: str | None = None


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one article: one document of the identity index.

    `month` is fixed at first sight. `since` is when the article first stood there by its own account (epoch seconds): of
    several copies the one with the smallest is the origin. `bands` are MinHash bands of the latest body as opaque terms.
    `versions` are the newest, sorted by time; `pages` names the documents with older ones, oldest first. `members` are the addresses of an
    article that was seen at several; `joined` is set on the heads of all of them but the one whose id the article has, and
    names that one. `credits` are the names that the latest version credits. `reach` is the greatest order that a version was given so
    far, and `former` the newest places of the history, each up to the version itself, that were told and are not so any more
    (consumers/deduplicate/withdrawal.py). `token` guards against a concurrent writer:
    pass back what was read, None for a new article.
    """

    article_id: str
    source: str
    url: str
    month: str
    since: int
    bands: tuple[str, ...] = ()
    versions: tuple[KnownVersion, ...] = ()
    pages: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    joined: str | None = None
    credits: tuple[str, ...] = ()
    reach: int = 0
    former: tuple[tuple[KnownVersion, ...], ...] = ()
    token: str | None = None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An article that shares MinHash bands with another."""

    article_id: str
    shared_bands: int


class IdentityStore(Protocol):
    """Memory of articles and versions. Writes are durable when `put` returns; reads by id are realtime."""

    def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        """The heads of those articles that are known."""
        ...

    def contents(self, content_ids: Sequence[str]) -> Mapping[str, Article]:
        """What those contents say, where known. A content's id is that of the version in which it first appeared."""
        ...

    def pages(self, page_ids: Sequence[str]) -> Mapping[str, Sequence[KnownVersion]]:
        """Older versions, by the page ids that a head names. A page never changes once it is written."""
        ...

    def claims(self, keys: Sequence[str]) -> Mapping[str, Claim]:
        """Those claims that are known."""
        ...

    def candidates(
        self, bands: Mapping[str, Sequence[str]], *, limit: int
    ) -> Mapping[str, Sequence[Candidate]]:
        """For each key of `bands`, up to `limit` articles that share any of its bands, most shared first.

        May miss what was put within the last refresh (about a second); the caller keeps a window of its own.
        """
        ...

    def naming(self, article_ids: Sequence[str], *, limit: int) -> Mapping[str, Sequence[str]]:
        """By id, up to `limit` articles whose latest version names it as its origin. As late as `candidates`."""
        ...

    def refresh(self) -> None:
        """Let searches see all that was put, by any process."""
        ...

    def put(
        self,
        heads: Sequence[Head],
        contents: Mapping[str, Article],
        pages: Mapping[str, Sequence[KnownVersion]],
        claims: Sequence[Claim] = (),
    ) -> Sequence[str]:
        """Write contents, pages, claims and heads by id, in this order, so that a head never dangles.

        Returns the ids of heads and claims that had changed since they were read. They were not written; where a claim
        was not, no head is: read again.
        """
        ...


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """One entity that a form of a name was learned for, with what the articles say of it.

    `id` and `name` are of its full name. Every field is a set that only grows, cut to its smallest members, or a least and a
    greatest value: what was learned does not depend on the order of the articles, nor on how often one came. `articles`
    are hashes of the articles' ids (eight hex digits; of many, the smallest 32, so that their number can be estimated),
    `company` beginnings of the ids of names in the same articles, `genders` of "f" and "m", `first` and `last` days.
    A person whom articles give roles of one field of life ("politics", "sport") has a holder for that `field`, since
    a namesake may have another; a name's holders share the id.
    """

    id: str
    name: str
    field: str = ""
    written: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()
    first: str
    last: str


class NameForm(msgspec.Struct, frozen=True, kw_only=True):
    """A form of a name ("person:tarn") and all for whom it was learned. `token` is as a head's."""

    key: str
    holders: tuple[Holder, ...] = ()
    token: str | None = None


class NameStore(Protocol):
    """Memory of how people and organizations are called. Durable when `put` returns; reads are realtime."""

    def forms(self, keys: Sequence[str]) -> Mapping[str, NameForm]:
        """Those forms that are known."""
        ...

    def put(self, forms: Sequence[NameForm]) -> Sequence[str]:
        """Write; the keys of those that had changed since they were read, which were not written."""
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
