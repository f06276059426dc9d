"""What the pages read: one client of Elasticsearch for the whole process, and questions in the archive's terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.app import DiffBlock
from dateline.archive import Archive, Filters, Hit, hit_of, ranked
from dateline.browse import Browser
from dateline.elastic import translated
from reader.text import quoted_field
from schemas.elastic import Kind, Names
from schemas.records import Article, Change, EnrichedArticle, Quote, to_builtins

_LATEST: Final = 12


Differ = Callable[[Article, Article], Iterable[DiffBlock]]


class Quotation(msgspec.Struct, frozen=True, kw_only=True):
    """Words somebody is quoted with, and the article that quotes them."""

    quote: Quote
    article: EnrichedArticle


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

    def __init__(self, client: Elasticsearch, namespace: str, diff: Differ) -> None:
        self.client = client
        self.archive = Archive(client, namespace)
        self.browser = Browser(client, namespace)
        self.diff = diff
        self._names = Names(namespace)

    def close(self) -> None:
        """Close the client."""
        self.client.close()

    def versions(self, what: str) -> tuple[EnrichedArticle, ...]:
        """An article's history, oldest first, by id (or the beginning of one) or URL; empty when there is none."""
        latest = self.archive.article(what)
        return tuple(self.archive.history(latest.id)) if latest else ()

    def family(self, article: EnrichedArticle) -> tuple[Hit | None, tuple[Hit, ...]]:
        """(the origin, its copies, earliest first). The article itself may be either; no origin when it has no copy."""
        if article.copy_of:
            origin = self.archive.article(article.copy_of.article_id)
            copies = tuple(self.archive.copies(article.copy_of.article_id))
        else:
            copies = tuple(self.archive.copies(article.id))
            origin = article if copies else None
        return (hit_of({"_source": to_builtins(origin)}) if origin else None), copies

    def quoted(self, speaker: str, *, size: int = 50) -> list[Quotation]:
        """What a speaker is quoted with, in the newest `size` articles that quote them."""
        with translated("reading quotations"):
            answer = self.client.search(
                index=self._names.alias(Kind.ARTICLES),
                query=ranked(quoted_field("speaker", speaker), Filters(), self.archive.changed),
                sort=[{"published": {"order": "desc", "missing": "_last"}}],
                size=size,
                ignore_unavailable=True,
            )
        words = set(speaker.casefold().split())
        articles = (msgspec.convert(hit["_source"], EnrichedArticle) for hit in answer["hits"]["hits"])
        return [
            Quotation(quote=quote, article=article)
            for article in articles
            for quote in article.quotes
            if quote.speaker and words <= set(quote.speaker.casefold().split())
        ]

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
        narrow: list[dict[str, Any]] = [{"range": {"importance": {"gte": floor}}}]
        if classes:
            narrow.append({"terms": {"class": list(classes)}})
        if source:
            narrow.append({"term": {"source": source}})
        with translated("reading changes"):
            answer = self.client.search(
                index=self._names.alias(Kind.CHANGES),
                query={"bool": {"filter": narrow}},
                sort=[{"detected": "desc"}, {"importance": "desc"}, {"id": "asc"}],
                collapse={"field": "version_id"} if one_a_version else None,
                size=size,
                ignore_unavailable=True,
            )
        return tuple(msgspec.convert(hit["_source"], Change) for hit in answer["hits"]["hits"])

    def source(self, source_id: str) -> SourceCard | None:
        """One source's figures; None if it has no articles."""
        return next((card for card in self.sources() if card.source == source_id), None)

    def sources(self) -> tuple[SourceCard, ...]:
        """Every source with articles, the largest first (at most 500)."""
        with translated("reading sources"):
            answer = self.client.search(
                index=self._names.alias(Kind.ARTICLES),
                size=0,
                query={"bool": {"must_not": [{"exists": {"field": "joined"}}]}},
                aggs={"sources": {"terms": {"field": "source", "size": 500}, "aggs": _CARD}},
                ignore_unavailable=True,
            )
            changed = self.client.search(
                index=self._names.alias(Kind.CHANGES),
                size=0,
                query={"terms": {"class": ["correction", "silent_edit"]}},
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
