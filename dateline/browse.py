"""Reading the archive page by page with facets, for the reader and the API: queries only, nothing is written."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, Literal

import msgspec
from elasticsearch import ApiError, Elasticsearch

from dateline.archive import KEYED, LISTED, Archive, Filters, Hit, highlights, hit_of, key_of, unscored
from dateline.collapse import (
    KEYS,
    Collapse,
    among,
    collapsed,
    counting,
    counts,
    fitting,
    totals,
    with_counts,
)
from dateline.elastic import searched, translated
from dateline.errors import UsageError
from dateline.facets import MOST_MONTHS, Facets, Span, aggregations, by_year, histogram, read, spans
from dateline.query import can_mark, has_words, parse
from schemas.elastic import Kind, Names

Order = Literal["best", "newest", "oldest"]

_KEPT: Final = "2m"  # how long a cursor's view of the archive is kept between two pages
_BY_DAY: Final = 2  # months at most
_ALL: Final = Filters()
_FEW: Final = 10  # results; a search that finds less is taken loosely
_MOST_ROUNDS: Final = 20  # of looking for results among articles of stories that were shown
_NOT_ITS_CURSOR: Final = (400, 404)  # what Elasticsearch answers to it


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A search, read. `worded`: it has words, which score; `markable`: what it asks for can be marked. `forgiving`: it may be taken loosely, where so few (`whole`) have all of them."""

    query: str
    filters: Filters
    order: Order
    collapse: Collapse
    worded: bool
    markable: bool
    forgiving: bool
    loosely: bool = False
    whole: int = 0
    now: str = "now"

    @property
    def sort(self) -> list[dict[str, Any]]:
        """The order of results; no two articles are alike in it."""
        way = "asc" if self.order == "oldest" else "desc"
        dated: list[dict[str, Any]] = [{"published": {"order": way, "missing": "_last"}}, {"id": "asc"}]
        return [{"_score": "desc"}, *dated] if self.order == "best" else dated


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    """What a cursor holds: a view of the archive, the last article seen, what there is, and how the search is taken."""

    pit: str
    after: list[Any]
    now: datetime
    loosely: bool
    whole: int
    total: int
    articles: int


class _Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Hits of Elasticsearch, read: where they are, and where a view of the archive goes on after them."""

    total: int
    articles: int
    hits: tuple[Hit, ...]
    after: list[Any] = msgspec.field(default_factory=list)
    pit: str | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of results. `cursor` asks for the next one, None on the last; it is good for two minutes.

    What `collapse` names is shown once: not always what was asked for. `total` counts what is shown (stories, texts or articles, exact
    up to 10,000 and within two per cent above), `articles` what they stand for; facets and the histogram count articles. `loosely`: so
    few had all that was asked for (`whole` of them) that those with some of it, or nearly, are there too.
    """

    total: int
    articles: int
    collapse: Collapse
    hits: tuple[Hit, ...]
    facets: Facets | None = None
    cursor: str | None = None
    loosely: bool = False
    whole: int


class Browser:
    """Searches with facets and cursors. Methods raise QueryError for a query, Unavailable when there is no answer."""

    def __init__(self, client: Elasticsearch, namespace: str = "") -> None:
        self._client = client
        self._names = Names(namespace)
        self._archive = Archive(client, namespace)
        self._header = {"index": self._names.alias(Kind.ARTICLES), "ignore_unavailable": True}

    def page(
        self,
        query: str,
        *,
        order: Order = "best",
        size: int = 20,
        page: int = 1,
        facets: bool = False,
        collapse: Collapse = "story",
        exact: bool = False,
        filters: Filters = _ALL,
        passages: bool = True,
        totals: bool = True,
    ) -> Found:
        """Page `page` of the results, with facets if asked for. The first 10,000 results can be reached so.

        What `collapse` names is shown once, by its best (or newest, or oldest) article, with what it stands for. Unless `exact`, a search
        for the best that finds less than ten goes on with what has some of the words, or nearly. Without `passages`, hits have no
        highlights, which cost more than all else of them. Without `totals`, what is not shown is not counted, and need not be looked at.
        """
        asked = self._asked(query, order, collapse, filters, exact=exact)
        asked, seen = self._forgiven(asked, lambda way: self._seen(way, size, page, tally=totals))
        return self._dressed(asked, self._found(asked, seen), passages=passages, facets=facets)

    def facets(self, query: str, articles: int, *, loosely: bool = False, filters: Filters = _ALL) -> Facets:
        """What the articles found have in common; so many are found, as far as is known."""
        asked = self._asked(query, "best", "none", filters, exact=not loosely)
        return self._facets(msgspec.structs.replace(asked, loosely=loosely), articles)

    def count(self, query: str, *, filters: Filters = _ALL) -> int:
        """How many articles a query finds."""
        asked = self._asked(query, "newest", "none", filters, exact=True)
        body = {"query": self._query(asked), "size": 0, "track_total_hits": True}
        answers = searched(self._client, [self._header, body], "counting")
        return int(answers[0]["hits"]["total"]["value"])

    def published(self, query: str, *, filters: Filters = _ALL) -> tuple[Span, ...]:
        """When the articles found were published: by years, months or days, whichever shows most in few bars."""
        asked = self._asked(query, "newest", "none", filters, exact=True)
        counted = self._aggregated(asked, {"months": histogram("month")}).get("months")
        return self._bars(asked, spans(counted)) if counted else ()

    def _facets(self, asked: _Asked, articles: int) -> Facets:
        return self._read(asked, self._aggregated(asked, aggregations(articles)))

    def _read(self, asked: _Asked, counted: dict[str, Any]) -> Facets:
        found = read(counted)
        return msgspec.structs.replace(found, histogram=self._bars(asked, found.histogram))

    def _bars(self, asked: _Asked, months: tuple[Span, ...]) -> tuple[Span, ...]:
        if len(months) > MOST_MONTHS:
            return by_year(months)
        if months and len(months) <= _BY_DAY:
            return spans(self._aggregated(asked, {"days": histogram("day")})["days"])
        return months

    def _aggregated(self, asked: _Asked, wanted: dict[str, Any]) -> dict[str, Any]:
        answers = searched(self._client, self._counting(asked, wanted), "counting")
        return dict(answers[0].get("aggregations", {}))

    def _counting(self, asked: _Asked, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """A search, as msearch takes it, for these aggregations of all that is asked for."""
        return [
            self._header,
            {"query": self._unscored(asked), "size": 0, "track_total_hits": False, "aggs": wanted},
        ]

    def walk(
        self,
        query: str,
        *,
        order: Order = "best",
        size: int = 20,
        cursor: str | None = None,
        collapse: Collapse = "story",
        exact: bool = False,
        filters: Filters = _ALL,
    ) -> Found:
        """The first page, or the one after `cursor`. However far one goes, pages neither overlap nor miss any.

        They show the archive as it was at the first page. A page of what is shown once may have less than `size`, where many
        articles stand for few; the last one has no cursor. Raises UsageError for a cursor that is none, of another search, or expired.
        """
        asked = self._asked(query, order, collapse, filters, exact=exact)
        try:
            asked, found = self._onwards(asked, cursor, size) if cursor else self._first(asked, size)
        except ApiError as error:
            if cursor and error.status_code in _NOT_ITS_CURSOR:
                raise UsageError(
                    "cursor: expired or of another search; begin again without one (each is good for two minutes)"
                ) from error
            raise
        return self._dressed(asked, found)

    def _first(self, asked: _Asked, size: int) -> tuple[_Asked, Found]:
        now = datetime.now(UTC).replace(microsecond=0)
        asked = msgspec.structs.replace(asked, now=now.isoformat())
        with translated("opening a view"):
            pit = self._client.open_point_in_time(
                index=self._names.alias(Kind.ARTICLES), keep_alive=_KEPT, ignore_unavailable=True
            )["id"]
        asked, seen = self._forgiven(asked, lambda way: self._seen(way, size, pit=pit))
        cursor = None
        if len(seen.hits) == size and seen.articles > size:
            cursor = _cursor(
                _Place(
                    pit=seen.pit or pit, after=seen.after, now=now, loosely=asked.loosely, whole=asked.whole,
                    total=seen.total, articles=seen.articles,
                )
            )  # fmt: skip
        return asked, self._found(asked, seen, cursor)

    def _forgiven(self, asked: _Asked, look: Callable[[_Asked], _Seen]) -> tuple[_Asked, _Seen]:
        """What is seen, taken loosely where little is and that shows more; and the search as it was taken."""
        seen = look(asked)
        if asked.forgiving and seen.total < _FEW:
            loosely = msgspec.structs.replace(asked, loosely=True, whole=seen.total)
            nearly = look(loosely)
            if nearly.articles > seen.articles:
                return loosely, nearly
        return asked, seen

    def _onwards(self, asked: _Asked, cursor: str, size: int) -> tuple[_Asked, Found]:
        """Article after article in the order of the search; of each group the one that is its first anywhere is a result.

        Elasticsearch itself cannot go on after a result (search_after) in a collapsed search that is sorted by anything else.
        """
        place = _read_cursor(cursor)
        asked = msgspec.structs.replace(
            asked, loosely=place.loosely, whole=place.whole, now=place.now.isoformat()
        )
        hits: list[Hit] = []
        chunk = size if asked.collapse == "none" else max(size, _FEW)
        pit, after, ended = place.pit, place.after, False
        for _ in range(_MOST_ROUNDS):
            answer = self._ask(asked, pit, chunk, after)
            pit, seen = answer.get("pit_id", pit), answer["hits"]["hits"]
            shown = self._shown(asked, pit, seen)
            for hit in seen:
                after = hit["sort"]
                if key_of(hit) in shown:
                    hits.append(shown[key_of(hit)])
                    if len(hits) == size:
                        break
            ended = len(seen) < chunk and (not seen or after == seen[-1]["sort"])
            if ended or len(hits) == size:
                break
        following = msgspec.structs.replace(place, pit=pit, after=after)
        page = _Seen(total=place.total, articles=place.articles, hits=tuple(hits))
        return asked, self._found(asked, page, None if ended else _cursor(following))

    def _ask(self, asked: _Asked, pit: str, size: int, after: list[Any]) -> dict[str, Any]:
        """The next articles in order, of each its group alone, or all of it where each is shown."""
        with translated("search"):
            answer = self._client.search(
                pit={"id": pit, "keep_alive": _KEPT},
                query=self._query(asked),
                sort=asked.sort,
                size=size,
                search_after=after,
                track_total_hits=False,
                track_scores=asked.order == "best",
                **(LISTED if asked.collapse == "none" else KEYED),
            )
        return dict(answer)

    def _shown(self, asked: _Asked, pit: str, seen: Sequence[dict[str, Any]]) -> dict[str, Hit]:
        """Those of these articles that are the first of their group, by their id."""
        if asked.collapse == "none" or not seen:
            return {key_of(hit): hit_of(hit, loosely=asked.loosely) for hit in seen}
        field = KEYS[asked.collapse]
        groups = list(dict.fromkeys(key_of(hit, field) for hit in seen))
        inside = {"bool": {"must": [self._query(asked)], "filter": [{"terms": {field: groups}}]}}
        with translated("search"):
            answer = self._client.search(
                pit={"id": pit, "keep_alive": _KEPT},
                query=inside,
                sort=asked.sort,
                size=len(groups),
                track_total_hits=False,
                track_scores=asked.order == "best",
                **collapsed(asked.collapse),
                **LISTED,
            )
        return {key_of(hit): hit_of(hit, loosely=asked.loosely) for hit in answer["hits"]["hits"]}

    def _seen(
        self, asked: _Asked, size: int, page: int = 1, *, pit: str | None = None, tally: bool = True
    ) -> _Seen:
        """A page of what is shown once: in a view of the archive that pages can follow in, or as the archive is now."""
        view: dict[str, Any]
        if pit:
            view = {"pit": {"id": pit, "keep_alive": _KEPT}, "sort": asked.sort}
        else:  # two articles of one score are rare
            by_score = asked.order == "best" and asked.worded
            view = {
                "index": self._names.alias(Kind.ARTICLES),
                "ignore_unavailable": True,
                "sort": None if by_score else asked.sort,
            }
        with translated("search"):
            answer = self._client.search(
                query=self._query(asked),
                from_=(page - 1) * size,
                size=size,
                aggs=(counting(asked.collapse) or None) if tally else None,
                track_total_hits=tally,
                track_scores=asked.order == "best",
                **view,
                **collapsed(asked.collapse),
                **LISTED,
            )
        seen = answer["hits"]["hits"]
        total, articles = totals(answer) if tally else (len(seen), len(seen))
        return _Seen(
            total=total,
            articles=articles,
            hits=tuple(hit_of(hit, loosely=asked.loosely) for hit in seen),
            after=seen[-1].get("sort", []) if seen else [],
            pit=answer.get("pit_id"),
        )

    def _found(self, asked: _Asked, seen: _Seen, cursor: str | None = None) -> Found:
        return Found(
            total=seen.total,
            articles=seen.articles,
            collapse=asked.collapse,
            hits=seen.hits,
            cursor=cursor,
            loosely=asked.loosely,
            whole=asked.whole if asked.loosely else seen.total,
        )

    def _dressed(self, asked: _Asked, found: Found, *, passages: bool = True, facets: bool = False) -> Found:
        """With what the hits stand for, the passages that match, and facets: all that only the hits had to be known for, at once."""
        searches = self._counting(asked, aggregations(found.articles)) if facets else []
        counted = counts(self._names, found.hits) if found.hits else []
        if found.hits:
            searches += counted
            if passages and asked.markable:
                searches += [
                    among(found.hits),
                    self._archive.marked(asked.query, found.hits, loosely=asked.loosely),
                ]
        if not searches:
            return found
        answers = iter(searched(self._client, searches, "reading what was found"))
        common = self._read(asked, next(answers).get("aggregations", {})) if facets else None
        hits = with_counts(found.hits, list(islice(answers, len(counted) // 2)))
        marks = {hit["_id"]: highlights(hit) for more in answers for hit in more["hits"]["hits"]}
        hits = tuple(msgspec.structs.replace(hit, highlights=marks.get(hit.id, {})) for hit in hits)
        return msgspec.structs.replace(found, hits=hits, facets=common)

    def _asked(
        self, query: str, order: Order, collapse: Collapse, filters: Filters, *, exact: bool
    ) -> _Asked:
        tree = parse(query)
        return _Asked(
            query=query,
            filters=filters,
            order="newest" if order == "best" and tree is None else order,
            collapse=fitting(collapse, tree),
            worded=has_words(tree),
            markable=can_mark(tree),
            forgiving=order == "best" and not exact and has_words(tree),
        )

    def _query(self, asked: _Asked) -> dict[str, Any]:
        return self._ranked(asked) if asked.order == "best" else self._unscored(asked)

    def _ranked(self, asked: _Asked) -> dict[str, Any]:
        return self._archive.ranked(asked.query, asked.filters, loosely=asked.loosely, now=asked.now)

    def _unscored(self, asked: _Asked) -> dict[str, Any]:
        return unscored(self._ranked(asked))


def _cursor(place: _Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def _read_cursor(cursor: str) -> _Place:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=_Place)
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise UsageError("cursor: expected the `cursor` of an answer, got something else") from error
