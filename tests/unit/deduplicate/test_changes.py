"""Classified changes between two versions."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from consumers.deduplicate import compare
from consumers.deduplicate.changes.edit import split
from consumers.deduplicate.changes.pack import pack
from schemas.records import Article, Dateline, RelatedLink
from tests.unit.deduplicate.world import HARBOUR, ORCHARD, article

OLD = article(
    headline="Vellmar to rebuild its broken pier",
    standfirst="The board sets aside 14 million crowns",
    authors=("Mira Kessler",),
    dateline=Dateline(text="VELLMAR, March 3"),
    published="2026-03-03T09:00:00Z",
    modified="2026-03-03T09:00:00Z",
)


def newer(**fields: Any) -> Article:
    """The article as it stood later that day."""
    later = {"modified": "2026-03-03T15:00:00Z", "fetched": "2026-03-03T15:05:00Z"}
    return msgspec.structs.replace(OLD, **(later | fields))


def swapped(before: str, after: str) -> Article:
    """A later version with some words of the body exchanged."""
    text = "\n".join(HARBOUR)
    assert before in text
    return newer(paragraphs=tuple(text.replace(before, after).splitlines()))


def kinds(new: Article, old: Article = OLD) -> set[str]:
    return {change.kind for change in compare(old, new).changes}


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        (newer(headline="Pier of Vellmar to rise again"), "headline"),
        (newer(standfirst="Boats land at the western pier"), "standfirst"),
        (newer(authors=("Mira Kessler", "Joram Pell")), "byline"),
        (newer(dateline=Dateline(text="ARLEN, March 3")), "dateline"),
        (newer(published="2026-03-04T09:00:00Z"), "published_time_changed"),
        (swapped("14 million", "15 million"), "number"),
        (swapped("seven months", "nine months"), "number"),
        (swapped("on Tuesday", "on Wednesday"), "number"),
        (swapped("in May", "in June"), "number"),
        (swapped("Solvang", "Solvanger"), "name"),
        (swapped("Vellmar", "Arlen"), "name"),
        (swapped("another winter to pass", "another year to pass"), "quote_altered"),
        (swapped("said Ingrid Solvang", "said Tomas Breck"), "attribution"),
        (swapped("had broken", "may have broken"), "softened"),
        (swapped("fear for", "allegedly fear for"), "softened"),
        (swapped("promised", "threatened"), "hardened"),
        (newer(paragraphs=(*HARBOUR, ORCHARD[0])), "expansion"),
        (newer(paragraphs=tuple(HARBOUR[:4])), "cut"),
        (newer(paragraphs=(HARBOUR[0], HARBOUR[1], ORCHARD[2], ORCHARD[3], ORCHARD[0])), "rewrite"),
        (
            newer(paragraphs=(*HARBOUR, "“It was high time that this was done,” said Joram Pell.")),
            "quote_added",
        ),
        (
            newer(
                paragraphs=(*HARBOUR, "Correction: an earlier version of this article gave the wrong month.")
            ),
            "correction",
        ),
        (newer(correction="The month was given wrongly and has been put right."), "correction"),
        (newer(paragraphs=("This article has been retracted.",)), "retraction"),
    ],
)
def test_each_class_is_found(new: Article, kind: str) -> None:
    """An edit is given its class, with evidence, a place and an importance between 0 and 1."""
    found = {change.kind: change for change in compare(OLD, new).changes}
    assert kind in found
    change = found[kind]
    assert change.before or change.after
    assert change.where
    assert 0 < change.importance <= 1


@pytest.mark.parametrize(
    ("new", "only"),
    [
        (swapped("14 million", "15 million"), {"number"}),
        (swapped("Solvang", "Solvanger"), {"name"}),
        (swapped("said Ingrid Solvang", "said Tomas Breck"), {"attribution"}),
        (swapped("fear for", "allegedly fear for"), {"softened"}),
        (
            newer(paragraphs=(*HARBOUR, "“It was high time that this was done,” said Joram Pell.")),
            {"quote_added"},
        ),
        (newer(paragraphs=(HARBOUR[0], HARBOUR[2], HARBOUR[1], *HARBOUR[3:])), set()),
    ],
)
def test_small_edit_carries_no_other_class(new: Article, only: set[str]) -> None:
    """An edit of one kind is called that and nothing else; a moved paragraph is no classified change."""
    assert kinds(new) == only


def test_quote_that_goes_is_removed() -> None:
    """A direct quote that is gone is found with its words."""
    old = newer(paragraphs=(*HARBOUR, "“It was high time that this was done,” said Joram Pell."))
    [change] = compare(old, newer(modified="2026-03-03T20:00:00Z")).changes
    assert (change.kind, change.before) == ("quote_removed", "It was high time that this was done,")


def test_correction_says_what_it_concerns() -> None:
    """A correction's evidence is its text, and the older wording that it most likely speaks of."""
    note = "Correction: An earlier version of this article misstated the sum set aside for the eastern pier."
    edited = swapped("14 million", "15 million")
    new = msgspec.structs.replace(edited, paragraphs=(*edited.paragraphs, note))
    correction = next(change for change in compare(OLD, new).changes if change.kind == "correction")
    assert correction.after == note
    assert "14 million" in (correction.before or "")


def test_silent_edit_is_one_that_nothing_tells_of() -> None:
    """The same edit is silent when `modified` stays, and not when it moves or a note is added."""
    edited = swapped("14 million", "15 million")
    silent = msgspec.structs.replace(edited, modified=OLD.modified)
    noted = msgspec.structs.replace(silent, correction="The sum was given wrongly.")
    assert kinds(silent) == {"number", "silent_edit"}
    assert "silent_edit" not in kinds(edited) | kinds(noted)


NOISE: dict[str, Callable[[], Article]] = {
    "quotation marks": lambda: newer(
        paragraphs=tuple(p.replace("“", '"').replace("”", '"').replace("'", "’") for p in HARBOUR)
    ),
    "white space": lambda: newer(paragraphs=tuple(p.replace(" ", "\u00a0 ") + "\n" for p in HARBOUR)),
    "relative time": lambda: newer(paragraphs=("Updated 5 minutes ago", *HARBOUR)),
    "counters": lambda: newer(paragraphs=(*HARBOUR, "1,204 views", "37 comments", "Share this article")),
    "advertising": lambda: newer(paragraphs=(HARBOUR[0], "Advertisement", *HARBOUR[1:])),
    "related links": lambda: newer(related=(RelatedLink(headline="Ferry to run twice a day"),)),
    "tracking": lambda: newer(url="https://courier.example/pier?utm_source=feed"),
}


@pytest.mark.parametrize("name", NOISE)
def test_noise_is_no_change(name: str) -> None:
    """What changes by itself on a page is no change of the article."""
    assert compare(OLD, NOISE[name]()) == compare(OLD, OLD)


def test_similarity_is_the_share_of_words_kept() -> None:
    """1 for the same text, about the kept share for a cut, near 0 for another text."""
    assert compare(OLD, newer()).similarity == 1.0
    assert compare(OLD, swapped("14 million", "15 million")).similarity > 0.95
    assert 0.5 < compare(OLD, newer(paragraphs=tuple(HARBOUR[:2]))).similarity < 0.8
    assert compare(OLD, newer(paragraphs=tuple(ORCHARD))).similarity < 0.3


def test_language_without_a_pack_still_shows_figures_and_quotes() -> None:
    """Without word lists, figures, quotes and extent are classified; names and wording are not guessed."""
    old = article(
        ["Il consiglio di Vellmar ha votato martedì 14 milioni di corone per il porto."], language="it"
    )
    new = msgspec.structs.replace(
        old,
        paragraphs=("Il consiglio di Arlen ha votato martedì 15 milioni di corone per il porto.",),
        modified="2026-03-03T15:00:00Z",
    )
    assert kinds(new, old) == {"number"}


def test_sentences_end_where_a_reader_would_end_them() -> None:
    """Abbreviations, initials and decimals end no sentence; closing quotes belong to theirs."""
    text = "Dr. J. Pell paid 1.5 million to St. Olaf's. “It is done.” The U.S. ship left."
    assert list(split(text, pack("en"))) == [
        "Dr. J. Pell paid 1.5 million to St. Olaf's.",
        "“It is done.”",
        "The U.S. ship left.",
    ]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("said mayor Karin Dahl", "said deputy mayor Lars Ek", "attribution"),
        (
            "according to Erik Holm, the head of planning",
            "according to Jonas Friis, the head of planning",
            "attribution",
        ),
        ("according to Erik Holm", "according to Eric Holm", "name"),
        ("Dahl & Sons, claims", "Dahl & Daughters, claims", "name"),
        ("Opponents of the plan say", "Residents of the old town say", "attribution"),
        ("the United States will", "the United States may", "softened"),
        ("three cranes", "3 cranes", None),
    ],
)
def test_speakers_names_and_spelling_are_told_apart(before: str, after: str, kind: str | None) -> None:
    """The same place in a sentence may hold a speaker, a name or a matter of style."""
    text = (
        "“This is the best plan,” said mayor Karin Dahl. The bridge opens in spring, according to Erik Holm, the head of "
        "planning. His rival, Dahl & Sons, claims that the three cranes were inspected twice before the winter came.\n"
        "Opponents of the plan say that it will bring more traffic. Its owner in the United States will not comment."
    )
    assert before in text
    old, new = (
        article(words.splitlines(), modified=f"2026-03-03T{hour}:00:00Z")
        for hour, words in (("10", text), ("11", text.replace(before, after)))
    )
    assert kinds(new, old) == ({kind} if kind else set())
