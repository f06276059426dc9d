"""Judging sources by their own past."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from producers.health import Measured, Sample, judge

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
DAYS = 29


def daily(*last: int, usual: tuple[int, int, int, int] = (0, 3, 4, 1)) -> tuple[int, ...]:
    """Counts by six hours: `usual` each day, but the last days as given (all in their second quarter)."""
    past = usual * (DAYS - len(last))
    return past + tuple(count for number in last for count in (0, number, 0, 0))


def source(**fields: object) -> Measured:
    """A source of long standing that does as it always did."""
    usual = Measured(
        source="paper",
        first_seen=NOW - timedelta(days=400),
        last_success=NOW - timedelta(minutes=8),
        last_article=NOW - timedelta(hours=7),
        counts=daily(8),
        recent=Sample(
            documents=60, without_body=3, articles=56, without_date=2, paywalled=14, median_words=400
        ),
        before=Sample(
            documents=240, without_body=12, articles=224, without_date=5, paywalled=56, median_words=420
        ),
        listings=2,
        pages=30,
    )
    return msgspec.structs.replace(usual, **fields)


def kinds(measured: Measured) -> list[str]:
    """The warnings."""
    return [warning.kind for warning in judge(measured, NOW).warnings]


def test_a_source_that_does_as_always_raises_nothing() -> None:
    """Its figures are told all the same, beside what is usual."""
    health = judge(source(), NOW)
    assert (health.state, health.warnings) == ("ok", ())
    assert (health.articles, health.articles_usual) == (8, 8)
    assert (health.without_body, health.without_body_usual) == (0.05, 0.05)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"last_article": NOW - timedelta(hours=50), "counts": daily(0, 0)}, "silent"),
        ({"last_article": NOW - timedelta(days=40), "counts": (0,) * DAYS * 4}, "silent"),
        ({"counts": daily(2)}, "fewer"),
        ({"counts": daily(30)}, "more"),
        ({"dead": 2, "failing": 2, "troubles": {"timeout": 2}}, "unreachable"),
        ({"dead": 1, "failing": 1, "troubles": {"status": 1}}, "failing"),
        ({"pages_failing": 20, "troubles": {"status": 20}}, "failing"),
        ({"recent": Sample(documents=60, without_body=30)}, "no_body"),
        ({"recent": Sample(articles=56, without_date=30, median_words=400)}, "no_date"),
        ({"recent": Sample(articles=56, paywalled=50, median_words=400)}, "paywalled"),
        ({"recent": Sample(articles=56, median_words=90)}, "shorter"),
    ],
)
def test_what_is_not_as_usual_is_a_warning(fields: dict[str, object], kind: str) -> None:
    """One for each, in a line of words that names the command to look closer."""
    (warning,) = judge(source(**fields), NOW).warnings
    assert warning.kind == kind
    assert warning.said.endswith("see `dateline sources check paper`")


@pytest.mark.parametrize(
    "fields",
    [
        # a weekly that came out five days ago, as it always does
        {"last_article": NOW - timedelta(days=5), "counts": (0, *(((5,) + (0,) * 27) * 4), 0, 0, 0)[-DAYS * 4 :]},
        {"last_article": NOW - timedelta(hours=11), "counts": daily(7)},
        {"counts": daily(2, 2, 8, 8, 8, 8, 2, 8)},  # a holiday once a week
        {"dead": 0, "failing": 1, "troubles": {"timeout": 1}},
        {"recent": Sample(documents=4, without_body=4, articles=4, paywalled=4, median_words=20)},
        {
            "recent": Sample(articles=56, paywalled=56, median_words=400),
            "before": Sample(articles=224, paywalled=224, median_words=400),
        },
        {"first_seen": NOW - timedelta(days=3), "last_article": NOW - timedelta(days=2), "counts": daily(0)},
        {"counts": (0,) * DAYS * 4, "last_article": None},
    ],
)  # fmt: skip
def test_what_a_source_always_did_is_none(fields: dict[str, object]) -> None:
    """Rhythms of its own, single failures, few documents, and too little past are no reason to warn."""
    assert kinds(source(**fields)) == []


def test_a_warning_keeps_the_time_at_which_it_began() -> None:
    """Until it ends; the last article is remembered beyond what is counted."""
    quiet = source(last_article=NOW - timedelta(hours=50), counts=daily(0, 0))
    first = judge(quiet, NOW)
    later = NOW + timedelta(days=40)
    second = judge(
        source(last_article=None, counts=(0,) * DAYS * 4, last_success=later), later, previous=first
    )
    assert [(w.kind, w.since) for w in second.warnings] == [("silent", "2026-03-05T12:00:00Z")]
    assert second.last_article == first.last_article
    mended = judge(source(last_article=later - timedelta(hours=7)), later, previous=second)
    assert mended.state == "ok"
    again = judge(quiet, later, previous=mended)
    assert again.warnings[0].since == "2026-04-14T12:00:00Z"


def test_a_disabled_source_is_left_in_peace() -> None:
    """Nobody asks it, so it cannot fail."""
    quiet = source(last_article=NOW - timedelta(days=90), counts=(0,) * DAYS * 4, dead=2)
    assert judge(quiet, NOW, disabled=True).state == "disabled"
    assert judge(quiet, NOW, disabled=True).warnings == ()
