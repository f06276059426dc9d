"""What is drawn."""

import pytest

from dateline.browse import Span
from reader.charts import without_gaps


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
