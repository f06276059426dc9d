"""The measure of a ranking, and the queries that it is measured on."""

import re

import pytest

from bench.ranking import ndcg, queries

GRADES = {"best": 3, "good": 2, "near": 1, "none": 0}


def test_the_best_order_there_can_be_scores_one() -> None:
    """Whatever follows the pages that are worth something."""
    assert ndcg(["best", "good", "near"], GRADES) == 1.0
    assert ndcg(["best", "good", "near", "none", "unknown"], GRADES) == 1.0


@pytest.mark.parametrize(
    "worse",
    [["good", "best", "near"], ["none", "best", "good", "near"], ["best", "near"], ["unknown", "best"], []],
)
def test_another_order_scores_less(worse: list[str]) -> None:
    """A page too low, one too few, or one that nobody judged before it."""
    assert ndcg(worse, GRADES) < 1.0


def test_what_stands_below_the_tenth_place_counts_nothing() -> None:
    """As nobody looks there."""
    assert ndcg(["none"] * 10 + ["best"], GRADES) == 0.0


def test_the_queries_are_sixty_in_two_halves_each_with_an_answer() -> None:
    """And hold ids of pages alone, no text of theirs."""
    asked = queries()
    assert len({one.query for one in asked}) == len(asked) == 60
    assert sorted(one.half for one in asked).count("held out") == 30
    for one in asked:
        assert max(one.grades.values()) >= 2, one.query
        assert all(re.fullmatch(r"[0-9a-f]{16}", page) for page in one.grades), one.query
        assert set(one.grades.values()) <= {0, 1, 2, 3}, one.query
