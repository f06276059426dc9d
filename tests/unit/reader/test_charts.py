"""What is drawn over time."""

import pytest

from dateline.facets import Span
from dateline.stories import Told
from reader.charts import lanes, without_gaps


@pytest.mark.parametrize(
    ("given", "starts"),
    [
        (["2026-02-27", "2026-03-02"], ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]),
        (["2025-11", "2026-02"], ["2025-11", "2025-12", "2026-01", "2026-02"]),
        (["2019", "2022"], ["2019", "2020", "2021", "2022"]),
        (["2026-03-02"], ["2026-03-02"]),
        ([], []),
    ],
)
def test_time_runs_evenly(given: list[str], starts: list[str]) -> None:
    """Days, months and years without articles have a bar of no height."""
    filled = without_gaps([Span(start=start, count=2) for start in given])
    assert [one.start for one in filled] == starts
    assert {one.count for one in filled if one.start not in given} <= {0}
    assert all(one.count == 2 for one in filled if one.start in given)


def test_far_apart_days_are_told_in_months() -> None:
    """There are never more bars than one can tell apart, and none loses an article."""
    filled = without_gaps(
        [
            Span(start="2024-01-05", count=1),
            Span(start="2024-01-09", count=2),
            Span(start="2026-03-02", count=4),
        ]
    )
    assert (filled[0], filled[-1]) == (Span(start="2024-01", count=3), Span(start="2026-03", count=4))
    assert len(filled) == 27


def told(article_id: str, source: str, published: str, copy_of: str | None = None) -> Told:
    return Told(
        article_id=article_id, source=source, url="", headline="", published=published, copy_of=copy_of
    )


def test_each_outlet_has_a_lane() -> None:
    """Outlets stand in the order in which they came in, articles where their time is, whatever the zone; copies are marked."""
    made = lanes(
        [
            told("a", "post", "2026-03-04T08:00:00+00:00"),
            told("b", "ledger", "2026-03-04T10:00:00+01:00", copy_of="a"),
            told("c", "post", "2026-03-04T10:00:00Z"),
        ],
        "a",
    )
    assert [row.outlet for row in made.rows] == ["post", "ledger"]
    assert [(mark.at, mark.kind) for mark in made.rows[0].marks] == [(0, "first"), (986, "own")]
    assert [(mark.at, mark.kind) for mark in made.rows[1].marks] == [(493, "copy")]
    assert lanes([], "a").rows == ()
    assert [mark.at for mark in lanes([told("a", "post", "2026-03-04")], "a").rows[0].marks] == [0]
