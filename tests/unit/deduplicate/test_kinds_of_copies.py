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


LEGAL = """\
The information on this page is provided for general purposes only and does not constitute legal or medical advice. Tolmere Media Ltd accepts no liability for any loss. Registered in Ashby under number 0448812.
All material is protected by copyright and database rights. No part of this page may be reproduced, stored or transmitted without the written consent of the publisher. Complaints are dealt with under the code of practice of the Press Council.""".splitlines()


def test_legal_foot_makes_no_copy() -> None:
    """Two short reports above the same terms and disclaimers, though these are longer, are no copies of each other."""
    world = World(8)
    [one, other] = prints([*paragraphs(world, 1), *LEGAL], [*paragraphs(world, 1), *LEGAL])
    assert confirmed(one, {"other": other}) == {}


def test_text_that_many_share_below_leads_of_their_own_is_a_foot() -> None:
    """A text below eight different leads makes none a copy, whatever it says; below two it is a copy with a new lead."""
    world = World(9)
    foot = paragraphs(world, 3)
    leads = [" ".join(" ".join(paragraphs(world, 4)).split()[:35]) for _ in range(8)]
    [mine, *others] = prints(*([lead, *foot] for lead in leads))
    assert confirmed(mine, {str(place): other for place, other in enumerate(others)}) == {}
    assert set(confirmed(mine, {"other": others[0]})) == {"other"}


def test_stray_passage_is_not_where_the_background_begins() -> None:
    """One sentence that two running stories have in common by chance, above the same background, makes no copy."""
    world = World(10)
    background, phrase = paragraphs(world, 6), world.body(1)[0][0]
    one, other = paragraphs(world, 6), paragraphs(world, 6)
    [below_one, below_other] = prints([phrase, *one, *background], [phrase, *other, *background])
    assert confirmed(below_one, {"other": below_other}) == {}
