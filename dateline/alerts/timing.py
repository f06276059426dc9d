"""When what an alert found may be sent: quiet hours and digests, in the alert's own time zone."""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final, Literal, Self

import msgspec

_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DIGEST: Final = re.compile(r"(daily|weekdays)\s+(.+)")
_SATURDAY: Final = 5


def time_of_day(text: str) -> time:
    """ "07:30" as a time; ValueError otherwise."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise ValueError(f"expected a time of day as in 07:30; got {text!r}")
    return time(int(found[1]), int(found[2]))


def moment(text: str) -> datetime:
    """A day or a time as RFC 3339 has it, in UTC where it names no offset; ValueError otherwise."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"expected a day or a time as in 2026-03-01 or 2026-03-01T08:00:00Z; got {text!r}"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Digest(msgspec.Struct, frozen=True):
    """When gathered notices are sent: at each full hour, or at these times of every day or of Monday to Friday."""

    days: Literal["hourly", "daily", "weekdays"]
    times: tuple[time, ...] = ()

    @classmethod
    def of(cls, text: str) -> Self:
        """ "hourly", "daily 08:00", "weekdays 08:00, 16:00"; ValueError otherwise."""
        written = text.strip().lower()
        if written == "hourly":
            return cls("hourly")
        found = _DIGEST.fullmatch(written)
        if not found:
            raise ValueError(f"expected hourly, daily 08:00 or weekdays 08:00, 16:00; got {text!r}")
        times = sorted({time_of_day(one) for one in found[2].split(",")})
        return cls("daily" if found[1] == "daily" else "weekdays", tuple(times))

    def last(self, now: datetime, zone: tzinfo) -> datetime:
        """The last time that it was due, now included. A time that the clocks skip is one hour later, one twice is the first."""
        if self.days == "hourly":
            return now.replace(minute=0, second=0, microsecond=0)
        day = now.astimezone(zone).date()
        while True:
            if self.days == "daily" or day.weekday() < _SATURDAY:
                for one in reversed(self.times):
                    due = datetime.combine(day, one, zone).astimezone(UTC)
                    if due <= now:
                        return due
            day -= timedelta(days=1)


def is_quiet(begin: str, end: str, now: datetime, zone: tzinfo) -> bool:
    """Whether it is between two times of day, `begin` included; past midnight where `begin` is the later."""
    first, last, here = time_of_day(begin), time_of_day(end), now.astimezone(zone).time()
    return first <= here < last if first <= last else here >= first or here < last


def due_before(digest: str | None, now: datetime, zone: tzinfo) -> datetime:
    """What was found before this moment is to be sent now."""
    return now if digest is None else Digest.of(digest).last(now, zone)
