"""The choice among times: the most trusted, made more precise by those that agree with it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone

from consumers.normalize.evidence import Candidate, Evidence
from consumers.normalize.times import Moment

MomentCandidate = Candidate[Moment]

_SAME_DAY = timedelta(hours=24)
_SAME_MINUTE = timedelta(seconds=60)
_HALF_HOUR = timedelta(minutes=30)
_WESTMOST, _EASTMOST = timedelta(hours=-12), timedelta(hours=14)
# Clocks may change between two times that lie further apart.
_SAME_CLOCK = timedelta(days=21)


def choose(
    found: Sequence[MomentCandidate], clocks: Sequence[MomentCandidate] = ()
) -> MomentCandidate | None:
    """The most trusted; more precise where another place agrees and says more: the time of a bare day, the local offset
    of a time in UTC. `clocks` are times shown that may be another field's: they can only tell the offset."""
    if not found:
        return None
    first = found[0]
    source = f"{first.source}{first.value.note}"
    if not first.value.stated_time:
        for other in found[1:]:
            if other.value.stated_time and other.value.when.date() == first.value.when.date():
                source = f"{other.source}{other.value.note} ({first.source} names the day)"
                first = other
                break
    if first.value.stated_time and not first.value.stated_zone:
        for other in found:
            if other.value.stated_zone and _same_wall_clock(first.value, other.value):
                return Candidate(other.value, f"{first.source}, offset of {other.source}")
    local = _localized(first.value, [*found, *clocks])
    if local is not None:
        return Candidate(local.value, f"{source}, offset of {local.source}")
    disputed = _disputed(first, found)
    dispute = f" ({disputed[0].source} says {disputed[0].value.text})" if disputed else ""
    return Candidate(first.value, f"{source}{dispute}")


def _same_wall_clock(one: Moment, other: Moment) -> bool:
    apart = abs(one.when.replace(tzinfo=None) - other.when.replace(tzinfo=None))
    return one.stated_time and other.stated_time and apart < _SAME_MINUTE


def _disputed(chosen: MomentCandidate, found: Iterable[MomentCandidate]) -> list[MomentCandidate]:
    return [one for one in found if abs(one.value.when - chosen.value.when) > _SAME_DAY]


def note_doubts(
    evidence: Evidence, field: str, chosen: MomentCandidate | None, found: Sequence[MomentCandidate]
) -> None:
    """Record what says another day than the chosen time, each place once."""
    if chosen is None:
        return
    for other in {one.source: one for one in reversed(_disputed(chosen, found))}.values():
        reason = f"differs from {chosen.source.split(' (')[0].split(', ')[0]} by more than a day"
        evidence.doubt(field, other.value.text, other.source, reason)
    for other in found:
        both = chosen.value.stated_zone and other.value.stated_zone
        if both and chosen.value.when != other.value.when and _same_wall_clock(chosen.value, other.value):
            evidence.doubt(field, other.value.text, other.source, "the same time of day at another offset")


def note_order(
    evidence: Evidence, published: MomentCandidate | None, modified: MomentCandidate | None
) -> None:
    """Record a change before the publication; bare days are compared as days."""
    if published is None or modified is None:
        return
    first, last = published.value, modified.value
    whole = not (first.stated_time and last.stated_time)
    early = last.when.date() < first.when.date() if whole else last.when < first.when
    if early:
        evidence.doubt("modified", last.text, modified.source, f"before published ({first.text})")


def same_clock(
    first: MomentCandidate | None, second: MomentCandidate | None
) -> tuple[MomentCandidate | None, MomentCandidate | None]:
    """Both times; where only one has a local offset and the other, not long before or after it, is in UTC, both with it."""
    if first is None or second is None:
        return first, second
    return _by_clock_of(first, second), _by_clock_of(second, first)


def _by_clock_of(one: MomentCandidate, other: MomentCandidate) -> MomentCandidate:
    mine, theirs = one.value, other.value
    in_utc = mine.stated_time and mine.stated_zone and not mine.when.utcoffset()
    local = theirs.stated_time and theirs.stated_zone and bool(theirs.when.utcoffset())
    if not (in_utc and local) or abs(mine.when - theirs.when) > _SAME_CLOCK:
        return one
    moved = Moment(mine.when.astimezone(theirs.when.tzinfo), stated_zone=True, stated_time=True)
    return Candidate(moved, f"{one.source}, offset of {other.source.split(' (')[0]}")


def _localized(moment: Moment, others: Iterable[MomentCandidate]) -> MomentCandidate | None:
    """The same instant with the offset of where it was published, if the page says it elsewhere.

    Only for times in UTC. Another place gives the instant with an offset, or shows the wall clock: the same minutes past
    another hour (or half hour) within what offsets can be; or shows the day that began at that instant.
    """
    if not (moment.stated_time and moment.stated_zone) or moment.when.utcoffset():
        return None
    for other in others:
        value = other.value
        if not value.stated_time:
            east = _midnight(value) - moment.when  # a bare day, stored as the instant at which it began there
            if _HALF_HOUR <= east <= _EASTMOST and not east % _HALF_HOUR and other.source.startswith("html:"):
                return Candidate(Moment(moment.when.astimezone(timezone(east)), True, True), other.source)
            continue
        if value.stated_zone:
            if value.when.utcoffset() and abs(value.when - moment.when) < _SAME_MINUTE:
                return Candidate(Moment(moment.when.astimezone(value.when.tzinfo), True, True), other.source)
            continue
        gap = _minute(value.when.replace(tzinfo=UTC)) - _minute(moment.when)
        if gap and gap % _HALF_HOUR == timedelta(0) and _WESTMOST <= gap <= _EASTMOST:
            return Candidate(Moment(moment.when.astimezone(timezone(gap)), True, True), other.source)
    return None


def _midnight(day: Moment) -> datetime:
    return datetime(day.when.year, day.when.month, day.when.day, tzinfo=UTC)


def _minute(when: datetime) -> datetime:
    return when.replace(second=0, microsecond=0)
