"""The committed objects for Kibana, read as Kibana reads them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parents[3] / "docker/kibana/dateline.ndjson"


def objects(kind: str | None = None) -> list[dict[str, Any]]:
    """All objects, or those of a type."""
    found = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [one for one in found if kind in (None, one["type"])]


def charts() -> dict[str, dict[str, Any]]:
    """The Vega-Lite specification of every chart, by the chart's id."""
    states = {one["id"]: json.loads(one["attributes"]["visState"]) for one in objects("visualization")}
    return {
        id_: json.loads(state["params"]["spec"]) for id_, state in states.items() if state["type"] == "vega"
    }


def sources(node: Any) -> Iterator[dict[str, Any]]:
    """Every `data` within a specification that asks Elasticsearch."""
    if isinstance(node, dict):
        if isinstance(node.get("data"), dict) and isinstance(node["data"].get("url"), dict):
            yield node["data"]
        for value in node.values():
            yield from sources(value)
    elif isinstance(node, list):
        for value in node:
            yield from sources(value)


def filters(search: dict[str, Any]) -> list[dict[str, Any]]:
    """The queries that narrow a saved search."""
    source = json.loads(search["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
    return [one["query"] for one in source["filter"]]


def index_of(search: dict[str, Any]) -> str:
    """The alias that a saved search reads, by way of its data view."""
    views = {view["id"]: view["attributes"]["title"] for view in objects("index-pattern")}
    wanted = json.loads(search["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])["indexRefName"]
    (view,) = [ref["id"] for ref in search["references"] if ref["name"] == wanted]
    title: str = views[view]
    return title


def filled(node: Any, *, start: str, end: str) -> Any:
    """A request with the page's time range, an interval and no filters in place of Kibana's names ("Vega reference")."""
    if isinstance(node, dict):
        if node == {"%timefilter%": True}:
            return {"gte": start, "lte": end, "format": "strict_date_optional_time"}
        if set(node.get("interval", ())) == {"%autointerval%"}:  # Kibana names a fixed or a calendar one
            node = {key: value for key, value in node.items() if key != "interval"} | {"fixed_interval": "1h"}
        return {key: filled(value, start=start, end=end) for key, value in node.items()}
    if isinstance(node, list):
        kept = [one for one in node if not (isinstance(one, str) and one.startswith("%dashboard_context-"))]
        return [filled(one, start=start, end=end) for one in kept]
    return node
