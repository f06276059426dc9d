"""`dateline ingest` against real Kafka and real web servers."""

import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from kafka import TopicPartition

from dateline import kafka as clients
from dateline.cli import main
from dateline.demo.server import DemoServer
from dateline.settings import Settings
from dateline.stage import Message
from dateline.topology import apply_topics
from schemas import ids
from schemas.topics import RAW, RAW_BACKFILL, Topic
from tests.unit.producers.web import Web, page
from tests.warcs import record

pytestmark = pytest.mark.servers


@pytest.fixture
def ready(settings: Settings) -> Settings:
    """Settings whose topics exist."""
    admin = clients.admin(settings)
    try:
        apply_topics(admin, settings)
    finally:
        admin.close()
    return settings


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server with a feed of three pages, one of which is not there."""
    items = "".join(f"<item><title>T{n}</title><link>/{n}?utm_source=rss</link></item>" for n in (1, 2, 3))
    feed = f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'
    pages = {
        "/rss": page(feed.encode(), content_type="application/rss+xml"),
        "/1": page(
            "<p>One café".encode(),
            etag='"e1"',
            x_robots_tag="noai",
            content_type="text/html; charset=iso-8859-1",
        ),
        "/2": page(b"Two", content_type="text/plain"),
    }
    with Web(pages) as server:
        yield server


def run(settings: Settings, *arguments: str, **changes: Any) -> Result:
    """The command line with these settings of `ingest`."""
    environment = {
        "DATELINE_DATA_DIR": settings.data_dir,
        "DATELINE_NAMESPACE": settings.namespace,
        "DATELINE_KAFKA_BOOTSTRAP_SERVERS": settings.kafka.bootstrap_servers,
        "DATELINE_ELASTIC_URL": settings.elastic.url,
    }
    for name, value in changes.items():
        text = ",".join(value) if isinstance(value, tuple) else str(value)
        environment[f"DATELINE_INGEST_{name.upper()}"] = text
    return CliRunner().invoke(main, list(arguments), env=environment, prog_name="dateline")


def messages(settings: Settings, topic: Topic = RAW) -> list[Message]:
    """All messages of the topic."""
    consumer = clients.consumer(settings, group_id=None)
    try:
        name = clients.physical(settings, topic)
        partitions = [TopicPartition(name, p) for p in consumer.partitions_for_topic(name) or ()]
        consumer.assign(partitions)
        missing = sum(consumer.end_offsets(partitions).values())
        found: list[Message] = []
        while len(found) < missing:
            for records in consumer.poll(timeout_ms=1000).values():
                found += [clients.message(settings, record) for record in records]
        return sorted(found, key=lambda message: message.headers.get("ce_subject", ""))
    finally:
        consumer.close()


def test_a_folder_arrives_byte_for_byte(ready: Settings, tmp_path: Path) -> None:
    """With ids that depend on the path within the folder alone, so that a second run sends the same events."""
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_bytes(b"Caf\xe9\r\n")
    (tmp_path / "in" / "sub" / "b.html").write_bytes(b"")
    (tmp_path / "in" / "c.pdf").write_bytes(b"%PDF")
    first = run(ready, "ingest", str(tmp_path / "in"), "--timezone", "Asia/Hong_Kong", "--json")
    assert first.exit_code == 0, first.output
    summary = json.loads(first.stdout)
    assert (summary["sent"], summary["skipped"], summary["failed"]) == (2, 1, 0)
    (tmp_path / "in").rename(tmp_path / "moved")
    assert run(ready, "ingest", str(tmp_path / "moved")).exit_code == 0
    found = messages(ready, RAW_BACKFILL)
    assert messages(ready, RAW) == []
    assert [m.headers["ce_subject"] for m in found] == ["file:a.txt"] * 2 + ["file:sub/b.html"] * 2
    assert [m.value for m in found] == [b"Caf\xe9\r\n"] * 2 + [b""] * 2
    assert {m.headers["ce_id"] for m in found} == {
        ids.event_id("files", "file:a.txt", b"Caf\xe9\r\n"),
        ids.event_id("files", "file:sub/b.html", b""),
    }
    assert found[0].key == b"files file:a.txt"
    assert "Asia/Hong_Kong" in {m.headers.get("dl_timezone") for m in found}


def test_files_may_go_to_the_live_lane(ready: Settings, tmp_path: Path) -> None:
    """Under a source's name, with the date of capture as given."""
    path = tmp_path / "story.txt"
    path.write_text("Story")
    arguments = [str(path), "--source", "desk", "--live", "--fetched", "2017-07-08T08:24:00+08:00"]
    assert run(ready, "ingest", *arguments).exit_code == 0
    assert messages(ready, RAW_BACKFILL) == []
    (message,) = messages(ready, RAW)
    assert message.headers["dl_source"] == "desk"
    assert message.headers["ce_time"] == "2017-07-08T08:24:00+08:00"


def test_archives_are_ingested_with_the_files_around_them(ready: Settings, tmp_path: Path) -> None:
    """A folder with a zip file, JSON Lines and a crawl; a line that cannot be read is sent for quarantine, with exit code 1."""
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("a.txt", "A")
    (tmp_path / "in.jsonl").write_text('{"url": "https://news.example/1", "text": "One"}\n{}\n')
    (tmp_path / "in.warc.gz").write_bytes(record("https://news.example/2"))
    (tmp_path / "b.txt").write_text("B")
    result = run(ready, "ingest", str(tmp_path), "--json")
    assert result.exit_code == 1
    summary = json.loads(result.stdout)
    assert (summary["sent"], summary["unreadable"], summary["failed"]) == (5, 1, 0)
    subjects = [
        "file:b.txt",
        "file:in.jsonl#2",
        "file:in.zip/a.txt",
        "https://news.example/1",
        "https://news.example/2",
    ]
    assert [m.headers["ce_subject"] for m in messages(ready, RAW_BACKFILL)] == subjects


def test_what_cannot_be_sent_is_told_and_the_rest_is_sent(ready: Settings, tmp_path: Path) -> None:
    """One line each, exit code 1."""
    (tmp_path / "a.txt").write_bytes(bytes(2000))
    (tmp_path / "b.txt").write_bytes(b"fits")
    result = run(ready, "ingest", str(tmp_path), max_document_bytes=1000)
    assert result.exit_code == 1
    assert result.stderr.count("failed  ") == 1
    assert f"{tmp_path}/a.txt: larger than 1,000 bytes" in result.stderr
    assert [m.value for m in messages(ready, RAW_BACKFILL)] == [b"fits"]


def test_a_document_of_the_largest_size_is_sent(ready: Settings, tmp_path: Path) -> None:
    """Sixty mebibytes that do not compress."""
    body = random.Random(7).randbytes(60 * 1024 * 1024)
    (tmp_path / "a.txt").write_bytes(body)
    assert run(ready, "ingest", str(tmp_path)).exit_code == 0
    (message,) = messages(ready, RAW_BACKFILL)
    assert message.value == body


def test_a_feed_is_followed_to_its_pages(ready: Settings, web: Web) -> None:
    """Each with what server, site and feed said of it; a page that is missing is one line and exit code 1."""
    web.pages["/.well-known/tdmrep.json"] = page(b'[{"location": "/1", "tdm-reservation": 1}]')
    result = run(
        ready, "ingest", web.url("/rss"), "--source", "paper", "--language", "en", allow_hosts=(web.host,)
    )
    assert result.exit_code == 1
    assert f"failed  {web.url('/3')}" in result.stderr
    assert "HTTP 404" in result.stderr
    one, two = messages(ready)
    assert (one.value, two.value) == ("<p>One café".encode(), b"Two")
    headers = one.headers
    assert headers["ce_subject"] == web.url("/1")
    assert headers["dl_requested_url"] == web.url("/1?utm_source=rss")
    assert headers["content-type"] == "text/html; charset=iso-8859-1"
    assert (headers["dl_source"], headers["dl_language"], headers["dl_etag"]) == ("paper", "en", '"e1"')
    assert (headers["dl_http_status"], headers["dl_x_robots_tag"]) == ("200", "noai")
    assert (headers["dl_charset"], headers["dl_tdm_file"]) == ("utf-8", "1")
    assert "dl_tdm_file" not in two.headers
    hints = json.loads(headers["dl_feed_hints"])
    assert (hints["title"], hints["feed"]) == ("T1", web.url("/rss"))


def test_a_page_is_ingested_itself(ready: Settings, web: Web) -> None:
    """Under the name of its host when no source is named."""
    assert run(ready, "ingest", web.url("/1"), allow_hosts=(web.host,)).exit_code == 0
    (message,) = messages(ready)
    assert (message.headers["dl_source"], message.value) == ("127.0.0.1", "<p>One café".encode())


def test_a_page_closed_by_robots_txt_is_refused_not_failed(ready: Settings, web: Web) -> None:
    """The run did all it may do: exit code 0, and a line says what was left out."""
    web.pages["/robots.txt"] = page(b"User-agent: *\nDisallow: /2\nDisallow: /3\n")
    result = run(ready, "ingest", web.url("/rss"), "--json", allow_hosts=(web.host,))
    assert result.exit_code == 0
    assert result.stderr.count("refused by robots.txt") == 2
    assert json.loads(result.stdout)["refused"] == 2
    assert len(messages(ready)) == 1


def test_a_source_of_the_table_is_polled_by_its_id(ready: Settings, web: Web, tmp_path: Path) -> None:
    """With the zone and the rights that the table states; a disabled one is not."""
    table = tmp_path / "sources.yaml"
    table.write_text(
        f"sources:\n- id: paper\n  name: Paper\n  feeds: [{web.url('/rss')}]\n"
        "  timezone: Asia/Tokyo\n  rights: {licence: CC-BY-4.0, notes: name the paper}\n"
        f"- id: gone\n  name: Gone\n  feeds: [{web.url('/old')}]\n  disabled: closed down\n"
    )
    where = {"sources": str(table), "allow_hosts": (web.host,)}
    due = run(ready, "sources", "due", "--json", **where)
    assert json.loads(due.stdout) == [{"id": "paper", "name": "Paper", "addresses": [web.url("/rss")]}]
    web.pages["/3"] = page(b"Three")
    assert run(ready, "ingest", "--source", "paper", **where).exit_code == 0
    headers = messages(ready)[0].headers
    assert (headers["dl_timezone"], headers["dl_rights"]) == ("Asia/Tokyo", "CC-BY-4.0; name the paper")
    refused = run(ready, "ingest", "--source", "gone", **where)
    assert (refused.exit_code, "closed down" in refused.stderr) == (2, True)


def test_the_demo_world_comes_in_whole(ready: Settings) -> None:
    """Every story of its feeds, the bytes as served."""
    with DemoServer() as demo:
        feeds = [url for _, url in demo.feeds()]
        host = demo.url.removeprefix("http://")
        result = run(ready, "ingest", *feeds, "--json", allow_hosts=(host,))
    assert result.exit_code == 0, result.stderr
    found = messages(ready)
    assert len(found) == json.loads(result.stdout)["sent"] > 0
    assert all(m.headers["dl_canonical"].startswith("http") for m in found)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "expected paths and URLs"),
        (["http://news.example/", "--due"], "one of them"),
        (["/no/such/folder"], "no such file or folder"),
        (["--source", "nobody"], "DATELINE_INGEST_SOURCES"),
        (["http://"], "not a URL|expected an http"),
        (["http://news.example/", "--timezone", "Mars/Olympus"], "IANA"),
        (["http://news.example/", "--source", "No Name"], "expected lower-case"),
        (["http://news.example/crawl.warc.gz"], "dateline backfill"),
        (["http://news.example/", "--fetched", "yesterday"], "2017-07-08T10:00:00Z"),
    ],
)
def test_wrong_use_is_told_before_anything_is_sent(ready: Settings, arguments: list[str], said: str) -> None:
    """Exit code 2 and what was expected."""
    result = run(ready, "ingest", *arguments, sources="/no/such/sources.yaml")
    assert result.exit_code == 2
    assert any(part in result.stderr for part in said.split("|")), result.stderr


def test_missing_topics_are_told_with_the_command_that_makes_them(settings: Settings, tmp_path: Path) -> None:
    """At once, with exit code 2."""
    (tmp_path / "a.txt").write_text("A")
    result = run(settings, "ingest", str(tmp_path / "a.txt"))
    assert (result.exit_code, "dateline topics apply" in result.stderr) == (2, True)
