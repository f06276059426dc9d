"""What articles found have in common, and when they were published: the aggregations, and their answers read."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from schemas.fields import FACETS

MOST_MONTHS: Final = 60
"""Bars of a histogram."""
_MOST_VALUES: Final = 8  # of a facet
_MOST_SPOTS: Final = 40
_FEW: Final = 300  # articles


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

    Each value counts once an article, however often somebody speaks there.
    """
    # values of few articles are counted as they are met; else through the numbers that each index gives its values, which it has to
    # give anew when it has changed (Elasticsearch reference, "Terms aggregation", execution hint)
    hint = {"execution_hint": "map"} if articles <= _FEW else {}

    def top(field: str, most: int = _MOST_VALUES) -> dict[str, Any]:
        return {"terms": {"field": field, "size": most, **hint}}

    return {
        "sources": top("source"),
        "languages": top("language"),
        "sections": top("section"),
        "changes": top("changes.class"),
        "topics": top("topics.name"),
        "people": top(f"{FACETS}.people"),
        "organizations": top(f"{FACETS}.organizations"),
        "places": top(f"{FACETS}.places"),
        "speakers": top("quotes.speaker"),
        "histogram": histogram("month"),
        "points": top(f"{FACETS}.points", _MOST_SPOTS),
    }


def read(found: dict[str, Any]) -> Facets:
    """The answer to `aggregations`, by months."""
    counted = dict(found)
    months = counted.pop("histogram", None)
    points = counted.pop("points", None)
    return Facets(
        **{
            name: tuple(Value(str(one["key"]), one["doc_count"]) for one in answer["buckets"])
            for name, answer in counted.items()
        },
        histogram=spans(months) if months else (),
        spots=tuple(map(_spot, points["buckets"])) if points else (),
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


def _spot(counted: dict[str, Any]) -> Spot:
    point, _, name = counted["key"].partition(" ")
    lat, lon = map(float, point.split(","))
    return Spot(name=name, count=counted["doc_count"], lat=lat, lon=lon)


def by_year(months: tuple[Span, ...]) -> tuple[Span, ...]:
    """Months put together."""
    years: dict[str, int] = {}
    for month in months:
        years[month.start[:4]] = years.get(month.start[:4], 0) + month.count
    return tuple(Span(start=year, count=count) for year, count in years.items())
