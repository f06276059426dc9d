"""JSON Schemas of what the topics hold, made from the records."""

import inspect
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from schemas.headers import headers_of
from schemas.records import Record
from schemas.topics import TOPICS, Topic
from schemas.vocabulary import term

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TIMES: Final = frozenset(
    {"published", "modified", "fetched", "detected", "time", "first_seen", "last_seen", "updated"}
)
_SHARES: Final = frozenset({"importance", "salience", "score", "containment_here", "containment_there"})


def topic_schema(topic: Topic) -> Schema:
    """The schema of a topic's values, complete in one document. ValueError for topics of untouched bytes."""
    if topic.value is None:
        raise ValueError(f"{topic.name} holds untouched bytes: it has no schema of values")
    reference, definitions = record_schemas((topic.value,), "#/$defs/{name}")
    return {
        "$schema": DIALECT,
        "$id": f"urn:dateline:{topic.name}",
        "title": topic.name,
        "description": topic.about,
        **reference[0],
        "$defs": definitions,
    }


def topic_schemas() -> dict[str, Schema]:
    """The schemas of all topics that hold records, by topic."""
    return {topic.name: topic_schema(topic) for topic in TOPICS if topic.value is not None}


def record_schemas(
    records: tuple[type[Record], ...], template: str
) -> tuple[list[Schema], dict[str, Schema]]:
    """For each record a reference to its schema, and the schemas by the record's name."""
    references, definitions = msgspec.json.schema_components(records, ref_template=template)
    for record in _reachable(records):
        definition = definitions[record.__name__]
        definition["description"] = inspect.cleandoc(definition["description"])
        for field in msgspec.structs.fields(record):
            described = definition["properties"][field.encode_name]
            described["description"] = term(record, field.name).about
            _refine(field.encode_name, described)
    return list(references), dict(sorted(definitions.items()))


def header_schema(topic: Topic) -> Schema:
    """The schema of a topic's headers: strings all, others allowed."""
    headers = headers_of(topic)
    return {
        "type": "object",
        "properties": {h.name: {"type": "string", "description": h.about} for h in headers},
        "required": [h.name for h in headers if h.required],
    }


def _refine(name: str, schema: Schema) -> None:
    """What the types do not say: which strings are times, which numbers are shares."""
    options = schema.get("anyOf", [schema])
    for option in options:
        if name in _TIMES and option.get("type") == "string":
            option["format"] = "date-time"
        if name in _SHARES and option.get("type") == "number":
            option |= {"minimum": 0, "maximum": 1}


def _reachable(records: tuple[type[Record], ...]) -> set[type[Record]]:
    found: set[type[Record]] = set()
    waiting = list(records)
    while waiting:
        record = waiting.pop()
        if record not in found:
            found.add(record)
            for field in msgspec.structs.fields(record):
                waiting += _records_in(field.type)
    return found


def _records_in(annotation: Any) -> Iterator[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _records_in(argument)
