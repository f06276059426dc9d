"""Copies and strangers of many kinds, in prose that another generator grew."""

from functools import cache

import pytest

from bench.dedup import measure_copies, ours
from bench.dedup_grammar import COPIES, World, labelled
from consumers.deduplicate.copies import confirmed
from consumers.deduplicate.fingerprint import Fingerprint, fingerprint
from tests.unit.deduplicate.world import article


@cache
def figures() -> dict[str, float]:
    return measure_copies(ours, labelled(21, families=24))


@pytest.mark.parametrize(
    ("figure", "floor"),
    [
        ("copies F1", 0.97),
        ("families ARI", 0.95),
        ("trimmed to 30 % recall", 0.93),
        ("strangers kept apart", 0.98),
    ],
)
def test_floors_hold_on_grown_prose(figure: str, floor: float) -> None:
    """Trimmed, thinned, reworded and enlarged copies are found; statements, backgrounds, forms and lists make none."""
    assert figures()[figure] >= floor


def prints(*bodies: list[str]) -> list[Fingerprint]:
    return [fingerprint(article(body)) for body in bodies]


def paragraphs(world: World, count: int) -> list[str]:
    return [" ".join(paragraph) for paragraph in world.body(count)]


def test_extract_shares_terms_with_a_long_whole() -> None:
    """The first tenth of a long report shares at least two of its terms, so a search for candidates meets it."""
    world = World(5)
    for _ in range(20):
        body = paragraphs(world, 40)
        [whole, extract] = prints(body, body[:4])
        assert len(set(whole.bands) & set(extract.bands)) >= 2


def test_background_below_news_makes_no_copy() -> None:
    """What two articles of a running story carry below their own news, half of each, is no copy; the same text on top is."""
    world = World(6)
    background, one, other = paragraphs(world, 6), paragraphs(world, 5), paragraphs(world, 5)
    [below_one, below_other] = prints(one + background, other + background)
    assert confirmed(below_one, {"other": below_other}) == {}
    [above_one, above_other] = prints(background + one, background + other)
    assert set(confirmed(above_one, {"other": above_other})) == {"other"}


def test_two_cut_copies_do_not_make_their_origin_a_template() -> None:
    """Copies that each cut the report and put a lead of their own above it still name it, though all three differ."""
    world = World(7)
    for _ in range(10):
        body = world.body(12)
        cut = [COPIES["new lead, trimmed to 50 %"](world, body) for _ in range(2)]
        [mine, second, origin] = prints(*[[" ".join(paragraph) for paragraph in one] for one in (*cut, body)])
        assert "origin" in confirmed(mine, {"second": second, "origin": origin})
