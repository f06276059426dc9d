"""What two processes missed of each other is found afterwards."""

import msgspec

from consumers.deduplicate import DeduplicateStage
from consumers.deduplicate.reconcile import suspects
from dateline.fakes import FakeIdentityStore
from dateline.outcome import Drop, Outcome
from dateline.ports import IdentityStore
from dateline.stage import Item
from schemas import envelope
from tests.unit.deduplicate.test_copies import WIRE, copy, origins
from tests.unit.deduplicate.test_lineage import AGENCY, credited
from tests.unit.deduplicate.world import Log, latest, run, versions


def again(log: Log, store: IdentityStore, ids: list[str]) -> list[Item]:
    """What the command sends: the suspects, marked."""
    items = []
    for one in suspects(store, ids):
        item = log.item(one.article, one.event_id)
        items.append(
            Item(
                msgspec.structs.replace(item.message, headers={envelope.REFRESH: "1"}),
                item.event_id,
                item.record,
            )
        )
    return items


def raced(store: FakeIdentityStore, *stated: Item) -> list[Outcome]:
    """Each by a process of its own, before any of them can search what the others wrote."""
    return [outcome for item in stated for outcome in DeduplicateStage(store).step([item])]


def test_two_copies_that_raced_find_each_other() -> None:
    """Two processes that met two copies at once took both for originals; looked at once more, the younger names the older."""
    log = Log()
    store = FakeIdentityStore(lazy=True)
    outcomes = raced(store, log.item(WIRE), log.item(copy(1)))
    assert origins(latest(outcomes)) == {"wire": None, "outlet1": None}
    store.refresh()
    items = again(log, store, [WIRE.id, copy(1).id])
    assert items
    repaired = run(store, items)
    assert origins(latest([*outcomes, *repaired])) == {"wire": None, "outlet1": "wire"}
    assert all(versions(outcome, refresh=False) == [] for outcome in repaired)
    store.refresh()
    assert again(log, store, [WIRE.id, copy(1).id]) == []


def test_nothing_is_sent_twice_for_what_is_fine() -> None:
    """Articles that name the right origin, and strangers, are not looked at again."""
    log = Log()
    store = FakeIdentityStore()
    family = [WIRE, *(copy(n) for n in range(1, 6))]
    run(store, [log.item(one) for one in family])
    assert suspects(store, [one.id for one in family]) == []


def test_large_family_follows_when_its_origin_turns_out_to_be_a_copy() -> None:
    """More copies than a search for candidates gives all name the agency in the end, which came last."""
    log = Log()
    store = FakeIdentityStore()
    family = [copy(n, hour=8) for n in range(1, 30)]
    outcomes = run(
        store, [log.item(one) for one in (*family, credited(31, published="2026-03-03T09:10:00Z"), AGENCY)]
    )
    assert len({origin for origin in origins(latest(outcomes)).values() if origin}) > 1
    for _ in range(3):
        outcomes += run(store, again(log, store, [AGENCY.id, *(one.id for one in family)]))
    assert {origin for origin in origins(latest(outcomes)).values() if origin} == {"sundwire"}


def test_looking_again_at_what_has_changed_since_does_nothing() -> None:
    """A version that is not the one that was seen to be wrong is left alone."""
    log = Log()
    store = FakeIdentityStore()
    run(store, [log.item(WIRE)])
    item = log.item(msgspec.structs.replace(WIRE, headline="Another"))
    marked = Item(
        msgspec.structs.replace(item.message, headers={envelope.REFRESH: "1"}), item.event_id, item.record
    )
    [outcome] = run(store, [marked])
    assert isinstance(outcome, Drop)
