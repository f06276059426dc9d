"""What is running text on a page, and what only stands among it: one invented page for each class of error."""

import json

from consumers.normalize import body
from consumers.normalize.body import Body
from consumers.normalize.page import Page
from consumers.normalize.second import Choice, Piece
from tests.unit.normalize.documents import PARAGRAPHS, document

HEADLINE = "Bridge reopens after repairs"
MORE = (
    "Carters from the upper valley had gone round by the ferry since the spring, which cost them a day each way and the ferry a rope.",
    "The council has put aside a fund for the next repairs, so that nobody will have to wait for the bridge so long again.",
)


def paragraphs(*texts: str) -> str:
    """The texts as paragraphs of a page."""
    return "".join(f"<p>{text}</p>" for text in texts)


def read(inside: str, head: str = "", summaries: tuple[str, ...] = (), headline: str = HEADLINE) -> Body:
    """The body of a page whose main part is given."""
    page = f"<!DOCTYPE html><html lang=en><head><title>{headline}</title>{head}</head><body>{inside}</body></html>"
    doc = document(page)
    return body.extract(Page(doc, page), [headline], summaries)


def article(inside: str, **kept: str) -> Body:
    """The body of a page with one article element below its headline."""
    return read(f"<main><article><h1>{HEADLINE}</h1>{inside}</article></main>", **kept)  # type: ignore[arg-type]


TEXT = paragraphs(*PARAGRAPHS)


def test_names_that_builders_give_condemn_nothing() -> None:
    """A field whose label is hidden, a part hidden on small screens, a builder's widget and a promoted node are text."""
    for name in (
        "field field-label-hidden",
        "col hidden-xs",
        "elementor-element elementor-widget elementor-widget-text-editor",
        "node node-promoted",
    ):
        found = article(f'<div class="{name}"><p>{PARAGRAPHS[0]}</p></div>{paragraphs(*PARAGRAPHS[1:])}')
        assert found.blocks == PARAGRAPHS, name


def test_an_anchor_made_of_a_sentence_is_no_name() -> None:
    """A slide's id that repeats its title says nothing of what it holds, whatever words are in it."""
    slide = f'<div id="engineers-promoted-the-new-bridge-in-many-popular-talks"><p>{PARAGRAPHS[1]}</p></div>'
    found = article(f"<p>{PARAGRAPHS[0]}</p>{slide}{paragraphs(*PARAGRAPHS[2:])}")
    assert found.blocks == PARAGRAPHS


def test_texts_of_a_gallery_are_the_article() -> None:
    """Captions of one kind that hold most of the page's text are its running text."""
    slides = "".join(
        f"<figure><img src=x.jpg><figcaption>{text}</figcaption></figure>" for text in PARAGRAPHS
    )
    assert article(f"<p>Eleven months of work in four pictures.</p>{slides}").blocks[-4:] == PARAGRAPHS


def test_a_text_kept_in_metadata_alone_is_read_from_there() -> None:
    """Where a page shows its text to scripts only, articleBody is the body, and the provenance says so."""
    data = json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "articleBody": "\n\n".join(PARAGRAPHS)})
    found = article(
        "<div id=app>Loading, please wait.</div>", head=f'<script type="application/ld+json">{data}</script>'
    )
    assert found.blocks == PARAGRAPHS
    assert found.source == "json-ld:articleBody"


def test_the_stated_text_says_where_the_shown_one_ends() -> None:
    """What follows the last paragraph that articleBody has is not the article's; a text that breaks off says nothing."""
    offer = "Read the Gazette for six weeks at the price of four and tell us how you like the crossword."
    whole = " ".join(PARAGRAPHS)
    for said, expected in ((whole, PARAGRAPHS), (whole[:-60], (*PARAGRAPHS, offer))):
        data = json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "articleBody": said})
        found = article(TEXT + f"<p>{offer}</p>", head=f'<script type="application/ld+json">{data}</script>')
        assert found.blocks == expected


def pieces(*texts: str) -> list[Piece]:
    """Texts as plain paragraphs."""
    return [Piece(text) for text in texts]


def test_of_two_readings_the_one_near_the_headline_is_taken() -> None:
    """A longer text far below the headline loses to a shorter one right below it, whichever reader found it."""
    below = [HEADLINE, *PARAGRAPHS, *["A list of other news."] * 60, *MORE]
    short, far = pieces(*PARAGRAPHS), pieces(*MORE * 4)
    choice = Choice((), below, doubtful=False)
    assert choice.second(far, short)
    assert not choice.second(short, far)


def test_of_two_readings_the_one_with_the_words_of_the_summary_is_taken() -> None:
    """The page's own summary says which of two different texts is its article."""
    choice = Choice((PARAGRAPHS[0],), (), doubtful=False)
    assert choice.second(pieces(*MORE), pieces(*PARAGRAPHS))
    assert not choice.second(pieces(*PARAGRAPHS), pieces(*MORE))


def test_a_reading_with_a_little_more_than_the_text_is_not_taken() -> None:
    """The same text with a line of chrome is no better; the same text without one is."""
    plain, more = pieces(*PARAGRAPHS), pieces(*PARAGRAPHS, "Share this page")
    choice = Choice((), (), doubtful=False)
    assert not choice.second(plain, more)
    assert choice.second(more, plain)
