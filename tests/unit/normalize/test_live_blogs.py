"""Live blogs: what is told in the entries stays, what stands around them goes."""

import pytest

from consumers.normalize import normalize
from consumers.normalize.liveblog import is_control, is_stamp
from tests.unit.normalize.documents import PARAGRAPHS, document, page

LIVE = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Bridge reopens after repairs"}</script>'
ENTRIES = (
    ("14:32", "First cart crosses the bridge", PARAGRAPHS[0] + " The ferryman watched from the bank."),
    (
        "2 hours ago",
        "A chain is missing",
        PARAGRAPHS[1] + " Nobody could say where the last one had been taken to.",
    ),
    ("Updated at 11.05 BST", "The mayor arrives at 10:30", PARAGRAPHS[3] + " It is to be built of stone."),
)


def _body() -> str:
    entries = "".join(
        f"<p>{stamp}</p><h2>{title}</h2><p>{text}</p><p>Share this post</p>" for stamp, title, text in ENTRIES
    )
    return (
        f"<p>This is a live blog. Scroll down for the latest updates.</p><h2>Key events</h2>{entries}"
        "<p>Load more updates</p>"
    )


def test_times_and_controls_go_and_entries_stay() -> None:
    """In order, with their headings, to the letter."""
    found = normalize(document(page(LIVE, _body())))
    assert found.paragraphs == tuple(piece for _, title, text in ENTRIES for piece in (title, text))


def test_on_other_pages_a_time_alone_in_a_line_stays() -> None:
    """A timetable is what the text is about."""
    table = f"<p>{PARAGRAPHS[1]}</p><p>14:32</p><p>{PARAGRAPHS[0]}</p><p>15:10</p><p>{PARAGRAPHS[3]}</p>"
    assert {"14:32", "15:10"} <= set(normalize(document(page("", table))).paragraphs)


@pytest.mark.parametrize(
    "line",
    ["16:48", "9.45am BST", "Um 14.32 Uhr", "12 minutes ago", "vor 3 Stunden", "Mon 5 Aug 2024, 10:14 BST"],
)
def test_lines_that_are_the_time_of_an_entry(line: str) -> None:
    """A time of day, with a date or without, or one told from now."""
    assert is_stamp(line)


@pytest.mark.parametrize(
    "line",
    [
        "The mayor arrives at 10:30",
        "It began at 14:32.",
        "Two men aged 19 and 20 held",
        "3:1 for Weir after 90 minutes",
        "New posts: 3 of 40 went to women",
    ],
)
def test_lines_that_tell_something_are_no_times(line: str) -> None:
    """Though a number or a time stands in them."""
    assert not is_stamp(line)
    assert not is_control(line)


@pytest.mark.parametrize(
    "line",
    [
        "Key events",
        "Key events (9)",
        "14:32 Share",
        "Newest first",
        "Newest first | Oldest first",
        "Sort: newest first",
        "Mehr laden",
        "3 new posts",
        "New posts: 3",
        "Neue Beiträge: 3",
        "Nouveaux messages : 3",
        "There are 3 new updates",
        "Updates: 14",
        "Jump to live",
        "Auto-refresh on",
    ],
)
def test_controls_of_a_live_blog(line: str) -> None:
    """In several languages, with a time before or behind them."""
    assert is_control(line)
