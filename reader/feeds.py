"""Feeds of any search, of what somebody is quoted with, and of changes, as Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from lxml import etree

from dateline.archive import Hit
from reader.library import Library
from reader.text import class_name
from schemas.records import Change, Saying

_ATOM: Final = "http://www.w3.org/2005/Atom"
_SIZE: Final = 50


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry, whatever the form."""

    id: str
    title: str
    url: str
    updated: str
    published: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


Classes = Annotated[str, QueryParameter(name="class")]
Name = Annotated[str, QueryParameter(min_length=1)]
Floor = Annotated[float, QueryParameter(name="min", ge=0, le=1)]


@get("/search.atom", sync_to_thread=True, include_in_schema=False)
def search_atom(
    request: Request[Any, Any, Any], library: NamedDependency[Library], q: FromQuery[str] = ""
) -> Response[bytes]:
    """The newest articles of a search, as Atom."""
    return _search(request, library, q)


@get("/search.json", sync_to_thread=True, include_in_schema=False)
def search_json(
    request: Request[Any, Any, Any], library: NamedDependency[Library], q: FromQuery[str] = ""
) -> Response[bytes]:
    """The newest articles of a search, as JSON Feed."""
    return _search(request, library, q)


@get("/changes.atom", sync_to_thread=True, include_in_schema=False)
def changes_atom(
    request: Request[Any, Any, Any],
    library: NamedDependency[Library],
    classes: Classes = "",
    source: FromQuery[str | None] = None,
    floor: Floor = 0.0,
) -> Response[bytes]:
    """The latest changes, by class, source and importance, as Atom."""
    return _changes(request, library, classes, source, floor)


@get("/changes.json", sync_to_thread=True, include_in_schema=False)
def changes_json(
    request: Request[Any, Any, Any],
    library: NamedDependency[Library],
    classes: Classes = "",
    source: FromQuery[str | None] = None,
    floor: Floor = 0.0,
) -> Response[bytes]:
    """The latest changes, by class, source and importance, as JSON Feed."""
    return _changes(request, library, classes, source, floor)


@get("/people.atom", sync_to_thread=True, include_in_schema=False)
def people_atom(
    request: Request[Any, Any, Any], library: NamedDependency[Library], name: Name
) -> Response[bytes]:
    """What somebody is quoted with, as Atom."""
    return _person(request, library, name)


@get("/people.json", sync_to_thread=True, include_in_schema=False)
def people_json(
    request: Request[Any, Any, Any], library: NamedDependency[Library], name: Name
) -> Response[bytes]:
    """What somebody is quoted with, as JSON Feed."""
    return _person(request, library, name)


def _person(request: Request[Any, Any, Any], library: Library, name: str) -> Response[bytes]:
    base = str(request.base_url).rstrip("/")
    said = library.said(name, size=_SIZE)
    return feed(request, f"Dateline: {name}", [_saying(base, one.said.first) for one in said])


def _search(request: Request[Any, Any, Any], library: Library, q: str) -> Response[bytes]:
    return search_feed(request, library, q, f"Dateline: {q}" if q else "Dateline: new articles")


def search_feed(request: Request[Any, Any, Any], library: Library, q: str, title: str) -> Response[bytes]:
    """The newest articles of a search as the path ends. Raises QueryError."""
    found = library.browser.page(q, order="newest", size=_SIZE, collapse="none", passages=False)
    base = str(request.base_url).rstrip("/")
    return feed(request, title, [_article(base, hit) for hit in found.hits])


def _changes(
    request: Request[Any, Any, Any], library: Library, classes: str, source: str | None, floor: float
) -> Response[bytes]:
    wanted = [one for one in classes.split(",") if one]
    found = library.changes(classes=wanted, source=source, floor=floor, size=_SIZE)
    base = str(request.base_url).rstrip("/")
    return feed(request, "Dateline: changes", [_change(base, change) for change in found])


def _article(base: str, hit: Hit) -> Entry:
    return Entry(
        id=f"urn:dateline:article:{hit.id}",
        title=hit.headline,
        url=f"{base}/articles/{hit.id}",
        updated=hit.modified or hit.published or _epoch(),
        published=hit.published,
        summary=hit.standfirst,
        authors=hit.authors or (hit.source,),
        tags=hit.changes,
    )


def _saying(base: str, saying: Saying) -> Entry:
    return Entry(
        id=f"urn:dateline:saying:{saying.version_id}:{saying.key}",
        title=f"{saying.speaker}: {saying.text}",
        url=f"{base}/articles/{saying.article_id}",
        updated=saying.appeared,
        summary=saying.headline,
        authors=(saying.source,),
    )


def _change(base: str, change: Change) -> Entry:
    return Entry(
        id=f"urn:dateline:change:{change.id}",
        title=f"{class_name(change.kind)}: {change.headline}",
        url=f"{base}/articles/{change.article_id}/compare?version={change.version_id}",
        updated=change.detected,
        summary=" → ".join(text for text in (change.before, change.after) if text) or None,
        authors=(change.source,),
        tags=(change.kind,),
    )


def _epoch() -> str:
    return datetime.fromtimestamp(0, UTC).isoformat()


def feed(request: Request[Any, Any, Any], title: str, entries: list[Entry]) -> Response[bytes]:
    """The entries as the path ends: JSON Feed for ".json", else Atom."""
    here = str(request.url)
    if request.url.path.endswith(".json"):
        return Response(_json(here, title, entries), media_type="application/feed+json")
    return Response(_atom(here, title, entries), media_type="application/atom+xml")


def _atom(here: str, title: str, entries: list[Entry]) -> bytes:
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]  # None is the default namespace
    _put(feed, "id", here)
    _put(feed, "title", title)
    _put(feed, "updated", max((_utc(entry.updated) for entry in entries), default=_epoch()))
    _put(feed, "link", rel="self", href=here)
    for entry in entries:
        node = etree.SubElement(feed, f"{{{_ATOM}}}entry")
        _put(node, "id", entry.id)
        _put(node, "title", entry.title)
        _put(node, "link", rel="alternate", href=entry.url)
        _put(node, "updated", _utc(entry.updated))
        if entry.published:
            _put(node, "published", _utc(entry.published))
        for author in entry.authors:
            _put(etree.SubElement(node, f"{{{_ATOM}}}author"), "name", author)
        for tag in entry.tags:
            _put(node, "category", term=tag)
        if entry.summary:
            _put(node, "summary", entry.summary)
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8")


def _put(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> None:
    node = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    if text is not None:
        node.text = "".join(
            sign for sign in text if sign >= " " or sign in "\t\n\r"
        )  # all that XML 1.0 takes


def _utc(moment: str) -> str:
    """RFC 3339 with a time and an offset, as Atom asks; a day alone begins at midnight UTC."""
    parsed = datetime.fromisoformat(moment)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).isoformat()


def _json(here: str, title: str, entries: list[Entry]) -> bytes:
    items = [
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_text": entry.summary or entry.title,
            "date_published": _utc(entry.published or entry.updated),
            "date_modified": _utc(entry.updated),
            "authors": [{"name": author} for author in entry.authors],
            "tags": list(entry.tags),
        }
        for entry in entries
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": title, "feed_url": here, "items": items}
    return msgspec.json.encode(feed)


HANDLERS: Final[list[Any]] = [search_atom, search_json, people_atom, people_json, changes_atom, changes_json]
