"""How values look on a page."""

from reader.text import bare, excerpt, told

PIECES = (
    ("=", "Word " * 40 + "at the pier"),
    ("-", " three"),
    ("+", " <b>four</b>"),
    ("=", " boats came back " + "and then " * 40),
)


def test_a_word_diff_is_marked() -> None:
    """What went and came stand in elements with spaces outside; text is escaped; either side can stand alone."""
    changed = (*PIECES[1:3], ("=", " boats"))
    assert told(changed) == " <del>three</del> <ins>&lt;b&gt;four&lt;/b&gt;</ins> boats"
    assert told(changed, "-") == " <ins>&lt;b&gt;four&lt;/b&gt;</ins> boats"
    assert told([("-", "Two"), ("+", "Three")]) == "<del>Two</del> <ins>Three</ins>"


def test_what_did_not_change_is_cut_short() -> None:
    """Of a long text the words around a change stay, whole; the change itself does."""
    shown = "".join(text for _, text in excerpt(PIECES))
    assert len(shown) < 200
    assert shown.startswith(" … ")
    assert "at the pier three <b>four</b> boats came back" in shown
    assert shown.endswith(" …")
    assert excerpt([("=", "Short "), ("+", "and new")]) == [("=", "Short "), ("+", "and new")]


def test_a_quotation_that_stands_alone_ends_without_its_comma() -> None:
    """The comma belongs to the sentence around it."""
    assert (bare("We had given up on them,"), bare("We had, then.")) == (
        "We had given up on them",
        "We had, then.",
    )
