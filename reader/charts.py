"""What is drawn over time: dates as bars without gaps, and a story's articles in a lane for each outlet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from dateline.facets import Span
from dateline.stories import Told

_MOST_BARS: Final = 130
_MOST_LANES: Final = 14
_ALONG: Final = 986  # units of a lane from its first to its last mark


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """An article in a lane: `at` runs from 0 to 986, `kind` is first, copy or own."""

    article_id: str
    headline: str
    published: str
    at: int
    kind: str


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """An outlet's articles, earliest first."""

    outlet: str
    marks: tuple[Mark, ...]


class Lanes(msgspec.Struct, frozen=True, kw_only=True):
    """Outlets in the order in which they came in, over one span of time."""

    begin: str
    end: str
    rows: tuple[Lane, ...]


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


def lanes(told: Sequence[Told], first: str) -> Lanes:
    """Lanes of the first 14 outlets. `told` is earliest first; `first` is the id of the article that was the first to report."""
    if not told:
        return Lanes(begin="", end="", rows=())
    moments = [_moment(one.published) for one in told]
    begin, end = min(moments), max(moments)
    rows: dict[str, list[Mark]] = {}
    for one, moment in zip(told, moments, strict=True):
        share = (moment - begin) / (end - begin) if end > begin else 0.0
        kind = "first" if one.article_id == first else "copy" if one.copy_of else "own"
        rows.setdefault(one.source, []).append(
            Mark(
                article_id=one.article_id,
                headline=one.headline,
                published=one.published,
                at=round(share * _ALONG),
                kind=kind,
            )
        )
    shown = list(rows.items())[:_MOST_LANES]
    return Lanes(
        begin=told[0].published,
        end=told[-1].published,
        rows=tuple(Lane(outlet=outlet, marks=tuple(marks)) for outlet, marks in shown),
    )


def _moment(text: str) -> float:
    parsed = datetime.fromisoformat(text)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
