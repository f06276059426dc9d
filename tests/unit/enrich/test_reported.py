"""Speech reported without marks."""

import msgspec
import pytest

from consumers.enrich import enrich
from schemas.records import Dateline, Quote
from tests.unit.enrich.articles import article

CAST = "Prime Minister Ingrid Solheim and Henrik Dahl, a lawyer for the fishermen, met in Bergen on Tuesday."

_WITHOUT = ("keywords", "topics", "summary", "embedding")


def _reported(sentence: str) -> list[Quote]:
    found = enrich([article(CAST, sentence)], without=_WITHOUT)[0].quotes
    return [quote for quote in found if not quote.direct]


@pytest.mark.parametrize(
    ("sentence", "speaker", "words", "verb"),
    [
        (
            "Solheim said that the quota would be cut by half.",
            "Ingrid Solheim",
            "the quota would be cut by half",
            "said",
        ),
        (
            "Dahl told reporters on Monday that the boats would stay in port.",
            "Henrik Dahl",
            "the boats would stay in port",
            "told",
        ),
        (
            "The quota would be cut by half, Solheim said.",
            "Ingrid Solheim",
            "The quota would be cut by half",
            "said",
        ),
        (
            "Dahl says the boats will stay in port until then.",
            "Henrik Dahl",
            "the boats will stay in port until then",
            "says",
        ),
        (
            "According to Dahl, the boats will stay in port.",
            "Henrik Dahl",
            "the boats will stay in port",
            "according to",
        ),
        (
            "Analysts warned that the fleet may never sail again.",
            "Analysts",
            "the fleet may never sail again",
            "warned",
        ),
    ],
)
def test_finds_what_someone_is_reported_to_have_said(
    sentence: str, speaker: str, words: str, verb: str
) -> None:
    """Behind the verb, before it, and after "according to"; marked as not direct, with its place."""
    (quote,) = _reported(sentence)
    assert (quote.speaker, quote.text, quote.verb) == (speaker, words, verb)
    assert sentence[quote.start : quote.end] == words


@pytest.mark.parametrize(
    "sentence",
    [
        "The quota that Solheim described was cut by half last year.",
        "Solheim signed the law that cuts the quota by half.",
        "A look at the maps reveals that the ice has gone from the bay.",
        "“The quota will be cut by half this year,” Solheim said that evening.",
        "Solheim said no.",
    ],
)
def test_leaves_out_what_is_no_reported_speech(sentence: str) -> None:
    """Relative clauses, findings of nobody, quotations, and what is too short."""
    assert _reported(sentence) == []


def test_a_pronoun_is_whoever_spoke_before() -> None:
    """ "She added that" goes on with the one who was reported last."""
    body = (
        CAST,
        "Solheim said that the quota would be cut by half. She added that the fishermen had been heard.",
    )
    found = enrich([article(*body)], without=["keywords", "topics", "summary", "embedding"])[0].quotes
    assert [(quote.speaker, quote.direct) for quote in found] == [("Ingrid Solheim", False)] * 2


@pytest.mark.parametrize(
    "opening", ["BERGEN (Wire) — ", "BERGEN, Nov. 3 (Wire) - ", "OSLO, Norway — ", "Bergen (Wire) — "]
)
@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The quota will be cut, Ingrid Solheim said.", "The quota will be cut"),
        ("According to Ingrid Solheim, the quota will be cut.", "the quota will be cut"),
    ],
)
def test_nobody_says_the_dateline(opening: str, sentence: str, words: str) -> None:
    """A body's first words say where it was filed; reported speech begins behind them."""
    one = msgspec.structs.replace(
        article(opening + sentence), dateline=Dateline(text=opening.strip(), place="Bergen")
    )
    (found,) = enrich([one], without=_WITHOUT)[0].quotes
    assert (found.text, found.speaker) == (words, "Ingrid Solheim")


@pytest.mark.parametrize(
    "behind",
    [
        "Henrik Dahl",
        "Henrik Dahl, chair of the council",
        "Henrik Dahl of the Fishing Union in Bergen",
        "the lawyer",
    ],
)
def test_a_speaker_may_be_named_last(behind: str) -> None:
    """Behind "said" stands who said it, however long the description is."""
    (found,) = _reported(f"The survey found that the quota would be cut, said {behind}.")
    assert (found.text, found.speaker) == ("The survey found that the quota would be cut", "Henrik Dahl")


def test_what_one_said_of_another_is_his() -> None:
    """A name behind "said" may begin the words that are reported."""
    (found,) = _reported("Solheim, the prime minister, said Henrik Dahl, a lawyer, was wrong.")
    assert (found.text, found.speaker) == ("Henrik Dahl, a lawyer, was wrong", "Ingrid Solheim")
