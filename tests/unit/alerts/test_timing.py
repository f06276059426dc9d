"""When what was found may be sent."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dateline.alerts.timing import due_before, is_quiet

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        ("2026-03-05T20:59:00Z", False),
        ("2026-03-05T21:00:00Z", True),  # 22:00 in Berlin
        ("2026-03-06T05:59:00Z", True),
        ("2026-03-06T06:00:00Z", False),
        ("2026-07-06T05:00:00Z", False),  # in summer an hour earlier
        ("2026-07-05T20:00:00Z", True),
    ],
)
def test_quiet_hours_run_past_midnight_in_the_alerts_own_zone(now: str, quiet: bool) -> None:
    """From 22:00 to 07:00 as clocks in Berlin show it, winter and summer."""
    assert is_quiet("22:00", "07:00", at(now), BERLIN) is quiet
    assert is_quiet("07:00", "22:00", at(now), BERLIN) is not quiet


@pytest.mark.parametrize(
    ("digest", "now", "due"),
    [
        (None, "2026-03-05T09:59:30Z", "2026-03-05T09:59:30Z"),
        ("hourly", "2026-03-05T09:59:30Z", "2026-03-05T09:00:00Z"),
        ("daily 08:00", "2026-03-05T06:59:00Z", "2026-03-04T07:00:00Z"),
        ("daily 08:00", "2026-03-05T07:00:00Z", "2026-03-05T07:00:00Z"),
        ("daily 08:00, 16:00", "2026-03-05T15:01:00Z", "2026-03-05T15:00:00Z"),
        ("weekdays 08:00", "2026-03-08T12:00:00Z", "2026-03-06T07:00:00Z"),  # on Sunday: Friday's
        ("daily 02:30", "2026-03-29T12:00:00Z", "2026-03-29T01:30:00Z"),  # 02:30 is skipped that night
        ("daily 02:30", "2026-10-25T12:00:00Z", "2026-10-25T00:30:00Z"),  # and comes twice that one
    ],
)
def test_a_digest_gathers_until_its_last_time(digest: str | None, now: str, due: str) -> None:
    """What was found before that time is sent, what came later waits for the next."""
    assert due_before(digest, at(now), BERLIN) == at(due)
