"""When a page is believed gone, and how it is looked for after that."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from producers import removals, visits
from producers.removals import Placed
from producers.sources import Source
from producers.trouble import FetchError, Trouble
from producers.visits import Kind, State, Visit
from schemas import envelope

AT = datetime(2026, 3, 3, 8, 24, tzinfo=UTC)
HOUR = 3600.0


def _page() -> Visit:
    first = visits.first(Kind.PAGE, "paper", "https://news.example/a", AT - timedelta(days=1))
    return msgspec.structs.replace(first, event_id="e1", etag='"1"')


def _no(status: int) -> FetchError:
    return FetchError("https://news.example/a", Trouble.STATUS, f"HTTP {status}", status=status)


def _asked(status: int, minutes: list[int], confirm: float = HOUR) -> bool:
    page, believed = _page(), False
    for minute in minutes:
        page, believed = removals.missed(page, AT + timedelta(minutes=minute), _no(status), confirm)
    return believed


@pytest.mark.parametrize(
    ("status", "minutes", "believed"),
    [
        (404, [0], False),
        (404, [0, 30], False),
        (404, [0, 10, 20], False),
        (404, [0, 120], False),
        (404, [0, 30, 60], True),
        (410, [0], False),
        (410, [0, 10], False),
        (410, [0, 30], True),
    ],
)
def test_it_takes_several_answers_and_time(status: int, minutes: list[int], believed: bool) -> None:
    """Three of 404 over an hour; 410 says more, so two over half an hour."""
    assert _asked(status, minutes) is believed


def test_without_a_time_to_confirm_the_first_answer_is_believed() -> None:
    """As the setting says."""
    assert _asked(404, [0], confirm=0)


def test_the_answers_are_asked_for_in_time() -> None:
    """A page that is missing is due again after half the time, not by its age."""
    page, _ = removals.missed(_page(), AT, _no(404), HOUR)
    assert (page.due, page.state, page.missing_since) == (AT + timedelta(minutes=30), State.ACTIVE, AT)


def test_any_other_answer_begins_the_count_again() -> None:
    """A page that answered is not missing."""
    page, _ = removals.missed(_page(), AT, _no(404), HOUR)
    back = visits.answered(
        page, AT, changed=False, etag=None, last_modified=None, event_id=None, moved_to=None
    )
    assert (back.missing, back.missing_since, back.removed, back.state) == (0, None, None, State.ACTIVE)


def test_what_is_gone_is_looked_for_ever_less_and_for_a_month() -> None:
    """It may come back."""
    page, _ = removals.missed(_page(), AT, _no(404), HOUR)
    page = removals.gone(page, AT + timedelta(hours=1), "HTTP 404", removed=True)
    waits, at = [], AT + timedelta(hours=1)
    while page.due is not None:
        waits.append(page.due - at)
        at = page.due
        page = removals.gone(page, at, "HTTP 404", removed=True)
    assert waits == sorted(waits)
    assert (waits[0], max(waits)) == (timedelta(days=1), timedelta(days=7))
    assert timedelta(days=30) <= at - AT < timedelta(days=45)
    assert (page.removed, page.state) == (AT, State.GONE)


def test_a_removal_is_one_event_however_often_it_is_sent() -> None:
    """Named by source, address and since when; a later one is another."""
    page, _ = removals.missed(_page(), AT, _no(410), HOUR)
    source, placed = Source(id="paper", name="Paper"), Placed("article", "a1", page.url)
    one, again = (removals.document(page, _no(410), source, placed, AT + timedelta(hours=h)) for h in (1, 2))
    assert one.event_id == again.event_id
    headers = one.headers()
    assert (headers[envelope.CE_TYPE], headers[envelope.HTTP_STATUS]) == (envelope.REMOVED_TYPE, "410")
    assert (headers[envelope.REMOVED], headers[envelope.REMOVED_ARTICLE]) == (AT.isoformat(), "a1")
    other = msgspec.structs.replace(page, missing_since=AT + timedelta(days=1))
    assert removals.document(other, _no(410), source, placed, AT).event_id != one.event_id
