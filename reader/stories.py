"""Stories: their pages, their part of the API, their feeds."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Template

from dateline.facets import Span
from dateline.stories import ArticlePage, By, Page
from reader.charts import lanes, without_gaps
from reader.feeds import Entry, feed
from reader.library import Library
from reader.maps import spots_of
from schemas.records import Story

_SIZE: Final = 20
_ARTICLES: Final = 100
_FEED: Final = 50
_QUOTES: Final = 6

_SINCE: Final = r"^(\d{1,4}[mhdwM]|\d{4}-\d\d-\d\d)?$"
Since = Annotated[
    str, QueryParameter(pattern=_SINCE, description="A span back from now (24h, 7d) or a day (2026-03-01).")
]
Least = Annotated[int, QueryParameter(ge=1, le=1000, description="Of so many outlets and more.")]
Size = Annotated[int, QueryParameter(ge=1, le=200, description="Results a page.")]
Cursor = Annotated[str | None, QueryParameter(description="The cursor of the page before.")]


class ApiStory(msgspec.Struct, frozen=True, kw_only=True):
    """A story as it stands now, and the first page of its articles, earliest first."""

    story: Story
    told: ArticlePage


@get("/stories", sync_to_thread=True, include_in_schema=False)
def stories_page(
    library: NamedDependency[Library],
    by: FromQuery[By] = "outlets",
    since: Since = "7d",
    outlets: Least = 1,
    about: FromQuery[str] = "",
    cursor: Cursor = None,
) -> Template:
    """Stories now: those of most outlets, of most articles, or the newest."""
    found = _found(library, by, since, outlets, about, _SIZE, cursor)
    asked = {"by": by, "since": since, "outlets": outlets, "about": about}
    return Template("stories.html", context={"found": found, **asked, "asked": asked})


@get("/story/{story_id:str}", sync_to_thread=True, include_in_schema=False)
def story_page(
    library: NamedDependency[Library], story_id: FromPath[str], cursor: Cursor = None
) -> Template | Redirect:
    """A story: its articles over time and outlets, who was first, names, places, what was said."""
    story = _story(library, story_id)
    if story.id != story_id:
        return Redirect(f"/story/{story.id}")
    told = library.shelf.articles(story, size=_ARTICLES, cursor=cursor)
    days = [Span(start=day.name, count=day.articles) for day in story.days]
    return Template(
        "story.html",
        context={
            "story": story,
            "told": told,
            "histogram": without_gaps(days),
            "spots": spots_of(story.places),
            "lanes": lanes(told.articles, story.origin.article_id),
            "quotes": library.shelf.quotes(told.articles, size=_QUOTES),
        },
    )


@get("/stories", sync_to_thread=True)
def stories(
    library: NamedDependency[Library],
    by: FromQuery[By] = "newest",
    since: Since = "",
    outlets: Least = 1,
    about: Annotated[str, QueryParameter(description="Words of the title, names or keywords.")] = "",
    size: Size = 20,
    cursor: Cursor = None,
) -> Page:
    """Stories, without those that were merged into others."""
    return _found(library, by, since, outlets, about, size, cursor)


@get("/stories/{story_id:str}", sync_to_thread=True)
def story(library: NamedDependency[Library], story_id: FromPath[str], size: Size = 100) -> ApiStory:
    """A story with its articles. The id of one that was merged gives the one that it is part of now."""
    found = _story(library, story_id)
    return ApiStory(story=found, told=library.shelf.articles(found, size=size))


@get("/stories/{story_id:str}/articles", sync_to_thread=True)
def articles(
    library: NamedDependency[Library], story_id: FromPath[str], size: Size = 100, cursor: Cursor = None
) -> ArticlePage:
    """A story's articles, earliest first, page by page."""
    return library.shelf.articles(_story(library, story_id), size=size, cursor=cursor)


StoryId = Annotated[str, QueryParameter(name="id")]


@get("/story.atom", sync_to_thread=True, include_in_schema=False)
def story_atom(
    request: Request[Any, Any, Any], library: NamedDependency[Library], story_id: StoryId
) -> Response[bytes]:
    """The newest articles of a story, as Atom."""
    return _of_story(request, library, story_id)


@get("/story.json", sync_to_thread=True, include_in_schema=False)
def story_json(
    request: Request[Any, Any, Any], library: NamedDependency[Library], story_id: StoryId
) -> Response[bytes]:
    """The newest articles of a story, as JSON Feed."""
    return _of_story(request, library, story_id)


@get("/stories.atom", sync_to_thread=True, include_in_schema=False)
def stories_atom(
    request: Request[Any, Any, Any], library: NamedDependency[Library], outlets: Least = 2
) -> Response[bytes]:
    """Stories that several outlets tell, those with the newest article first, as Atom."""
    return _of_stories(request, library, outlets)


@get("/stories.json", sync_to_thread=True, include_in_schema=False)
def stories_json(
    request: Request[Any, Any, Any], library: NamedDependency[Library], outlets: Least = 2
) -> Response[bytes]:
    """Stories that several outlets tell, those with the newest article first, as JSON Feed."""
    return _of_stories(request, library, outlets)


def _of_story(request: Request[Any, Any, Any], library: Library, story_id: str) -> Response[bytes]:
    found = _story(library, story_id)
    base = str(request.base_url).rstrip("/")
    entries = [
        Entry(
            id=f"urn:dateline:article:{one.article_id}",
            title=one.headline,
            url=f"{base}/articles/{one.article_id}",
            updated=one.published,
            published=one.published,
            authors=(one.source,),
        )
        for one in library.shelf.articles(found, size=_FEED, newest_first=True).articles
    ]
    return feed(request, f"Dateline: {found.title}", entries)


def _of_stories(request: Request[Any, Any, Any], library: Library, outlets: int) -> Response[bytes]:
    base = str(request.base_url).rstrip("/")
    entries = [
        Entry(
            id=f"urn:dateline:story:{one.id}",
            title=one.title,
            url=f"{base}/story/{one.id}",
            updated=one.last_seen,
            published=one.first_seen,
            summary=f"{one.articles} articles of {one.outlet_count} outlets",
            authors=tuple(outlet.name for outlet in one.outlets[:5]),
        )
        for one in library.shelf.page(by="newest", least=outlets, size=_FEED).stories
    ]
    return feed(request, "Dateline: stories", entries)


def _found(
    library: Library, by: By, since: str, outlets: int, about: str, size: int, cursor: str | None
) -> Page:
    begin = f"now-{since}" if since and "-" not in since else since
    return library.shelf.page(
        since=begin or None, by=by, least=outlets, words=about or None, size=size, cursor=cursor
    )


def _story(library: Library, story_id: str) -> Story:
    found = library.shelf.story(story_id)
    if found is None:
        raise NotFoundException(detail=f"No story {story_id!r}.")
    return found


PAGES: Final[list[Any]] = [stories_page, story_page]
API: Final[list[Any]] = [stories, story, articles]
FEEDS: Final[list[Any]] = [story_atom, story_json, stories_atom, stories_json]
