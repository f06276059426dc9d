"""The stage's fates."""

import gzip
import json
import zlib

import pytest

from consumers.normalize import NormalizeStage
from dateline.outcome import Keep, Outcome, Reject
from schemas.reasons import Reason
from schemas.records import Article
from schemas.topics import NORMALIZED, RAW, RAW_BACKFILL
from tests.unit.normalize.documents import PARAGRAPHS, item, page


def only(outcomes: object) -> Outcome:
    """The single outcome."""
    assert isinstance(outcomes, list)
    assert len(outcomes) == 1
    return outcomes[0]


def rejected(outcome: Outcome) -> Reject:
    """The outcome, which must be a Reject."""
    assert isinstance(outcome, Reject), outcome
    return outcome


def article(outcome: Outcome) -> Article:
    """The article of an outcome, which must be a Keep."""
    assert isinstance(outcome, Keep), outcome
    record = outcome.outputs[0].record
    assert isinstance(record, Article)
    return record


def test_a_page_becomes_an_article_keyed_by_its_id() -> None:
    """A page is kept: one output on the normalized topic, its key the article's id."""
    outcome = only(NormalizeStage().step([item(page())]))
    assert isinstance(outcome, Keep)
    assert [(one.topic, one.key) for one in outcome.outputs] == [(NORMALIZED.name, outcome.article_id)]
    assert article(outcome).headline == "Bridge reopens after repairs"


def test_live_goes_before_backfill() -> None:
    """The live lane stands before the backfill lane."""
    assert [lane.topics for lane in NormalizeStage().lanes] == [(RAW,), (RAW_BACKFILL,)]


def test_each_item_has_its_own_outcome_in_order() -> None:
    """A bad document among good ones costs only itself."""
    outcomes = NormalizeStage().step([item(page()), item(b""), item(page())])
    assert [type(outcome) for outcome in outcomes] == [Keep, Reject, Keep]


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", "text/html", Reason.EMPTY),
        (b" \n\t ", "text/plain", Reason.EMPTY),
        (None, "text/html", Reason.NULL_VALUE),
        (b"%PDF-1.7", "application/pdf", Reason.UNSUPPORTED_TYPE),
        (b"{}", "application/json", Reason.UNSUPPORTED_TYPE),
        (b"\x89PNG\r\n", "image/png", Reason.UNSUPPORTED_TYPE),
        (gzip.compress(page())[:200], "text/html", Reason.UNDECODABLE),
        (b"\x1f\x8b\x08 but not gzip at all", "text/html", Reason.UNDECODABLE),
        (bytes(range(256)) * 20, "text/html; charset=utf-8", Reason.UNDECODABLE),
        (b"<html><body><h1>Nothing but a title</h1></body></html>", "text/html", Reason.NO_BODY),
        (b"A headline alone", "text/plain", Reason.NO_BODY),
        (b"<div>" * 10_000 + b"text", "text/html", Reason.TOO_DEEP),
        (b"<div>" * 600 + b"text", "text/html", Reason.TOO_DEEP),
    ],
)
def test_hopeless_documents_are_rejected_with_their_reason(
    body: bytes | None, content_type: str, reason: Reason
) -> None:
    """What cannot become an article is rejected with the reason, never dropped or crashed on."""
    assert rejected(only(NormalizeStage().step([item(body, content_type)]))).reason == reason


@pytest.mark.parametrize(
    ("headers", "reason", "said"),
    [
        ({"ce_id": None}, Reason.BAD_ENVELOPE, "ce_id"),
        ({"ce_type": None}, Reason.BAD_ENVELOPE, "ce_type"),
        ({"dl_source": None}, Reason.BAD_ENVELOPE, "dl_source"),
        ({"ce_subject": None}, Reason.BAD_ENVELOPE, "ce_subject"),
        ({"ce_time": "yesterday"}, Reason.BAD_ENVELOPE, "ce_time"),
        ({"ce_time": "2026-03-05T12:00:00"}, Reason.BAD_ENVELOPE, "offset"),
        ({"dl_timezone": "Mars/Olympus"}, Reason.BAD_ENVELOPE, "dl_timezone"),
        ({"dl_feed_hints": "{"}, Reason.BAD_ENVELOPE, "dl_feed_hints"),
        ({"ce_type": "dateline.article.raw.v9"}, Reason.UNKNOWN_SCHEMA, "dateline.article.raw.v9"),
    ],
)
def test_a_bad_envelope_is_named(headers: dict[str, str | None], reason: Reason, said: str) -> None:
    """The error names the header at fault."""
    outcome = rejected(only(NormalizeStage().step([item(page(), **headers)])))
    assert outcome.reason == reason
    assert said in outcome.error


def test_too_large_says_which_setting() -> None:
    """A document over the limit is refused, packed or not, and the error says which setting to turn."""
    stage = NormalizeStage(max_bytes=10_000)
    for body in (b"x" * 10_001, gzip.compress(b"x" * 1_000_000)):
        outcome = rejected(only(stage.step([item(body)])))
        assert outcome.reason == Reason.TOO_LARGE
        assert "normalize.max_bytes" in outcome.error


@pytest.mark.parametrize("coding", ["gzip", "deflate", "plain bytes under a gzip header"])
def test_content_codings_are_undone(coding: str) -> None:
    """Packed pages read as the page itself does, and a gzip header over unpacked bytes does no harm."""
    packed = {"gzip": gzip.compress, "deflate": zlib.compress}.get(coding, bytes)(page())
    header = coding if coding == "deflate" else "gzip"
    outcome = only(NormalizeStage().step([item(packed, **{"content-encoding": header})]))
    assert article(outcome).paragraphs == PARAGRAPHS


def test_headers_reach_the_article() -> None:
    """Zone, language, final URL and feed hints of the headers are what the article is read with."""
    headers = {
        "dl_timezone": "Asia/Hong_Kong",
        "dl_final_url": "https://weirgazette.example/moved?utm_source=feed",
        "dl_feed_hints": json.dumps({"published": "2026-03-02 09:30", "categories": ["Roads", "Bridges"]}),
    }
    found = article(only(NormalizeStage().step([item(page(), **headers)])))
    assert found.url == "https://weirgazette.example/moved"
    assert found.published == "2026-03-02T09:30:00+08:00"
    assert found.provenance["published"] == "feed:published, zone of source"
    assert found.fetched == "2026-03-05T12:00:00+00:00"


def test_the_same_items_give_the_same_outcomes() -> None:
    """A replay decides as before, alone or in a batch."""
    items = [item(page()), item(b""), item(page(head="<link rel=canonical href=/news/other>"))]
    stage = NormalizeStage()
    assert list(stage.step(items)) == [only(NormalizeStage().step([one])) for one in items]
