"""Poison goes to quarantine as it was; what stands beside it is indexed."""

import gzip
from contextlib import closing
from pathlib import Path

import pytest

from dateline import kafka
from dateline.demo import raw_documents
from dateline.quarantine import entries, replay
from dateline.settings import Settings
from schemas import envelope
from schemas.elastic import Kind
from schemas.reasons import Reason
from schemas.topics import NORMALIZED, VERSIONS
from tests.pipeline import FETCHED, Pipeline

SOUND = 12


def sound() -> list[tuple[str, str, str, bytes]]:
    return [(outlet.id, url, kind, body) for outlet, url, kind, body in raw_documents()[:SOUND]]


@pytest.mark.timeout(900)
def test_poison_is_kept_as_it_was_and_harms_no_neighbour(settings: Settings, tmp_path: Path) -> None:
    """Each poisoned document ends in quarantine with its reason and its very bytes; all sound ones are indexed."""
    pipeline = Pipeline(settings, tmp_path)
    html = "text/html"
    poison = {
        "truncated-gzip": gzip.compress(sound()[0][3])[:-200],
        "hopeless-bytes": bytes(range(128, 256)) * 40,
        "fifty-megabytes": b"<html><body><p>"
        + b"lorem ipsum " * (50 * 1024 * 1024 // 12)
        + b"</p></body></html>",
        "ten-thousand-deep": b"<div>" * 10_000 + b"</div>" * 10_000,
        "empty": b"",
        "picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 500,
    }
    kinds = {"picture": "image/png"}
    documents = [
        ("poison", f"https://poison.example/{name}", kinds.get(name, html), body)
        for name, body in poison.items()
    ]
    pipeline.send([*sound()[:6], *documents, *sound()[6:]])
    with closing(kafka.producer(settings)) as producer:  # a null value, and a type that nobody knows
        for url, kind, value in (
            ("null", envelope.RAW_TYPE, None),
            ("future", "dateline.article.raw.v9", b"<p>later</p>"),
        ):
            headers = envelope.raw_headers(
                event_id=url,
                source="poison",
                url=f"https://poison.example/{url}",
                content_type=html,
                fetched=FETCHED,
            ) | {envelope.CE_TYPE: kind}
            producer.send(
                kafka.physical(settings, "articles.raw.v1"),
                key=b"p",
                value=value,
                headers=kafka.byte_headers(headers),
            )
        producer.flush()
    pipeline.catch_up()
    result = pipeline.audit()
    assert result.findings == ()
    assert (result.indexed, result.quarantined) == (SOUND, len(poison) + 2)
    held = {
        entry.url.rpartition("/")[2]: (entry, message) for entry, message in entries(settings) if entry.url
    }
    for name, body in poison.items():
        assert held[name][1].value == body, name
    reasons = {name: entry.reason for name, (entry, _) in held.items()}
    assert reasons["truncated-gzip"] == Reason.UNDECODABLE
    assert reasons["fifty-megabytes"] == Reason.TOO_LARGE
    assert reasons["empty"] == Reason.EMPTY
    assert reasons["picture"] == Reason.UNSUPPORTED_TYPE
    assert reasons["null"] == Reason.NULL_VALUE
    assert reasons["future"] == Reason.UNKNOWN_SCHEMA


@pytest.mark.timeout(900)
def test_a_record_between_stages_that_is_none_is_quarantined(settings: Settings, tmp_path: Path) -> None:
    """Broken JSON and a record of a later schema stop no stage."""
    pipeline = Pipeline(settings, tmp_path)
    with closing(kafka.producer(settings)) as producer:
        for topic, kind, value in (
            (NORMALIZED, envelope.record_type(NORMALIZED.name), b'{"id": 5'),
            (NORMALIZED, "dateline.articles.normalized.v7", b"{}"),
            (VERSIONS, envelope.record_type(VERSIONS.name), b"\xff\xfe"),
        ):
            headers = kafka.byte_headers({envelope.CE_ID: "x", envelope.CE_TYPE: kind})
            producer.send(kafka.physical(settings, topic), key=b"k", value=value, headers=headers)
        producer.flush()
    pipeline.catch_up()
    assert sorted(entry.reason for entry, _ in entries(settings)) == [
        "bad_record",
        "bad_record",
        "unknown_schema",
    ]


@pytest.mark.timeout(900)
def test_a_replay_is_one_further_attempt(settings: Settings, tmp_path: Path) -> None:
    """An input sent again from quarantine is decided once more, and once only; the account stays whole."""
    pipeline = Pipeline(settings, tmp_path)
    pipeline.send([*sound()[:2], ("poison", "https://poison.example/empty", "text/html", b"")])
    pipeline.catch_up()
    assert replay(settings, [message for entry, message in entries(settings) if not entry.replayed]) == 1
    assert [finding.problem for finding in pipeline.audit().findings] == ["waits for normalize (attempt 2)"]
    pipeline.catch_up()
    assert [
        (entry.attempt, entry.replayed) for entry, _ in sorted(entries(settings), key=lambda e: e[0].attempt)
    ] == [
        (1, True),
        (2, False),
    ]
    result = pipeline.audit()
    assert (result.received, result.indexed, result.quarantined, result.findings) == (3, 2, 1, ())
    assert pipeline.count(Kind.ARTICLES) == 2
