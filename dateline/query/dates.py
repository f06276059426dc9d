"""Dates as people write them in a query: a year, a month, a day, a span, "since" and "before", "last 7 days"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from dateline.query.language import QueryError

_DAY: Final = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_MOMENT: Final = re.compile(_DAY.pattern + r"(?:T[0-2]\d:[0-5]\d(?::[0-5]\d)?(?:Z|[+-]\d\d:\d\d)?)?")
_AGO: Final = re.compile(r"(?:last)?(\d{1,4})([hdwmy])", re.IGNORECASE)
_UNITS: Final = {"h": "h", "d": "d", "w": "w", "m": "M", "y": "y"}
_NAMED: Final = {
    "today": {"gte": "now/d"},
    "yesterday": {"gte": "now-1d/d", "lt": "now/d"},
    "week": {"gte": "now-7d"},
    "month": {"gte": "now-1M"},
    "year": {"gte": "now-1y"},
}


def span(field: str, text: str) -> dict[str, str]:
    """The limits of an Elasticsearch range query. A year or month means all of it; both ends of a span are included.

    Raises QueryError with the forms that are understood.
    """
    written = text.strip()
    if written.lower() in _NAMED:
        return dict(_NAMED[written.lower()])
    if ago := _AGO.fullmatch(written):
        return {"gte": f"now-{ago[1]}{_UNITS[ago[2].lower()]}"}
    if found := re.fullmatch(r"(>=|<=|>|<)\s*(.+)", written):
        sign, date = found[1], _checked(field, found[2], text)
        return {
            ">=": {"gte": date},
            ">": {"gt": _end(date)},
            "<=": {"lte": _end(date)},
            "<": {"lt": date},
        }[sign]
    if ".." in written:
        first, _, last = written.partition("..")
        limits: dict[str, str] = {}
        if first:
            limits["gte"] = _checked(field, first, text)
        if last:
            limits["lte"] = _end(_checked(field, last, text))
        if limits:
            return limits
    date = _checked(field, written, text)
    return {"gte": date, "lte": _end(date)}


def _checked(field: str, date: str, text: str) -> str:
    if not _MOMENT.fullmatch(date.strip()) or not _in_calendar(date.strip()):
        raise QueryError(
            f"{field}: expected 2017, 2017-07, 2017-07-08, a span 2017-07-01..2017-07-09, >=2017-07, today, yesterday"
            f" or 7d (the last seven days), got {text!r}"
        )
    return date.strip()


def _in_calendar(date: str) -> bool:
    year, month, day = (*date[:10].split("-"), "01", "01")[:3]
    return int(year) > 0 and int(day) <= calendar.monthrange(int(year), int(month))[1]


def _end(date: str) -> str:
    """Elasticsearch's rounding to the end of what the date names: its year, month, day; a moment is itself."""
    unit = {4: "y", 7: "M", 10: "d"}.get(len(date))
    return f"{date}||/{unit}" if unit else date


def limits(between: Mapping[str, str], now: datetime) -> tuple[datetime | None, datetime | None]:
    """What `span` gives as moments: from the first (included) to the second (excluded); None where there is no limit."""
    least = most = None
    for key, text in between.items():
        begin, end = _stretch(text, now)
        if key == "gte":
            least = begin
        elif key == "gt":
            least = end
        elif key == "lte":
            most = end
        else:
            most = begin
    return least, most


def _stretch(text: str, now: datetime) -> tuple[datetime, datetime]:
    """The first moment of what the text names, and the first one after it."""
    base, _, unit = text.partition("/")
    base = base.removesuffix("||")
    if base.startswith("now"):
        moment = _ago(now.astimezone(UTC), base[3:])
    else:
        moment = datetime.fromisoformat(f"{base}-01-01"[:10] if len(base) < 10 else base)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not unit:
        return moment, moment + timedelta(milliseconds=1)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "d":
        return midnight, midnight + timedelta(days=1)
    if unit == "M":
        first = midnight.replace(day=1)
        return first, _months(first, 1)
    first = midnight.replace(month=1, day=1)
    return first, _months(first, 12)


def _ago(now: datetime, back: str) -> datetime:
    if not back:
        return now
    number, unit = int(back[1:-1]), back[-1]
    if unit in "My":
        return _months(now, -number * (12 if unit == "y" else 1))
    return now - number * {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[unit]


def _months(moment: datetime, number: int) -> datetime:
    """So many months later, at the end of the month where the day does not exist."""
    years, month = divmod(moment.month - 1 + number, 12)
    year = max(1, min(moment.year + years, 9999))
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
