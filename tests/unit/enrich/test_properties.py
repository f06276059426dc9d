"""What holds for any text at all."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.enrich import enrich
from consumers.enrich.marks import passages
from consumers.enrich.text import read
from tests.unit.enrich.articles import article

_PIECES = st.sampled_from(
    [
        *"\"“”‘’'«»„.,:;!?()[]—- \n",
        "Leena Tormis",
        "she said",
        "told",
        " the ",
        "Oslo",
        "U.S.",
        "of",
        "Dr.",
        "é",
        "中文",
        "İ",
        "\u2028",
    ]
)
_PARAGRAPHS = st.lists(
    st.lists(st.one_of(_PIECES, st.text(max_size=4)), max_size=25).map("".join), max_size=6
)


@given(_PARAGRAPHS)
@settings(max_examples=60, deadline=None)
def test_offsets_hold_and_nothing_raises(paragraphs: list[str]) -> None:
    """Whatever the text, the step answers, and each mention and quote is where it says."""
    (after,) = enrich([article(*paragraphs)])
    for quote in after.quotes:
        assert paragraphs[quote.paragraph][quote.start : quote.end] == quote.text
    for entity in after.entities:
        assert entity.mentions
        for mention in entity.mentions:
            assert paragraphs[mention.paragraph][mention.start : mention.end] == mention.text


@given(_PARAGRAPHS)
@settings(max_examples=300, deadline=None)
def test_passages_do_not_overlap(paragraphs: list[str]) -> None:
    """Quoted passages are in order and apart from each other."""
    found = passages(read(paragraphs))
    for one, other in pairwise(found):
        assert (one.paragraph, one.end) <= (other.paragraph, other.start) or one.paragraph < other.paragraph
