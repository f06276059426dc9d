"""Reading the archive page by page with facets, for the reader and the API: queries only, nothing is written."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final, Literal

import msgspec
from elasticsearch import ApiError, Elasticsearch

from dateline.archive import Archive, Filters, Hit, hit_of, unscored
from dateline.elastic import translated
from dateline.errors import UsageError
from dateline.facets import MOST_MONTHS, Facets, aggregations, by_year, histogram, read, spans
from schemas.elastic import Kind, Names

Order = Literal["best", "newest", "oldest"]

_KEPT: Final = "2m"  # how long a cursor's view of the archive is kept between two pages
_BY_DAY: Final = 2  # months at most
_FIELDS: Final = (
    "id",
    "url",
    "source",
    "kicker",
    "headline",
    "standfirst",
    "authors",
    "published",
    "modified",
    "status",
    "language",
    "section",
    "copy_of",
    "changes.class",
    "summary",
    "word_count",
    "removed",
)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of results. `cursor` asks for the next one, None on the last; it is good for two minutes."""

    total: int
    hits: tuple[Hit, ...]
    facets: Facets | None = None
    cursor: str | None = None


class Browser:
    """Searches with facets and cursors. Methods raise QueryError for a query, Unavailable when there is no answer."""

    def __init__(self, client: Elasticsearch, namespace: str = "") -> None:
        self._client = client
        self._names = Names(namespace)
        self._archive = Archive(client, namespace)

    def page(
        self,
        query: str,
        *,
        order: Order = "best",
        size: int = 20,
        page: int = 1,
        facets: bool = False,
        passages: bool = True,
    ) -> Found:
        """Page `page` of the results, with facets if asked for. The first 10,000 results can be reached so.

        Without `passages`, hits have no highlights, which cost more than all else of them.
        """
        request = self._request(query, order, size, passages=passages)
        with translated("search"):
            answer = self._client.search(
                index=self._names.alias(Kind.ARTICLES),
                from_=(page - 1) * size,
                ignore_unavailable=True,
                **request,
            )
        total = answer["hits"]["total"]["value"]
        return Found(
            total=total,
            hits=tuple(hit_of(hit) for hit in answer["hits"]["hits"]),
            facets=self.facets(query, total) if facets else None,
        )

    def facets(self, query: str, articles: int) -> Facets:
        """What the articles found have in common; so many are found, as far as is known."""
        narrowed = unscored(self._archive.ranked(query, Filters()))
        found = read(self._counted(narrowed, aggregations(articles)))
        months = found.histogram
        if len(months) > MOST_MONTHS:
            months = by_year(months)
        elif months and len(months) <= _BY_DAY:
            months = spans(self._counted(narrowed, {"days": histogram("day")})["days"])
        return msgspec.structs.replace(found, histogram=months)

    def _counted(self, query: dict[str, Any], counting: dict[str, Any]) -> dict[str, Any]:
        with translated("counting"):
            answer = self._client.search(
                index=self._names.alias(Kind.ARTICLES),
                query=query,
                size=0,
                track_total_hits=False,
                aggs=counting,
                ignore_unavailable=True,
            )
        return dict(answer.get("aggregations", {}))

    def walk(self, query: str, *, order: Order = "best", size: int = 20, cursor: str | None = None) -> Found:
        """The first page, or the one after `cursor`. However far one goes, pages neither overlap nor miss any.

        They show the archive as it was at the first page. Raises UsageError for a cursor that is none or has expired.
        """
        request = self._request(query, order, size)
        request["sort"] = [*request["sort"], {"_shard_doc": "asc"}]
        if cursor:
            pit, after = _read_cursor(cursor)
            request["search_after"] = after
        else:
            with translated("opening a view"):
                pit = self._client.open_point_in_time(
                    index=self._names.alias(Kind.ARTICLES), keep_alive=_KEPT, ignore_unavailable=True
                )["id"]
        try:
            with translated("search"):
                answer = self._client.search(pit={"id": pit, "keep_alive": _KEPT}, **request)
        except ApiError as error:
            if error.status_code == 404:
                raise UsageError(
                    "cursor: expired; begin again without one (each is good for two minutes)"
                ) from error
            raise
        hits = answer["hits"]["hits"]
        following = None
        if len(hits) == size:
            following = _cursor(answer.get("pit_id", pit), hits[-1]["sort"])
        return Found(
            total=answer["hits"]["total"]["value"], hits=tuple(hit_of(hit) for hit in hits), cursor=following
        )

    def _request(self, query: str, order: Order, size: int, *, passages: bool = True) -> dict[str, Any]:
        if order == "best" and not query.strip():
            order = "newest"
        newest = {"published": {"order": "asc" if order == "oldest" else "desc", "missing": "_last"}}
        return {
            "query": self._archive.ranked(query, Filters()),
            "sort": [{"_score": "desc"}, newest] if order == "best" else [newest],
            "track_scores": True,
            "size": size,
            "source_includes": list(_FIELDS),
            "track_total_hits": True,
            **({"highlight": self._archive.highlight()} if passages and query.strip() else {}),
        }


def _cursor(pit: str, after: list[Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((pit, after))).decode()


def _read_cursor(cursor: str) -> tuple[str, list[Any]]:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=tuple[str, list[Any]])
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise UsageError("cursor: expected the `cursor` of an answer, got something else") from error
