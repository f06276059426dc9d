"""Which quotations are one saying."""

import pytest

from dateline.quotes import ALTERED, containment, joined, shingles
from schemas.ids import saying_key
from schemas.records import Saying


def _saying(text: str, number: int, source: str = "courier") -> Saying:
    return Saying(
        key=saying_key(text),
        text=text,
        speaker="Ilse Tarn",
        article_id=f"article-{number}",
        version_id=f"version-{number}",
        source=source,
        url=f"https://{source}.example/{number}",
        headline="Boats return",
        appeared=f"2026-03-0{number}T09:00:00Z",
    )


def test_the_same_words_have_one_key() -> None:
    """Case, marks and spaces make no other saying; another word does."""
    assert saying_key("We will wait for the boats.") == saying_key("we will  wait, for the boats")
    assert saying_key("We will wait for the boats.") != saying_key("We will wait for the boat.")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("we will wait for the others until dawn", "We will wait for the others", True),
        ("we shall wait for the others until the dawn comes", "We will wait for the others until dawn", True),
        ("we will wait for the others until dawn", "the harbour is closed to all ships today", False),
        ("the storm is over", "The storm is over.", True),
    ],
)
def test_altered_and_cut_wordings_are_told_from_other_sayings(one: str, other: str, same: bool) -> None:
    """By the share of the shorter one's word triples that stand in the longer."""
    assert (containment(shingles(one), shingles(other)) >= ALTERED) is same


def test_sayings_are_joined_under_their_first_appearance() -> None:
    """The earliest stands first; a copy and a cut wording follow it, and the altered one says by how much."""
    first = _saying("We will wait for the others until dawn.", 1)
    copy = _saying("We will wait for the others until dawn", 2, "ledger")
    cut = _saying("We will wait for the others at least until dawn", 3, "post")
    other = _saying("The harbour is closed to every ship from today.", 4)
    found = joined([first, copy, cut, other])
    assert [(said.first, said.outlets) for said in found] == [(first, 3), (other, 1)]
    assert [(carried.saying, carried.altered) for carried in found[0].others] == [(copy, False), (cut, True)]
