"""Dates as bars without gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from dateline.browse import Span

_MOST_BARS: Final = 130


def without_gaps(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The same days, months or years with those that have nothing in between; by a coarser unit where they are too many."""
    if len(spans) < 2:
        return tuple(spans)
    counts = {span.start: span.count for span in spans}
    every = list(_between(spans[0].start, spans[-1].start))
    if len(every) <= _MOST_BARS or len(spans[0].start) == 4:
        return tuple(Span(start=start, count=counts.get(start, 0)) for start in every)
    coarse: dict[str, int] = {}
    for span in spans:
        coarse[span.start[:-3]] = coarse.get(span.start[:-3], 0) + span.count
    return without_gaps([Span(start=start, count=count) for start, count in coarse.items()])


def _between(first: str, last: str) -> Iterator[str]:
    if len(first) == 4:
        yield from (str(year) for year in range(int(first), int(last) + 1))
    elif len(first) == 7:
        begin, end = (int(one[:4]) * 12 + int(one[5:]) - 1 for one in (first, last))
        yield from (f"{month // 12:04}-{month % 12 + 1:02}" for month in range(begin, end + 1))
    else:
        day, end_day = date.fromisoformat(first), date.fromisoformat(last)
        while day <= end_day:
            yield day.isoformat()
            day += timedelta(days=1)
