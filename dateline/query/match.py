"""What a query means to one record in memory: the same as to the index, for following topics and for alerts.

    wanted = matcher('person:"Ada Brandt" AND topic:politics')
    wanted(record)  # an EnrichedArticle or Version, or its JSON as a dictionary

Differences to the index: there is no score; accents never matter; inflections are known for some 50 languages by dictionary;
`changed:` sees the changes of this version alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

import msgspec

from dateline.query.dates import limits, span
from dateline.query.language import All, Clause, Either, Field, FieldName, Node, Without, parse
from dateline.query.meaning import DATES, ENTITIES, HELD, NAMED, SAID, TEXT, any_value, compiled
from dateline.query.words import alike, fold, runs, split, stem, tokens
from schemas.ids import entity_id
from schemas.records import Record

Wanted = Callable[[Record | Mapping[str, Any]], bool]

_TEXTS: Final = ("headline", "standfirst", "paragraphs", "kicker", "captions")


def matcher(query: str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Wanted:
    """Whether a record answers a query. Raises QueryError, here and never later."""
    node = parse(query)
    compiled(node)  # says what is wrong with a value

    def wanted(record: Record | Mapping[str, Any]) -> bool:
        return node is None or matches(node, Seen(record), now())

    return wanted


class Seen:
    """A record as queries see it. What several queries ask of it is made once."""

    def __init__(self, record: Record | Mapping[str, Any]) -> None:
        self.fields: Mapping[str, Any] = (
            record if isinstance(record, Mapping) else msgspec.to_builtins(record)
        )
        self._words: dict[str, list[tuple[str, ...]]] = {}
        self._stems: dict[str, set[str]] = {}

    def but(self, **fields: Any) -> Seen:
        """The record with other values of these fields. What was made of the others is not made again."""
        other = Seen({**self.fields, **fields})
        other._words = {name: words for name, words in self._words.items() if name not in fields}
        other._stems = {name: stems for name, stems in self._stems.items() if name not in fields}
        return other

    @cached_property
    def language(self) -> str | None:
        """Without its region."""
        stated = self.fields.get("language")
        return stated.replace("_", "-").split("-")[0].lower() if stated else None

    def words(self, field: str) -> list[tuple[str, ...]]:
        """The words of each of a field's values."""
        if field not in self._words:
            self._words[field] = [tokens(text) for text in _values(self.fields.get(field))]
        return self._words[field]

    def has(self, field: str, text: str, *, exact: bool = False, prefix: bool = False) -> bool:
        """Whether a field has these words: all of them in any inflection, or in a row as they are."""
        wanted = tokens(text)
        if exact or prefix:
            return any(runs(wanted, words, prefix=prefix) for words in self.words(field))
        if field not in self._stems:
            written = {word for value in _values(self.fields.get(field)) for word in split(value)}
            self._stems[field] = {fold(word) for word in written} | {
                stem(word, self.language) for word in written
            }
        stems = self._stems[field]
        return bool(wanted) and all(
            fold(word) in stems or stem(word, self.language) in stems for word in split(text)
        )


def matches(node: Node, seen: Seen, now: datetime) -> bool:
    """Whether a record answers a query that `matcher` would take."""
    match node:
        case Clause(text, exact):
            prefix = not exact and text.endswith("*") and len(text) > 2
            return any(seen.has(field, text, exact=exact, prefix=prefix) for field in _TEXTS)
        case Field():
            return _field(node, seen, now)
        case Without(inner):
            return not matches(inner, seen, now)
        case Either(nodes):
            return any(matches(one, seen, now) for one in nodes)
        case All(nodes):
            return _all(nodes, seen, now)
    raise AssertionError(node)


def _all(nodes: Sequence[Node], seen: Seen, now: datetime) -> bool:
    nodes = [node for node in nodes if not (isinstance(node, Clause) and not tokens(node.text))] or nodes
    said = [node for node in nodes if isinstance(node, Field) and node.name in SAID]
    if len(said) > 1:  # in one quotation, not in any two
        quotes = _values(seen.fields.get("quotes"))
        if not any(all(_quoted(field, quote, seen) for field in said) for quote in quotes):
            return False
        nodes = [node for node in nodes if node not in said]
    return all(matches(node, seen, now) for node in nodes)


def _field(field: Field, seen: Seen, now: datetime) -> bool:
    name, value, record = field.name, field.value, seen.fields
    if any_value(field):
        return _any_of(name, record)
    if name in TEXT:
        return seen.has(TEXT[name], value, exact=field.exact)
    if name in NAMED:
        return seen.has(NAMED[name], value, exact=True)
    if name in ENTITIES:
        kind = ENTITIES[name]
        named = (one for one in _values(record.get("entities")) if kind in (None, one["type"]))
        return any(_called(value, (one["name"], one.get("canonical"))) for one in named)
    if name in SAID:
        return any(_quoted(field, quote, seen) for quote in _values(record.get("quotes")))
    if name in DATES:
        return _within(record.get(str(name)), span(name, value), now)
    return _exact(field, seen)


def _any_of(name: FieldName, record: Mapping[str, Any]) -> bool:
    if name in ENTITIES:
        kind = ENTITIES[name]
        return any(kind in (None, one["type"]) for one in _values(record.get("entities")))
    if name == FieldName.CHANGED:
        return bool(record.get("changes"))
    outer, _, inner = HELD[name].partition(".")
    held = _values(record.get(outer))
    return any(one.get(inner) is not None for one in held) if inner else bool(held)


def _exact(field: Field, seen: Seen) -> bool:
    value, record = field.value, seen.fields
    origin = record.get("copy_of") or {}
    match field.name:
        case FieldName.LANGUAGE:
            stated = (record.get("language") or "").lower()
            return stated == value.lower() or stated.startswith(f"{value.lower()}-")
        case FieldName.URL:
            return value == record.get("url") or value in _values(record.get("aliases"))
        case FieldName.COPYOF:
            return value in (origin.get("article_id"), origin.get("url"))
        case FieldName.COUNTRY:
            return any(place.get("country") == value.upper() for place in _values(record.get("places")))
        case FieldName.TOPIC:
            code = f"medtop:{value.removeprefix('medtop:')}"
            return any(
                topic["code"] == code or runs(tokens(value), tokens(topic["name"]))
                for topic in _values(record.get("topics"))
            )
        case FieldName.CHANGED:
            kind = value.lower().replace("-", "_")
            return any(change["class"] == kind for change in _values(record.get("changes")))
        case FieldName.FLAG:
            return any(flag["name"] == value for flag in _values(record.get("flags")))
        case FieldName.IS:
            return {
                "updated": record.get("status") == "UPDATED",
                "copy": bool(origin),
                "original": not origin,
                "removed": record.get("removed") is not None,
                "corrected": record.get("correction") is not None,
            }[value.lower()]
        case FieldName.STORY:
            return bool(value == record.get("story_id"))
        case _:
            return bool(value == record.get(str(field.name)))


def _called(wanted: str, names: Iterable[str | None]) -> bool:
    """Whether a name has all words that are wanted, small misspellings forgiven."""
    words = tokens(wanted)
    return bool(words) and any(
        all(any(alike(word, other) for other in tokens(name)) for word in words) for name in names if name
    )


def _quoted(field: Field, quote: Mapping[str, Any], seen: Seen) -> bool:
    if any_value(field):
        return field.name == FieldName.SAID or quote.get("speaker") is not None
    if field.name == FieldName.SPEAKER:
        known = quote.get("speaker_id") == entity_id("person", field.value)
        return known or _called(field.value, (quote.get("speaker"),))
    words = Seen({"text": quote["text"], "language": seen.language})
    return words.has("text", field.value, exact=field.exact)


def _within(stated: str | None, between: Mapping[str, str], now: datetime) -> bool:
    if not stated:
        return False
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        return False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    least, most = limits(between, now)
    return (least is None or least <= moment) and (most is None or moment < most)


def _values(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)
