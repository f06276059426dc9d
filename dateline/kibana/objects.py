"""Kibana's saved objects for a Dateline: data views, saved searches, charts and dashboards, made from the two tables beside this.

The form is that of Kibana 8.9's exports, which every later version up to 9 reads and moves on to its own. Ids follow from the names,
so a second import replaces the first. Another namespace has other ids: several Datelines can share one space.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

import msgspec

from dateline.kibana.panels import KINDS, View, land
from schemas.elastic import Kind, Names

SavedObject = dict[str, Any]

_CORE: Final = "8.8.0"
_VERSIONS: Final = {
    "index-pattern": "8.0.0",
    "search": "8.0.0",
    "visualization": "8.5.0",
    "dashboard": "8.9.0",
}
_INDEX: Final = "kibanaSavedObjectMeta.searchSourceJSON.index"
_ALL: Final = {"query": "", "language": "kuery"}
_LAND: Final = '"@land"'


def saved_objects(names: Names) -> list[SavedObject]:
    """All objects for the aliases of `names`, each after those that it refers to."""
    tables = _Tables.read()
    views = {name: view for name, view in tables.views.items() if name in set(Kind)}
    searches = {name: search for name, search in tables.searches.items() if search["view"] in views}
    maker = _Maker(names, views, searches, {name: page["title"] for name, page in tables.dashboards.items()})
    found = [maker.data_view(name) for name in views]
    found += [maker.saved_search(name) for name in searches]
    for name, page in tables.dashboards.items():
        found += maker.dashboard(name, page)
    return found


def encoded(objects: Sequence[SavedObject]) -> bytes:
    """As newline-delimited JSON, which is what Kibana imports."""
    return b"".join(msgspec.json.encode(one) + b"\n" for one in objects)


class _Tables(msgspec.Struct, frozen=True):
    views: dict[str, dict[str, Any]]
    searches: dict[str, dict[str, Any]]
    dashboards: dict[str, dict[str, Any]]

    @staticmethod
    def read() -> _Tables:
        tables = {
            name: tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
            for name in ("views", "dashboards")
        }
        return _Tables(tables["views"]["view"], tables["views"]["search"], tables["dashboards"]["dashboard"])


class _Maker:
    def __init__(
        self,
        names: Names,
        views: Mapping[str, dict[str, Any]],
        searches: Mapping[str, dict[str, Any]],
        titles: Mapping[str, str],
    ) -> None:
        self._names = names
        self._views = views
        self._searches = searches
        self._titles = titles

    def _id(self, *parts: str) -> str:
        return "-".join(part for part in ("dateline", self._names.namespace, *parts) if part)

    def _title(self, text: str) -> str:
        return f"{text} ({self._names.namespace})" if self._names.namespace else text

    def data_view(self, name: str) -> SavedObject:
        view = self._views[name]
        links = {field: {"id": "url", "params": {}} for field in view.get("links", ())}
        attributes = {
            "title": self._names.alias(Kind(name)),
            "name": self._title(f"Dateline: {name}"),
            "timeFieldName": view["time"],
            "fieldFormatMap": _json(links),
            "fieldAttrs": "{}",
            "runtimeFieldMap": "{}",
            "sourceFilters": "[]",
            "allowHidden": False,
        }
        return _object("index-pattern", self._id("view", name), attributes, [])

    def saved_search(self, name: str) -> SavedObject:
        search = self._searches[name]
        where = [
            {
                "$state": {"store": "appState"},
                "meta": {
                    "alias": search["title"],
                    "disabled": False,
                    "negate": False,
                    "type": "custom",
                    "key": "query",
                    "indexRefName": f"kibanaSavedObjectMeta.searchSourceJSON.filter[{place}].meta.index",
                },
                "query": query,
            }
            for place, query in enumerate(search.get("where", ()))
        ]
        attributes = {
            "title": self._title(f"Dateline: {search['title']}"),
            "description": "",
            "columns": search["columns"],
            "sort": [[self._views[search["view"]]["time"], "desc"]],
            "grid": {},
            "hideChart": True,
            "isTextBasedQuery": False,
            "timeRestore": False,
            "kibanaSavedObjectMeta": {
                "searchSourceJSON": _json({"query": _ALL, "filter": where, "indexRefName": _INDEX})
            },
        }
        view = self._id("view", search["view"])
        references = [_reference(_INDEX, "index-pattern", view)]
        references += [_reference(one["meta"]["indexRefName"], "index-pattern", view) for one in where]
        return _object("search", self._id("search", name), attributes, references)

    def dashboard(self, name: str, page: Mapping[str, Any]) -> Iterator[SavedObject]:
        """The charts of a dashboard, then the dashboard."""
        panels: list[dict[str, Any]] = []
        references: list[dict[str, str]] = []
        for place, panel in enumerate(page["panel"], start=1):
            made = self._panel(name, place, panel)
            if made is None:
                continue
            kind, id_, own = made
            if own is not None:
                yield own
            key = str(place)
            x, y, width, height = panel["at"]
            panels.append(
                {
                    "type": kind,
                    "gridData": {"x": x, "y": y, "w": width, "h": height, "i": key},
                    "panelIndex": key,
                    "embeddableConfig": {"enhancements": {}},
                    "panelRefName": f"panel_{key}",
                }
            )
            references.append(_reference(f"{key}:panel_{key}", kind, id_))
        attributes = {
            "title": self._title(page["title"]),
            "description": page["about"],
            "panelsJSON": _json(panels),
            "optionsJSON": _json({"useMargins": True, "syncColors": False, "hidePanelTitles": False}),
            "version": 1,
            "timeRestore": True,
            "timeFrom": page["from"],
            "timeTo": "now",
            "refreshInterval": {"pause": False, "value": page["every"] * 1000},
            "kibanaSavedObjectMeta": {"searchSourceJSON": _json({"query": _ALL, "filter": []})},
        }
        yield _object("dashboard", self._id(name), attributes, references)

    def _panel(
        self, page: str, place: int, panel: Mapping[str, Any]
    ) -> tuple[str, str, SavedObject | None] | None:
        """Type and id of what a panel shows, and the object itself if it is the panel's own. None without its index."""
        settings = {key: value for key, value in panel.items() if key not in ("kind", "title", "view", "at")}
        id_ = self._id(page, str(place))
        match panel["kind"]:
            case "search":
                search = panel["search"]
                return ("search", self._id("search", search), None) if search in self._searches else None
            case "text":
                text = panel["text"].format(links=self._links(page))
                params: dict[str, Any] = {"fontSize": 12, "openLinksInNewTab": False, "markdown": text}
                return ("visualization", id_, self._visualization(id_, panel["title"], "markdown", params))
            case kind:
                if panel["view"] not in self._views:
                    return None
                alias = self._names.alias(Kind(panel["view"]))
                view = View(index=alias, time=self._views[panel["view"]]["time"])
                params = {"spec": _readable(KINDS[kind](view, **settings))}
                return ("visualization", id_, self._visualization(id_, panel["title"], "vega", params))

    def _visualization(self, id_: str, title: str, kind: str, params: dict[str, Any]) -> SavedObject:
        attributes = {
            "title": self._title(title),
            "description": "",
            "visState": _json({"title": title, "type": kind, "aggs": [], "params": params}),
            "uiStateJSON": "{}",
            "version": 1,
            "kibanaSavedObjectMeta": {"searchSourceJSON": _json({"query": _ALL, "filter": []})},
        }
        return _object("visualization", id_, attributes, [])

    def _links(self, page: str) -> str:
        others = {name: title for name, title in self._titles.items() if name != page}
        return ", ".join(
            f"[{title.removeprefix('Dateline: ')}](#/view/{self._id(name)})" for name, title in others.items()
        )


def _object(kind: str, id_: str, attributes: dict[str, Any], references: list[dict[str, str]]) -> SavedObject:
    return {
        "type": kind,
        "id": id_,
        "attributes": attributes,
        "references": references,
        "coreMigrationVersion": _CORE,
        "typeMigrationVersion": _VERSIONS[kind],
        "managed": False,
    }


def _reference(name: str, kind: str, id_: str) -> dict[str, str]:
    return {"name": name, "type": kind, "id": id_}


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _readable(spec: dict[str, Any]) -> str:
    """As people edit it in Kibana; the outline of the continents on one line."""
    short = _json(spec).replace(_json(land()), _LAND)
    return msgspec.json.format(short, indent=2).replace(_LAND, _json(land()))
