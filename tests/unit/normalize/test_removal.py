"""A removal: a raw event of its own type that says since when a page is gone."""

import pytest

from consumers.normalize.step import NormalizeStage
from dateline.outcome import Keep, Reject
from schemas import envelope
from schemas.ids import article_id
from schemas.reasons import Reason
from schemas.records import Article
from tests.unit.normalize.documents import FETCHED, item

GONE = {
    envelope.CE_TYPE: envelope.REMOVED_TYPE,
    envelope.HTTP_STATUS: "410",
    envelope.REMOVED: "2026-03-03T08:00:00Z",
}


def _read(**headers: str | None) -> Article | Reject:
    (outcome,) = NormalizeStage().step([item(b"", "application/octet-stream", **(GONE | headers))])
    if isinstance(outcome, Keep):
        record = outcome.outputs[0].record
        assert isinstance(record, Article)
        return record
    assert isinstance(outcome, Reject)
    return outcome


def test_a_removal_names_the_article_the_time_and_the_answer() -> None:
    """The producer knows which article the page was; without that, its address says."""
    known = _read(**{envelope.REMOVED_ARTICLE: "a1"})
    assert isinstance(known, Article)
    assert (known.id, known.removed, known.fetched) == ("a1", "2026-03-03T08:00:00Z", FETCHED)
    assert known.provenance == {"removed": "http:410"}
    assert (known.headline, known.paragraphs) == ("", ())
    unnamed = _read()
    assert isinstance(unnamed, Article)
    assert unnamed.id == article_id("weirgazette", "https://weirgazette.example/news/bridge")


@pytest.mark.parametrize(
    "headers",
    [
        {envelope.HTTP_STATUS: "500"},
        {envelope.HTTP_STATUS: None},
        {envelope.REMOVED: "yesterday"},
        {envelope.CE_TIME: "yesterday"},
        {envelope.CE_SUBJECT: None},
    ],
)
def test_a_removal_that_does_not_say_enough_is_quarantined(headers: dict[str, str | None]) -> None:
    """Nothing is removed on a guess."""
    outcome = _read(**headers)
    assert isinstance(outcome, Reject)
    assert outcome.reason is Reason.BAD_ENVELOPE
