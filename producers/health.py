"""Judging a source by its own past: silence, drift and failures. Pure: what is measured comes in, a record comes out.

Each rule compares the source with itself, so that a weekly paper is not silent on a Tuesday and a paper that always was
behind a paywall raises nothing. A source with less than a week of past is new: only whether it answers is judged.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Final

import msgspec

from schemas.health import Warn
from schemas.records import HealthWarning, SourceHealth

STEP: Final = timedelta(hours=6)
"""The resolution in which new articles are counted."""
PAST: Final = timedelta(days=28)
RECENT: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
_STEPS_A_DAY: Final = DAY // STEP
_LEAST_PAST: Final = timedelta(days=7)
_LEAST_SILENCE: Final = timedelta(hours=12)
_LEAST_USUAL: Final = 4
_ENOUGH: Final = 10
_DRIFT: Final = 0.2
_PAGES_FAILING: Final = 0.3
_IN_A_ROW: Final = 3


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of a source's documents and articles in a span of time."""

    documents: int = 0
    without_body: int = 0
    articles: int = 0
    without_date: int = 0
    paywalled: int = 0
    median_words: float | None = None


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a source. `counts` are new articles by `STEP`, oldest first, ending now: `PAST` and a day of them.

    `recent` is of the last `RECENT`, `before` of `PAST` before that. `failing` and `dead` count listings whose last request
    failed, and whose last three did; `pages` and `pages_failing` are those asked in the last day.
    """

    source: str
    first_seen: datetime | None = None
    last_success: datetime | None = None
    last_article: datetime | None = None
    counts: tuple[int, ...] = ()
    recent: Sample = Sample()
    before: Sample = Sample()
    listings: int = 0
    failing: int = 0
    dead: int = 0
    pages: int = 0
    pages_failing: int = 0
    troubles: dict[str, int] = {}


class _Found(msgspec.Struct, frozen=True):
    kind: Warn
    said: str
    observed: float | None = None
    expected: float | None = None


def judge(
    measured: Measured, at: datetime, *, previous: SourceHealth | None = None, disabled: bool = False
) -> SourceHealth:
    """How the source does. A warning that stood in the record before keeps the time at which it began."""
    began = {warning.kind: warning.since for warning in previous.warnings} if previous else {}
    last_article = measured.last_article or _moment(previous.last_article if previous else None)
    age = at - measured.first_seen if measured.first_seen else timedelta(0)
    old = age >= _LEAST_PAST
    measured = msgspec.structs.replace(measured, counts=measured.counts[-(age // DAY) * _STEPS_A_DAY :])
    usual = _usual(measured.counts) if old else None
    today = sum(measured.counts[-_STEPS_A_DAY:])
    found: list[_Found] = []
    if not disabled:
        found += _answers(measured)
        if old:
            found += _rhythm(measured, last_article, at, usual, today)
            found += _drift(measured)
    warnings = tuple(
        HealthWarning(
            kind=one.kind,
            observed=one.observed,
            expected=one.expected,
            said=f"{one.said}: see `dateline sources check {measured.source}`",
            since=began.get(one.kind, _text(at)),
        )
        for one in found
    )
    recent, before = measured.recent, measured.before
    return SourceHealth(
        source=measured.source,
        checked=_text(at),
        state="disabled" if disabled else "warning" if warnings else "ok" if old else "new",
        last_success=_text(measured.last_success) if measured.last_success else None,
        last_article=_text(last_article) if last_article else None,
        articles=today,
        articles_usual=usual,
        documents=recent.documents,
        without_body=_share(recent.without_body, recent.documents),
        without_body_usual=_share(before.without_body, before.documents),
        without_date=_share(recent.without_date, recent.articles),
        without_date_usual=_share(before.without_date, before.articles),
        paywalled=_share(recent.paywalled, recent.articles),
        paywalled_usual=_share(before.paywalled, before.articles),
        median_words=recent.median_words,
        median_words_usual=before.median_words,
        failing=measured.failing + measured.pages_failing,
        troubles=measured.troubles,
        warnings=warnings,
    )


def _answers(measured: Measured) -> Iterator[_Found]:
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(measured.troubles.items()))
    if measured.listings and measured.dead == measured.listings:
        yield _Found(
            Warn.UNREACHABLE, f"none of its {measured.listings} feeds and sitemaps answers ({kinds})"
        )
    elif measured.dead:
        yield _Found(
            Warn.FAILING,
            f"{measured.dead} of {measured.listings} feeds and sitemaps fail again and again ({kinds})",
            measured.dead,
            0,
        )
    elif measured.pages >= _ENOUGH and measured.pages_failing >= _PAGES_FAILING * measured.pages:
        yield _Found(
            Warn.FAILING,
            f"{measured.pages_failing} of {measured.pages} pages failed in a day ({kinds})",
            measured.pages_failing / measured.pages,
            _PAGES_FAILING,
        )


def _rhythm(
    measured: Measured, last_article: datetime | None, at: datetime, usual: float | None, today: int
) -> Iterator[_Found]:
    if last_article is None:
        return
    quiet = at - last_article
    longest = _longest_gap(measured.counts)
    if not any(measured.counts):
        said = f"no new article for {quiet.days} days"
        yield _Found(Warn.SILENT, said, quiet / timedelta(hours=1))
        return
    limit = max(2 * longest, _LEAST_SILENCE)
    if quiet > limit:
        hours, before = quiet / timedelta(hours=1), longest / timedelta(hours=1)
        said = f"no new article for {hours:.0f} hours, never longer than {before:.0f} before"
        yield _Found(Warn.SILENT, said, hours, limit / timedelta(hours=1))
        return
    days = _days(measured.counts)[:-1]
    if usual is None or usual < _LEAST_USUAL or not days:
        return
    said = f"{today} new articles in a day where {usual:g} are usual"
    if today < min(days) and today <= usual / 2:
        yield _Found(Warn.FEWER, said, today, usual)
    if today > max(days) and today >= 3 * usual:
        yield _Found(Warn.MORE, said, today, usual)


def _drift(measured: Measured) -> Iterator[_Found]:
    recent, before = measured.recent, measured.before
    for kind, what, (part, whole), (part_before, whole_before) in (
        (
            Warn.NO_BODY,
            "documents hold no text of an article",
            (recent.without_body, recent.documents),
            (before.without_body, before.documents),
        ),
        (
            Warn.NO_DATE,
            "articles state no time of publication",
            (recent.without_date, recent.articles),
            (before.without_date, before.articles),
        ),
        (
            Warn.PAYWALLED,
            "articles are behind a paywall",
            (recent.paywalled, recent.articles),
            (before.paywalled, before.articles),
        ),
    ):
        if whole < _ENOUGH or whole_before < _ENOUGH:
            continue
        now, usual = part / whole, part_before / whole_before
        if now - usual >= _DRIFT:
            yield _Found(kind, f"{now:.0%} of its {what}, where {usual:.0%} did before", now, usual)
    words, usual_words = recent.median_words, before.median_words
    enough = min(recent.articles, before.articles) >= _ENOUGH
    if enough and words is not None and usual_words and words < usual_words / 2:
        said = f"half its articles have no more than {words:.0f} words, where it was {usual_words:.0f}"
        yield _Found(Warn.SHORTER, said, words, usual_words)


def _usual(counts: Sequence[int]) -> float | None:
    """The median of the days before, of the same weekday if the past holds three or more of it with articles."""
    days = _days(counts)[:-1]
    same = days[-7::-7]
    if len([day for day in same if day]) >= _IN_A_ROW:
        return float(median(same))
    return float(median(days)) if days else None


def _days(counts: Sequence[int]) -> list[int]:
    return [sum(counts[place : place + _STEPS_A_DAY]) for place in range(0, len(counts), _STEPS_A_DAY)]


def _longest_gap(counts: Sequence[int]) -> timedelta:
    """The longest time without an article, but for the one that lasts; to the `STEP` above."""
    busy = [place for place, count in enumerate(counts) if count]
    gaps = [later - earlier for earlier, later in zip([-1, *busy], busy, strict=False)]
    return max(gaps, default=0) * STEP


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
