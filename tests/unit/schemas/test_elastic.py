"""Index names and mappings."""

import typing
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import msgspec
import pytest

from schemas.elastic import MAPPINGS, Kind, Names, generation_of, period_of, templates
from schemas.fields import CARD, FACETS, GROUPS, SEARCHED
from schemas.records import Change, EnrichedArticle, OutcomeRecord, Record, Saying, Story


def _records_in(annotation: Any) -> list[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return [annotation]
    return [found for argument in typing.get_args(annotation) for found in _records_in(argument)]


def _paths(record: type[Record]) -> Iterator[str]:
    """Every field of a record as it stands in JSON: "quotes.speaker"."""
    for field in msgspec.structs.fields(record):
        yield field.encode_name
        for inner in _records_in(field.type):
            yield from (f"{field.encode_name}.{path}" for path in _paths(inner))


def _mapped(properties: dict[str, Any]) -> Iterator[str]:
    for name, property_ in properties.items():
        yield name
        yield from (f"{name}.{path}" for path in _mapped(property_.get("properties", {})))


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        (Kind.ARTICLES, EnrichedArticle),
        (Kind.VERSIONS, EnrichedArticle),
        (Kind.CHANGES, Change),
        (Kind.OUTCOMES, OutcomeRecord),
        (Kind.QUOTES, Saying),
        (Kind.STORIES, Story),
    ],
)
def test_every_field_of_the_record_is_mapped_and_nothing_else(kind: Kind, record: type[Record]) -> None:
    """A strict index refuses a field without a mapping, so each field that a record can have has one."""
    kept_whole = {
        "entities.mentions",
        "places.location",
        "blocks",
    }  # stored or a geo_point, not fields of their own
    expected = {path for path in _paths(record) if path.rpartition(".")[0] not in kept_whole}
    again = set(MAPPINGS[kind].get("_source", {}).get("excludes", ())) & {
        SEARCHED,
        GROUPS,
        CARD,
        FACETS,
    }  # the text once more, and what follows from other fields
    again |= {"terms", "profile"} if kind is Kind.STORIES else set()  # what the stage compares articles with
    mapped = {path for path in _mapped(MAPPINGS[kind]["properties"]) if path.split(".")[0] not in again}
    assert mapped == expected


def test_all_mappings_are_strict() -> None:
    """An unknown field is refused everywhere, never guessed at."""
    assert {mapping["dynamic"] for mapping in MAPPINGS.values()} == {"strict"}


def test_names_carry_generation_and_month_or_year() -> None:
    """Physical names tell what is in them, aliases do not."""
    names = Names("wire", 12)
    assert names.index(Kind.VERSIONS, "2017-07") == "wire-versions-g12-2017.07"
    assert names.index(Kind.ARTICLES, "2017-07") == "wire-articles-g12-2017"
    assert names.index(Kind.CHANGES) == "wire-changes-g12"
    assert names.alias(Kind.ARTICLES) == "wire-articles"
    assert Names().alias(Kind.IDENTITY) == "identity"


@pytest.mark.parametrize("month", [None, "", "2017-13", "2017-7", "2017-07-01", "*", "2017-07\n"])
def test_a_monthly_index_needs_a_month(month: str | None) -> None:
    """What is no month never becomes part of an index name."""
    with pytest.raises(ValueError, match="expected a month as YYYY-MM"):
        Names().index(Kind.ARTICLES, month)


def test_other_kinds_have_no_month() -> None:
    """There is one index of changes, whatever the month."""
    with pytest.raises(ValueError, match="not dated"):
        Names().index(Kind.CHANGES, "2017-07")


@pytest.mark.parametrize(
    "name", ["wire-versions-g12-2017.07", "wire-articles-g12-2017", "changes-g12", "wire-g3-changes-g12"]
)
def test_generation_is_read_back_from_the_name(name: str) -> None:
    """The generation stands in the physical name."""
    assert generation_of(name) == 12


@pytest.mark.parametrize(
    ("name", "period"),
    [("wire-versions-g12-2017.07", "2017-07"), ("articles-g1-2017", "2017"), ("changes-g12", None)],
)
def test_what_time_an_index_holds_is_read_back_from_its_name(name: str, period: str | None) -> None:
    """A month, a year, or all of it."""
    assert period_of(name) == period


def test_an_index_of_others_has_no_generation() -> None:
    """A name that is not ours is refused."""
    with pytest.raises(ValueError, match="carries no generation"):
        generation_of("articles")


def test_patterns_catch_their_own_generation_alone() -> None:
    """A template of generation 1 says nothing about generation 12, nor about another namespace."""
    for kind in (Kind.ARTICLES, Kind.CHANGES):
        month = "2017-07" if kind is Kind.ARTICLES else None
        pattern = Names("", 1).pattern(kind)
        assert fnmatchcase(Names("", 1).index(kind, month), pattern)
        assert not fnmatchcase(Names("", 12).index(kind, month), pattern)
        assert not fnmatchcase(Names("wire", 1).index(kind, month), pattern)


def test_new_months_join_the_alias_of_a_live_generation_alone() -> None:
    """An index made while a rebuild is under way is not searched before the switch."""
    live = templates("wire", generation=1)
    building = templates("wire", generation=2, live=False)
    assert live["wire-articles-g1"]["template"]["aliases"] == {"wire-articles": {}}
    assert all("aliases" not in body["template"] for body in building.values())


def test_shards_and_replicas_come_from_the_settings() -> None:
    """A cluster's operator decides on shards and replicas."""
    body = templates(shards=3, replicas=2)["versions-g1"]
    index = body["template"]["settings"]["index"]
    assert (index["number_of_shards"], index["number_of_replicas"]) == (3, 2)
