"""Search by meaning beside search by words, and articles like an article.

Words are ranked by BM25, meaning by the cosine of embeddings; the two lists are fused by reciprocal ranks (Cormack, Clarke and Büttcher
2009, k = 60), here and not in Elasticsearch, whose own fusion asks for a licence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.archive import KEYED, LISTED, Archive, Filters, Hit, Page, hit_of, in_body, key_of
from dateline.collapse import KEYS, Collapse, counts, fitting, with_counts
from dateline.elastic import searched, translated
from dateline.query import All, Clause, Either, Node, compiled, parse
from schemas.elastic import Kind, Names
from schemas.fields import EMBEDDING, SEARCHED, SEARCHED_FIELDS
from schemas.languages import analyzed
from schemas.records import EnrichedArticle

Embed = Callable[[str, str | None, Sequence[str]], tuple[float, ...] | None]
"""From headline, standfirst and paragraphs to a unit vector, as articles have it; None without words."""

_DEPTH: Final = 100  # of each list; what is found is at most twice as much
_K: Final = 60
# cosines: one in a hundred pairs that have nothing to do with each other comes so near
_NEAR_QUERY: Final = 0.25
_NEAR_ARTICLE: Final = 0.3
_CANDIDATES: Final = 200
_TELLING: Final = 12  # keywords, and names, that an article is looked for by
_ENOUGH: Final = "20%"  # of the words
_SPOKEN: Final = (
    "en"  # what the model of meaning knows; articles of other languages are found better without it
)
_MEANING: Final = 0.5  # of the weight of words, in what is like an article


class Likeness:
    """Questions by meaning behind a namespace's aliases. Methods raise Unavailable when there is no answer."""

    def __init__(self, client: Elasticsearch, namespace: str, embed: Embed) -> None:
        self._client = client
        self._names = Names(namespace)
        self._alias = self._names.alias(Kind.ARTICLES)
        self._archive = Archive(client, namespace)
        self._embed = embed

    def hybrid(
        self, query: str, filters: Filters, *, size: int = 10, page: int = 1, collapse: Collapse = "story"
    ) -> Page:
        """Articles that have the words of a query or mean the same, best first; fields of the query and filters hold for both.

        What `collapse` names is shown once, by its best article. `total` counts what is shown of what was ranked, at most 200. A query
        without words ranks by its fields alone. Raises QueryError.
        """
        by_words = self._archive.ranked(query, filters)
        tree = parse(query)
        words, rest = _split(tree)
        vector = self._embed(" ".join(words), None, ()) if words else None
        must = [compiled(rest, self._archive.changed)] if rest is not None else []
        narrow = {"bool": {"must": must, "filter": [self._archive.ranked("", filters)]}}
        once = fitting(collapse, tree)
        return self._fused(by_words, vector, narrow, _NEAR_QUERY, once, size=size, page=page, highlight=True)

    def similar(
        self, article: EnrichedArticle, *, size: int = 10, copies: bool = False, counted: bool = True
    ) -> Sequence[Hit]:
        """Articles like this one, likest first, each text once; without its own copies and its origin's. Unless `copies` says so.

        By words, and for English by meaning too. Only `counted`, hits say what they stand for.
        """
        spoken = (article.language or _SPOKEN).startswith(_SPOKEN)
        vector = self._embed(article.headline, article.standfirst, article.paragraphs) if spoken else None
        origin = article.copy_of.article_id if article.copy_of else article.id
        without: list[dict[str, Any]] = [{"terms": {"id": [article.id]}}, {"exists": {"field": "joined"}}]
        if not copies:
            without += [{"term": {"id": origin}}, {"term": {"copy_of.article_id": origin}}]
        narrow = {"bool": {"must_not": without}}
        by_words = {"bool": {"must": [words_of(article)], "filter": [narrow]}}
        return self._fused(
            by_words,
            vector,
            narrow,
            _NEAR_ARTICLE,
            "none" if copies else "copies",
            size=size,
            page=1,
            highlight=False,
            counted=counted,
            meaning=_MEANING,
        ).hits

    def _fused(
        self,
        by_words: dict[str, Any],
        vector: tuple[float, ...] | None,
        narrow: dict[str, Any],
        near: float,
        collapse: Collapse,
        *,
        size: int,
        page: int,
        highlight: bool,
        counted: bool = True,
        meaning: float = 1.0,
    ) -> Page:
        bodies: list[dict[str, Any]] = [{"query": by_words}]
        if vector is not None:
            knn = {
                "field": EMBEDDING,
                "query_vector": vector,
                "k": _DEPTH,
                "num_candidates": _CANDIDATES,
                "similarity": near,
                "filter": narrow,
            }
            bodies.append({"knn": knn})
        scores: dict[str, float] = {}
        groups: dict[str, str] = {}
        header = {"index": self._alias, "ignore_unavailable": True}
        only = {**in_body(KEYED), "size": _DEPTH, "track_total_hits": False}
        searches = [part for body in bodies for part in (header, body | only)]
        answers = searched(self._client, searches, "search by meaning")
        for weight, answer in zip((1.0, meaning), answers, strict=False):
            for rank, hit in enumerate(answer["hits"]["hits"], start=1):
                id_ = key_of(hit)
                scores[id_] = scores.get(id_, 0.0) + weight / (_K + rank)
                groups[id_] = key_of(hit, KEYS[collapse]) if collapse != "none" else id_
        order = sorted(scores, key=lambda id_: (-scores[id_], id_))
        firsts: dict[str, str] = {}
        for id_ in order:
            firsts.setdefault(groups[id_], id_)
        once = list(firsts.values())
        best = once[(page - 1) * size : page * size]
        with translated("search by meaning"):
            found = self._client.search(
                index=self._alias,
                query={"ids": {"values": best}},
                size=size,
                **LISTED,
                highlight={**self._archive.highlight(), "highlight_query": by_words} if highlight else None,
                ignore_unavailable=True,
            )
        hits = {key_of(hit): hit_of(hit) for hit in found["hits"]["hits"]}
        shown = [
            msgspec.structs.replace(hits[id_], score=round(scores[id_], 5)) for id_ in best if id_ in hits
        ]
        return Page(
            total=len(once),
            hits=self._counted(shown) if counted else tuple(shown),
        )

    def _counted(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        if not hits:
            return ()
        answers = searched(self._client, counts(self._names, hits), "counting copies and versions")
        return with_counts(hits, answers)


def fields_of(article: EnrichedArticle) -> list[str]:
    """Where articles like this one have their words: under its language's analyzer, which leaves out the words that all texts have."""
    language = analyzed(article.language)
    return [f"{SEARCHED}.{language}.{field}" if language else field for field in SEARCHED_FIELDS]


def words_of(article: EnrichedArticle) -> dict[str, Any]:
    """A query for articles with the words that tell this one from others: its headline, keywords and weightiest names.

    Elasticsearch's more_like_this chooses from the text in every index anew, which costs more and finds less (bench/likeness.py).
    """
    names = sorted(article.entities, key=lambda one: -one.salience)[: _TELLING // 2]
    telling = [*article.keywords[:_TELLING], *(one.name for one in names)]
    if not telling:
        telling = [article.standfirst or "", *article.paragraphs[:1]]
    return {
        "multi_match": {
            "query": " ".join((article.headline, *telling)),
            "fields": fields_of(article),
            "type": "most_fields",
            "minimum_should_match": _ENOUGH,
        }
    }


def _split(node: Node | None) -> tuple[list[str], Node | None]:
    """The words of a query, and what else it asks for, which holds for articles found by meaning too."""
    match node:
        case Clause(text, _):
            return [text.rstrip("*")], None
        case All(nodes):
            parts = [_split(one) for one in nodes]
            rest = tuple(left for _, left in parts if left is not None)
            return [word for words, _ in parts for word in words], All(rest) if rest else None
        case Either(nodes):
            parts = [_split(one) for one in nodes]
            if all(left is None for _, left in parts):
                return [word for words, _ in parts for word in words], None
    return [], node
