"""What is drawn: dates as bars without gaps, and places on the outline of the world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from dateline.browse import Span
from reader.outline import NORTH, SOUTH, project
from schemas.records import GeoPlace

_MOST_BARS: Final = 130
_SMALLEST: Final = 20  # radius of a spot, in units of the drawing
_LARGEST: Final = 70


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the drawing of `outline`: `x`, `y` and radius `r` in its units; `count` is of articles."""

    name: str
    count: int
    x: int
    y: int
    r: int


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


def spot(name: str, count: int, most: int, lat: float, lon: float) -> Spot:
    """A place with articles; the largest spot is of the place with the most. Areas, not radii, follow the counts."""
    x, y = project(lon, max(min(lat, NORTH), SOUTH))
    radius = max(_SMALLEST, round(_LARGEST * (count / most) ** 0.5)) if most > 1 else _SMALLEST * 2
    return Spot(name=name, count=count, x=x, y=y, r=radius)


def spots_of(places: Iterable[GeoPlace]) -> list[Spot]:
    """The places of one article that have a point."""
    return [
        spot(place.name, 1, 1, place.location.lat, place.location.lon)
        for place in places
        if place.location is not None
    ]
