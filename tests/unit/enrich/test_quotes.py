"""Who said what."""

import pytest

from consumers.enrich import enrich
from schemas.records import Quote
from tests.unit.enrich.articles import HARBOUR, article


def _quotes(*paragraphs: str) -> tuple[Quote, ...]:
    found = enrich([article(*paragraphs)], without=["keywords"])[0].quotes
    return tuple(quote for quote in found if quote.direct)


def _speakers(*paragraphs: str) -> list[str | None]:
    return [quote.speaker for quote in _quotes(*paragraphs)]


_CAST = (
    "Prime Minister Ingrid Solheim and Henrik Dahl, a lawyer for the fishermen, met in Bergen on Tuesday.",
)


def test_the_harbour_story_has_its_speakers() -> None:
    """Attribution before, after and between; a pronoun; an open quotation; a role."""
    quotes = _quotes(*HARBOUR)
    assert [(quote.paragraph, quote.speaker, quote.verb) for quote in quotes] == [
        (1, "Leena Tormis", "said"),
        (1, "Leena Tormis", "said"),
        (3, "Oskar Vahtra", "said"),
        (5, "Maarja Kask", "said"),
        (6, "Maarja Kask", "said"),
        (7, "Leena Tormis", "rejected"),
    ]
    assert quotes[2].medium == "statement"
    assert all(HARBOUR[quote.paragraph][quote.start : quote.end] == quote.text for quote in quotes)


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("“The boats will sail again,” Solheim told a crowd.", "Ingrid Solheim"),
        ("“The boats will sail again,” said Solheim, who had arrived late.", "Ingrid Solheim"),
        ("“The boats will sail again,” the prime minister said.", "Ingrid Solheim"),
        ("“The boats will sail again,” according to Dahl.", "Henrik Dahl"),
        ("Dahl said: “The boats will sail again.”", "Henrik Dahl"),
        ("Dahl, who has waited for years, said, “The boats will sail again.”", "Henrik Dahl"),
        ("Solheim nodded, adding: “The boats will sail again.”", "Ingrid Solheim"),
        ("“The boats,” Dahl said, “will sail again before the winter.”", "Henrik Dahl"),
        ("The plan “would be good for everyone” in Bergen, Dahl said.", "Henrik Dahl"),
        ("“The boats will sail again,” the lawyer said.", "Henrik Dahl"),
        ("“The boats will sail again,” a harbour spokesman said.", "harbour spokesman"),
        ("“The boats will sail again,” Solheim senior adviser Ottar Moe said.", "Ottar Moe"),
        ("“The boats will sail again,” says the former editor of the Bergen Post, Ottar Moe.", "Ottar Moe"),
        ("Ottar Moe, chairman of the Bergen Fish Council said: “The boats will sail again.”", "Ottar Moe"),
        ("“The boats will sail again,” said Ottar Moe Jr., a skipper.", "Ottar Moe Jr."),
        ("Dahl led her to say, “The boats will sail again.”", "Henrik Dahl"),
        (
            "The harbour was closed. The letter, signed by Dahl, said “the boats will sail again”.",
            "Henrik Dahl",
        ),
        ("Solheim was asked, “Will the boats sail again?”", None),
    ],
)
def test_finds_the_speaker(sentence: str, speaker: str | None) -> None:
    """One sentence of each common form, after both people were introduced."""
    found = [quote.speaker for quote in _quotes(*_CAST, sentence) if len(quote.text.split()) > 3]
    assert found[-1] == speaker


def test_a_heading_has_the_speaker_of_the_words_it_repeats() -> None:
    """A quoted cross-heading is attributed by the paragraph that it announces."""
    assert _speakers(
        *_CAST, "‘Sail again before winter’", "“The boats will sail again before winter,” Dahl said."
    ) == [
        "Henrik Dahl",
        "Henrik Dahl",
    ]


def test_a_quotation_in_single_marks_runs_over_paragraphs() -> None:
    """A single mark that stays open is no apostrophe when the next paragraph opens with one."""
    quotes = _quotes(*_CAST, "Dahl said: ‘We waited for nine years.", "‘We can wait for ten.’")
    assert [(quote.speaker, quote.text) for quote in quotes] == [
        ("Henrik Dahl", "We waited for nine years."),
        ("Henrik Dahl", "We can wait for ten."),
    ]


def test_short_quotations_are_left_out() -> None:
    """Three words between marks are a turn of phrase, four are a quotation."""
    assert _quotes("Dahl called it “far too little”.") == ()
    assert len(_quotes("Dahl called it “far too little help”.")) == 1


def test_a_title_is_no_quotation() -> None:
    """The name of a work in quotation marks was said by nobody."""
    assert _quotes("He wrote the novel “The Long Way Down North” in Bergen.") == ()


def test_speaker_id_is_the_entity_of_the_speaker() -> None:
    """A quote points at the entity that said it."""
    (after,) = enrich([article(*HARBOUR)])
    ids = {entity.id: entity.name for entity in after.entities}
    assert {quote.speaker for quote in after.quotes} == {
        ids[quote.speaker_id or ""] for quote in after.quotes
    }
