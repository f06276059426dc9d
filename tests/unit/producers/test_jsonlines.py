"""JSON Lines of documents."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard

from consumers.normalize import NormalizeStage
from dateline.outcome import Reject
from dateline.stage import Item, Message
from producers import inputs
from producers.documents import RawDocument
from producers.reading import Reading
from producers.sources import Source
from schemas.reasons import Reason
from schemas.topics import RAW_BACKFILL
from tests.unit.producers.reading import NOW, reading

URL = "https://news.example/story"


def documents(
    path: Path, *lines: object, given: Reading | None = None, name: str = "in.jsonl"
) -> list[RawDocument]:
    """The documents of a file of these lines; text is written as it is."""
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines).encode()
    pack = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}.get(Path(name).suffix, bytes)
    (path / name).write_bytes(pack(text))
    return list(inputs.documents([path], given or reading()))


@pytest.mark.parametrize("name", ["in.jsonl", "in.ndjson", "in.jsonl.gz", "in.jsonl.zst"])
def test_html_and_text_become_documents_in_utf_8(tmp_path: Path, name: str) -> None:
    """Whatever the page itself says of its charset: JSON has decoded it."""
    lines = [{"url": URL + "?utm_source=x", "html": "<p>Café"}, {"url": URL + "/2", "text": "Café"}]
    one, two = documents(tmp_path, *lines, name=name)
    assert (one.url, one.body, one.content_type) == (URL, "<p>Café".encode(), "text/html; charset=utf-8")
    assert (two.body, two.content_type) == ("Café".encode(), "text/plain; charset=utf-8")
    assert (one.source, one.fetched) == ("news.example", NOW)
    assert (one.headers()["dl_archive"], two.headers()["dl_archive_position"]) == (name, "line 2")


def test_a_line_may_say_how_its_document_came(tmp_path: Path) -> None:
    """Source, zone, language, time of capture, headers, and what a feed would say."""
    line = {
        "url": URL,
        "html": "<p>",
        "source": "paper",
        "timezone": "Asia/Tokyo",
        "language": "ja",
        "fetched": "2017-07-08T10:00:00+09:00",
        "headers": {"ETag": '"e"', "X-Robots-Tag": ["noai", "noindex"], "Content-Encoding": "gzip"},
        "title": "Story",
        "published": "2017-07-08T09:00:00+09:00",
        "score": 3,
    }
    (document,) = documents(tmp_path, line)
    headers = document.headers()
    assert (headers["dl_source"], headers["dl_timezone"], headers["dl_language"]) == (
        "paper",
        "Asia/Tokyo",
        "ja",
    )
    assert headers["ce_time"] == "2017-07-08T10:00:00+09:00"
    assert (headers["dl_etag"], headers["dl_x_robots_tag"]) == ('"e"', "noai, noindex")
    assert json.loads(headers["dl_feed_hints"]) == {
        "title": "Story",
        "published": "2017-07-08T09:00:00+09:00",
    }


def test_a_line_may_hold_the_bytes_as_received(tmp_path: Path) -> None:
    """In base64, with the type that was declared."""
    body = base64.b64encode(b"<p>Caf\xe9").decode()
    line = {"url": URL, "body": body, "headers": {"Content-Type": "text/html; charset=iso-8859-1"}}
    (document,) = documents(tmp_path, line)
    assert (document.body, document.content_type) == (b"<p>Caf\xe9", "text/html; charset=iso-8859-1")


def test_the_time_in_an_archives_address_is_the_time_of_capture(tmp_path: Path) -> None:
    """And the page is known by its own address."""
    line = {"url": f"https://archive.example/web/20190506070809id_/{URL}", "text": "Story"}
    (document,) = documents(tmp_path, line)
    assert (document.url, document.fetched) == (URL, "2019-05-06T07:08:09Z")


def test_documents_without_a_web_address_belong_to_the_source_that_was_named(tmp_path: Path) -> None:
    """Any absolute URI names them."""
    wire = Source(id="wire", name="Wire", timezone="Asia/Hong_Kong")
    (document,) = documents(tmp_path, {"url": "urn:wire:2019:7", "text": "Story"}, given=reading(only=wire))
    assert (document.source, document.url, document.timezone) == ("wire", "urn:wire:2019:7", "Asia/Hong_Kong")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{nonsense", "expected a JSON object"),
        ("[]", "expected a JSON object"),
        ('{"html": "<p>"}', "url"),
        ({"url": 7, "html": "<p>"}, "url"),
        ({"url": "story", "html": "<p>"}, "expected an http or https URL"),
        ({"url": "https://", "html": "<p>"}, "URL"),
        ({"url": URL}, "expected one of html, text and body, got 0"),
        ({"url": URL, "html": "<p>", "text": "x"}, "got 2"),
        ({"url": URL, "body": "PHA+"}, "content_type"),
        ({"url": URL, "body": "***", "content_type": "text/html"}, "base64"),
        ({"url": URL, "text": "x", "fetched": "yesterday"}, "2017-07-08T10:00:00Z"),
        ({"url": URL, "text": "x", "timezone": "Mars/Olympus"}, "IANA"),
        ({"url": URL, "text": "x", "source": "No Name"}, "lower-case"),
        ({"url": URL, "text": "x" * 3000}, "DATELINE_INGEST_MAX_DOCUMENT_BYTES"),
    ],
)
def test_a_bad_line_goes_to_quarantine_with_its_number(
    tmp_path: Path, line: Any, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it is, with what is wrong; the lines around it are read."""
    good = {"url": URL, "text": "x"}
    given = reading(max_document_bytes=1000)
    one, bad, two = documents(tmp_path, good, line, good, given=given)
    assert one.body == two.body == b"x"
    text = line if isinstance(line, str) else json.dumps(line)
    assert bad.body == text.encode()[:1001]
    assert (bad.source, bad.url) == ("files", "file:in.jsonl#2")
    problem = bad.headers()["dl_problem"]
    assert "in.jsonl:2" in problem
    assert said in problem
    assert given.tally.counts["unreadable"] == 1
    told = capsys.readouterr().err
    assert "in.jsonl:2: " in told
    assert told.count("\n") == 1


def test_a_line_that_is_no_utf_8_goes_to_quarantine(tmp_path: Path) -> None:
    """Its bytes are kept."""
    (tmp_path / "in.jsonl").write_bytes(b'{"url": "' + URL.encode() + b'", "text": "Caf\xe9"}\n')
    (document,) = inputs.documents([tmp_path], reading())
    assert document.body.endswith(b'Caf\xe9"}')
    assert "dl_problem" in document.headers()


@pytest.mark.parametrize("name", ["in.jsonl.gz", "in.jsonl.zst"])
def test_a_file_that_breaks_off_is_told(tmp_path: Path, name: str) -> None:
    """After the last line that could be read."""
    lines = [{"url": f"{URL}/{n}", "text": str(n) * 5000} for n in range(200)]
    documents(tmp_path, *lines, name=name)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    given = reading()
    assert len(list(inputs.documents([tmp_path], given))) < 200
    assert given.tally.counts["failed"] + given.tally.counts["unreadable"] >= 1


def test_empty_lines_and_a_missing_last_newline_are_fine(tmp_path: Path) -> None:
    """As most tools write and read them."""
    (tmp_path / "in.jsonl").write_text(
        '\n{"url": "https://news.example/1", "text": "x"}\n\r\n{"url": "https://news.example/2", "text": "y"}'
    )
    assert [d.body for d in inputs.documents([tmp_path], reading())] == [b"x", b"y"]


def test_what_cannot_be_read_is_rejected_with_what_its_producer_said(tmp_path: Path) -> None:
    """Not by a guess at what the line might be: the place in the file leads to what is to be mended."""
    (document,) = documents(tmp_path, "{}")
    message = Message(
        topic=RAW_BACKFILL.name,
        partition=0,
        offset=0,
        key=document.key,
        value=document.body,
        headers=document.headers(),
        timestamp_ms=0,
    )
    (outcome,) = NormalizeStage().step([Item(message, document.event_id)])
    assert isinstance(outcome, Reject)
    assert outcome.reason == Reason.UNDECODABLE
    assert "in.jsonl:1: expected a JSON object" in outcome.error
