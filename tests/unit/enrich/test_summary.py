"""Three sentences that sum an article up."""

from consumers.enrich import enrich
from tests.unit.enrich.articles import HARBOUR, article

BRIDGE = (
    "The Mill Bridge over the Tarn will stay closed until October, the county's engineers said on Tuesday.",
    "“Nobody in this valley wants to drive around the lake for another summer, and that is all I will say.”",
    "Repairs to the bridge will cost four million crowns, of which the county has set aside one million so far.",
    "HOW LONG WILL IT TAKE TO MEND A BRIDGE LIKE THIS ONE?",
    "The weather was mild for the time of year.",
    "But they will also look at the bridge over the Tarn at Hallow, which is closed every other October.",
    "A ferry will carry schoolchildren across the Tarn while the bridge is closed, the county council decided.",
)


def _summary(*paragraphs: str, headline: str = "Mill Bridge closed until October") -> tuple[str, ...]:
    return enrich([article(*paragraphs, headline=headline)], without=["names"])[0].summary


def test_takes_three_sentences_of_the_body_in_order() -> None:
    """Each stands in the body word for word, the first matter first."""
    found = _summary(*BRIDGE)
    assert found == (
        "The Mill Bridge over the Tarn will stay closed until October, the county's engineers said on Tuesday.",
        "Repairs to the bridge will cost four million crowns, of which the county has set aside one million so far.",
        "A ferry will carry schoolchildren across the Tarn while the bridge is closed, the county council decided.",
    )


def test_never_takes_words_without_their_speaker() -> None:
    """A sentence that is all quotation, or the half of one, does not speak for the article."""
    said = (
        "“The bridge will be closed until October, and the bridge is what this valley lives by.",
        "“We will repair the bridge over the Tarn by October,” said county engineer Ilse Tarn on Tuesday evening.",
    )
    assert _summary(*said) == ()
    assert not any(sentence.startswith("“") for sentence in _summary(*HARBOUR))


def test_a_sentence_that_leans_on_another_comes_with_it_or_not_at_all() -> None:
    """ "But they" is not taken without those whom it means; next to them it may be."""
    assert not any(sentence.startswith("But") for sentence in _summary(*BRIDGE))
    leaning = "It will stay closed until October because the county's engineers found cracks in its piers."
    assert _summary(BRIDGE[0], leaning) == (BRIDGE[0], leaning)


def test_a_short_text_has_a_short_summary() -> None:
    """What is not there is not made up."""
    assert _summary("The bridge is closed.") == ()
