"""Reading the archive page by page with facets, for the reader and the API: queries only, nothing is written."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final, Literal

import msgspec
from elasticsearch import ApiError, Elasticsearch

from dateline.archive import HIGHLIGHT, Archive, Filters, Hit, hit_of, ranked
from dateline.elastic import translated
from dateline.errors import UsageError
from schemas.elastic import Kind, Names

Order = Literal["best", "newest", "oldest"]

_KEPT: Final = "2m"  # how long a cursor's view of the archive is kept between two pages
_MOST_MONTHS: Final = 60  # bars of the histogram
_MOST_VALUES: Final = 8  # of a facet
_FIELDS: Final = (
    "id",
    "url",
    "source",
    "kicker",
    "headline",
    "standfirst",
    "authors",
    "published",
    "modified",
    "status",
    "language",
    "section",
    "copy_of",
    "changes.class",
    "summary",
    "word_count",
    "removed",
)


class Value(msgspec.Struct, frozen=True):
    """One value of a facet and the number of articles found that have it."""

    value: str
    count: int


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A bar of the histogram: articles published in a day, month or year. `start` is 2017, 2017-07 or 2017-07-08."""

    start: str
    count: int


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """What the articles found have in common, the most frequent values first; and when they were published."""

    sources: tuple[Value, ...] = ()
    languages: tuple[Value, ...] = ()
    sections: tuple[Value, ...] = ()
    topics: tuple[Value, ...] = ()
    people: tuple[Value, ...] = ()
    organizations: tuple[Value, ...] = ()
    places: tuple[Value, ...] = ()
    speakers: tuple[Value, ...] = ()
    changes: tuple[Value, ...] = ()
    histogram: tuple[Span, ...] = ()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of results. `cursor` asks for the next one, None on the last; it is good for two minutes."""

    total: int
    hits: tuple[Hit, ...]
    facets: Facets | None = None
    cursor: str | None = None


class Browser:
    """Searches with facets and cursors. Methods raise QueryError for a query, Unavailable when there is no answer."""

    def __init__(self, client: Elasticsearch, namespace: str = "") -> None:
        self._client = client
        self._names = Names(namespace)
        self._archive = Archive(client, namespace)

    def page(
        self, query: str, *, order: Order = "best", size: int = 20, page: int = 1, facets: bool = False
    ) -> Found:
        """Page `page` of the results, with facets if asked for. The first 10,000 results can be reached so."""
        request = self._request(query, order, size)
        with translated("search"):
            answer = self._client.search(
                index=self._names.alias(Kind.ARTICLES),
                from_=(page - 1) * size,
                aggs=_aggregations() if facets else None,
                ignore_unavailable=True,
                **request,
            )
        return Found(
            total=answer["hits"]["total"]["value"],
            hits=tuple(hit_of(hit) for hit in answer["hits"]["hits"]),
            facets=self._facets(request["query"], answer.get("aggregations", {})) if facets else None,
        )

    def walk(self, query: str, *, order: Order = "best", size: int = 20, cursor: str | None = None) -> Found:
        """The first page, or the one after `cursor`. However far one goes, pages neither overlap nor miss any.

        They show the archive as it was at the first page. Raises UsageError for a cursor that is none or has expired.
        """
        request = self._request(query, order, size)
        request["sort"] = [*request["sort"], {"_shard_doc": "asc"}]
        if cursor:
            pit, after = _read_cursor(cursor)
            request["search_after"] = after
        else:
            with translated("opening a view"):
                pit = self._client.open_point_in_time(
                    index=self._names.alias(Kind.ARTICLES), keep_alive=_KEPT, ignore_unavailable=True
                )["id"]
        try:
            with translated("search"):
                answer = self._client.search(pit={"id": pit, "keep_alive": _KEPT}, **request)
        except ApiError as error:
            if error.status_code == 404:
                raise UsageError(
                    "cursor: expired; begin again without one (each is good for two minutes)"
                ) from error
            raise
        hits = answer["hits"]["hits"]
        following = None
        if len(hits) == size:
            following = _cursor(answer.get("pit_id", pit), hits[-1]["sort"])
        return Found(
            total=answer["hits"]["total"]["value"], hits=tuple(hit_of(hit) for hit in hits), cursor=following
        )

    def _facets(self, query: dict[str, Any], counted: dict[str, Any]) -> Facets:
        found = _facets(counted)
        return msgspec.structs.replace(found, histogram=self._fitting(query, found.histogram))

    def _fitting(self, query: dict[str, Any], months: tuple[Span, ...]) -> tuple[Span, ...]:
        """Days when it is two months or less, years when it is more than five of them."""
        if len(months) > _MOST_MONTHS:
            return _by_year(months)
        if len(months) > 2:
            return months
        with translated("search"):
            answer = self._client.search(
                index=self._names.alias(Kind.ARTICLES),
                query=query,
                size=0,
                aggs={"histogram": _histogram("day")},
                ignore_unavailable=True,
            )
        return _spans(answer["aggregations"]["histogram"]) if "aggregations" in answer else ()

    def _request(self, query: str, order: Order, size: int) -> dict[str, Any]:
        if order == "best" and not query.strip():
            order = "newest"
        newest = {"published": {"order": "asc" if order == "oldest" else "desc", "missing": "_last"}}
        return {
            "query": ranked(query, Filters(), self._archive.changed),
            "sort": [{"_score": "desc"}, newest] if order == "best" else [newest],
            "track_scores": True,
            "size": size,
            "source_includes": list(_FIELDS),
            "track_total_hits": True,
            "highlight": HIGHLIGHT,
        }


def _aggregations() -> dict[str, Any]:
    def named(kind: str) -> dict[str, Any]:
        top = {"terms": {"field": "entities.name", "size": _MOST_VALUES}}
        only = {"filter": {"term": {"entities.type": kind}}, "aggs": {"values": top}}
        return {"nested": {"path": "entities"}, "aggs": {"only": only}}

    def inside(path: str, field: str) -> dict[str, Any]:
        top = {"terms": {"field": f"{path}.{field}", "size": _MOST_VALUES}}
        return {"nested": {"path": path}, "aggs": {"values": top}}

    def top(field: str) -> dict[str, Any]:
        return {"terms": {"field": field, "size": _MOST_VALUES}}

    return {
        "sources": top("source"),
        "languages": top("language"),
        "sections": top("section"),
        "changes": top("changes.class"),
        "topics": inside("topics", "name"),
        "speakers": inside("quotes", "speaker"),
        "people": named("person"),
        "organizations": named("organization"),
        "places": named("place"),
        "histogram": _histogram("month"),
    }


def _facets(found: dict[str, Any]) -> Facets:
    values: dict[str, tuple[Value, ...]] = {}
    for name, result in found.items():
        if name == "histogram":
            continue
        level = result.get("only", result)
        buckets = level.get("values", level).get("buckets", [])
        values[name] = tuple(Value(str(bucket["key"]), bucket["doc_count"]) for bucket in buckets)
    return Facets(**values, histogram=_spans(found["histogram"]) if "histogram" in found else ())


def _histogram(unit: Literal["month", "day"]) -> dict[str, Any]:
    format_ = "yyyy-MM" if unit == "month" else "yyyy-MM-dd"
    return {
        "date_histogram": {
            "field": "published",
            "calendar_interval": unit,
            "format": format_,
            "min_doc_count": 1,
        }
    }


def _spans(histogram: dict[str, Any]) -> tuple[Span, ...]:
    return tuple(Span(start=one["key_as_string"], count=one["doc_count"]) for one in histogram["buckets"])


def _by_year(months: tuple[Span, ...]) -> tuple[Span, ...]:
    years: dict[str, int] = {}
    for month in months:
        years[month.start[:4]] = years.get(month.start[:4], 0) + month.count
    return tuple(Span(start=year, count=count) for year, count in years.items())


def _cursor(pit: str, after: list[Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((pit, after))).decode()


def _read_cursor(cursor: str) -> tuple[str, list[Any]]:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=tuple[str, list[Any]])
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise UsageError("cursor: expected the `cursor` of an answer, got something else") from error
