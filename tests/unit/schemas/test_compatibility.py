"""The promise to subscribers and to old messages, as a rule on two JSON Schemas."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from schemas.compatibility import violations
from schemas.jsonschema import topic_schemas
from schemas.topics import ENRICHED

Schema = dict[str, Any]


def _edit(change: Callable[[Schema], object]) -> tuple[Schema, Schema]:
    old = topic_schemas()[ENRICHED.name]
    new = copy.deepcopy(old)
    change(new["$defs"])
    return old, new


def _add_optional(defs: Schema) -> None:
    defs["EnrichedArticle"]["properties"]["mood"] = {"type": "string", "default": ""}


def _widen(defs: Schema) -> None:
    defs["Quote"]["properties"]["text"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}


def _relax(defs: Schema) -> None:
    defs["EnrichedArticle"]["required"].remove("headline")


@pytest.mark.parametrize("change", [_add_optional, _widen, _relax])
def test_what_is_allowed(change: Callable[[Schema], object]) -> None:
    """A field with a default may be added; a type may grow; what was required may be left out."""
    assert violations(*_edit(change)) == []


def _remove(defs: Schema) -> None:
    del defs["Quote"]["properties"]["speaker"]


def _add_required(defs: Schema) -> None:
    defs["EnrichedArticle"]["properties"]["mood"] = {"type": "string"}
    defs["EnrichedArticle"]["required"].append("mood")


def _require(defs: Schema) -> None:
    defs["Quote"]["required"].append("speaker")


def _no_longer_null(defs: Schema) -> None:
    defs["EnrichedArticle"]["properties"]["copy_of"] = {"$ref": "#/$defs/CopyOf"}


def _whole_numbers(defs: Schema) -> None:
    defs["Entity"]["properties"]["salience"]["type"] = "integer"


def _closed_list(defs: Schema) -> None:
    defs["EnrichedArticle"]["properties"]["status"]["enum"] = ["PUBLISHED", "UPDATED"]


def _shorter(defs: Schema) -> None:
    defs["EnrichedArticle"]["properties"]["keywords"]["maxItems"] = 10


def _deep_in_an_option(defs: Schema) -> None:
    del defs["Dateline"]["properties"]["agency"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_remove, ".quotes[].speaker: was removed"),
        (_add_required, ".mood: was added without a default"),
        (_require, ".quotes[].speaker: is required now"),
        (_no_longer_null, ".copy_of: no longer accepts null"),
        (_whole_numbers, ".entities[].salience: no longer accepts number"),
        (_closed_list, ".status: narrowed to the values ['PUBLISHED', 'UPDATED']"),
        (_shorter, ".keywords: maxItems lowered to 10"),
        (_deep_in_an_option, ".dateline.agency: was removed"),
    ],
)
def test_what_breaks_the_promise(change: Callable[[Schema], object], said: str) -> None:
    """Each break is named with its place."""
    assert violations(*_edit(change)) == [said]


def test_a_closed_list_may_grow_but_not_shrink() -> None:
    """A value that was sent once stays valid."""
    old = {"type": "string", "enum": ["a", "b"]}
    assert violations(old, {"type": "string", "enum": ["a", "b", "c"]}) == []
    assert violations(old, {"type": "string", "enum": ["a"]}) == ["the record: narrowed to the values ['a']"]
