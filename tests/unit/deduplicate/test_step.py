"""The deduplicate stage on the fake store."""

from typing import Any

import msgspec
import pytest

from consumers.deduplicate import DeduplicateStage
from dateline.errors import Unavailable
from dateline.fakes import FakeIdentityStore
from dateline.outcome import Drop, Keep, Reject
from schemas.reasons import Reason
from schemas.records import Change, RelatedLink
from schemas.topics import CHANGES
from tests.unit.deduplicate.world import HARBOUR, ORCHARD, Log, archive, article, latest, run, versions

FIRST = article(published="2026-03-03T09:00:00Z", modified="2026-03-03T09:00:00Z")
SECOND = article(
    (HARBOUR[0].replace("14 million", "15 million"), *HARBOUR[1:]),
    published="2026-03-03T09:00:00Z",
    modified="2026-03-03T12:00:00Z",
    fetched="2026-03-03T12:05:00Z",
)
THIRD = msgspec.structs.replace(
    SECOND,
    headline="Vellmar delays its pier",
    modified="2026-03-04T08:00:00Z",
    fetched="2026-03-04T08:05:00Z",
)


@pytest.fixture
def store() -> FakeIdentityStore:
    return FakeIdentityStore()


def test_first_sight_is_published(store: FakeIdentityStore) -> None:
    """An article never seen before is kept as PUBLISHED, with no predecessor and the month of its publication."""
    [outcome] = run(store, [Log().item(FIRST)])
    [version] = versions(outcome)
    assert (version.status, version.previous_id, version.month) == ("PUBLISHED", None, "2026-03")
    assert version.paragraphs == FIRST.paragraphs


def test_changed_article_is_updated_and_says_what_changed(store: FakeIdentityStore) -> None:
    """A changed article becomes UPDATED, linked to its predecessor, and the changed figure is sent as a change."""
    log = Log()
    first, second = run(store, [log.item(FIRST), log.item(SECOND)])
    [version] = versions(second)
    assert version.status == "UPDATED"
    assert version.previous_id == versions(first)[0].version_id
    assert isinstance(second, Keep)
    changes = [output.record for output in second.outputs if output.topic == CHANGES.name]
    assert tuple(changes) == version.changes
    [number] = [change for change in version.changes if change.kind == "number"]
    assert "14 million" in (number.before or "")
    assert "15 million" in (number.after or "")
    assert number.where == "paragraphs[0]"


def test_refetch_is_unchanged(store: FakeIdentityStore) -> None:
    """The same content fetched again with other furniture around it is dropped as unchanged, naming the version."""
    log = Log()
    again = msgspec.structs.replace(
        FIRST,
        paragraphs=(
            *(p.replace("“", '"').replace("”", '"') + " " for p in HARBOUR),
            "5 minutes ago",
            "12 comments",
        ),
        related=(RelatedLink(headline="Ferry to run twice a day"),),
        captions=("The pier",),
        fetched="2026-03-03T18:00:00Z",
    )
    first, second = run(store, [log.item(FIRST), log.item(again)])
    assert second == Drop(
        Reason.UNCHANGED,
        detail="ignored: captions, related, page furniture, spaces and marks",
        article_id=FIRST.id,
        version_id=versions(first)[0].version_id,
    )


def test_same_event_twice_is_repeated(store: FakeIdentityStore) -> None:
    """An event received a second time is dropped as repeated, within a batch and across batches."""
    log = Log()
    items = [log.item(FIRST), log.item(FIRST), log.item(FIRST)]
    outcomes = run(store, items[:2], batch=2) + run(store, items[2:])
    assert [outcome.reason for outcome in outcomes if isinstance(outcome, Drop)] == [Reason.REPEATED] * 2


def test_same_bytes_fetched_later_are_repeated_but_a_revert_is_a_version(store: FakeIdentityStore) -> None:
    """Bytes that come again after others were seen are a version of their own, which links to what it reverts."""
    undated = article()
    other = article((*HARBOUR, "The mayor welcomed the vote."), fetched="2026-03-03T11:00:00Z")
    log = Log()
    refetch = msgspec.structs.replace(undated, fetched="2026-03-03T10:30:00Z")
    back = msgspec.structs.replace(undated, fetched="2026-03-03T12:00:00Z")
    first, again, second, revert = run(store, [log.item(a) for a in (undated, refetch, other, back)])
    assert isinstance(again, Drop)
    assert again.reason == Reason.REPEATED
    [reverted] = versions(revert)
    assert reverted.previous_id == versions(second)[0].version_id
    assert reverted.content_hash == versions(first)[0].content_hash
    assert reverted.version_id != versions(first)[0].version_id
    assert reverted.provenance["version_order"] == "fetched"


def test_late_older_version_slots_in(store: FakeIdentityStore) -> None:
    """A version that arrives late takes its place by its own dates; its successor and the latest are sent again."""
    log = Log()
    outcomes = run(store, [log.item(FIRST), log.item(THIRD), log.item(SECOND)])
    own, successor = versions(outcomes[2])
    assert own.modified == SECOND.modified
    assert successor.modified == THIRD.modified
    assert successor.previous_id == own.version_id
    assert {change.kind for change in successor.changes} == {"headline"}
    assert versions(outcomes[2], refresh=True) == [successor]
    assert latest(outcomes)[FIRST.id].modified == THIRD.modified


def test_late_first_version_demotes_the_one_seen_first(store: FakeIdentityStore) -> None:
    """When the true first version arrives late, it is PUBLISHED, and the one taken for it before becomes UPDATED."""
    log = Log()
    outcomes = run(store, [log.item(SECOND), log.item(FIRST)])
    statuses = {version.modified: version.status for version in archive(outcomes).values()}
    assert statuses == {FIRST.modified: "PUBLISHED", SECOND.modified: "UPDATED"}


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_replay_after_a_crash_decides_as_before(store: FakeIdentityStore, size: int) -> None:
    """The very same messages again, after their writes but before their commit, give the same outcomes."""
    log = Log()
    copy = article(published="2026-03-03T15:00:00Z", url="https://herald.example/pier", source="herald")
    items = [
        log.item(a)
        for a in (FIRST, SECOND, FIRST, copy, THIRD, article(ORCHARD, url="https://courier.example/o"))
    ]
    before = run(store, items, batch=size)
    again = run(store, items, batch=size)
    assert [type(o) for o in again] == [type(o) for o in before]
    assert archive(again) == archive(before)
    assert latest(again) == latest(before)


def test_concurrent_writer_is_noticed() -> None:
    """When another process writes the article in between, the batch is decided again on top of it, and nothing is lost."""
    log = Log()
    first, second = log.item(FIRST), log.item(SECOND)
    meddled: list[Any] = []
    store = FakeIdentityStore()

    def meddle() -> None:
        store.before_put = None
        meddled.extend(run(store, [first]))

    store.before_put = meddle
    outcomes = run(store, [second])
    [version] = versions(outcomes[0])
    assert version.status == "UPDATED"
    assert version.previous_id == versions(meddled[0])[0].version_id


def test_endless_interference_is_unavailable() -> None:
    """An article that others change at every try is given back to the runner, not lost."""
    log = Log()
    store = FakeIdentityStore()
    count = iter(range(100))

    def meddle() -> None:
        hook, store.before_put = store.before_put, None
        run(store, [log.item(msgspec.structs.replace(FIRST, headline=f"Pier {next(count)}"))])
        store.before_put = hook

    store.before_put = meddle
    with pytest.raises(Unavailable, match="own namespace"):
        run(store, [log.item(SECOND)])


def test_bad_time_is_rejected(store: FakeIdentityStore) -> None:
    """A record with a time that is none is quarantined with what was expected, and its neighbours go on."""
    log = Log()
    bad = article(modified="yesterday", url="https://courier.example/bad")
    rejected, kept = run(store, [log.item(bad), log.item(FIRST)], batch=2)
    assert isinstance(rejected, Reject)
    assert rejected.reason == Reason.BAD_RECORD
    assert isinstance(kept, Keep)


def test_changes_have_stable_ids(store: FakeIdentityStore) -> None:
    """The changes between two versions have the same ids whenever they are worked out."""
    log = Log()
    items = [log.item(FIRST), log.item(SECOND)]
    ids = [{c.id for c in versions(run(s, items)[1])[0].changes} for s in (store, FakeIdentityStore())]
    assert ids[0] == ids[1] != set()
    assert all(isinstance(c, Change) for c in versions(run(FakeIdentityStore(), items)[1])[0].changes)


def test_stage_reads_normalized_articles() -> None:
    """The stage reads the normalized topic in one lane."""
    assert [t.name for lane in DeduplicateStage(FakeIdentityStore()).lanes for t in lane.topics] == [
        "articles.normalized.v1"
    ]
