"""From records to writes."""

import msgspec
import pytest

from consumers.index.documents import actions, document
from schemas.elastic import Names
from schemas.ids import saying_key
from schemas.records import EnrichedArticle, Record
from tests.samples import CHANGE, ENRICHED, OUTCOME, article, enriched

NAMES = Names("wire", 3)


def test_an_article_goes_to_versions_by_its_version_and_to_articles_by_its_id() -> None:
    """Only the latest copy is guarded by the version's own time."""
    version, latest, *_ = actions(ENRICHED, NAMES)
    assert (version.index, version.id, version.version) == ("wire-versions-g3-2026.02", "version-2", None)
    assert (latest.index, latest.id) == ("wire-articles-g3-2026", "article-1")
    assert latest.version == ENRICHED.version_order


def test_a_quotation_is_filed_once_an_article_under_its_earliest_version() -> None:
    """Its own words are its id, so that a later version adds nothing; what is only reported is not filed."""
    (quote,) = ENRICHED.quotes
    again = msgspec.structs.replace(quote, text=quote.text.upper(), start=40)
    reported = msgspec.structs.replace(quote, text="the boats were late again", direct=False)
    record = enriched(quotes=(quote, again, reported))
    (saying,) = actions(record, NAMES)[2:]
    assert saying.index == "wire-quotes-g3"
    assert saying.id == f"article-1/{saying_key(quote.text)}"
    assert saying.document["text"] == quote.text
    later = actions(msgspec.structs.replace(record, version_order=record.version_order + 1), NAMES)[2]
    assert saying.version is not None
    assert later.version is not None
    assert saying.version > later.version


def test_what_is_stored_reads_back_as_the_record() -> None:
    """The document holds each field under its own name, and the text once more for search alone."""
    built = document(ENRICHED)
    assert msgspec.convert(built, EnrichedArticle) == ENRICHED
    assert set(built) - {"text", "groups", "facets", "card"} == set(EnrichedArticle.__struct_fields__)


def test_a_copy_stands_with_its_origin_and_any_article_with_its_story() -> None:
    """Each article has both keys: one that is no copy is its own family, and one in no story stands with its family."""
    alone = enriched(copy_of=None, story_id=None)
    assert document(alone)["groups"] == {"family": alone.id, "story": alone.id}
    told = enriched(copy_of=None, story_id="s1")
    assert document(told)["groups"] == {"family": told.id, "story": "s1"}
    assert ENRICHED.copy_of
    copy = enriched(id="article-2", copy_of=ENRICHED.copy_of, story_id=None)
    assert document(copy)["groups"] == {
        "family": ENRICHED.copy_of.article_id,
        "story": ENRICHED.copy_of.article_id,
    }


def test_text_is_analyzed_in_its_language() -> None:
    """Headline, standfirst and paragraphs stand under the language's key."""
    assert document(ENRICHED)["text"] == {
        "en": {
            "headline": ENRICHED.headline,
            "standfirst": ENRICHED.standfirst,
            "paragraphs": ENRICHED.paragraphs,
        }
    }


@pytest.mark.parametrize("language", [None, "tlh"])
def test_text_without_an_analyzer_has_the_plain_fields_alone(language: str | None) -> None:
    """An unknown language is still searchable, word by word."""
    assert "text" not in document(enriched(language=language))


def test_changes_and_outcomes_go_to_their_indices() -> None:
    """A change has its own id; outcomes are filed by the month they were decided in."""
    (change,) = actions(CHANGE, NAMES)
    assert (change.index, change.id, change.document["class"]) == ("wire-changes-g3", "change-1", "number")
    (outcome,) = actions(OUTCOME, NAMES)
    assert (outcome.index, outcome.id) == (
        "wire-outcomes-g3-2026.03",
        "articles.raw.v1:3:141/deduplicate/2",
    )


def test_the_same_event_received_twice_has_two_outcomes() -> None:
    """What came in as two messages is accounted for twice, whatever its id."""
    again = msgspec.structs.replace(OUTCOME, origin="articles.raw.v1:3:142")
    assert actions(again, NAMES)[0].id != actions(OUTCOME, NAMES)[0].id


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (enriched(month=""), "expected a month as YYYY-MM, got ''"),
        (enriched(month="2026-02/../../x"), "expected a month as YYYY-MM"),
        (msgspec.structs.replace(OUTCOME, time="yesterday"), "expected a month as YYYY-MM, got 'yesterd'"),
        (article(), "expected an EnrichedArticle, Change or OutcomeRecord, got Article"),
        (None, "got NoneType"),
    ],
)
def test_a_record_that_cannot_be_filed_says_why(record: Record | None, said: str) -> None:
    """No index name is ever made of what a record happens to hold."""
    with pytest.raises(ValueError, match=said):
        actions(record, NAMES)
