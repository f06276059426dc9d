"""Reading the archive: search, one article, its history. Queries only; nothing is written."""

import base64
import time
from collections.abc import Collection, Sequence
from typing import Any, Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.elastic import translated
from dateline.errors import Unavailable
from dateline.query import ANY, Lookup, compiled, marking, parse
from dateline.query.tongues import spoken
from schemas.elastic import Kind, Names, generation_of
from schemas.fields import CARD, FAMILY_KEY, SEARCHED, STORY_KEY
from schemas.languages import analyzed
from schemas.records import EnrichedArticle

_MOST_CHANGED: Final = 10_000  # articles that `changed:` can narrow to, the latest changed first
_RECENCY: Final = 0.25  # what an article of today gains at most
_ORIGINAL: Final = 0.25  # what an article that is no copy gains: it is shown rather than its copies
_HALVED: Final = "365d"  # the age at which that gain is half
_MOST_VERSIONS: Final = 1000
_BEGINNING: Final = 6  # of an id, that may stand for it
_WHOLE_ID: Final = 32
_AT_ONE_ADDRESS: Final = 8  # articles that once had the same address
_KIN_AT_ONCE: Final = 500
_MOST_LANGUAGES: Final = 500
_REMEMBERED: Final = 10.0  # seconds
_KIN: Final = (
    "id", "url", "source", "headline", "published", "modified", "fetched", "status", "word_count", "copy_of", "credit", "authors",
)  # fmt: skip
_JOINED: Final[dict[str, Any]] = {"exists": {"field": "joined"}}
_WITHDRAWN: Final[dict[str, Any]] = {"term": {"status": "WITHDRAWN"}}


KEYED: Final[dict[str, Any]] = {
    "source": False,
    "stored_fields": "_none_",  # where even the document's own id is
    "docvalue_fields": ["id", FAMILY_KEY, STORY_KEY],
}
"""What to ask for with each article where its id and its groups will do: see `key_of`."""

LISTED: Final[dict[str, Any]] = {**KEYED, "docvalue_fields": [*KEYED["docvalue_fields"], CARD, "month"]}
"""What to ask for with each article, so that `hit_of` can read it, without a look at the article itself."""


def in_body(asked: dict[str, Any]) -> dict[str, Any]:
    """`KEYED` or `LISTED` as the body of a search has them, not as the client's parameters."""
    return {"_source" if name == "source" else name: value for name, value in asked.items()}


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """Where an article is: the index of its latest version, and the month that its versions are filed under."""

    index: str
    month: str

    def versions(self, names: Names) -> str:
        """The index of its versions."""
        generation = msgspec.structs.replace(names, generation=generation_of(self.index))
        return generation.index(Kind.VERSIONS, self.month)


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a search is narrowed to. Dates are Elasticsearch dates ("2026-03-02", "now-7d"), both ends included."""

    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    status: str | None = None
    copies: bool = True


class Also(msgspec.Struct, frozen=True, kw_only=True):
    """What a result stands for: its own versions, other articles with its text, other articles of its story (copies among them), and
    outlets that tell it besides its own."""

    versions: int
    copies: int
    articles: int
    outlets: int


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One article found. `highlights` holds passages by field, matches between ‹ and › marks of `MARKS`.

    `whole` is False for one that has only some of what was asked for, or nearly. `family` and `story` are what it is shown with,
    `previous_id` is its version before, if it has several, and `home` where it is.
    """

    id: str
    url: str
    source: str
    headline: str
    published: str | None
    modified: str | None
    status: str
    score: float
    copy_of: str | None
    highlights: dict[str, tuple[str, ...]]
    kicker: str | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    changes: tuple[str, ...] = ()
    removed: str | None = None
    story_id: str | None = None
    whole: bool = True
    family: str
    story: str
    home: Home
    previous_id: str | None = None
    also: Also | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page of results; `total` counts all."""

    total: int
    hits: tuple[Hit, ...]


WHOLE: Final = "whole"
"""The name of the part of a loose query that an article with all that was asked for answers."""

MARKS: Final = ("\ue000", "\ue001")
"""Private-use characters around a match, so that no text can be taken for a mark."""


def highlight(languages: Collection[str]) -> dict[str, Any]:
    """Passages of headline and body around what matched, in one of these languages or as it stands.

    Each language costs a reading of every text that is shown.
    """
    return {
        "pre_tags": MARKS[:1],
        "post_tags": MARKS[1:],
        "fragment_size": 180,
        "number_of_fragments": 2,
        "fields": {
            field: {"matched_fields": [field, *(f"{SEARCHED}.{code}.{field}" for code in sorted(languages))]}
            for field in ("headline", "paragraphs")
        },
    }


class Family(msgspec.Struct, frozen=True):
    """An origin and its copies, earliest first. Of the copies the texts are not read."""

    origin: EnrichedArticle
    copies: tuple[EnrichedArticle, ...]


class Archive:
    """The indices behind the aliases of a namespace. Methods raise Unavailable when there is no answer."""

    def __init__(self, client: Elasticsearch, namespace: str = "") -> None:
        self._client = client
        self._names = Names(namespace)
        self._spoken: tuple[float, frozenset[str]] = (0.0, frozenset())

    def languages(self) -> frozenset[str]:
        """Languages of the articles that there are, of those with an analyzer of their own; ten seconds old at most."""
        asked, known = self._spoken
        if asked and time.monotonic() - asked < _REMEMBERED:
            return known
        with translated("looking languages up"):
            answer = self._client.search(
                index=self._names.alias(Kind.ARTICLES),
                size=0,
                track_total_hits=False,
                aggs={"languages": {"terms": {"field": "language", "size": _MOST_LANGUAGES}}},
                ignore_unavailable=True,
            )
        buckets = answer.get("aggregations", {}).get("languages", {}).get("buckets", ())
        found = frozenset(code for one in buckets if (code := analyzed(one["key"])))
        self._spoken = (time.monotonic(), found)
        return found

    def ranked(
        self, query: str, filters: Filters, *, loosely: bool = False, now: str = "now"
    ) -> dict[str, Any]:
        """`ranked` for this archive: only in the languages that it has. Raises QueryError."""
        asked: dict[str, Any] = spoken(
            ranked(query, filters, self.changed, loosely=loosely, now=now), self.languages()
        )
        return asked

    def highlight(self) -> dict[str, Any]:
        """`highlight` for this archive."""
        return highlight(self.languages())

    def marked(self, query: str, hits: Sequence[Hit], *, loosely: bool) -> dict[str, Any]:
        """A search for the passages of these hits that match a query, which reads each text in few languages. Raises QueryError."""
        languages = {code for hit in hits if (code := analyzed(hit.language))}
        tree = parse(query)
        nearly = loosely and not any(hit.whole for hit in hits)
        words = marking(tree, misspelt=nearly) if loosely else compiled(tree, self.changed)
        return {
            "query": {"ids": {"values": [hit.id for hit in hits]}},
            "size": len(hits),
            "_source": False,
            "track_total_hits": False,
            "highlight": {**highlight(languages), "highlight_query": spoken(words, languages)},
        }

    def search(self, query: str, filters: Filters, *, size: int = 10, page: int = 1) -> Page:
        """Articles (latest versions) for a query in the language of `dateline.query`; best first, recent ones a little.

        Each article, copies too, and none that has only some of what was asked for: `Browser` shows what people expect of a search.
        Raises QueryError.
        """
        asked = self.ranked(query, filters)
        with translated("search"):
            answer = self._client.search(
                index=self._names.alias(Kind.ARTICLES),
                query=asked,
                from_=(page - 1) * size,
                size=size,
                **LISTED,
                highlight=self.highlight(),
                ignore_unavailable=True,
                track_total_hits=True,
            )
        hits = tuple(hit_of(hit) for hit in answer["hits"]["hits"])
        return Page(total=answer["hits"]["total"]["value"], hits=hits)

    def changed(self, kind: str) -> list[str]:
        """Ids of the articles that had a class of change, or any ("*"), the latest changed first (at most 10,000)."""
        with translated("looking changes up"):
            answer = self._client.search(
                index=self._names.alias(Kind.CHANGES),
                query={"match_all": {}} if kind == ANY else {"term": {"class": kind}},
                sort=[{"detected": "desc"}],
                collapse={"field": "article_id"},
                size=_MOST_CHANGED,
                source_includes=["article_id"],
                ignore_unavailable=True,
            )
        return [hit["_source"]["article_id"] for hit in answer["hits"]["hits"]]

    def article(self, what: str) -> EnrichedArticle | None:
        """The latest version of an article, by its id (or the beginning of one), or any URL that it has or had."""
        found = self._latest(what)
        return found[0] if found else None

    def versions(self, what: str) -> Sequence[EnrichedArticle]:
        """The history of the article that `article` finds, oldest first (at most 1,000): where it is filed, and nowhere else."""
        found = self._latest(what)
        if found is None:
            return ()
        latest, index = found
        with translated("reading a history"):
            answer = self._client.search(
                index=index,
                query={"bool": {"filter": {"term": {"id": latest.id}}, "must_not": _WITHDRAWN}},
                sort=["version_order"],
                size=_MOST_VERSIONS,
                ignore_unavailable=True,
            )
        return [_enriched(hit["_source"]) for hit in answer["hits"]["hits"]]

    def _latest(self, what: str) -> tuple[EnrichedArticle, str] | None:
        """As `article`, with the index of its versions."""
        should: list[dict[str, Any]] = [{"term": {field: what}} for field in ("id", "url", "aliases")]
        if _BEGINNING <= len(what) <= _WHOLE_ID:
            should.append({"prefix": {"id": what}})
        with translated("looking an article up"):
            answer = self._client.search(
                index=self._names.alias(Kind.ARTICLES),
                query={"bool": {"should": should}},
                size=_AT_ONE_ADDRESS,
                ignore_unavailable=True,
            )
        found = [(_enriched(hit["_source"]), hit["_index"]) for hit in answer["hits"]["hits"]]
        if not found:
            return None
        best, index = min(found, key=lambda one: one[0].joined is not None)
        if best.joined:
            return self._latest(best.joined)
        return best, Home(index=index, month=best.month).versions(self._names)

    def family(self, article: EnrichedArticle) -> Family:
        """The origin of an article, or itself, with all of its copies, earliest first."""
        origin = self.article(article.copy_of.article_id) if article.copy_of else None
        origin = origin or article
        copies: list[EnrichedArticle] = []
        after: list[Any] | None = None
        while True:
            with translated("looking a family up"):
                answer = self._client.search(
                    index=self._names.alias(Kind.ARTICLES),
                    query=_living({"term": {"copy_of.article_id": origin.id}}),
                    sort=[{"published": {"order": "asc", "missing": "_last"}}, {"id": "asc"}],
                    source_includes=list(_KIN),
                    size=_KIN_AT_ONCE,
                    search_after=after,
                    ignore_unavailable=True,
                )
            hits = answer["hits"]["hits"]
            copies += [_enriched({"paragraphs": [], **hit["_source"]}) for hit in hits]
            if len(hits) < _KIN_AT_ONCE:
                return Family(origin, tuple(copies))
            after = hits[-1]["sort"]

    def copies(self, article_id: str) -> Sequence[Hit]:
        """Articles that are copies of this one, earliest first (at most 100)."""
        with translated("looking copies up"):
            answer = self._client.search(
                index=self._names.alias(Kind.ARTICLES),
                query=_living({"term": {"copy_of.article_id": article_id}}),
                sort=[{"published": {"order": "asc", "missing": "_last"}}],
                size=100,
                **LISTED,
                ignore_unavailable=True,
            )
        return [hit_of(hit) for hit in answer["hits"]["hits"]]

    def refresh(self) -> None:
        """Make what was written so far visible to search."""
        with translated("refreshing"):
            self._client.indices.refresh(
                index=f"{self._names.alias(Kind.ARTICLES)},{self._names.alias(Kind.VERSIONS)}",
                ignore_unavailable=True,
            )


def _living(query: dict[str, Any]) -> dict[str, Any]:
    """The query without what turned out to be another address of an article."""
    return {"bool": {"filter": [query], "must_not": [_JOINED]}}


def ranked(
    query: str, filters: Filters, changed: Lookup, *, loosely: bool = False, now: str = "now"
) -> dict[str, Any]:
    """The Elasticsearch query for a query in the language of `dateline.query`, taken `loosely` or not. Raises QueryError.

    Scores depend on the age at `now`: who asks for page after page has to name one moment.
    """
    tree = parse(query)
    must = [compiled(tree, changed, loosely=loosely)] if tree is not None else []
    whole: dict[str, Any] = {}
    if loosely and must:
        named = {"filter": compiled(tree, changed), "boost": 0.0, "_name": WHOLE}
        whole = {"should": [{"constant_score": named}]}
    narrow: list[dict[str, Any]] = []
    if filters.sources:
        narrow.append({"terms": {"source": list(filters.sources)}})
    if filters.languages:
        narrow.append({"terms": {"language": list(filters.languages)}})
    if filters.status:
        narrow.append({"term": {"status": filters.status}})
    if filters.since or filters.until:
        limits = {"gte": filters.since, "lte": filters.until}
        narrow.append({"range": {"published": {key: value for key, value in limits.items() if value}}})
    narrow += [_within("entities", ("name", "canonical"), name) for name in filters.names]
    narrow += [_within("quotes", ("speaker",), speaker) for speaker in filters.speakers]
    without: list[dict[str, Any]] = [_JOINED]
    if not filters.copies:
        without.append({"exists": {"field": "copy_of.article_id"}})
    found = {"bool": {"must": must, "filter": narrow, "must_not": without, **whole}}
    recent = {"exp": {"published": {"origin": now, "scale": _HALVED, "decay": 0.5}}, "weight": _RECENCY}
    original = {
        "filter": {"bool": {"must_not": {"exists": {"field": "copy_of.article_id"}}}},
        "weight": _ORIGINAL,
    }
    return {
        "function_score": {
            "query": found,
            "functions": [{"weight": 1.0}, recent, original],
            "score_mode": "sum",
            "boost_mode": "multiply",
        }
    }


def unscored(asked: dict[str, Any]) -> dict[str, Any]:
    """What `ranked` finds, in no order: its answers do not depend on the time, so Elasticsearch can keep them for each index."""
    return {"bool": {"filter": [asked["function_score"]["query"]]}}


def _within(path: str, fields: Sequence[str], text: str) -> dict[str, Any]:
    words = {
        "query": text,
        "operator": "and",
        "fields": [f"{path}.{field}.text" for field in fields],
    }
    return {"nested": {"path": path, "query": {"multi_match": words}}}


def hit_of(hit: dict[str, Any], *, loosely: bool = False) -> Hit:
    """A hit of Elasticsearch's answer to a query that asked for `LISTED`, and was taken `loosely` or not.

    Raises Unavailable for an article that was indexed by an earlier version of Dateline.
    """
    packed = hit.get("fields", {}).get(CARD)
    if not packed:
        raise Unavailable(
            f"elasticsearch: {hit['_index']} was made by an earlier version of Dateline, and cannot be listed: run"
            " `dateline templates apply`, then `dateline rebuild`"
        )
    source = msgspec.json.decode(base64.b64decode(packed[0]))
    origin = source.get("copy_of")
    return Hit(
        id=source["id"],
        url=source["url"],
        source=source["source"],
        headline=source["headline"],
        published=source.get("published"),
        modified=source.get("modified"),
        status=source["status"],
        score=hit.get("_score") or 0.0,
        copy_of=origin["article_id"] if origin else None,
        highlights=highlights(hit),
        kicker=source.get("kicker"),
        standfirst=source.get("standfirst"),
        authors=tuple(source.get("authors", ())),
        language=source.get("language"),
        changes=tuple(dict.fromkeys(change["class"] for change in source.get("changes", ()))),
        removed=source.get("removed"),
        story_id=source.get("story_id"),
        whole=not loosely or WHOLE in hit.get("matched_queries", ()),
        family=key_of(hit, FAMILY_KEY),
        story=key_of(hit, STORY_KEY),
        home=Home(index=hit["_index"], month=key_of(hit, "month")),
        previous_id=source.get("previous_id"),
    )


def highlights(hit: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The passages of a hit of Elasticsearch's answer, by field."""
    return {field: tuple(passages) for field, passages in hit.get("highlight", {}).items()}


def key_of(hit: dict[str, Any], field: str = "id") -> str:
    """A hit's one value of a field, of those that `KEYED` and `LISTED` ask for."""
    found: str = hit["fields"][field][0]
    return found


def _enriched(source: dict[str, Any]) -> EnrichedArticle:
    return msgspec.convert(source, EnrichedArticle)
