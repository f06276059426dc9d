"""The pages people open."""

from __future__ import annotations

import re
from collections import Counter
from typing import Annotated, Any, Final, Literal

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Template

from dateline.browse import Order
from dateline.collapse import Collapse
from dateline.facets import Span
from dateline.query import FIELDS
from reader.access import Access
from reader.charts import without_gaps
from reader.folding import folded
from reader.histories import history, number_of
from reader.histories import version as version_of
from reader.library import Library
from reader.maps import spots_of
from reader.marking import marked_paragraphs
from reader.text import quoted_field, search_link, with_dates

_SIZE: Final = 20
_STORIES: Final = 4
_CHANGES: Final = 50
_DEEPEST: Final = 500  # pages of 20: the first 10,000 results
_DAY: Final = r"^(\d{4}-\d\d-\d\d)?$"
_CLAUSE: Final = re.compile(r'\b([a-z]+):"([^"]*)"|\b([a-z]+):([^\s"()]+)')

Day = Annotated[str, QueryParameter(name="from", pattern=_DAY)]
PageNumber = Annotated[int, QueryParameter(ge=1, le=_DEEPEST)]


@get("/", sync_to_thread=True, include_in_schema=False)
def front(library: NamedDependency[Library]) -> Template:
    """Stories that several outlets tell, what is new and what changed."""
    latest = library.browser.page("", size=15, passages=False, totals=False)
    told = library.shelf.page(by="newest", least=2, size=_STORIES)
    return Template(
        "front.html",
        context={
            "latest": latest,
            "articles": library.browser.count(""),
            "changes": library.notable(),
            "stories": told.stories,
            "searches": library.searches.all(),
        },
    )


@get("/search", sync_to_thread=True, include_in_schema=False)
def search(
    request: Request[Any, Any, Any],
    library: NamedDependency[Library],
    access: NamedDependency[Access],
    q: FromQuery[str] = "",
    sort: FromQuery[Order] = "best",
    collapse: FromQuery[Collapse] = "story",
    exact: FromQuery[bool] = False,
    page: PageNumber = 1,
    begin: Day = "",
    end: Annotated[str, QueryParameter(name="to", pattern=_DAY)] = "",
) -> Template | Redirect:
    """Results with facets, each story once. Days from the form become a clause of the query, so that the address says all."""
    kept: dict[str, str | None] = {
        "sort": sort if sort != "best" else None,
        "collapse": collapse if collapse != "story" else None,
        "exact": "true" if exact else None,
    }
    if begin or end:
        return Redirect(search_link(with_dates(q, begin, end), **kept))
    found = library.browser.page(
        q, order=sort, size=_SIZE, page=page, facets=True, collapse=collapse, exact=exact
    )
    return Template(
        "search.html",
        context={
            "q": q,
            "sort": sort,
            "kept": kept,
            "page": page,
            "pages": min(-(-found.total // _SIZE), _DEEPEST),
            "found": found,
            "histogram": without_gaps(found.facets.histogram) if found.facets else (),
            "spots": found.facets.spots if found.facets else (),
            "clauses": [match.group(0) for match in _CLAUSE.finditer(q)],
            "fields": FIELDS,
            "searches": library.searches.all(),
            "form_token": access.form_token(request),
            "can_be_operated": access.can_be_operated,
        },
    )


@get("/articles/{article_id:str}", sync_to_thread=True, include_in_schema=False)
def article(
    library: NamedDependency[Library], article_id: FromPath[str], version: FromQuery[int | None] = None
) -> Template:
    """An article with its history, its copies and where each field came from."""
    versions = history(library, article_id)
    number = len(versions) if version is None else version
    shown = version_of(versions, number)
    family = library.family(versions[-1])
    return Template(
        "article.html",
        context={
            "article": shown,
            "number": number,
            "versions": versions,
            "paragraphs": marked_paragraphs(shown),
            "kinds": {block.paragraph: block.kind for block in shown.blocks},
            "origin": family.origin,
            "copies": family.copies,
            "spots": spots_of(shown.places),
            "similar": library.likeness.similar(versions[-1], size=5, counted=False),
        },
    )


@get("/articles/{article_id:str}/compare", sync_to_thread=True, include_in_schema=False)
def compare(
    library: NamedDependency[Library],
    article_id: FromPath[str],
    old: Annotated[int | None, QueryParameter(name="from")] = None,
    new: Annotated[int | None, QueryParameter(name="to")] = None,
    version: FromQuery[str | None] = None,
    view: FromQuery[Literal["inline", "side"]] = "inline",
    whole: FromQuery[bool] = False,
) -> Template:
    """Two versions, word by word: by number, or the one with the id `version` and the one before it; else the last two.

    Not `whole`, long runs of paragraphs that are the same are left out.
    """
    versions = history(library, article_id)
    if len(versions) < 2:
        raise NotFoundException(detail="This article has one version: there is nothing to compare.")
    if new is None:
        new = number_of(versions, version) if version else len(versions)
    old = new - 1 if old is None else old
    before, after = version_of(versions, old), version_of(versions, new)
    blocks = library.diff(before, after)
    return Template(
        "compare.html",
        context={
            "versions": versions,
            "older": old,
            "newer": new,
            "before": before,
            "after": after,
            "view": view,
            "blocks": list(blocks) if whole else folded(blocks),
            "changes": [change for one in versions[old:new] for change in one.changes],
        },
    )


@get("/articles/{article_id:str}/origin", sync_to_thread=True, include_in_schema=False)
def origin(
    library: NamedDependency[Library],
    article_id: FromPath[str],
    view: FromQuery[Literal["inline", "side"]] = "side",
    whole: FromQuery[bool] = False,
) -> Template:
    """A copy beside the article that it was made from: what was cut, kept and added; all of what is the same only if `whole`."""
    copy = history(library, article_id)[-1]
    made_from = library.origin(copy)
    if made_from is None:
        raise NotFoundException(detail="This article is no copy of another one in the archive.")
    blocks = library.diff(made_from, copy)
    return Template(
        "origin.html",
        context={
            "copy": copy,
            "origin": made_from,
            "view": view,
            "blocks": list(blocks) if whole else folded(blocks),
        },
    )


@get("/sources", sync_to_thread=True, include_in_schema=False)
def sources(library: NamedDependency[Library]) -> Template:
    """Every source with its figures."""
    return Template("sources.html", context={"sources": library.sources()})


@get("/sources/{source_id:path}", sync_to_thread=True, include_in_schema=False)
def source(library: NamedDependency[Library], source_id: FromPath[str]) -> Template:
    """A source: its output, its corrections and silent edits."""
    source_id = source_id.removeprefix("/")
    card = library.source(source_id)
    if card is None:
        raise NotFoundException(detail=f"No articles of a source {source_id!r}.")
    its = quoted_field("source", source_id)
    found = library.browser.page(its, order="newest", collapse="none", passages=False)
    return Template(
        "source.html",
        context={
            "card": card,
            "found": found,
            "histogram": without_gaps(library.browser.published(its)),
            "health": library.health(source_id),
            "classes": library.classes(source_id),
            "changes": library.notable(source=source_id),
        },
    )


@get("/people/{name:path}", sync_to_thread=True, include_in_schema=False)
def person(library: NamedDependency[Library], name: FromPath[str]) -> Template:
    """A person: what they were quoted with, and where they are named."""
    name = name.removeprefix("/")
    said = library.said(name)
    named = library.browser.page(
        quoted_field("person", name), order="newest", collapse="none", passages=False
    )
    if not said and not named.total:
        raise NotFoundException(detail=f"Nobody called {name!r} is named in the archive.")
    sayings = [one for saying in said for one in (saying.said.first, *saying.same)]
    sayings += [altered.saying for saying in said for altered in saying.altered]
    days = Counter(one.appeared[:10] for one in sayings)
    return Template(
        "person.html",
        context={
            "name": name,
            "said": said,
            "named": named,
            "outlets": dict(Counter(one.source for one in sayings).most_common()),
            "histogram": without_gaps([Span(start=day, count=days[day]) for day in sorted(days)]),
        },
    )


@get("/changes", sync_to_thread=True, include_in_schema=False)
def changes(
    library: NamedDependency[Library],
    kind: Annotated[str | None, QueryParameter(name="class")] = None,
    source_id: Annotated[str | None, QueryParameter(name="source")] = None,
    floor: Annotated[float, QueryParameter(name="min", ge=0, le=1)] = 0.0,
    cursor: FromQuery[str | None] = None,
) -> Template:
    """The latest changes, by class and importance."""
    classes = [one for one in (kind or "").split(",") if one]
    asked = {"class": kind or "", "min": floor} | ({"source": source_id} if source_id else {})
    found, following = library.change_page(
        classes=classes, floor=floor, source=source_id, size=_CHANGES, cursor=cursor
    )
    return Template(
        "changes.html",
        context={
            "changes": found,
            "following": following,
            "counts": library.classes(source_id, floor=floor),
            "kind": kind,
            "source": source_id,
            "floor": floor,
            "asked": asked,
        },
    )


HANDLERS: Final[list[Any]] = [front, search, article, compare, origin, sources, source, person, changes]
