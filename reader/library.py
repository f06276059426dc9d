"""What the pages read: one client of Elasticsearch for the whole process, and questions in the archive's terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.app import DiffBlock
from dateline.archive import Archive, Family, Filters, unscored
from dateline.browse import Browser
from dateline.cursors import cursor_after, read_cursor, walking
from dateline.elastic import translated
from dateline.facets import Value
from dateline.likeness import Embed, Likeness
from dateline.query import QueryError
from dateline.quotes import Ledger, Said
from dateline.searches import Searches
from dateline.stories import Shelf
from reader.text import quoted_field
from schemas.elastic import Kind, Names
from schemas.fields import FACETS
from schemas.health import health_index
from schemas.records import Article, Change, EnrichedArticle, Quote, Saying, SourceHealth

_LATEST: Final = 12
_KEPT_WORDS: Final = 4096  # word diffs; the same changes are shown again and again


Differ = Callable[[Article, Article], Iterable[DiffBlock]]


def _by_words_alone(headline: str, standfirst: str | None, paragraphs: Sequence[str]) -> None:
    """Where there is no model, articles are alike by their words."""


class Quotation(msgspec.Struct, frozen=True, kw_only=True):
    """Words somebody is quoted with, and the article that quotes them."""

    quote: Quote
    article: EnrichedArticle


class Altered(msgspec.Struct, frozen=True, kw_only=True):
    """A quotation in other words than its first appearance has: `pieces` are (op, text), op one of "=", "-" and "+"."""

    saying: Saying
    pieces: tuple[tuple[str, str], ...]


class Sayings(msgspec.Struct, frozen=True, kw_only=True):
    """Something said: its first appearance, the same words elsewhere, and altered ones."""

    said: Said
    same: tuple[Saying, ...]
    altered: tuple[Altered, ...]


class SourceCard(msgspec.Struct, frozen=True, kw_only=True):
    """What the archive holds of a source. `silent` counts versions changed without a word of it."""

    source: str
    articles: int
    updated: int
    copies: int
    removed: int
    corrections: int
    silent: int
    first: str | None
    last: str | None


class Library:
    """Safe to use from several threads at once."""

    def __init__(
        self, client: Elasticsearch, namespace: str, diff: Differ, embed: Embed | None = None
    ) -> None:
        self.client = client
        self.archive = Archive(client, namespace)
        self.browser = Browser(client, namespace)
        self.diff = diff
        self.likeness = Likeness(client, namespace, embed or _by_words_alone)
        self._names = Names(namespace)
        self._ledger = Ledger(client, namespace)
        self.shelf = Shelf(client, namespace)
        self.searches = Searches(client, namespace)
        self.words = lru_cache(_KEPT_WORDS)(self._words)

    @property
    def namespace(self) -> str:
        """Before the name of every index."""
        return self._names.namespace

    def close(self) -> None:
        """Close the client."""
        self.client.close()

    def versions(self, what: str) -> tuple[EnrichedArticle, ...]:
        """An article's history, oldest first, by id (or the beginning of one) or URL; empty when there is none."""
        return tuple(self.archive.versions(what))

    def articles(self, ids: Sequence[str]) -> list[EnrichedArticle]:
        """The latest versions of these articles, whole, in this order; those that are gone by now are left out."""
        with translated("reading articles"):
            answer = self.client.search(
                index=self._names.alias(Kind.ARTICLES),
                query={"terms": {"id": list(ids)}},
                size=len(ids),
                ignore_unavailable=True,
            )
        found = (msgspec.convert(hit["_source"], EnrichedArticle) for hit in answer["hits"]["hits"])
        by_id = {one.id: one for one in found}
        return [by_id[one] for one in ids if one in by_id]

    def family(self, article: EnrichedArticle) -> Family:
        """The origin of an article, or itself, with all of its copies, earliest first."""
        return self.archive.family(article)

    def origin(self, copy: EnrichedArticle) -> EnrichedArticle | None:
        """The version of the origin that a copy was made from; None for an article that is no copy, or whose origin is gone."""
        if copy.copy_of is None:
            return None
        history = self.versions(copy.copy_of.article_id)
        stood = [one for one in history if one.version_id == copy.copy_of.version_id]
        return next(reversed(stood or history), None)

    def said(self, speaker: str, *, size: int = 100) -> list[Sayings]:
        """What a speaker said, newest first, each saying with where else it stands and in which other words."""
        return [
            Sayings(
                said=said,
                same=tuple(one.saying for one in said.others if not one.altered),
                altered=tuple(
                    Altered(saying=one.saying, pieces=self.words(said.first.text, one.saying.text))
                    for one in said.others
                    if one.altered
                ),
            )
            for said in self._ledger.by(speaker, size=size)
        ]

    def people(self, query: str, *, size: int = 50) -> list[Value]:
        """Who is named in the articles that match a query, those in the most articles first. Raises QueryError."""
        with translated("reading people"):
            answer = self.client.search(
                index=self._names.alias(Kind.ARTICLES),
                query=unscored(self.archive.ranked(query, Filters())),
                size=0,
                aggs={"people": {"terms": {"field": f"{FACETS}.people", "size": size}}},
                ignore_unavailable=True,
            )
        found = answer.get("aggregations", {}).get("people", {}).get("buckets", ())
        return [Value(one["key"], one["doc_count"]) for one in found]

    def _words(self, before: str, after: str) -> tuple[tuple[str, str], ...]:
        """Two texts word by word, as (op, text)."""
        older, newer = (
            Article(id="", url="", source="", headline="", fetched="", paragraphs=(text,))
            for text in (before, after)
        )
        return tuple((op, text) for block in self.diff(older, newer) for op, text in block.pieces)

    def counts(self, queries: Sequence[str]) -> list[tuple[int, int] | None]:
        """How many articles each query finds, and how many of them were received in the last day; None for one that cannot be read."""
        asked: list[dict[str, Any] | None] = []
        for query in queries:
            try:
                asked.append(unscored(self.archive.ranked(query, Filters())))
            except QueryError:
                asked.append(None)
        day = {"day": {"filter": {"range": {"fetched": {"gte": "now-24h"}}}}}
        header = {"index": self._names.alias(Kind.ARTICLES), "ignore_unavailable": True}
        searches: list[dict[str, Any]] = []
        for one in asked:
            if one is not None:
                searches += [header, {"query": one, "size": 0, "track_total_hits": True, "aggs": day}]
        if not searches:
            return [None] * len(asked)
        with translated("counting"):
            answers = iter(self.client.msearch(searches=searches)["responses"])
        counts: list[tuple[int, int] | None] = []
        for one in asked:
            answer = next(answers) if one is not None else {}
            found = answer.get("hits", {}).get("total", {}).get("value")
            fresh = answer.get("aggregations", {}).get("day", {}).get("doc_count", 0)
            counts.append(None if found is None else (found, fresh))
        return counts

    def health(self, source_id: str) -> SourceHealth | None:
        """How a source did when it was last measured; None when it never was."""
        with translated("reading the health of sources"):
            answer = self.client.search(
                index=health_index(self._names.namespace),
                query={"term": {"source": source_id}},
                sort=[{"checked": "desc"}],
                size=1,
                ignore_unavailable=True,
            )
        hits = answer["hits"]["hits"]
        return msgspec.convert(hits[0]["_source"], SourceHealth) if hits else None

    def classes(self, source_id: str | None, *, floor: float = 0.0) -> list[tuple[str, int]]:
        """How many changes of each class, and this importance or more, a source made (or all did), the most frequent first."""
        narrow: list[dict[str, Any]] = [{"range": {"importance": {"gte": floor}}}]
        if source_id:
            narrow.append({"term": {"source": source_id}})
        with translated("reading changes"):
            answer = self.client.search(
                index=self._names.alias(Kind.CHANGES),
                query={"bool": {"filter": narrow}},
                size=0,
                aggs={"classes": {"terms": {"field": "class", "size": 50}}},
                ignore_unavailable=True,
            )
        buckets = answer.get("aggregations", {}).get("classes", {}).get("buckets", ())
        return [(one["key"], one["doc_count"]) for one in buckets]

    def quoted(
        self, speaker: str, *, size: int = 50, cursor: str | None = None
    ) -> tuple[list[Quotation], str | None]:
        """What a speaker is quoted with, in the newest `size` articles that quote them (after `cursor`); and the next cursor."""
        with walking(cursor, "reading quotations"):
            answer = self.client.search(
                index=self._names.alias(Kind.ARTICLES),
                query=unscored(self.archive.ranked(quoted_field("speaker", speaker), Filters())),
                sort=[{"published": {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
                size=size,
                search_after=read_cursor(cursor),
                ignore_unavailable=True,
            )
        words = set(speaker.casefold().split())
        articles = (msgspec.convert(hit["_source"], EnrichedArticle) for hit in answer["hits"]["hits"])
        found = [
            Quotation(quote=quote, article=article)
            for article in articles
            for quote in article.quotes
            if quote.speaker and words <= set(quote.speaker.casefold().split())
        ]
        return found, cursor_after(answer["hits"]["hits"], size)

    def notable(
        self, *, size: int = _LATEST, source: str | None = None, floor: float = 0.5
    ) -> tuple[Change, ...]:
        """The latest changes of some importance, the weightiest of each version."""
        return self.changes(size=size, source=source, floor=floor, one_a_version=True)

    def changes(
        self,
        *,
        classes: Sequence[str] = (),
        floor: float = 0.0,
        source: str | None = None,
        size: int = 50,
        one_a_version: bool = False,
    ) -> tuple[Change, ...]:
        """The latest changes of these classes (or any) and this importance or more."""
        return self.change_page(
            classes=classes, floor=floor, source=source, size=size, one_a_version=one_a_version
        )[0]

    def change_page(
        self,
        *,
        classes: Sequence[str] = (),
        floor: float = 0.0,
        source: str | None = None,
        size: int = 50,
        one_a_version: bool = False,
        cursor: str | None = None,
    ) -> tuple[tuple[Change, ...], str | None]:
        """(changes as above, those after `cursor`; the cursor of the next page). Raises UsageError for a wrong cursor.

        Changes never change and new ones come in front, so pages neither overlap nor miss any.
        """
        narrow: list[dict[str, Any]] = [{"range": {"importance": {"gte": floor}}}]
        if classes:
            narrow.append({"terms": {"class": list(classes)}})
        if source:
            narrow.append({"term": {"source": source}})
        with walking(cursor, "reading changes"):
            answer = self.client.search(
                index=self._names.alias(Kind.CHANGES),
                query={"bool": {"filter": narrow}},
                sort=[{"detected": "desc"}, {"importance": "desc"}, {"id": "asc"}],
                collapse={"field": "version_id"} if one_a_version else None,
                size=size,
                search_after=read_cursor(cursor),
                ignore_unavailable=True,
            )
        hits = answer["hits"]["hits"]
        found = tuple(msgspec.convert(hit["_source"], Change) for hit in hits)
        return found, cursor_after(hits, size)

    def source(self, source_id: str) -> SourceCard | None:
        """One source's figures; None if it has no articles."""
        return next(iter(self.sources(source_id)), None)

    def sources(self, only: str | None = None) -> tuple[SourceCard, ...]:
        """Every source with articles, the largest first (at most 500); or one of them alone."""
        one = [{"term": {"source": only}}] if only else []
        with translated("reading sources"):
            answer = self.client.search(
                index=self._names.alias(Kind.ARTICLES),
                size=0,
                query={"bool": {"filter": one, "must_not": [{"exists": {"field": "joined"}}]}},
                aggs={"sources": {"terms": {"field": "source", "size": 500}, "aggs": _CARD}},
                ignore_unavailable=True,
            )
            changed = self.client.search(
                index=self._names.alias(Kind.CHANGES),
                size=0,
                query={"bool": {"filter": [{"terms": {"class": ["correction", "silent_edit"]}}, *one]}},
                aggs={
                    "sources": {
                        "terms": {"field": "source", "size": 500},
                        "aggs": {"classes": {"terms": {"field": "class"}}},
                    }
                },
                ignore_unavailable=True,
            )
        classes = {
            bucket["key"]: {one["key"]: one["doc_count"] for one in bucket["classes"]["buckets"]}
            for bucket in changed.get("aggregations", {}).get("sources", {}).get("buckets", ())
        }
        return tuple(
            _card(bucket, classes.get(bucket["key"], {}))
            for bucket in answer.get("aggregations", {}).get("sources", {}).get("buckets", ())
        )


_CARD: Final[dict[str, Any]] = {
    "updated": {"filter": {"term": {"status": "UPDATED"}}},
    "copies": {"filter": {"exists": {"field": "copy_of.article_id"}}},
    "removed": {"filter": {"exists": {"field": "removed"}}},
    "first": {"min": {"field": "published"}},
    "last": {"max": {"field": "published"}},
}


def _card(bucket: dict[str, Any], classes: dict[str, int]) -> SourceCard:
    return SourceCard(
        source=bucket["key"],
        articles=bucket["doc_count"],
        updated=bucket["updated"]["doc_count"],
        copies=bucket["copies"]["doc_count"],
        removed=bucket["removed"]["doc_count"],
        corrections=classes.get("correction", 0),
        silent=classes.get("silent_edit", 0),
        first=bucket["first"].get("value_as_string"),
        last=bucket["last"].get("value_as_string"),
    )
