"""What articles found have in common, and when they were published: the aggregations, and their answers read."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

MOST_MONTHS: Final = 60
"""Bars of a histogram."""
_MOST_VALUES: Final = 8  # of a facet
_MOST_SPOTS: Final = 40
_FEW: Final = 9000
_FEWEST: Final = 1000
_COUNTRIES: Final[dict[str, Any]] = {  # places of one name in several of them
    "countries": {
        "terms": {"field": "places.country", "missing": "", "size": 3},
        "aggs": {"at": {"geo_centroid": {"field": "places.location"}}},
    }
}


class Value(msgspec.Struct, frozen=True):
    """One value of a facet and the number of articles found that have it."""

    value: str
    count: int


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A place (WGS 84 degrees) and in how many articles it is named."""

    name: str
    count: int
    lat: float
    lon: float


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A bar of the histogram: articles published in a day, month or year. `start` is 2017, 2017-07 or 2017-07-08."""

    start: str
    count: int


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """What the articles found have in common, the most frequent values first; when they were published, and where on the map."""

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
    spots: tuple[Spot, ...] = ()


def aggregations(articles: int) -> dict[str, Any]:
    """To ask with a search that finds so many articles; `read` takes the answer.

    Names are counted by their kind, which only their nested documents know. Topics and speakers are counted in the articles
    themselves, each once an article, however often somebody speaks there.
    """
    # values of few articles are counted as they are met; else through the numbers that each index gives its values, which takes an
    # array of all of them (Elasticsearch reference, "Terms aggregation", execution hint)
    few = {"execution_hint": "map"} if articles <= _FEW else {}
    fewest = {"execution_hint": "map"} if articles <= _FEWEST else {}

    def top(field: str) -> dict[str, Any]:
        return {"terms": {"field": field, "size": _MOST_VALUES, **few}}

    def named(kind: str) -> dict[str, Any]:
        values = {"terms": {"field": "entities.name", "size": _MOST_VALUES, **fewest}}
        return {"filter": {"term": {"entities.type": kind}}, "aggs": {"values": values}}

    kinds = {"people": "person", "organizations": "organization", "places": "place"}
    return {
        "sources": top("source"),
        "languages": top("language"),
        "sections": top("section"),
        "changes": top("changes.class"),
        "topics": top("topics.name"),
        "speakers": top("quotes.speaker"),
        "entities": {
            "nested": {"path": "entities"},
            "aggs": {name: named(kind) for name, kind in kinds.items()},
        },
        "histogram": histogram("month"),
        "mapped": {
            "nested": {"path": "places"},
            "aggs": {"names": {"terms": {"field": "places.name", "size": _MOST_SPOTS}, "aggs": _COUNTRIES}},
        },
    }


def read(found: dict[str, Any]) -> Facets:
    """The answer to `aggregations`, by months."""
    counted = dict(found)
    kinds = counted.pop("entities", {})
    months = counted.pop("histogram", None)
    mapped = counted.pop("mapped", None)
    lists = counted | {name: one["values"] for name, one in kinds.items() if name != "doc_count"}
    return Facets(
        **{
            name: tuple(Value(str(one["key"]), one["doc_count"]) for one in answer["buckets"])
            for name, answer in lists.items()
        },
        histogram=spans(months) if months else (),
        spots=_spots(mapped) if mapped else (),
    )


def histogram(unit: Literal["month", "day"]) -> dict[str, Any]:
    """How many articles were published in each month or day that has any."""
    format_ = "yyyy-MM" if unit == "month" else "yyyy-MM-dd"
    return {
        "date_histogram": {
            "field": "published",
            "calendar_interval": unit,
            "format": format_,
            "min_doc_count": 1,
        }
    }


def spans(counted: dict[str, Any]) -> tuple[Span, ...]:
    """The answer to `histogram`."""
    return tuple(Span(start=one["key_as_string"], count=one["doc_count"]) for one in counted["buckets"])


def _spots(mapped: dict[str, Any]) -> tuple[Spot, ...]:
    found = (
        (str(name["key"]), country["doc_count"], country["at"]["location"])
        for name in mapped["names"]["buckets"]
        for country in name["countries"]["buckets"]
        if country["at"]["count"]
    )
    return tuple(Spot(name=name, count=count, lat=at["lat"], lon=at["lon"]) for name, count, at in found)


def by_year(months: tuple[Span, ...]) -> tuple[Span, ...]:
    """Months put together."""
    years: dict[str, int] = {}
    for month in months:
        years[month.start[:4]] = years.get(month.start[:4], 0) + month.count
    return tuple(Span(start=year, count=count) for year, count in years.items())
