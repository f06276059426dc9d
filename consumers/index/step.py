"""The index stage: records become documents behind the aliases that people search."""

from collections.abc import Callable, Sequence
from itertools import islice

from consumers.index.documents import actions
from dateline.outcome import Keep, Outcome, Reject
from dateline.ports import IndexAction, IndexResult, IndexSink
from dateline.stage import Item, Lane
from schemas.elastic import Names
from schemas.reasons import Reason
from schemas.reasons import Stage as StageName
from schemas.records import EnrichedArticle, Record
from schemas.topics import CHANGES, ENRICHED, OUTCOMES


class IndexStage:
    """Writes each batch with one call of the sink; every event ends here, indexed or in quarantine.

    Idempotent: ids follow from the records. A version goes to `versions` by its id, and to `articles` by the article's id
    unless a later version is there, so the order of arrival does not matter. A record that the index refuses, or that
    names no month to file it under, is rejected alone.
    """

    name: StageName = StageName.INDEX
    lanes: Sequence[Lane] = (Lane((ENRICHED,)), Lane((CHANGES, OUTCOMES), trailing=True))

    def __init__(self, sink: IndexSink, names: Callable[[], Names]) -> None:
        """`names` is asked once a batch for the generation in use."""
        self._sink = sink
        self._names = names

    def step(self, batch: Sequence[Item]) -> Sequence[Outcome]:
        """`Keep(indexed=True)` for what is in the index when this returns (a newer version counts)."""
        names = self._names()
        planned = [_plan(item.record, names) for item in batch]
        writes = [write for plan in planned if not isinstance(plan, Reject) for write in plan]
        results = iter(self._sink.write(writes) if writes else ())
        return [
            plan if isinstance(plan, Reject) else _outcome(item.record, list(islice(results, len(plan))))
            for item, plan in zip(batch, planned, strict=True)
        ]

    def close(self) -> None:
        """Nothing to give back."""


def _plan(record: Record | None, names: Names) -> tuple[IndexAction, ...] | Reject:
    try:
        return actions(record, names)
    except ValueError as error:
        return Reject(Reason.BAD_RECORD, f"index: {error}")


def _outcome(record: Record | None, results: Sequence[IndexResult]) -> Outcome:
    for result in results:
        if result.status == "refused":
            return Reject(Reason.REFUSED_BY_INDEX, f"index: {result.error}")
    if isinstance(record, EnrichedArticle):
        return Keep(indexed=True, article_id=record.id, version_id=record.version_id)
    return Keep(indexed=True)
