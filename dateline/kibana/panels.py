"""Panels as Vega-Lite: one function a kind of chart. Each asks Elasticsearch one question in Kibana's terms.

Kibana puts the page's time range, filters and a fitting interval in place of the names between percent signs ("Vega reference" in its
documentation) and compiles the chart with its own Vega-Lite. Charts use what Vega-Lite 5 and 6 both have. No tiles: the map is a bundled outline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec

Spec = dict[str, Any]
Query = dict[str, Any]

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
_INTERVALS: Final = 60  # bars of a timeline, about
_COLOURS: Final = 8  # series of a timeline, the most frequent
_MOST_PLACES: Final = 300
_PALE: Final = ["#eff3ff", "#8fb8e0"]  # black figures can be read on both
_MOST: Final = {"field": "doc_count", "order": "descending"}
_SAMPLE: Final = 5000  # decisions from which lag is read


class View(msgspec.Struct, frozen=True, kw_only=True):
    """An index as a panel asks it: by its alias, narrowed to the page's time range by its time field."""

    index: str
    time: str


def figures(view: View, *, figures: Mapping[str, Query], where: Sequence[Query] = ()) -> Spec:
    """Large numbers side by side, one for each named query."""
    aggregation = {"figures": {"filters": {"keyed": False, "filters": dict(figures)}}}
    column = {"field": "key", "type": "nominal", "sort": list(figures), "axis": None}
    number = {"field": "doc_count", "type": "quantitative", "format": ",d"}
    return {
        **_asking(view, aggregation, "figures", where),
        "encoding": {"x": column},
        "layer": [
            {"mark": {"type": "text", "fontSize": 28, "dy": -8}, "encoding": {"text": number}},
            {"mark": {"type": "text", "fontSize": 12, "dy": 18}, "encoding": {"text": {"field": "key"}}},
        ],
    }


def bars(
    view: View, *, by: str, split: str | None = None, where: Sequence[Query] = (), size: int = 12
) -> Spec:
    """How often each value of a field occurs, the most frequent on top; each bar divided by a second field."""
    aggregation = {"values": _terms(by, size, split)}
    spec: Spec = {
        **_asking(view, aggregation, "values", where),
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {"y": _named("key", sort=_MOST), "x": _count("doc_count")},
    }
    if split:
        _divide(spec)
        spec["encoding"]["x"] = _count("part.doc_count")
        spec["encoding"]["color"] = _coloured("part.key")
    return spec


def timeline(view: View, *, split: str, where: Sequence[Query] = ()) -> Spec:
    """How many there were over the page's time range, by the values of a field."""
    interval = {"%autointerval%": _INTERVALS}
    over_time = {"date_histogram": {"field": view.time, "interval": interval, "min_doc_count": 1}}
    aggregation = {"times": {**over_time, "aggs": {"parts": {"terms": {"field": split, "size": _COLOURS}}}}}
    spec: Spec = {
        **_asking(view, aggregation, "times", where),
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "x": {"field": "key", "type": "temporal", "title": None},
            "y": _count("part.doc_count", stack="zero"),
            "color": _coloured("part.key"),
        },
    }
    _divide(spec)
    return spec


def grid(view: View, *, by: str, split: str, where: Sequence[Query] = (), size: int = 20) -> Spec:
    """A table of two fields' values, the number of each pair in colour and in figures."""
    aggregation = {"values": _terms(by, size, split)}
    spec: Spec = {
        **_asking(view, aggregation, "values", where),
        "encoding": {
            "y": _named("key", sort=_MOST),
            "x": {**_named("part.key"), "axis": {"labelAngle": -40, "orient": "top"}},
        },
        "layer": [
            {
                "mark": {"type": "rect", "tooltip": True},
                "encoding": {"color": _quantity("part.doc_count", scale={"range": _PALE}, legend=None)},
            },
            {"mark": "text", "encoding": {"text": _quantity("part.doc_count"), "color": {"value": "black"}}},
        ],
    }
    _divide(spec)
    return spec


def stories(view: View, *, where: Sequence[Query] = (), size: int = 12) -> Spec:
    """The stories that most articles tell, of those that went on within the page's time range."""
    shown = ["title", "articles", "outlet_count", "first_seen", view.time]
    body = {"size": size, "sort": [{"articles": "desc"}, {view.time: "desc"}], "_source": shown}
    return {
        "$schema": SCHEMA,
        "data": {"url": _url(view, body, where), "format": {"property": "hits.hits"}},
        "transform": [
            {"calculate": "truncate(datum._source.title, 70)", "as": "title"},
            {"calculate": "datum._source.articles", "as": "articles"},
            {"calculate": "datum._source.outlet_count", "as": "outlets"},
        ],
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "y": {**_named("title", sort="-x"), "axis": {"labelLimit": 400}},
            "x": _count("articles"),
            "color": {"field": "outlets", "type": "quantitative", "scale": {"scheme": "blues"}},
        },
    }


def map_(view: View, *, where: Sequence[Query] = ()) -> Spec:
    """The places that articles name, on an outline of the continents: the more articles, the larger."""
    located = {
        "terms": {"field": "places.name", "size": _MOST_PLACES},
        "aggs": {"at": {"geo_centroid": {"field": "places.location"}}},
    }
    aggregation = {"places": {"nested": {"path": "places"}, "aggs": {"names": located}}}
    asked = _asking(view, aggregation, "places.names", where)
    points: Spec = {
        "data": asked["data"],
        "mark": {"type": "circle", "opacity": 0.7},
        "encoding": {
            "longitude": {"field": "at.location.lon", "type": "quantitative"},
            "latitude": {"field": "at.location.lat", "type": "quantitative"},
            "size": {**_quantity("doc_count"), "legend": None, "scale": {"range": [20, 600]}},
            "tooltip": [
                {"field": "key", "type": "nominal", "title": "place"},
                {"field": "doc_count", "type": "quantitative", "title": "articles"},
            ],
        },
    }
    outline: Spec = {
        "data": {"values": land()},
        "mark": {"type": "geoshape", "fill": "#98a2b333", "stroke": "#98a2b3", "strokeWidth": 0.5},
    }
    return {"$schema": SCHEMA, "projection": {"type": "equalEarth"}, "layer": [outline, points]}


def lag(view: View, *, where: Sequence[Query] = ()) -> Spec:
    """Seconds between the first and the last decision on each of the latest documents: one point each, and their median."""
    body = {
        "size": _SAMPLE,
        "sort": [{view.time: "desc"}],
        "_source": ["event_id", "stage", view.time],
        "track_total_hits": False,
    }
    moment = f"toDate(datum._source.{view.time})"
    passed = {"field": "seconds", "type": "quantitative", "title": "seconds", "scale": {"type": "symlog"}}
    when = {"field": "last", "type": "temporal", "title": None}
    return {
        "$schema": SCHEMA,
        "data": {"url": _url(view, body, where), "format": {"property": "hits.hits"}},
        "transform": [
            {"calculate": "datum._source.event_id", "as": "event"},
            {"calculate": moment, "as": "at"},
            {
                "aggregate": [
                    {"op": "min", "field": "at", "as": "first"},
                    {"op": "max", "field": "at", "as": "last"},
                    {"op": "count", "as": "decisions"},
                ],
                "groupby": ["event"],
            },
            {"filter": "datum.decisions > 1"},
            {"calculate": "(datum.last - datum.first) / 1000", "as": "seconds"},
        ],
        "layer": [
            {
                "mark": {"type": "point", "filled": True, "opacity": 0.4, "tooltip": {"content": "data"}},
                "encoding": {"x": when, "y": passed},
            },
            {
                "mark": {"type": "rule", "size": 2},
                "encoding": {"y": {**passed, "aggregate": "median"}},
            },
        ],
    }


KINDS: Final[dict[str, Callable[..., Spec]]] = {
    "figures": figures,
    "bars": bars,
    "timeline": timeline,
    "grid": grid,
    "stories": stories,
    "map": map_,
    "lag": lag,
}
"""Kinds of panel that ask Elasticsearch, by the name that dashboards.toml has for them."""


@cache
def land() -> dict[str, Any]:
    """The outline of the continents as a GeoJSON feature, coarse: Natural Earth's land at 1:110 million, public domain."""
    found: dict[str, Any] = msgspec.json.decode(files(__package__).joinpath("land.json").read_bytes())
    return found


def _asking(view: View, aggregations: Query, path: str, where: Sequence[Query]) -> Spec:
    """A specification whose rows are the buckets at `path` of the answer."""
    url = _url(view, {"size": 0, "aggs": aggregations}, where)
    return {"$schema": SCHEMA, "data": {"url": url, "format": {"property": f"aggregations.{path}.buckets"}}}


def _url(view: View, body: Query, where: Sequence[Query]) -> Query:
    query = {
        "bool": {
            "must": [
                "%dashboard_context-must_clause%",
                {"range": {view.time: {"%timefilter%": True}}},
                *where,
            ],
            "must_not": ["%dashboard_context-must_not_clause%"],
            "filter": ["%dashboard_context-filter_clause%"],
        }
    }
    return {"index": view.index, "body": {"query": query, **body}}


def _terms(field: str, size: int, split: str | None) -> Query:
    found: Query = {"terms": {"field": field, "size": size}}
    if split:
        found["aggs"] = {"parts": {"terms": {"field": split, "size": 12}}}
    return found


def _divide(spec: Spec) -> None:
    """One row for each part of a bucket."""
    spec["transform"] = [{"flatten": ["parts.buckets"], "as": ["part"]}]


def _named(field: str, **more: Any) -> Spec:
    return {"field": field, "type": "nominal", "title": None, **more}


def _quantity(field: str, **more: Any) -> Spec:
    return {"field": field, "type": "quantitative", "title": None, **more}


def _count(field: str, **more: Any) -> Spec:
    """A number of documents along an axis: whole."""
    return _quantity(field, axis={"format": "d", "tickMinStep": 1}, **more)


def _coloured(field: str) -> Spec:
    return {"field": field, "type": "nominal", "title": None}
