"""When an article was published: which of the dates on a page it is."""

import pytest

from consumers.normalize import normalize
from schemas.records import Article
from tests.unit.normalize.documents import document, page
from tests.unit.normalize.test_metadata import LONG


def article(body: str, head: str = "") -> Article:
    """What is read from the invented page with that body."""
    return normalize(document(page(head, body)))


@pytest.mark.parametrize(
    "line",
    [
        "This article was updated on 4 March 2026",
        "Joined: 18.09.2008, 05:56",
        "Member since 18 September 2008",
    ],
)
def test_a_date_labelled_as_another_is_not_the_publication(line: str) -> None:
    """The line above says when something else was; the byline below it says when the text was written."""
    found = article(f"<p>{line}</p><p>Written by Mara Quill on 02.03.2026 22:30</p>{LONG}")
    assert found.published == "2026-03-02T22:30:00+00:00"


@pytest.mark.parametrize("opening", ["(02.03.2026)", "2 March 2026."])
def test_the_text_may_open_with_its_date(opening: str) -> None:
    """A date alone before the first sentence is the text's own."""
    body = LONG.replace("<p>The old", f"<p>{opening} The old", 1)
    assert article(f"<div>Thursday, 5 March 2026</div>{body}").published == "2026-03-02T00:00:00+00:00"


def test_a_chronicle_opens_with_no_date_of_its_own() -> None:
    """Paragraphs that each open with another day tell of those days."""
    events = "".join(
        f"<p>{day} August 2009: the parish council met once more and could not agree on who was to pay for the bridge.</p>"
        for day in (8, 9)
    )
    assert article(f"<p>Sun 1 Mar 2026</p>{LONG}{events}").published == "2026-03-01T00:00:00+00:00"


def test_what_stands_beside_the_heading_is_of_the_article() -> None:
    """A box whose name speaks of comments, and that holds the heading, is not one of readers' comments."""
    body = (
        "<html><body><article class='HeaderComment'><h1>What the bridge is worth</h1>"
        f"<time class='HeaderComment_date' datetime='2026-03-02T08:00:00+01:00'>Monday</time></article>{LONG}"
        "</body></html>"
    )
    assert normalize(document(body)).published == "2026-03-02T08:00:00+01:00"


def test_the_time_of_a_quoted_post_is_not_the_articles() -> None:
    """A time inside a quotation belongs to what is quoted."""
    post = "<blockquote>A post by Mara Quill, <time datetime='2025-01-05T10:00:00Z'>5 Jan</time></blockquote>"
    found = article(f"{LONG}{post}", '<meta name="date" content="2026-03-02">')
    assert found.published == "2026-03-02T00:00:00+00:00"


def test_metadata_of_many_meanings_go_before_dates_that_stand_anywhere() -> None:
    """The dates of events in a list do not outweigh the page's own meta element."""
    events = (
        "<div class='eventDate'>A tasting of bread, cheese and cider in the old mill beside the bridge, for members and their "
        "guests: 9 April 2025, 18:00</div>"
    )
    found = article(f"{LONG}{events}", '<meta name="date" content="2026-03-02">')
    assert found.published == "2026-03-02T00:00:00+00:00"


def test_an_entry_with_one_date_was_published_then() -> None:
    """hAtom: the updated time of an entry that has no published one stands for both."""
    body = (
        f"<html><body><div class='hentry'><h1 class='entry-title'>Bridge reopens</h1>"
        f"<span class='updated' title='2026-03-02T18:52:11+01:00'></span>{LONG}</div></body></html>"
    )
    found = normalize(document(body))
    assert (found.published, found.provenance["published"]) == (
        "2026-03-02T18:52:11+01:00",
        "microformats:datePublished",
    )


def test_a_day_stored_as_its_first_instant_gets_its_offset_back() -> None:
    """23:00 in UTC, and the next day shown: that day, an hour east."""
    found = article(
        f"<p>2 March 2026</p>{LONG}",
        '<meta property="article:published_time" content="2026-03-01T23:00:00Z">',
    )
    assert found.published == "2026-03-02T00:00:00+01:00"
