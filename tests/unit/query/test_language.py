"""The query language."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dateline.query import All, Clause, Either, Field, Node, QueryError, Without, compiled, parse
from dateline.query.language import DEEPEST, LONGEST, MOST, FieldName


def words(*texts: str) -> All:
    return All(tuple(Clause(text) for text in texts))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ceasefire deal", words("ceasefire", "deal")),
        ("ceasefire AND deal", words("ceasefire", "deal")),
        ("tram OR bus fare", Either((Clause("tram"), words("bus", "fare")))),
        ("(tram OR bus) fare", All((Either((Clause("tram"), Clause("bus"))), Clause("fare")))),
        ("tram -bus", All((Clause("tram"), Without(Clause("bus"))))),
        ("tram NOT bus", All((Clause("tram"), Without(Clause("bus"))))),
        ("+tram", Clause("tram")),
        ('"harbour plan"', Clause("harbour plan", exact=True)),
        ("“harbour plan”", Clause("harbour plan", exact=True)),
        ("„Haus am See“", Clause("Haus am See", exact=True)),
        ("«port neuf»", Clause("port neuf", exact=True)),
        ('speaker:"Ada Brandt"', Field(FieldName.SPEAKER, "Ada Brandt", exact=True)),
        ("org:Wire", Field(FieldName.ORGANIZATION, "Wire")),
        ("copyof:https://a.example/b?c=1", Field(FieldName.COPYOF, "https://a.example/b?c=1")),
        ("https://a.example/b", Field(FieldName.URL, "https://a.example/b", exact=True)),
        ("-(tram OR bus)", Without(Either((Clause("tram"), Clause("bus"))))),
    ],
)
def test_reads(typed: str, expected: Node) -> None:
    """Words, phrases in any script's marks, AND OR NOT and -, groups and fields are read as people mean them."""
    assert parse(typed) == expected


@pytest.mark.parametrize(
    "typed", ["rock-n-roll", "C++", "AT&T", "10:30", "it's", "what?!", "5G/6G", "#vote", "a*"]
)
def test_signs_in_words(typed: str) -> None:
    """Signs within a word are of the word."""
    assert parse(typed) == Clause(typed)


def test_empty() -> None:
    """Nothing typed means everything."""
    assert compiled(parse("  ")) == {"match_all": {}}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("(tram", "not closed"),
        ("tram)", "“)” at character 5 closes nothing"),
        ('tram "bus', "quotation mark at character 6 is not closed"),
        ("tram AND", "something is missing at the end, after 'AND'"),
        ("colour:red", "no field 'colour' (at character 1); the fields are headline"),
        ('""', "nothing between the quotation marks"),
        ("tram speaker: Brandt", "nothing after 'speaker:' at character 6"),
        ("published:2017-02-31", "expected 2017, 2017-07, 2017-07-08"),
        ("published:soon", "expected 2017, 2017-07, 2017-07-08"),
        ("is:good", "expected one of copy, corrected"),
        ("changed:corrections", "expected one of attribution, byline, correction"),
        ("x" * (LONGEST + 1), f"up to {LONGEST} characters"),
        ("(" * (DEEPEST + 1) + "x" + ")" * (DEEPEST + 1), f"up to {DEEPEST} groups"),
        ("x " * (MOST + 1), f"up to {MOST} words"),
    ],
)
def test_says_what_is_wrong(typed: str, message: str) -> None:
    """A query that cannot be read is answered with where and why."""
    with pytest.raises(QueryError) as caught:
        compiled(parse(typed))
    assert message in str(caught.value)


@given(st.text(st.sampled_from('ab :"()-+*“”„«»ANDORT.<>=2017_\n'), max_size=40))
@example("AND" * 20)
@example("OR OR OR")
@example("- - -")
def test_never_fails_otherwise(typed: str) -> None:
    """Whatever is typed is a query, or an error that says what is wrong."""
    with contextlib.suppress(QueryError):
        compiled(parse(typed))


def test_one_quotation() -> None:
    """speaker: and said: side by side must meet in one quotation."""
    query = compiled(parse("speaker:Brandt said:budget"))
    (nested,) = query["bool"]["must"]
    speaker, said = nested["nested"]["query"]["bool"]["must"]
    assert "quotes.speaker.text" in speaker["bool"]["should"][0]["match"]
    assert list(said["match"]) == ["quotes.text"]


def test_changed_looks_up() -> None:
    """changed: finds articles by any of their versions, by way of the changes."""
    asked: list[str] = []

    def lookup(kind: str) -> list[str]:
        asked.append(kind)
        return ["a1", "a2"]

    query = compiled(parse("changed:silent-edit"), lookup)
    assert query == {"bool": {"filter": [{"terms": {"id": ["a1", "a2"]}}]}}
    assert asked == ["silent_edit"]


@pytest.mark.parametrize(
    ("typed", "limits"),
    [
        ("2017", {"gte": "2017", "lte": "2017||/y"}),
        ("2017-07", {"gte": "2017-07", "lte": "2017-07||/M"}),
        ("2017-07-01..2017-07-09", {"gte": "2017-07-01", "lte": "2017-07-09||/d"}),
        ("..2017", {"lte": "2017||/y"}),
        (">=2017-07", {"gte": "2017-07"}),
        (">2017-07-08", {"gt": "2017-07-08||/d"}),
        ("<2017", {"lt": "2017"}),
        ("7d", {"gte": "now-7d"}),
        ("today", {"gte": "now/d"}),
    ],
)
def test_dates(typed: str, limits: dict[str, str]) -> None:
    """A year, month or day means all of it; spans include both ends."""
    assert compiled(parse(f"published:{typed}")) == {"bool": {"filter": [{"range": {"published": limits}}]}}
