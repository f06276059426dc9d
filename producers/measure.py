"""Measuring sources from what the system has: versions, outcomes, and what producers remember. Elasticsearch counts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.elastic import ensure_index, translated
from producers.health import DAY, PAST, RECENT, STEP, Measured, Sample
from producers.visits import Kind as VisitKind
from producers.visits import State
from schemas.acquisition import acquisition_index
from schemas.elastic import Kind, Names
from schemas.health import HEALTH_MAPPING, health_index
from schemas.reasons import Reason, Stage
from schemas.records import SourceHealth, to_builtins
from schemas.topics import RAW_BACKFILL

_AT_ONCE: Final = 200  # sources a request: Elasticsearch gives at most 65,536 buckets
_NO_BODY: Final = (Reason.NO_BODY, Reason.EMPTY, Reason.NOT_AN_ARTICLE)
_STEPS: Final = (PAST + DAY) // STEP
_DEAD: Final = 3

Query = dict[str, Any]
Buckets = dict[str, dict[str, Any]]


class Gauge:
    """Blocking calls; each may raise Unavailable. What was written in the last second may be missing."""

    def __init__(self, client: Elasticsearch, namespace: str = "") -> None:
        self._client = client
        self._names = Names(namespace)
        self._acquisition = acquisition_index(namespace)
        self._health = health_index(namespace)

    def measure(self, sources: Sequence[str], at: datetime) -> Iterator[Measured]:
        """Each of the sources as it does at that moment."""
        for place in range(0, len(sources), _AT_ONCE):
            some = sources[place : place + _AT_ONCE]
            articles, documents = self._articles(some, at), self._documents(some, at)
            listings, pages = self._listings(some), self._pages(some, at)
            for source in some:
                yield _measured(
                    source,
                    at,
                    articles.get(source),
                    documents.get(source),
                    listings.get(source),
                    pages.get(source),
                )

    def previous(self, sources: Sequence[str]) -> dict[str, SourceHealth]:
        """What was recorded last of each source."""
        found: dict[str, SourceHealth] = {}
        for place in range(0, len(sources), _AT_ONCE):
            with translated("reading the health of sources"):
                answer = self._client.search(
                    index=self._health,
                    ignore_unavailable=True,
                    query={"terms": {"source": list(sources[place : place + _AT_ONCE])}},
                    collapse={"field": "source"},
                    sort=[{"checked": {"order": "desc", "unmapped_type": "date"}}],
                    size=_AT_ONCE,
                )
            for hit in answer["hits"]["hits"]:
                record = msgspec.convert(hit["_source"], SourceHealth)
                found[record.source] = record
        return found

    def record(self, healths: Sequence[SourceHealth]) -> None:
        """Keep these: one document a source and day, the last of a day counts."""
        with translated("recording the health of sources"):
            ensure_index(self._client, self._health, mappings=HEALTH_MAPPING)
            for place in range(0, len(healths), 1000):
                operations: list[Mapping[str, Any]] = []
                for health in healths[place : place + 1000]:
                    operations += [
                        {"index": {"_id": f"{health.source}:{health.checked[:10]}"}},
                        to_builtins(health),
                    ]
                self._client.bulk(index=self._health, operations=operations, refresh=True)

    def _articles(self, sources: Sequence[str], at: datetime) -> Buckets:
        """New articles: first versions, by when they were captured."""
        begin = at - PAST - RECENT
        offset = int((at - at.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()) + 1
        spans = {
            "missing": {"missing": {"field": "published"}},
            "paywalled": {
                "filter": {
                    "bool": {
                        "should": [
                            {"term": {"rights.is_accessible_for_free": False}},
                            {"term": {"flags.name": "paywall"}},
                        ]
                    }
                }
            },
            "words": {"percentiles": {"field": "word_count", "percents": [50]}},
        }
        return self._by_source(
            self._names.alias(Kind.VERSIONS),
            sources,
            [{"term": {"status": "PUBLISHED"}}, _since("fetched", begin), _until("fetched", at)],
            {
                "last": {"max": {"field": "fetched"}},
                "recent": {"filter": _since("fetched", at - RECENT), "aggs": spans},
                "before": {"filter": _until("fetched", at - RECENT), "aggs": spans},
                "steps": {
                    "filter": _since("fetched", at - PAST - DAY),
                    "aggs": {
                        "at": {
                            "date_histogram": {
                                "field": "fetched",
                                "fixed_interval": f"{STEP // timedelta(hours=1)}h",
                                "offset": f"+{offset % int(STEP.total_seconds())}s",
                                "min_doc_count": 1,
                            }
                        }
                    },
                },
            },
        )

    def _documents(self, sources: Sequence[str], at: datetime) -> Buckets:
        """Live documents as normalize decided on them."""
        spans = {"no_body": {"filter": {"terms": {"reason": list(_NO_BODY)}}}}
        return self._by_source(
            self._names.alias(Kind.OUTCOMES),
            sources,
            [
                {"term": {"stage": Stage.NORMALIZE}},
                _since("time", at - PAST - RECENT),
                _until("time", at),
                {"bool": {"must_not": [{"prefix": {"origin": f"{RAW_BACKFILL.name}:"}}]}},
            ],
            {
                "recent": {"filter": _since("time", at - RECENT), "aggs": spans},
                "before": {"filter": _until("time", at - RECENT), "aggs": spans},
            },
        )

    def _listings(self, sources: Sequence[str]) -> Buckets:
        """Feeds and sitemaps that are still asked, or would be if they were not gone."""
        return self._by_source(
            self._acquisition,
            sources,
            [{"term": {"kind": VisitKind.LISTING}}],
            {
                "first": {"min": {"field": "first_seen"}},
                "success": {"max": {"field": "succeeded"}},
                "asked": {
                    "filter": {"bool": {"must_not": [{"term": {"state": State.RETIRED}}]}},
                    "aggs": {
                        "failing": _failing(1),
                        "dead": _failing(_DEAD),
                        "troubles": {"terms": {"field": "trouble", "size": 20}},
                    },
                },
            },
        )

    def _pages(self, sources: Sequence[str], at: datetime) -> Buckets:
        return self._by_source(
            self._acquisition,
            sources,
            [
                {"term": {"kind": VisitKind.PAGE}},
                _since("fetched", at - DAY),
                {"bool": {"must_not": [{"term": {"state": State.GONE}}]}},
            ],
            {"failing": _failing(1), "troubles": {"terms": {"field": "trouble", "size": 20}}},
        )

    def _by_source(
        self, index: str, sources: Sequence[str], conditions: list[Query], aggs: dict[str, Any]
    ) -> Buckets:
        with translated(f"measuring sources in {index}"):
            answer = self._client.search(
                index=index,
                ignore_unavailable=True,
                query={"bool": {"filter": [{"terms": {"source": list(sources)}}, *conditions]}},
                size=0,
                aggs={"sources": {"terms": {"field": "source", "size": max(len(sources), 1)}, "aggs": aggs}},
            )
        buckets = answer.get("aggregations", {}).get("sources", {}).get("buckets", [])
        return {bucket["key"]: bucket for bucket in buckets}


def _measured(
    source: str,
    at: datetime,
    articles: Mapping[str, Any] | None,
    documents: Mapping[str, Any] | None,
    listings: Mapping[str, Any] | None,
    pages: Mapping[str, Any] | None,
) -> Measured:
    counts = [0] * _STEPS
    for bucket in articles["steps"]["at"]["buckets"] if articles else ():
        age = at.timestamp() - bucket["key"] / 1000  # of the bucket's begin
        place = _STEPS - 1 - int((age - 1) // STEP.total_seconds())
        if 0 <= place < _STEPS:
            counts[place] += bucket["doc_count"]
    troubles: dict[str, int] = {}
    for found in ((listings or {}).get("asked"), pages):
        for bucket in found["troubles"]["buckets"] if found else ():
            troubles[bucket["key"]] = troubles.get(bucket["key"], 0) + bucket["doc_count"]
    asked = listings["asked"] if listings else None
    return Measured(
        source=source,
        first_seen=_moment(listings["first"]) if listings else None,
        last_success=_moment(listings["success"]) if listings else None,
        last_article=_moment(articles["last"]) if articles else None,
        counts=tuple(counts),
        recent=_sample("recent", articles, documents),
        before=_sample("before", articles, documents),
        listings=asked["doc_count"] if asked else 0,
        failing=asked["failing"]["doc_count"] if asked else 0,
        dead=asked["dead"]["doc_count"] if asked else 0,
        pages=pages["doc_count"] if pages else 0,
        pages_failing=pages["failing"]["doc_count"] if pages else 0,
        troubles=troubles,
    )


def _sample(span: str, articles: Mapping[str, Any] | None, documents: Mapping[str, Any] | None) -> Sample:
    of_articles = articles[span] if articles else None
    of_documents = documents[span] if documents else None
    return Sample(
        documents=of_documents["doc_count"] if of_documents else 0,
        without_body=of_documents["no_body"]["doc_count"] if of_documents else 0,
        articles=of_articles["doc_count"] if of_articles else 0,
        without_date=of_articles["missing"]["doc_count"] if of_articles else 0,
        paywalled=of_articles["paywalled"]["doc_count"] if of_articles else 0,
        median_words=of_articles["words"]["values"]["50.0"] if of_articles else None,
    )


def _failing(least: int) -> Query:
    return {"filter": {"range": {"failures": {"gte": least}}}}


def _since(field: str, moment: datetime) -> Query:
    return {"range": {field: {"gt": moment.isoformat()}}}


def _until(field: str, moment: datetime) -> Query:
    return {"range": {field: {"lte": moment.isoformat()}}}


def _moment(found: Mapping[str, Any]) -> datetime | None:
    return datetime.fromtimestamp(found["value"] / 1000, UTC) if found["value"] is not None else None
