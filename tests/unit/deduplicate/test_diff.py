"""Word diffs, paragraph by paragraph."""

from hypothesis import given
from hypothesis import strategies as st

from consumers.deduplicate import diff_articles, diff_words
from consumers.deduplicate.diff import align
from tests.unit.deduplicate.world import HARBOUR, ORCHARD, article

TEXTS = st.lists(
    st.sampled_from(["pier", "“storm”", "14", "the", ",", "—", "Vellmar", "14.5%"]), max_size=12
).map(" ".join)


@given(before=TEXTS, after=TEXTS)
def test_pieces_make_up_both_texts(before: str, after: str) -> None:
    """Without the words taken out the pieces are the newer text; without those put in, the older one."""
    pieces = diff_words(before, after)
    assert "".join(text for op, text in pieces if op != "-") == after
    older = "".join(text for op, text in pieces if op != "+")
    assert older.replace(" ", "") == before.replace(" ", "")


def test_only_what_changed_is_marked() -> None:
    """A changed figure is one word out and one word in."""
    assert diff_words("The board set aside 14 million crowns.", "The board set aside 15 million crowns.") == [
        ("=", "The board set aside"),
        ("-", " 14"),
        ("+", " 15"),
        ("=", " million crowns."),
    ]


def test_moved_paragraph_is_recognised() -> None:
    """A paragraph that stands elsewhere is moved, not removed and added; its neighbours are the same."""
    old, new = article(HARBOUR), article([HARBOUR[3], *HARBOUR[:3], HARBOUR[4]])
    kinds = {
        block.where: block.kind for block in diff_articles(old, new) if block.where.startswith("paragraphs")
    }
    assert kinds == {
        "paragraphs[0]": "moved",
        "paragraphs[1]": "same",
        "paragraphs[2]": "same",
        "paragraphs[3]": "same",
        "paragraphs[4]": "same",
    }


def test_added_removed_and_changed_paragraphs() -> None:
    """Each paragraph of either version is in the diff once, in reading order."""
    old = article([HARBOUR[0], HARBOUR[1], HARBOUR[2]])
    new = article([HARBOUR[0].replace("14", "15"), HARBOUR[2], ORCHARD[0]])
    blocks = [block for block in diff_articles(old, new) if block.where.startswith("paragraphs")]
    assert [(block.kind, block.where) for block in blocks] == [
        ("changed", "paragraphs[0]"),
        ("removed", "paragraphs[1]"),
        ("same", "paragraphs[1]"),
        ("added", "paragraphs[2]"),
    ]


def test_fields_are_compared_too() -> None:
    """Headline and byline are in the diff, fields that neither has are not."""
    old, new = article(headline="Pier broken", authors=("A. Vestby",)), article(headline="Pier mended")
    blocks = {block.where: block.kind for block in diff_articles(old, new)}
    assert (blocks["headline"], blocks["authors"]) == ("changed", "removed")
    assert "kicker" not in blocks


@given(st.lists(st.sampled_from(HARBOUR + ORCHARD)), st.lists(st.sampled_from(HARBOUR + ORCHARD)))
def test_every_line_is_paired_once(before: list[str], after: list[str]) -> None:
    """Alignment loses no line and uses none twice."""
    pairs = align(before, after)
    assert sorted(p.before for p in pairs if p.before is not None) == list(range(len(before)))
    assert sorted(p.after for p in pairs if p.after is not None) == list(range(len(after)))


def test_paragraphs_laid_out_anew_are_the_same() -> None:
    """Where paragraphs were run together and cut apart, only words that changed are marked."""
    old = article(HARBOUR)
    text = " ".join(HARBOUR).replace("14 million", "15 million")
    new = article(text.replace(". ", ".\n").splitlines())
    for one, other in ((old, new), (new, old)):
        blocks = [block for block in diff_articles(one, other) if block.where.startswith("paragraphs")]
        assert [block.where for block in blocks] == [f"paragraphs[{n}]" for n in range(len(other.paragraphs))]
        assert [block.kind for block in blocks] == ["changed"] + ["same"] * (len(other.paragraphs) - 1)
        marked = {piece.text.strip() for block in blocks for piece in block.pieces if piece.op != "="}
        assert marked == {"14", "15"}
