"""The API's people: who is named, and what each was quoted with."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter

from dateline.facets import Value
from reader.library import Library, Sayings
from reader.text import quoted_field

Size = Annotated[int, QueryParameter(ge=1, le=200, description="Results a page.")]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody was quoted with, newest first, each with where else it stands and in which altered words.

    `articles` counts those that name them.
    """

    name: str
    articles: int
    sayings: list[Sayings]


@get("/people", sync_to_thread=True)
def people(
    library: NamedDependency[Library],
    q: Annotated[str, QueryParameter(description="Only in the articles that match this query.")] = "",
    size: Size = 50,
) -> list[Value]:
    """Who is named, in how many articles."""
    return library.people(q, size=size)


@get("/people/{name:str}", sync_to_thread=True)
def person(library: NamedDependency[Library], name: FromPath[str], size: Size = 50) -> Person:
    """Somebody's quotations."""
    sayings = library.said(name, size=size)
    articles = library.browser.page(quoted_field("person", name), size=0, collapse="none").total
    if not sayings and not articles:
        raise NotFoundException(detail=f"nobody called {name!r} is named in the archive")
    return Person(name=name, articles=articles, sayings=sayings)


HANDLERS: Final[list[Any]] = [people, person]
