"""A query asked of one record in memory."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.query import QueryError, matcher
from dateline.query.words import edits
from schemas.records import Entity, GeoPlace, Quote, to_builtins
from schemas.records import Topic as Subject
from tests.archive import BOATS, COPY

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
RECORD = msgspec.structs.replace(
    BOATS,
    entities=(
        *BOATS.entities,
        Entity(id="p9", name="Tarn", canonical="Ilse Tarn", type="person", salience=0.2),
        Entity(id="o1", name="Saltmarsh Rowing Club", type="organization", salience=0.2),
    ),
    quotes=(
        *BOATS.quotes,
        Quote(text="The quay needs new lights", speaker="Ilse Tarn", paragraph=1, start=0, end=9),
    ),
    topics=(Subject(code="medtop:11000000", uri="http://x", name="politics and government", confidence=0.9),),
    places=(GeoPlace(name="Tallinn", kind="city", country="EE"),),
    tags=("Storm Åse",),
)


def _matches(query: str, record: Any = RECORD) -> bool:
    return matcher(query, now=lambda: NOW)(record)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "boats saltmarsh",
        "boat returning",  # in any inflection of the article's language
        "BOATS",
        '"boats return to saltmarsh"',
        "salt*",
        "boats -tram",
        "tram OR boats",
        "(tram OR boats) AND saltmarsh",
        "headline:boats body:pier",
        'author:"Mara Quill"',
        "source:courier section:coast",
        "language:en",
        'people:"Odo Fennick" AND topics:politics',
        "person:Fenick",  # a letter is missing
        'person:"Ilse Tarn"',  # the article calls her Tarn
        "org:rowing",
        "name:tarn",
        'speaker:"Ilse Tarn" said:quay',
        'said:"needs new lights"',
        "topic:medtop:11000000",
        "country:ee",
        'tag:"storm ase"',
        "published:2026-03-02",
        "published:2026",
        "published:2026-02-28..2026-03-02",
        "published:>=2026-03 published:<2026-04",
        "published:7d",
        "modified:yesterday",
        "is:updated is:original -is:removed",
        "changed:number",
        f"id:{BOATS.id}",
        BOATS.url,
        "boats …",
        "person:* org:* name:*",
        "speaker:* said:quay",
        "topic:* country:* tag:* modified:* changed:* language:* headline:*",
        "-copyof:* -flag:*",
    ],
)
def test_answers(query: str) -> None:
    """What the index would find by this query, the record answers too."""
    assert _matches(query)
    assert _matches(query, to_builtins(RECORD))


@pytest.mark.parametrize(
    "query",
    [
        "tram",
        "boats tram",
        "boats -saltmarsh",
        '"return boats"',
        "headline:pier",
        "source:cour",
        "language:e",
        "person:Saltmarsh",
        "speaker:Fennick said:quay",  # two quotations
        "topic:sport",
        "country:DE",
        "published:2025",
        "published:>2026-03",
        "published:<2026-03-02",
        "modified:today",
        "fetched:1h",
        "is:copy",
        "changed:headline",
        "story:s1",
        "https://courier.example/other",
    ],
)
def test_does_not_answer(query: str) -> None:
    """What the index would not find, the record does not answer."""
    assert not _matches(query)


def test_a_copy_names_its_origin() -> None:
    """By the origin's id or address."""
    assert _matches(f"copyof:{BOATS.id} is:copy", COPY)
    assert _matches(f"copyof:{BOATS.url}", COPY)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("weather:sunny", "no field 'weather'"),
        ("(boats", "not closed"),
        ("is:nice", "is: expected one of"),
        ("published:soon", "published: expected 2017"),
    ],
)
def test_says_at_once_what_cannot_be_read(query: str, message: str) -> None:
    """Before the first record comes."""
    with pytest.raises(QueryError, match=message):
        matcher(query)


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ("brandt", "brandt", 0),
        ("brandt", "barndt", 1),
        ("brandt", "brant", 1),
        ("brandt", "brand", 1),
        ("", "ab", 2),
    ],
)
def test_counts_misspellings(one: str, other: str, number: int) -> None:
    """A letter left out or too many, another letter, two letters swapped: each counts one."""
    assert edits(one, other) == edits(other, one) == number


@given(st.text(max_size=60))
def test_any_text_is_answered_or_refused(typed: str) -> None:
    """Whatever somebody types: an answer, or what is wrong with it."""
    try:
        wanted = matcher(typed, now=lambda: NOW)
    except QueryError:
        return
    assert wanted(RECORD) in (True, False)
