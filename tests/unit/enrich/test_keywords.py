"""The words that tell an article from others."""

import pytest

from consumers.enrich import enrich
from tests.unit.enrich.articles import HARBOUR, article


def _keywords(*paragraphs: str, headline: str = "A headline", language: str = "en") -> tuple[str, ...]:
    return enrich([article(*paragraphs, headline=headline, language=language)], without=["names", "quotes"])[
        0
    ].keywords


def test_finds_words_and_phrases_but_no_stop_words() -> None:
    """What the story repeats and the headline carries comes first; "the" and "said" never come."""
    found = _keywords(
        "The tidal barrier was opened. A tidal barrier keeps the sea out, the engineers said.",
        "Engineers from the yard built the tidal barrier in nine years.",
        headline="Tidal barrier opens",
    )
    assert found[0].lower() == "tidal barrier"
    assert "engineers" in {word.lower() for word in found}
    assert not {"the", "said", "years"} & {word.lower() for word in found}


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("fr", "La marée monte. La marée recouvre la digue et la marée descend.", "marée"),
        ("fr", "C’est l’écluse. On ferme l’écluse, puis on ouvre l’écluse.", "écluse"),
        ("hi", "समुद्र बढ़ता है। समुद्र बाँध को ढकता है और समुद्र लौटता है।", "समुद्र"),
        ("es", "La marea sube. La marea cubre el dique y la marea baja.", "marea"),
        ("ru", "Прилив растёт. Прилив закрывает плотину, и прилив уходит.", "прилив"),
        ("ar", "المد يرتفع. المد يغطي السد ثم ينحسر المد.", "المد"),
        ("zh", "潮汐大坝开放。工程师说潮汐大坝很重要。潮汐大坝花了九年。", "潮汐大坝"),
        ("ja", "防潮堤が完成した。防潮堤は九年かかった。", "防潮堤"),
    ],
)
def test_works_in_the_big_languages(language: str, text: str, word: str) -> None:
    """Spaced and unspaced scripts alike give their repeated term."""
    assert word in {found.lower() for found in _keywords(text, headline="", language=language)}


def test_gives_at_most_twelve_without_repeats() -> None:
    """The list stays short, and no word stands in it twice."""
    found = _keywords(*HARBOUR)
    assert 0 < len(found) <= 12
    assert len({word.lower() for word in found}) == len(found)
