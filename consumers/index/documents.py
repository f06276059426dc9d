"""From a record to the writes that make it searchable. Pure; ids and indices follow from the record alone."""

import base64
from typing import Any, Final

import msgspec

from dateline.ports import IndexAction
from schemas.elastic import Kind, Names
from schemas.fields import CARD, CARD_FIELDS, FACETS, GROUPS, SEARCHED, SEARCHED_FIELDS
from schemas.ids import saying_key
from schemas.languages import analyzed
from schemas.order import standing
from schemas.records import Change, EnrichedArticle, GeoPlace, OutcomeRecord, Record, Saying

_LATEST: Final = 2**63 - 1
_COUNTED: Final = {"people": "person", "organizations": "organization", "places": "place"}


def actions(record: Record | None, names: Names) -> tuple[IndexAction, ...]:
    """The writes of one record. ValueError if it names no month to file it under, or is none that is indexed."""
    match record:
        case EnrichedArticle():
            return _article(record, names)
        case Change():
            return (_action(names.index(Kind.CHANGES), record.id, record),)
        case OutcomeRecord():
            return (_action(names.index(Kind.OUTCOMES, record.time[:7]), outcome_id(record), record),)
        case _:
            raise ValueError(
                f"expected an EnrichedArticle, Change or OutcomeRecord, got {type(record).__name__}"
            )


def outcome_id(record: OutcomeRecord) -> str:
    """One document for each stage's decision on each event as it came in: the same event sent twice has two."""
    return f"{record.origin}/{record.stage}/{record.attempt}"


def document(record: EnrichedArticle) -> dict[str, Any]:
    """The record's own fields, what lists show of it, what it is shown together with, and the text once more in its language where
    that has an analyzer."""
    built: dict[str, Any] = msgspec.to_builtins(record)
    family = record.copy_of.article_id if record.copy_of else record.id
    built[GROUPS] = {"family": family, "story": record.story_id or family}
    built[FACETS] = {
        **{plural: _named(record, kind) for plural, kind in _COUNTED.items()},
        "points": [_point(place) for place in record.places if place.location],
    }
    built[CARD] = base64.b64encode(msgspec.json.encode(_card(built))).decode()
    language = analyzed(record.language)
    if language:
        built[SEARCHED] = {language: {field: built[field] for field in SEARCHED_FIELDS}}
    return built


def _named(record: EnrichedArticle, kind: str) -> list[str]:
    return list(dict.fromkeys(entity.name for entity in record.entities if entity.type == kind))


def _point(place: GeoPlace) -> str:
    assert place.location
    return f"{place.location.lat:g},{place.location.lon:g} {place.name}"


def _card(built: dict[str, Any]) -> dict[str, Any]:
    card = {name: built[name] for name in CARD_FIELDS if built[name] not in (None, ())}
    if built["copy_of"]:
        card["copy_of"] = {"article_id": built["copy_of"]["article_id"]}
    if built["changes"]:
        card["changes"] = [{"class": change["class"]} for change in built["changes"]]
    return card


def sayings(record: EnrichedArticle) -> tuple[Saying, ...]:
    """The direct quotations of a version, each once."""
    found = {
        key: Saying(
            key=key,
            text=quote.text,
            speaker=quote.speaker,
            speaker_id=quote.speaker_id,
            verb=quote.verb,
            medium=quote.medium,
            language=record.language,
            article_id=record.id,
            version_id=record.version_id,
            source=record.source,
            url=record.url,
            headline=record.headline,
            appeared=record.modified or record.published or record.fetched,
        )
        for quote in reversed(record.quotes)
        if quote.direct
        for key in (saying_key(quote.text),)
    }
    return tuple(reversed(found.values()))


def _article(record: EnrichedArticle, names: Names) -> tuple[IndexAction, ...]:
    built = document(record)
    version = IndexAction(
        index=names.index(Kind.VERSIONS, record.month), id=record.version_id, document=built
    )
    if record.status == "WITHDRAWN":
        return (version,)
    quoted = (
        IndexAction(
            index=names.index(Kind.QUOTES),
            id=f"{record.id}/{saying.key}",
            document=msgspec.to_builtins(saying),
            version=_LATEST - record.version_order,  # of all versions that have it the earliest stays
        )
        for saying in sayings(record)
    )
    return (
        version,
        IndexAction(
            index=names.index(Kind.ARTICLES, record.month),
            id=record.id,
            document=built,
            version=standing(record),
        ),
        *quoted,
    )


def _action(index: str, document_id: str, record: Record) -> IndexAction:
    return IndexAction(index=index, id=document_id, document=msgspec.to_builtins(record))
