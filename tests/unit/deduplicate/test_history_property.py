"""History is a function of what was seen, not of the order in which it was seen."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dateline.fakes import FakeIdentityStore
from schemas.records import Article, Version
from tests.unit.deduplicate.world import HARBOUR, Log, archive, article, gone, latest, run

BODIES = (HARBOUR, HARBOUR[:4], [*HARBOUR[:2], "The mayor said nothing."])


@st.composite
def sightings(draw: st.DrawFn) -> list[Article]:
    """Up to five sightings of one article, dated or not, some with the same body, some twice; now and then it is gone."""
    hours = draw(st.lists(st.integers(0, 8), max_size=2, unique=True))
    seen = [gone(f"2026-03-03T{hour:02d}:45:00Z") for hour in hours]
    for _ in range(draw(st.integers(1, 5))):
        hour = draw(st.integers(0, 6))
        dated = draw(st.booleans())
        seen.append(
            article(
                draw(st.sampled_from(BODIES)),
                published="2026-03-03T00:00:00Z" if dated else None,
                modified=f"2026-03-03T{hour:02d}:00:00Z" if dated else None,
                fetched=f"2026-03-03T{draw(st.integers(hour, 8)):02d}:30:00Z",
            )
        )
    return seen + draw(st.lists(st.sampled_from(seen), max_size=2))


def outline(held: dict[str, Version]) -> list[tuple[object, ...]]:
    """Versions, links and dates, without what depends on the month of the first arrival."""
    return sorted(
        (
            version.version_order,
            version.version_id,
            version.previous_id or "",
            version.status,
            version.paragraphs,
            version.modified or "",
            version.removed or "",
            version.published or "",
            tuple(change.id for change in version.changes),
        )
        for version in held.values()
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seen=sightings(), order=st.randoms(use_true_random=False))
def test_any_order_gives_the_same_history(seen: list[Article], order: random.Random) -> None:
    """Any permutation, in any batches, with repeats mixed in, ends with the same versions, links, changes and latest."""
    log = Log()
    items = [log.item(one) for one in seen]
    straight = run(FakeIdentityStore(), items)
    shuffled = list(items)
    order.shuffle(shuffled)
    outcomes = run(FakeIdentityStore(), shuffled, batch=4, rng=order)
    assert outline(archive(outcomes)) == outline(archive(straight))
    assert outline(latest(outcomes)) == outline(latest(straight))


@settings(max_examples=100, deadline=None)
@given(seen=sightings(), order=st.randoms(use_true_random=False))
def test_crash_anywhere_changes_nothing(seen: list[Article], order: random.Random) -> None:
    """A batch decided twice, its first outputs lost, leaves the same archive as one decided once."""
    log = Log()
    items = [log.item(one) for one in seen]
    order.shuffle(items)
    cut = order.randint(0, len(items))
    store = FakeIdentityStore()
    committed = run(store, items[:cut])
    run(store, items[cut:], batch=len(items) or 1)  # decided and written, but never committed
    again = run(store, items[cut:], batch=2)
    undisturbed = run(FakeIdentityStore(), items)
    assert outline(archive(committed + again)) == outline(archive(undisturbed))
    assert outline(latest(committed + again)) == outline(latest(undisturbed))
