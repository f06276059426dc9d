"""Speech reported without marks."""

import pytest

from consumers.enrich import enrich
from schemas.records import Quote
from tests.unit.enrich.articles import article

CAST = "Prime Minister Ingrid Solheim and Henrik Dahl, a lawyer for the fishermen, met in Bergen on Tuesday."


def _reported(sentence: str) -> list[Quote]:
    found = enrich([article(CAST, sentence)], without=["keywords", "topics", "summary", "embedding"])[
        0
    ].quotes
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
