"""Saved searches: everybody sees and follows them, operators keep and remove them."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, QueryParameter
from litestar.response import Redirect, Template

from dateline.browse import Order
from dateline.searches import SavedSearch
from reader.access import Access
from reader.feeds import search_feed
from reader.library import Library
from reader.text import search_link

Asked = Request[Any, Any, Any]
SearchId = Annotated[str, QueryParameter(name="id")]


class Save(msgspec.Struct, frozen=True, kw_only=True):
    """The form of the search page."""

    form_token: str = ""
    name: str = ""
    q: str = ""
    sort: Order = "best"


class Remove(msgspec.Struct, frozen=True, kw_only=True):
    """The button beside a saved search."""

    form_token: str = ""
    id: str = ""


@get("/searches", sync_to_thread=True, include_in_schema=False)
def searches_page(
    request: Asked, library: NamedDependency[Library], access: NamedDependency[Access]
) -> Template:
    """All saved searches, with how many articles each finds, and how many of them came in during the last day."""
    kept = library.searches.all()
    return Template(
        "searches.html",
        context={
            "searches": list(zip(kept, library.counts([one.query for one in kept]), strict=True)),
            "form_token": access.form_token(request),
            "can_be_operated": access.can_be_operated,
        },
    )


@post("/searches/save", sync_to_thread=True, include_in_schema=False)
def save(
    request: Asked,
    library: NamedDependency[Library],
    access: NamedDependency[Access],
    data: Annotated[Save, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Keep a search under a name; then back to it."""
    access.demand(request, data.form_token)
    kept = library.searches.save(data.name or data.q, data.q, data.sort)
    return Redirect(search_link(kept.query, sort=kept.order), status_code=303)


@post("/searches/remove", sync_to_thread=True, include_in_schema=False)
def remove(
    request: Asked,
    library: NamedDependency[Library],
    access: NamedDependency[Access],
    data: Annotated[Remove, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Keep a search no longer."""
    access.demand(request, data.form_token)
    library.searches.remove(data.id)
    return Redirect("/searches", status_code=303)


@get("/searches", sync_to_thread=True)
def searches(library: NamedDependency[Library]) -> list[SavedSearch]:
    """Saved searches, by name."""
    return list(library.searches.all())


@get("/saved.atom", sync_to_thread=True, include_in_schema=False)
def saved_atom(request: Asked, library: NamedDependency[Library], search_id: SearchId) -> Response[bytes]:
    """The newest articles of a saved search, as Atom."""
    return _feed(request, library, search_id)


@get("/saved.json", sync_to_thread=True, include_in_schema=False)
def saved_json(request: Asked, library: NamedDependency[Library], search_id: SearchId) -> Response[bytes]:
    """The newest articles of a saved search, as JSON Feed."""
    return _feed(request, library, search_id)


def _feed(request: Asked, library: Library, search_id: str) -> Response[bytes]:
    kept = library.searches.get(search_id)
    if kept is None:
        raise NotFoundException(detail=f"No saved search {search_id!r}.")
    return search_feed(request, library, kept.query, f"Dateline: {kept.name}")


PAGES: Final[list[Any]] = [searches_page, save, remove]
API: Final[list[Any]] = [searches]
FEEDS: Final[list[Any]] = [saved_atom, saved_json]
