"""What a query means to Elasticsearch: a tree to a query of the indices `articles` and `versions`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from dateline.query.dates import span
from dateline.query.language import All, Clause, Either, Field, FieldName, Node, QueryError, Without
from schemas.classes import CLASSES, WITHDRAWN
from schemas.fields import SEARCHED
from schemas.ids import entity_id

Query = dict[str, Any]
Lookup = Callable[[str], Sequence[str]]
"""A class of change → ids of the articles that had one."""

# all weights are chosen on one half of the queries of bench/ranking.py
WEIGHTS: Final = {"headline": 2.0, "standfirst": 1.5, "paragraphs": 1.0}
_INFLECTED: Final = 0.7  # of the weight of the word as it is written
_NEAR: Final = [
    f"{field}^{weight}" for field, weight in WEIGHTS.items()
]  # also where nearly the word is enough
_PLAIN: Final = [*_NEAR, "kicker.text", "captions^0.5"]
_STEMMED: Final = [
    f"{SEARCHED}.*.{field}^{round(weight * _INFLECTED, 2)}" for field, weight in WEIGHTS.items()
]
_TIE: Final = 0.2  # what a word in a second field adds to the best one
_TOGETHER: Final = {
    "type": "phrase",
    "slop": 3,
    "boost": 1.0,
}  # all words close to each other, in their order

# where few articles have all that was asked for
_MISSPELT: Final = {"fuzziness": "AUTO:5,9", "prefix_length": 1}
_MISSPELT_WEIGHT: Final = 0.7
_BEGUN_WEIGHT: Final = 0.6  # Wasserstoff in Wasserstofftechnologie
_SHORTEST_BEGUN: Final = 5
_NEARLY: Final = {"type": "phrase", "slop": 2, "boost": 0.7}  # a phrase with a word or two in between
_APART: Final = 0.3  # of the weight of a phrase: all of its words, wherever they stand
_NEEDED: Final = (
    1 / 3
)  # of the words longer than three letters; most shorter ones say little in most languages
_LITTLE: Final = 3

_TEXTS: Final = {
    FieldName.HEADLINE: ("headline", f"{SEARCHED}.*.headline"),
    FieldName.STANDFIRST: ("standfirst", f"{SEARCHED}.*.standfirst"),
    FieldName.BODY: ("paragraphs", f"{SEARCHED}.*.paragraphs"),
    FieldName.CAPTION: ("captions",),
}
NAMED: Final = {
    FieldName.AUTHOR: "authors",
    FieldName.SECTION: "section",
    FieldName.CREDIT: "credit",
    FieldName.KEYWORD: "keywords",
    FieldName.TAG: "tags",
}
ENTITIES: Final = {
    FieldName.PERSON: "person",
    FieldName.ORGANIZATION: "organization",
    FieldName.PLACE: "place",
    FieldName.NAME: None,
}
_TERMS: Final = {
    FieldName.SOURCE: "source",
    FieldName.STORY: "story_id",
    FieldName.ID: "id",
    FieldName.FLAG: "flags.name",
}
DATES: Final = frozenset({FieldName.PUBLISHED, FieldName.MODIFIED, FieldName.FETCHED})
SAID: Final = frozenset({FieldName.SPEAKER, FieldName.SAID})
ANY: Final = "*"
"""The value that stands for any: `person:*` finds articles that name somebody."""
TEXT: Final = {name: fields[0] for name, fields in _TEXTS.items()}
"""Where in a record the words of a text field stand, as they are written."""
HELD: Final = {
    FieldName.URL: "url",
    FieldName.LANGUAGE: "language",
    FieldName.COPYOF: "copy_of.article_id",
    FieldName.TOPIC: "topics.code",
    FieldName.COUNTRY: "places.country",
    FieldName.SPEAKER: "quotes.speaker",
    FieldName.SAID: "quotes.text",
    **TEXT,
    **NAMED,
    **_TERMS,
    **{name: str(name) for name in sorted(DATES)},
}
"""Where in a record the value of a field stands, but for kinds of names, changes and states."""
_STATES: Final[dict[str, Query]] = {
    "updated": {"term": {"status": "UPDATED"}},
    "copy": {"exists": {"field": "copy_of.article_id"}},
    "original": {"bool": {"must_not": {"exists": {"field": "copy_of.article_id"}}}},
    "removed": {"exists": {"field": "removed"}},
    "corrected": {"exists": {"field": "correction"}},
}


def compiled(node: Node | None, changed: Lookup | None = None, *, loosely: bool = False) -> Query:
    """The query. Words score; fields that are dates, ids or states narrow without scoring.

    `loosely`, a third of the words side by side is enough, a word may be misspelt or the beginning of a longer one, and the words of a
    phrase may stand apart; fields, groups and what must not be there hold as they are. `changed` looks the articles of a class
    of change up; without it only changes of the latest version are found. Raises QueryError for a value that its field does not take.
    """
    if node is None:
        return {"match_all": {}}
    match node:
        case Clause(text, exact):
            return _loose(node) if loosely else _words(text, exact=exact)
        case Field():
            return _field(node, changed)
        case Without(inner):
            return {"bool": {"must_not": [compiled(inner, changed)]}}
        case Either(nodes):
            either = [compiled(one, changed, loosely=loosely) for one in nodes]
            return {"bool": {"should": either, "minimum_should_match": 1}}
        case All(nodes):
            return _all(nodes, changed, loosely)
    raise AssertionError(node)


def has_words(node: Node | None) -> bool:
    """Whether anything in it can be taken loosely."""
    return bool(_clauses(node))


def can_mark(node: Node | None) -> bool:
    """Whether anything in it can be marked in headlines and bodies."""
    return has_words(node) or asks_for(node, (FieldName.HEADLINE, FieldName.BODY))


def marking(node: Node | None, *, misspelt: bool) -> Query:
    """What to mark in what a loose query found: its words, of a single one the `misspelt` forms too, which cost a hundred times as much."""
    words = _clauses(node)
    return _any(*(_loose(word, misspelt=misspelt and len(words) == 1) for word in words))


def _clauses(node: Node | None) -> list[Clause]:
    if isinstance(node, All | Either):
        return [word for one in node.nodes for word in _clauses(one)]
    return [node] if isinstance(node, Clause) else []


def asks_for(node: Node | None, names: Collection[FieldName]) -> bool:
    """Whether one of these fields is asked for anywhere."""
    if isinstance(node, All | Either):
        return any(asks_for(one, names) for one in node.nodes)
    return isinstance(node, Field) and node.name in names


def _all(nodes: Sequence[Node], changed: Lookup | None, loosely: bool) -> Query:
    nodes = [node for node in nodes if not _empty(node)] or nodes
    said = [node for node in nodes if isinstance(node, Field) and node.name in SAID]
    parts: list[Query] = []
    if len(said) > 1:  # in one quotation, not in any two
        parts.append(_nested("quotes", [_quoted(node) for node in said]))
    rest = [node for node in nodes if len(said) < 2 or node not in said]
    words = [node for node in rest if isinstance(node, Clause)]
    together = _together(words)
    if loosely and len(words) > 1:
        some = [_loose(word) for word in words] + together
        parts.append({"bool": {"should": some, "minimum_should_match": _needed(words)}})
        rest = [node for node in rest if node not in words]
        together = []
    without = [compiled(node.node, changed) for node in rest if isinstance(node, Without)]
    parts += [compiled(node, changed, loosely=loosely) for node in rest if not isinstance(node, Without)]
    found: Query = {"must": parts}
    if together:
        found["should"] = together
    if without:
        found["must_not"] = without
    return {"bool": found}


def _together(words: Sequence[Clause]) -> list[Query]:
    if len(words) < 2:
        return []
    text = " ".join(word.text.rstrip("*") for word in words)
    return [{"multi_match": {"query": text, "fields": _PLAIN, **_TOGETHER}}]


def _needed(words: Sequence[Clause]) -> int:
    return max(1, int(_NEEDED * sum(word.exact or len(word.text) > _LITTLE for word in words)))


def _loose(word: Clause, *, misspelt: bool = True) -> Query:
    ways = [_words(word.text, exact=word.exact)]
    if word.exact:
        ways.append({"multi_match": {"query": word.text, "fields": _PLAIN, **_NEARLY}})
        ways.append({"multi_match": {**_anywhere(word.text), "boost": _APART}})
    elif not word.text.endswith("*"):
        if misspelt:
            nearly = {"query": word.text, "fields": _NEAR, "operator": "and", **_MISSPELT}
            ways.append({"multi_match": {**nearly, "boost": _MISSPELT_WEIGHT}})
        if len(word.text) >= _SHORTEST_BEGUN:
            begun = {"query": word.text, "fields": _NEAR, "type": "phrase_prefix"}
            ways.append({"multi_match": {**begun, "boost": _BEGUN_WEIGHT}})
    return {"dis_max": {"queries": ways}}


def _empty(node: Node) -> bool:
    """Signs alone ("-", "…") are no words: the analyzer would leave nothing that could match."""
    return isinstance(node, Clause) and not any(character.isalnum() for character in node.text)


def _words(text: str, *, exact: bool) -> Query:
    if exact:
        return {"multi_match": {"query": text, "fields": _PLAIN, "type": "phrase", "tie_breaker": _TIE}}
    if text.endswith("*") and len(text) > 2:
        return {"multi_match": {"query": text.rstrip("*"), "fields": _PLAIN, "type": "phrase_prefix"}}
    return {"multi_match": _anywhere(text)}


def _anywhere(text: str) -> Query:
    return {"query": text, "fields": [*_PLAIN, *_STEMMED], "operator": "and", "tie_breaker": _TIE}


def _field(field: Field, changed: Lookup | None) -> Query:
    name, value = field.name, field.value
    if any_value(field):
        return _filter(_any_of(name, changed))
    if name in _TEXTS:
        if field.exact:
            return {"match_phrase": {TEXT[name]: value}}
        return {"multi_match": {"query": value, "fields": list(_TEXTS[name]), "operator": "and"}}
    if name in NAMED:
        return {"match_phrase": {f"{NAMED[name]}.text": value}}
    if name in ENTITIES:
        return _entity(value, ENTITIES[name])
    if name in SAID:
        return _nested("quotes", [_quoted(field)])
    if name in DATES:
        return _filter({"range": {str(name): span(name, value)}})
    return _filter(_exact(field, changed))


def any_value(field: Field) -> bool:
    """Whether any value of the field will do."""
    return field.value == ANY and not field.exact and field.name != FieldName.IS


def _any_of(name: FieldName, changed: Lookup | None) -> Query:
    if name in ENTITIES:
        kind = ENTITIES[name]
        return {"term": {"entities.type": kind}} if kind else {"exists": {"field": "entities.type"}}
    if name == FieldName.CHANGED:
        ids = changed(ANY) if changed else None
        return {"exists": {"field": "changes.class"}} if ids is None else {"terms": {"id": list(ids)}}
    return {"exists": {"field": HELD[name]}}


def _exact(field: Field, changed: Lookup | None) -> Query:
    name, value = field.name, field.value
    match name:
        case FieldName.LANGUAGE:
            code = value.lower()
            return _any({"term": {"language": code}}, {"prefix": {"language": f"{code}-"}})
        case FieldName.URL:
            return _any({"term": {"url": value}}, {"term": {"aliases": value}})
        case FieldName.COPYOF:
            return _any({"term": {"copy_of.article_id": value}}, {"term": {"copy_of.url": value}})
        case FieldName.COUNTRY:
            return _nested("places", [{"term": {"places.country": value.upper()}}])
        case FieldName.TOPIC:
            code = value.removeprefix("medtop:")
            by_name = {"match_phrase": {"topics.name.text": value}}
            return _nested(
                "topics",
                [_any(by_name, {"term": {"topics.code": code}}, {"term": {"topics.code": f"medtop:{code}"}})],
            )
        case FieldName.IS:
            if value.lower() not in _STATES:
                raise QueryError(f"is: expected one of {', '.join(sorted(_STATES))}, got {value!r}")
            return _STATES[value.lower()]
        case FieldName.CHANGED:
            kind = value.lower().replace("-", "_")
            if kind not in CLASSES and kind != WITHDRAWN:
                raise QueryError(f"changed: expected one of {', '.join(sorted(CLASSES))}, got {value!r}")
            ids = changed(kind) if changed else None
            return {"term": {"changes.class": kind}} if ids is None else {"terms": {"id": list(ids)}}
    return {"term": {_TERMS[name]: value}}


def _entity(value: str, kind: str | None) -> Query:
    names = {
        "bool": {
            "should": [
                {"match_phrase": {"entities.name.text": {"query": value, "boost": 2.0}}},
                {"match_phrase": {"entities.canonical.text": value}},
                {
                    "match": {
                        "entities.name.text": {
                            "query": value,
                            "operator": "and",
                            **_MISSPELT,
                        }
                    }
                },
            ],
            "minimum_should_match": 1,
        }
    }
    return _nested("entities", [names, *([{"term": {"entities.type": kind}}] if kind else [])])


def _quoted(field: Field) -> Query:
    if any_value(field):
        return {"exists": {"field": HELD[field.name]}}
    if field.name == FieldName.SAID:
        how = "match_phrase" if field.exact else "match"
        words: Query = {"query": field.value} if field.exact else {"query": field.value, "operator": "and"}
        return {how: {"quotes.text": words}}
    words = {"query": field.value, "operator": "and", **_MISSPELT}
    return _any(
        {"match": {"quotes.speaker.text": words}},
        {"term": {"quotes.speaker_id": entity_id("person", field.value)}},
    )


def _nested(path: str, queries: Sequence[Query]) -> Query:
    return {
        "nested": {
            "path": path,
            "query": {"bool": {"must": list(queries)}},
            "score_mode": "max",
            "ignore_unmapped": True,
        }
    }


def _filter(query: Query) -> Query:
    return {"bool": {"filter": [query]}}


def _any(*queries: Query) -> Query:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}
