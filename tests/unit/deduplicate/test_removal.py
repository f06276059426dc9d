"""Pages that are found gone, and found again, in the history of their article."""

import msgspec

from consumers.deduplicate.remember import remember
from dateline.fakes import FakeIdentityStore
from dateline.outcome import Drop
from schemas.reasons import Reason
from schemas.records import Version
from tests.unit.deduplicate.world import HARBOUR, Log, archive, article, gone, latest, run, versions

DATED = {"published": "2026-03-02T08:00:00Z", "modified": "2026-03-02T09:00:00Z"}


def _classes(version: Version) -> list[str]:
    return [change.kind for change in version.changes]


def test_a_removal_is_a_version_that_keeps_the_text_last_known() -> None:
    """With its time, the answer that said so, and one change of its own class."""
    log = Log()
    first, removal = run(
        FakeIdentityStore(), [log.item(article(**DATED)), log.item(gone("2026-03-04T10:00:00Z"))]
    )
    (before,), (version,) = versions(first), versions(removal)
    assert (version.status, version.removed) == ("REMOVED", "2026-03-04T10:00:00Z")
    assert (version.previous_id, version.paragraphs) == (before.version_id, before.paragraphs)
    assert version.provenance["removed"] == "http:404"
    assert (_classes(version), version.changes[0].after) == (["removal"], "2026-03-04T10:00:00Z")
    assert version.version_order > before.version_order


def test_removals_in_a_row_are_one() -> None:
    """However often the page is found gone, by whomever."""
    log = Log()
    items = [
        log.item(article(**DATED)),
        *(log.item(gone(f"2026-03-0{d}T10:00:00Z"), f"e{d}") for d in (4, 5, 6)),
    ]
    outcomes = run(FakeIdentityStore(), items)
    assert [o.reason for o in outcomes if isinstance(o, Drop)] == [Reason.UNCHANGED] * 2
    assert len(archive(outcomes)) == 2


def test_a_page_that_comes_back_unchanged_is_restored() -> None:
    """Its old dates put it before the removal; it was seen after it."""
    log = Log()
    seen = [article(**DATED), gone("2026-03-04T10:00:00Z"), article(**DATED, fetched="2026-03-05T10:00:00Z")]
    outcomes = run(FakeIdentityStore(), [log.item(one) for one in seen])
    (now,) = latest(outcomes).values()
    assert (now.status, now.removed, _classes(now)) == ("UPDATED", None, ["restored"])
    assert now.changes[0].before == "2026-03-04T10:00:00Z"
    assert len(archive(outcomes)) == 3


def test_a_page_may_come_back_within_a_second() -> None:
    """Orders are in whole seconds; which came first is known all the same."""
    log = Log()
    at = "2026-03-05T10:00:00.{}Z"
    seen = [article(**DATED), gone(at.format(4)), article(**DATED, fetched=at.format(6))]
    (now,) = latest(run(FakeIdentityStore(), [log.item(one) for one in seen])).values()
    assert _classes(now) == ["restored"]
    seen[2] = article(**DATED, fetched=at.format(2))
    (now,) = latest(run(FakeIdentityStore(), [log.item(one) for one in seen])).values()
    assert now.status == "REMOVED"


def test_a_page_that_comes_back_edited_says_both() -> None:
    """An edit that is dated after the removal is told from the text last known."""
    log = Log()
    edited = article(
        HARBOUR[:3],
        published=DATED["published"],
        modified="2026-03-05T09:00:00Z",
        fetched="2026-03-05T10:00:00Z",
    )
    outcomes = run(
        FakeIdentityStore(), [log.item(o) for o in (article(**DATED), gone("2026-03-04T10:00:00Z"), edited)]
    )
    (now,) = latest(outcomes).values()
    assert {"restored", "cut"} <= set(_classes(now))


def test_a_removal_of_what_was_never_seen_waits_for_it() -> None:
    """It is dropped with a reason of its own; the text that comes late is removed at once."""
    log = Log()
    removal, text = run(
        FakeIdentityStore(), [log.item(gone("2026-03-04T10:00:00Z")), log.item(article(**DATED))]
    )
    assert isinstance(removal, Drop)
    assert removal.reason is Reason.NOTHING_TO_REMOVE
    assert [v.status for v in versions(text)] == ["UPDATED", "REMOVED"]


def test_a_copy_that_is_removed_stays_a_copy() -> None:
    """And can still be found as the origin of later ones."""
    log = Log()
    store = FakeIdentityStore()
    origin = article(published="2026-03-01T08:00:00Z")
    copy = article(url="https://other.example/pier", source="other", **DATED)
    taken = msgspec.structs.replace(
        gone("2026-03-04T10:00:00Z"), id=copy.id, url=copy.url, source=copy.source
    )
    outcomes = run(store, [log.item(one) for one in (origin, copy, taken)])
    edge = versions(outcomes[-1])[0].copy_of
    assert edge is not None
    assert edge.article_id == origin.id
    late = article(url="https://third.example/pier", source="third", published="2026-03-05T08:00:00Z")
    (found,) = run(store, [log.item(late)])
    named = versions(found)[0].copy_of
    assert named is not None
    assert named.article_id == origin.id


def test_memory_that_is_rebuilt_knows_removals() -> None:
    """A removal that comes again, and a page that comes back, are decided as before."""
    log = Log()
    store, again = FakeIdentityStore(), FakeIdentityStore()
    seen = [log.item(article(**DATED)), log.item(gone("2026-03-04T10:00:00Z"))]
    sent = archive(run(store, seen)).values()
    remember(again, [(f"versions:0:{n}", version) for n, version in enumerate(sent)])
    back = [
        log.item(gone("2026-03-04T11:00:00Z")),
        log.item(article(**DATED, fetched="2026-03-05T10:00:00Z")),
    ]
    one, other = run(store, back), run(again, back)
    assert isinstance(one[0], Drop)
    assert [type(o) for o in one] == [type(o) for o in other]
    assert [v.version_id for v in versions(one[1])] == [v.version_id for v in versions(other[1])]


def test_hundreds_of_refetches_after_a_return_change_nothing() -> None:
    """And leave a head of the same size."""
    log = Log()
    store = FakeIdentityStore()
    items = [log.item(article(**DATED)), log.item(gone("2026-03-04T10:00:00Z"))]
    items += [
        log.item(article(**DATED, fetched=f"2026-03-05T{n // 60:02d}:{n % 60:02d}:00Z"), f"r{n}")
        for n in range(300)
    ]
    outcomes = run(store, items, batch=50)
    assert len(archive(outcomes)) == 3
    (head,) = store.heads([article().id]).values()
    assert sum(len(version.sightings) for version in head.versions) <= 3 * 6
