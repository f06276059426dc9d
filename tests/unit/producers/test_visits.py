"""When an address is asked for again."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers import visits
from producers.documents import FeedHints
from producers.visits import Kind, State, Visit

AT = datetime(2026, 3, 3, 8, 24, tzinfo=UTC)


def _page(age: timedelta, **changes: object) -> Visit:
    hints = FeedHints(published=(AT - age).isoformat())
    page = visits.first(Kind.PAGE, "paper", "https://news.example/a", AT - age, hints)
    return msgspec.structs.replace(page, **changes)


def _wait(page: Visit, share: float = 0.5) -> timedelta:
    due = visits.next_page_visit(page, AT, share).due
    assert due is not None
    return due - AT


def test_the_wait_grows_with_the_age_of_the_page() -> None:
    """Minutes at first, hours after a day, days after a week."""
    assert _wait(_page(timedelta(minutes=1))) < timedelta(minutes=6)
    assert timedelta(hours=10) < _wait(_page(timedelta(days=1))) < timedelta(hours=14)
    assert timedelta(days=3) < _wait(_page(timedelta(days=8))) < timedelta(days=5)


def test_a_page_that_its_listing_dates_anew_is_fresh_again() -> None:
    """However old it is."""
    assert _wait(_page(timedelta(days=20), touched=AT - timedelta(minutes=1))) < timedelta(minutes=6)


def test_sources_that_edit_often_are_visited_more_often() -> None:
    """And those that never do, less."""
    never, usual, often = visits.growth(1000, 0), visits.growth(0, 0), visits.growth(1000, 400)
    assert often < usual < never


def test_a_month_old_page_is_left_alone() -> None:
    """Unless it has only just been found: then it is looked at for a week."""
    assert visits.next_page_visit(_page(timedelta(days=31)), AT, 0.5).state is State.RETIRED
    assert visits.next_page_visit(_page(timedelta(days=31), first_seen=AT), AT, 0.5).state is State.ACTIVE


@given(
    st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=4000)),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
)
def test_the_wait_is_never_shorter_or_longer_than_the_limits(
    age: timedelta, revisits: int, edits: int
) -> None:
    """Whatever dates a listing claims, also dates to come."""
    page = visits.next_page_visit(_page(age, first_seen=AT), AT, visits.growth(revisits, edits))
    assert page.due is not None
    assert visits.SHORTEST * 0.89 <= page.due - AT <= visits.LONGEST * 1.11


def test_failures_wait_longer_each_time_and_end() -> None:
    """A page that never answers is given up; a listing never is."""
    page, listing = _page(timedelta()), visits.first(Kind.LISTING, "paper", "https://news.example/rss", AT)
    waits = []
    for _ in range(7):
        page = visits.failed(page, AT, "no answer", wait=visits.SHORTEST, temporary=True, gone=False)
        assert page.due is not None
        waits.append(page.due - AT)
    assert waits == sorted(waits)
    assert (
        visits.failed(page, AT, "no", wait=visits.SHORTEST, temporary=True, gone=False).state is State.FAILED
    )
    for _ in range(20):
        listing = visits.failed(listing, AT, "HTTP 404", wait=visits.SHORTEST, temporary=False, gone=False)
    assert listing.state is State.ACTIVE
    assert listing.due is not None
    assert listing.due - AT <= visits.LONGEST


def test_what_was_never_ingested_and_is_gone_is_not_asked_for() -> None:
    """With the reason kept."""
    gone = visits.failed(_page(timedelta()), AT, "HTTP 410", wait=visits.SHORTEST, temporary=False, gone=True)
    assert (gone.state, gone.reason, gone.is_due(AT)) == (State.GONE, "HTTP 410", False)


def _move(visit: Visit, target: str | None) -> Visit:
    return visits.answered(
        visit, AT, changed=True, etag=None, last_modified=None, event_id=None, moved_to=target
    )


def test_a_permanent_redirect_is_believed_when_it_repeats() -> None:
    """Three times the same target, and it is asked directly; another target starts the count again."""
    listing = visits.first(Kind.LISTING, "paper", "https://news.example/rss", AT)
    for _ in range(2):
        listing = _move(listing, "https://new.example/rss")
    assert listing.address == "https://news.example/rss"
    assert (
        _move(_move(listing, "https://other.example/rss"), "https://new.example/rss").address == listing.url
    )
    assert _move(listing, "https://new.example/rss").address == "https://new.example/rss"


@pytest.mark.parametrize("text", [None, "", "soon", "2026-13-01"])
def test_unreadable_dates_are_no_dates(text: str | None) -> None:
    """And a date without an offset is taken as UTC."""
    assert visits.moment(text) is None
    assert visits.moment("2026-03-03T08:24:00") == AT
