"""The twenty commonest requests to an archive, with words, names and dates of its own articles."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import msgspec
from elasticsearch import Elasticsearch

from bench.search_readers import Ask
from schemas.elastic import Kind, Names

ONE_WORD: Final = "search: one word"
_NAMES: Final = Names()
_SHOWN: Final = ["id", "url", "source", "headline", "standfirst", "published", "status"]
_WEIGHTED: Final = ["headline^3", "standfirst^2", "paragraphs"]


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What the requests are made of, each drawn from the archive at random."""

    articles: list[dict[str, Any]]
    speakers: list[str]
    updated: list[str]
    copies: list[str]
    stories: list[str]


def drawn(server: Elasticsearch, variety: int, seed: int) -> Drawn:
    """Up to `variety` of each."""

    def some(kind: Kind, query: dict[str, Any], *fields: str) -> list[dict[str, Any]]:
        chance = {"function_score": {"query": query, "random_score": {"seed": seed, "field": "_seq_no"}}}
        answer = server.options(request_timeout=300).search(
            index=_NAMES.alias(kind), query=chance, size=variety, source_includes=list(fields)
        )
        return [hit["_source"] for hit in answer["hits"]["hits"]]

    def ids(kind: Kind, query: dict[str, Any]) -> list[str]:
        return [one["id"] for one in some(kind, query, "id")]

    read = ("id", "headline", "source", "published", "entities.name", "entities.type")
    quoted = some(Kind.QUOTES, {"exists": {"field": "speaker"}}, "speaker")
    return Drawn(
        articles=some(Kind.ARTICLES, {"match_all": {}}, *read),
        speakers=[one["speaker"] for one in quoted],
        updated=ids(Kind.ARTICLES, {"term": {"status": "UPDATED"}}),
        copies=ids(Kind.ARTICLES, {"exists": {"field": "copy_of.article_id"}}),
        stories=ids(Kind.STORIES, {"range": {"articles": {"gte": 2}}}),
    )


def asks(address: str, of: Drawn, seed: int) -> list[Ask]:
    """The twenty kinds to the reader at this address, each as often as it was drawn."""
    draw = random.Random(seed)
    worded = [
        (one, words)
        for one in of.articles
        if len(words := [word for word in one["headline"].split() if word.isalpha() and len(word) > 3]) > 1
    ]
    words = [(one, draw.choice(found)) for one, found in worded]
    one_word = [word for _, word in words]
    ids = [one["id"] for one in of.articles]
    kinds: dict[str, list[str]] = {
        "front page": ["/"],
        ONE_WORD: _search("/search", one_word),
        "search: two words": _search("/search", [" ".join(draw.sample(found, 2)) for _, found in worded]),
        "search: a phrase": _search("/search", [f'"{_run(draw, one["headline"])}"' for one in of.articles]),
        "search: a person": _search("/search", [f'person:"{name}"' for name in _people(draw, of.articles)]),
        "search: two facets": _search(
            "/search", [f'{word} source:"{one["source"]}" language:en' for one, word in words]
        ),
        "search: a month": _search(
            "/search", [f"{word} published:{one['published'][:7]}" for one, word in words]
        ),
        "article": [f"/articles/{id_}" for id_ in ids],
        "diff": [f"/articles/{id_}/compare" for id_ in of.updated],
        "copy beside its origin": [f"/articles/{id_}/origin" for id_ in of.copies],
        "story": [f"/story/{id_}" for id_ in of.stories],
        "person": [f"/people/{quote(name, safe='')}" for name in of.speakers if not name.startswith(".")],
        "source": [f"/sources/{one['source']}" for one in of.articles],
        "changes": [f"/changes?class={kind}" for kind in ("", "correction", "silent_edit", "headline")],
        "feed of a search": _search("/feeds/search.atom", one_word),
        "API: search": _search("/api/v1/search", one_word),
        "API: page two by cursor": _search("/api/v1/search", one_word),
        "API: article": [f"/api/v1/articles/{id_}" for id_ in ids],
        "API: history": [f"/api/v1/articles/{id_}/versions" for id_ in of.updated],
        "API: similar": [f"/api/v1/articles/{id_}/similar" for id_ in ids],
    }
    return [
        Ask(kind=kind, url=f"{address}{path}", follow="cursor" in kind)
        for kind, paths in kinds.items()
        for path in paths
    ]


def peer(url: str, found: Sequence[Ask]) -> list[Ask]:
    """The searches for one word as plain `multi_match`, straight to the Elasticsearch at this URL: no facets, no passages, no page."""
    return [
        Ask(kind="plain multi_match", url=f"{url}/{_NAMES.alias(Kind.ARTICLES)}/_search", body=_plain(one))
        for one in found
        if one.kind == ONE_WORD
    ]


def _plain(ask: Ask) -> bytes:
    words = parse_qs(urlsplit(ask.url).query)["q"][0]
    query = {"multi_match": {"query": words, "fields": _WEIGHTED}}
    return msgspec.json.encode({"query": query, "size": 20, "_source": _SHOWN})


def _search(path: str, queries: Sequence[str]) -> list[str]:
    return [f"{path}?{urlencode({'q': query})}" for query in queries]


def _run(draw: random.Random, headline: str) -> str:
    words = headline.replace('"', "").split()
    begin = draw.randrange(max(1, len(words) - 1))
    return " ".join(words[begin : begin + 2])


def _people(draw: random.Random, articles: Sequence[dict[str, Any]]) -> list[str]:
    named = ([name["name"] for name in one["entities"] if name["type"] == "person"] for one in articles)
    return [draw.choice(names) for names in named if names]
