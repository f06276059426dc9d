"""Reading stories: one with its articles in the order of publication, or many by what moves most.

Reads the `stories` and `placements` indices; nothing is written. An id of a story that was merged leads to the one that it is
part of now.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from elasticsearch import Elasticsearch

from dateline.cursors import cursor_after, read_cursor, walking
from dateline.elastic import translated
from schemas.elastic import Kind, Names
from schemas.records import Saying, Story

By = Literal["outlets", "articles", "newest"]
"""What comes first: stories of many outlets, of many articles, or those with the newest article."""

_LONGEST_CHAIN: Final = 64
_SORTS: Final[dict[str, list[dict[str, str]]]] = {
    "outlets": [{"outlet_count": "desc"}, {"articles": "desc"}, {"last_seen": "desc"}, {"id": "asc"}],
    "articles": [{"articles": "desc"}, {"outlet_count": "desc"}, {"last_seen": "desc"}, {"id": "asc"}],
    "newest": [{"last_seen": "desc"}, {"articles": "desc"}, {"id": "asc"}],
}
_MOST_QUOTES: Final = 500
_STATE: Final = ("profile", "terms")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One article of a story."""

    article_id: str
    source: str
    url: str
    headline: str
    published: str
    copy_of: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some stories, how many there are in all, and where the next ones begin (None: there are no more)."""

    total: int
    stories: tuple[Story, ...]
    cursor: str | None = None


class ArticlePage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of a story's articles, earliest first, and where the next ones begin (None: there are no more)."""

    articles: tuple[Told, ...]
    cursor: str | None = None


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A quotation in a story: where it first appeared there, and how many outlets carry it in these very words."""

    first: Saying
    outlets: int


class Shelf:
    """The stories behind a namespace's aliases. Methods raise Unavailable when there is no answer."""

    def __init__(self, client: Elasticsearch, namespace: str = "") -> None:
        names = Names(namespace)
        self._client = client
        self._stories = names.alias(Kind.STORIES)
        self._placements = names.alias(Kind.PLACEMENTS)
        self._quotes = names.alias(Kind.QUOTES)

    def story(self, story_id: str) -> Story | None:
        """The story of that id, or the one that it was merged into; None where there is none."""
        for _ in range(_LONGEST_CHAIN):
            found = self._search(self._stories, query={"ids": {"values": [story_id]}}, size=1)
            if not found:
                return None
            story = _story(found[0]["_source"])
            if story.merged_into is None:
                return story
            story_id = story.merged_into
        return None

    def of_article(self, article_id: str) -> Story | None:
        """The story that an article is in."""
        found = self._search(self._placements, query={"ids": {"values": [article_id]}}, size=1)
        return self.story(found[0]["_source"]["story_id"]) if found else None

    def articles(
        self, story: Story, *, size: int = 100, cursor: str | None = None, newest_first: bool = False
    ) -> ArticlePage:
        """Its articles by the time of publication, those of the stories that were merged into it among them.

        Raises UsageError on a cursor that is none.
        """
        with walking(cursor, "reading stories"):
            hits = self._search(
                self._placements,
                query={"terms": {"story_id": [story.id, *story.merged]}},
                sort=[{"published": "desc" if newest_first else "asc"}, {"article_id": "asc"}],
                size=size,
                search_after=read_cursor(cursor),
            )
        return ArticlePage(
            articles=tuple(msgspec.convert(hit["_source"], Told) for hit in hits),
            cursor=cursor_after(hits, size),
        )

    def owed(self, *, limit: int = 1000) -> list[str]:
        """Up to `limit` articles that a split moved, so that they stand in the index with the story they left."""
        return [
            hit["_id"] for hit in self._search(self._placements, query={"term": {"owed": True}}, size=limit)
        ]

    def quotes(self, articles: Sequence[Told], *, size: int) -> Sequence[Heard]:
        """What was said in these articles: what most outlets carry first, then what was said first."""
        hits = self._search(
            self._quotes,
            query={"terms": {"article_id": [one.article_id for one in articles]}},
            sort=[{"appeared": "asc"}, {"key": "asc"}],
            size=_MOST_QUOTES,
        )
        said: dict[str, list[Saying]] = {}
        for hit in hits:
            one = msgspec.convert(hit["_source"], Saying)
            said.setdefault(one.key, []).append(one)
        heard = [Heard(first=some[0], outlets=len({one.source for one in some})) for some in said.values()]
        return sorted(heard, key=lambda one: (-one.outlets, one.first.speaker is None))[:size]

    def page(
        self,
        *,
        since: str | None = None,
        by: By = "newest",
        least: int = 1,
        language: str | None = None,
        source: str | None = None,
        words: str | None = None,
        size: int = 20,
        cursor: str | None = None,
    ) -> Page:
        """Stories with an article published at or after `since` (date or date math), of `least` outlets and more.

        `source` is among its outlets; `words` are of its title, names or keywords. Raises UsageError on a cursor that is none.
        """
        must: list[dict[str, Any]] = [{"range": {"articles": {"gte": 1}}}]
        if since:
            must.append({"range": {"last_seen": {"gte": since}}})
        if least > 1:
            must.append({"range": {"outlet_count": {"gte": least}}})
        if language:
            must.append({"term": {"language": language}})
        if source:
            must.append({"term": {"outlets.name": source}})
        if words:
            fields = ["title", "names.name.text", "keywords.text"]
            must.append(
                {
                    "multi_match": {
                        "query": words,
                        "fields": fields,
                        "operator": "and",
                        "type": "cross_fields",
                    }
                }
            )
        query = {"bool": {"filter": must, "must_not": [{"exists": {"field": "merged_into"}}]}}
        with walking(cursor, "reading stories"):
            answer = self._client.search(
                index=self._stories,
                query=query,
                sort=_SORTS[by],
                size=size,
                source_excludes=list(_STATE),
                track_total_hits=True,
                ignore_unavailable=True,
                search_after=read_cursor(cursor),
            )
        hits = answer["hits"]["hits"]
        return Page(
            total=answer["hits"]["total"]["value"],
            stories=tuple(_story(hit["_source"]) for hit in hits),
            cursor=cursor_after(hits, size),
        )

    def _search(self, index: str, **asked: Any) -> list[Mapping[str, Any]]:
        with translated("reading stories"):
            answer = self._client.search(
                index=index,
                source_excludes=list(_STATE),
                track_total_hits=False,
                ignore_unavailable=True,
                **asked,
            )
        hits: list[Mapping[str, Any]] = answer["hits"]["hits"]
        return hits


def _story(source: Mapping[str, Any]) -> Story:
    return msgspec.convert(source, Story)
