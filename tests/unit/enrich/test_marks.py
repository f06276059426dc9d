"""Where quoted words begin and end."""

import pytest

from consumers.enrich.marks import counted_words, passages
from consumers.enrich.text import read


def _texts(*paragraphs: str) -> list[str]:
    return [passage.text for passage in passages(read(paragraphs))]


@pytest.mark.parametrize(
    ("paragraph", "quoted"),
    [
        ("“It is over,” she said. “We won.”", ["It is over,", "We won."]),
        ('"It is over," she said. "We won."', ["It is over,", "We won."]),
        ("‘It’s the players’ union that won,’ she said.", ["It’s the players’ union that won,"]),
        ("'It's over now,' she said, 'and we won.'", ["It's over now,", "and we won."]),
        ("„Es ist vorbei“, sagte sie.", ["Es ist vorbei"]),
        ("»Es ist vorbei«, sagte sie.", ["Es ist vorbei"]),
        ("« C’est fini », dit-elle.", ["C’est fini"]),
        ("”Det är över”, sade hon.", ["Det är över"]),
        ("「もう終わりです」と彼女は述べた。", ["もう終わりです"]),
        ("She called it “a ‘clean’ break”.", ["a ‘clean’ break"]),
        ('A 6" pipe and a 7" pipe.', []),
        ("The boys' club and the girls' club don't meet in the '90s.", []),
        ('He said "[the] deal is done".', ["[the] deal is done"]),
    ],
)
def test_finds_the_words_between_marks(paragraph: str, quoted: list[str]) -> None:
    """Marks of all kinds are told from apostrophes and inches."""
    assert _texts(paragraph) == quoted


def test_offsets_point_at_the_words_within_their_paragraph() -> None:
    """Start and end cut exactly the quoted words out of the paragraph."""
    paragraphs = ["No quote.", "Then “ we waited a long time ” he said."]
    (passage,) = passages(read(paragraphs))
    assert paragraphs[passage.paragraph][passage.start : passage.end] == "we waited a long time"


def test_a_quote_left_open_goes_on_in_the_next_paragraph() -> None:
    """Each paragraph of a long quotation is a passage, tied to the one before."""
    found = passages(read(["“One day we left.", "“The next day we came back,” he said.", "“Other words.”"]))
    assert [(passage.closed, passage.continues) for passage in found] == [
        (False, False),
        (True, True),
        (True, False),
    ]


def test_counts_words_not_marks() -> None:
    """A dash or an ampersand between spaces is no word; Chinese counts by characters."""
    assert counted_words("Salt & Pepper — now") == 3
    assert counted_words("我们不会放弃这个港口") == 5
