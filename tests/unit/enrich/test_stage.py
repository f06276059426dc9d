"""The stage as the runner sees it."""

from consumers.enrich import EnrichStage
from dateline.outcome import Keep, Reject
from dateline.stage import Item, Message
from schemas.envelope import REFRESH
from schemas.reasons import Reason
from schemas.records import EnrichedArticle, Record, encode
from schemas.topics import ENRICHED, VERSIONS
from tests.unit.enrich.articles import article, version


def _item(record: Record, **headers: str) -> Item:
    message = Message(
        topic=VERSIONS.name,
        partition=0,
        offset=1,
        key=b"a1",
        value=encode(record),
        headers=headers,
        timestamp_ms=0,
    )
    return Item(message, "e1", record)


def test_each_version_becomes_one_enriched_article_under_its_id() -> None:
    """One output per version, in order, keyed by the article."""
    outcomes = EnrichStage().step([_item(version("Rain fell.", number=n)) for n in (3, 1, 2)])
    outputs = [output for outcome in outcomes if isinstance(outcome, Keep) for output in outcome.outputs]
    assert [(output.topic, output.key) for output in outputs] == [(ENRICHED.name, f"a{n}") for n in (3, 1, 2)]
    assert all(isinstance(output.record, EnrichedArticle) and not output.refresh for output in outputs)
    assert [outcome.version_id for outcome in outcomes if isinstance(outcome, Keep)] == ["v3", "v1", "v2"]


def test_a_refreshed_version_stays_a_refresh() -> None:
    """What was sent again because its neighbours changed ends no event here either."""
    (outcome,) = EnrichStage().step([_item(version("Rain fell."), **{REFRESH: "1"})])
    assert isinstance(outcome, Keep)
    assert [output.refresh for output in outcome.outputs] == [True]


def test_a_record_that_is_no_version_is_rejected_and_the_others_go_on() -> None:
    """A foreign record in the batch costs nobody else anything."""
    outcomes = EnrichStage().step([_item(article("Rain.")), _item(version("Rain fell."))])
    assert outcomes[0] == Reject(Reason.BAD_RECORD, "enrich: expected a Version, got Article")
    assert isinstance(outcomes[1], Keep)


def test_what_is_switched_off_stays_off() -> None:
    """The switch reaches the step."""
    (outcome,) = EnrichStage(without=["keywords"]).step([_item(version("Rain fell on the harbour."))])
    assert isinstance(outcome, Keep)
    record = outcome.outputs[0].record
    assert isinstance(record, EnrichedArticle)
    assert record.enrichments["keywords"] == "off"
