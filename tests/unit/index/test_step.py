"""The index stage on a sink in memory."""

from collections.abc import Sequence

import pytest

from consumers.index import IndexStage
from dateline.errors import Overloaded
from dateline.fakes import FakeIndexSink
from dateline.outcome import Keep, Outcome, Reject
from dateline.ports import IndexAction, IndexResult
from dateline.stage import Item, Message
from schemas import envelope
from schemas.elastic import Names
from schemas.reasons import Reason
from schemas.records import Record
from schemas.topics import CHANGES, ENRICHED, OUTCOMES
from tests.samples import CHANGE, OUTCOME, enriched

ARTICLES, VERSIONS = "articles-g1-2026", "versions-g1-2026.02"


def _item(record: Record | None, topic: str = ENRICHED.name, **headers: str) -> Item:
    message = Message(
        topic=topic, partition=0, offset=0, key=b"k", value=b"{}", headers=headers, timestamp_ms=0
    )
    return Item(message, "event-1", record)


def _step(sink: FakeIndexSink, *records: Record) -> Sequence[Outcome]:
    return IndexStage(sink, Names).step([_item(record) for record in records])


def test_an_article_is_indexed_and_says_so() -> None:
    """The event ends as indexed, with the article and version that it became."""
    sink = FakeIndexSink()
    record = enriched()
    assert _step(sink, record) == [Keep(indexed=True, article_id=record.id, version_id=record.version_id)]
    assert sink.documents[ARTICLES]["article-1"]["headline"] == record.headline
    assert sink.documents[VERSIONS]["version-2"]["status"] == "UPDATED"


def test_the_latest_version_stays_whatever_the_order_of_arrival() -> None:
    """An older version that comes late is kept among the versions; the event counts as indexed."""
    sink = FakeIndexSink()
    newer = enriched(version_id="new", version_order=20, headline="Newer")
    older = enriched(version_id="old", version_order=10, headline="Older")
    outcomes = [*_step(sink, newer), *_step(sink, older)]
    assert all(isinstance(outcome, Keep) and outcome.indexed for outcome in outcomes)
    assert sink.documents[ARTICLES]["article-1"]["headline"] == "Newer"
    assert set(sink.documents[VERSIONS]) == {"new", "old"}


def test_a_replay_changes_nothing() -> None:
    """The same batch written twice leaves the same documents."""
    sink = FakeIndexSink()
    first = _step(sink, enriched(), enriched(id="article-2", version_id="version-7"))
    before = {index: dict(documents) for index, documents in sink.documents.items()}
    assert _step(sink, enriched(), enriched(id="article-2", version_id="version-7")) == first
    assert sink.documents == before


def test_a_version_sent_again_for_its_neighbours_replaces_what_it_was() -> None:
    """A refresh has the same ids and order; its new history is what is found afterwards."""
    sink = FakeIndexSink()
    _step(sink, enriched(previous_id=None))
    IndexStage(sink, Names).step([_item(enriched(previous_id="version-1b"), **{envelope.REFRESH: "1"})])
    assert sink.documents[VERSIONS]["version-2"]["previous_id"] == "version-1b"
    assert sink.documents[ARTICLES]["article-1"]["previous_id"] == "version-1b"


def test_one_refused_document_leaves_the_others_in_peace() -> None:
    """The item at fault is rejected with the index's own words; its neighbours are indexed."""
    sink = FakeIndexSink(lambda action: "bad date" if action.id == "version-7" else None)
    outcomes = _step(sink, enriched(), enriched(id="article-2", version_id="version-7"), enriched(id="a3"))
    assert [type(outcome) for outcome in outcomes] == [Keep, Reject, Keep]
    assert outcomes[1] == Reject(Reason.REFUSED_BY_INDEX, "index: bad date")


def test_a_record_without_a_month_is_rejected_before_anything_is_sent() -> None:
    """It would have no index to go to."""
    sink = FakeIndexSink()
    (outcome,) = _step(sink, enriched(month="soon"))
    assert isinstance(outcome, Reject)
    assert outcome.reason is Reason.BAD_RECORD
    assert "got 'soon'" in outcome.error
    assert not sink.documents


def test_changes_and_outcomes_are_indexed_too() -> None:
    """What the stages report is searchable beside the articles."""
    sink = FakeIndexSink()
    batch = [_item(CHANGE, CHANGES.name), _item(OUTCOME, OUTCOMES.name)]
    assert IndexStage(sink, Names).step(batch) == [Keep(indexed=True), Keep(indexed=True)]
    assert set(sink.documents) == {"changes-g1", "outcomes-g1-2026.03"}


def test_the_generation_is_asked_for_each_batch() -> None:
    """After a rebuild's switch a running stage writes to the new generation."""
    sink = FakeIndexSink()
    generations = iter([1, 2])
    stage = IndexStage(sink, lambda: Names("", next(generations)))
    stage.step([_item(CHANGE, CHANGES.name)])
    stage.step([_item(CHANGE, CHANGES.name)])
    assert set(sink.documents) == {"changes-g1", "changes-g2"}


def test_an_overloaded_server_holds_the_whole_batch_back() -> None:
    """The runner gets to wait: nothing is rejected for a server's sake."""

    class Busy:
        def write(self, actions: Sequence[IndexAction]) -> Sequence[IndexResult]:
            raise Overloaded("asks for less")

    with pytest.raises(Overloaded):
        IndexStage(Busy(), Names).step([_item(enriched())])


def test_reports_trail_behind_articles() -> None:
    """What the stage itself causes is read last, so a run until caught up measures its end anew."""
    first, last = IndexStage.lanes
    assert (first.topics, first.trailing) == ((ENRICHED,), False)
    assert (set(last.topics), last.trailing) == ({CHANGES, OUTCOMES}, True)
