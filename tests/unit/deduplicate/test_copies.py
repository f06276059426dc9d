"""Copies and their origins."""

import itertools
from typing import Any

import msgspec
import pytest

from consumers.deduplicate import copies
from consumers.deduplicate.boilerplate import is_boilerplate
from dateline.fakes import FakeIdentityStore
from schemas.records import Article, Version
from tests.unit.deduplicate.world import HARBOUR, ORCHARD, Log, article, latest, run, versions

WIRE = article(url="https://wire.example/pier", source="wire", published="2026-03-03T08:00:00Z")


def copy(number: int, paragraphs: Any = HARBOUR, *, hour: int | None = None) -> Article:
    """The wire's report at another outlet, a few hours later."""
    return article(
        paragraphs,
        url=f"https://outlet{number}.example/pier",
        source=f"outlet{number}",
        headline=f"Pier to be rebuilt ({number})",
        published=f"2026-03-03T{hour if hour is not None else 9 + number:02d}:00:00Z",
    )


def origins(held: dict[str, Version]) -> dict[str, str | None]:
    """Source of each latest version → source of its origin."""
    return {v.source: v.copy_of.source if v.copy_of else None for v in held.values()}


def test_whole_copy_names_its_origin_with_evidence() -> None:
    """The same text at another outlet is another article, kept as a copy of the one published first."""
    log = Log()
    first, second = run(FakeIdentityStore(), [log.item(WIRE), log.item(copy(1))])
    [version] = versions(second)
    assert versions(first)[0].copy_of is None
    assert version.id != WIRE.id
    edge = version.copy_of
    assert edge is not None
    assert (edge.article_id, edge.version_id, edge.url) == (WIRE.id, versions(first)[0].version_id, WIRE.url)
    assert edge.containment_here == edge.containment_there == edge.score == 1.0


def test_trimmed_copy_says_how_much_it_kept() -> None:
    """Of a copy that kept the first paragraphs, all is found in the origin, and a part of the origin in it."""
    log = Log()
    _, second = run(FakeIdentityStore(), [log.item(WIRE), log.item(copy(1, HARBOUR[:2]))])
    edge = versions(second)[0].copy_of
    assert edge is not None
    assert edge.containment_here == 1.0
    assert 0.2 < edge.containment_there < 0.5


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_any_order_of_arrival_names_the_same_origin(order: tuple[int, ...], batch: int, lazy: bool) -> None:
    """Whatever comes first, and before any refresh of the search, all copies end up naming the earliest published."""
    family = [WIRE, copy(1), copy(2, HARBOUR[:4]), copy(3, [ORCHARD[0], *HARBOUR[1:]])]
    log = Log()
    store = FakeIdentityStore(lazy=lazy)
    # one stage for all, as its window holds what the search does not see yet
    outcomes = run(store, [log.item(family[place]) for place in order], batch=batch)
    assert origins(latest(outcomes)) == {
        "wire": None,
        "outlet1": "wire",
        "outlet2": "wire",
        "outlet3": "wire",
    }


def test_copy_that_came_before_its_origin_is_sent_again() -> None:
    """When the origin arrives after its copy, the copy's latest version is sent again, marked as a refresh."""
    log = Log()
    early, origin = run(FakeIdentityStore(), [log.item(copy(1)), log.item(WIRE)])
    assert versions(early)[0].copy_of is None
    [again] = versions(origin, refresh=True)
    assert again.version_id == versions(early)[0].version_id
    assert again.copy_of is not None
    assert again.copy_of.article_id == WIRE.id


def test_copy_that_is_written_anew_is_no_copy_any_more() -> None:
    """A later version of a copy with a text of its own names no origin."""
    log = Log()
    rewritten = msgspec.structs.replace(
        copy(1, ORCHARD), modified="2026-03-04T08:00:00Z", fetched="2026-03-04T08:00:00Z"
    )
    outcomes = run(FakeIdentityStore(), [log.item(a) for a in (WIRE, copy(1), rewritten)])
    assert versions(outcomes[1])[0].copy_of is not None
    assert versions(outcomes[2])[0].copy_of is None


def test_large_family_costs_no_more_than_a_small_one() -> None:
    """Of many copies each names the origin, and none makes the others be sent again."""
    log = Log()
    store = FakeIdentityStore()
    outcomes = run(store, [log.item(WIRE)] + [log.item(copy(n, hour=12)) for n in range(60)], batch=20)
    assert all(
        version.copy_of and version.copy_of.source == "wire" for o in outcomes[1:] for version in versions(o)
    )
    assert sum(len(versions(o)) for o in outcomes) == 61
    assert store.writes == 61


SHORT = ["Correction to follow."]
TAIL = """\
Sign up to our newsletter for the day's most important stories, delivered to your inbox every morning before seven. You can unsubscribe at any time, and we never pass on your address.
Our journalism is supported by readers like you. If you value independent reporting, please consider becoming a subscriber today; it takes less than a minute and helps us to keep our reporting open.""".splitlines()
FRAME = """\
The Vellmar Steamship Company runs eleven ferries between the islands of the outer sound and the mainland, and has done so since the days of sail. It employs four hundred people on board and ashore, and its seat is in Arlen.""".splitlines()
LEADS = [
    "The ferry Brisling ran aground off Arlen on Monday morning and was pulled free at noon by two tugs with nobody hurt.",
    "A new timetable for the summer was laid before the island councils, who have until Easter to say what they make of it.",
    "The oldest steward of the fleet retires after half a century of coffee, rope and bad weather, and will keep bees instead.",
    "Fares between the outer islands rise in June by a tenth, for the first time since the bridge at Holm was opened to cars.",
]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SHORT, SHORT),
        ([LEADS[0], *TAIL], [LEADS[1], *TAIL]),
        (HARBOUR, ORCHARD),
        (
            [*ORCHARD[:2], HARBOUR[1]],
            HARBOUR,
        ),
    ],
    ids=["too short", "own lead above boilerplate", "unrelated", "the same quote"],
)
def test_no_copies(one: list[str], other: list[str]) -> None:
    """What two articles share is not enough to call one a copy of the other."""
    pairs, families = copies([article(one), copy(1, other)])
    assert (pairs, families) == ([], [])


def test_template_makes_no_copies() -> None:
    """A text that stands under several articles, each with a part of its own, is a template."""
    pairs, _ = copies([copy(n, [lead, *FRAME]) for n, lead in enumerate(LEADS)])
    assert pairs == []


def test_pairs_and_families_of_a_set() -> None:
    """Offline, pairs name copy and origin with containments, and a family begins with its origin."""
    trimmed = copy(1, HARBOUR[:3])
    stranger = article(ORCHARD, url="https://courier.example/frost")
    pairs, families = copies([trimmed, stranger, WIRE])
    [pair] = pairs
    assert (pair.a, pair.b, pair.relation, pair.containment_a) == (trimmed.id, WIRE.id, "copy", 1.0)
    assert pair.containment_b < 1.0
    assert families == [[WIRE.id, trimmed.id]]


@pytest.mark.parametrize("text", TAIL)
def test_boilerplate_is_known(text: str) -> None:
    """A paragraph that speaks to the reader of the outlet is boilerplate."""
    assert is_boilerplate(text, "en")


@pytest.mark.parametrize("text", [*HARBOUR, *ORCHARD, *LEADS])
def test_reports_are_no_boilerplate(text: str) -> None:
    """A paragraph that reports something is not."""
    assert not is_boilerplate(text, "en")
