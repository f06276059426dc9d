"""`dateline backfill` against real servers: archives, lists, and what becomes of them when it is killed."""

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition

from dateline import elastic
from dateline import kafka as clients
from dateline.settings import Settings
from dateline.stage import Message
from dateline.topology import apply_topics
from producers.progress import Ledger
from schemas.topics import RAW, RAW_BACKFILL
from tests.environ import environ
from tests.integration.test_ingest import messages, run
from tests.unit.producers.web import Request, Web, page
from tests.warcs import offsets, record

pytestmark = pytest.mark.servers


@pytest.fixture
def ready(settings: Settings) -> Settings:
    """Settings whose topics exist."""
    with closing(clients.admin(settings)) as admin:
        apply_topics(admin, settings)
    return settings


def story(number: int, size: int = 300) -> bytes:
    """A record of a page of its own; about twice `size` bytes."""
    body = b"<html><p>" + random.Random(number).randbytes(size).hex().encode()
    return record(f"https://news.example/{number}", body)


def sent(settings: Settings) -> list[Message]:
    """What is in the backfill lane."""
    return messages(settings, RAW_BACKFILL)


def served(data: bytes, *, ranges: bool = True, breaks: int = 0, etag: str = '"1"') -> "Server":
    """A behaviour that serves these bytes; the first `breaks` answers end in the middle of what is left."""
    return Server(data, ranges=ranges, breaks=breaks, etag=etag)


class Server:
    """Serves a file as file servers do, or as bad ones do."""

    def __init__(self, data: bytes, *, ranges: bool, breaks: int, etag: str) -> None:
        self.data, self.ranges, self.breaks, self.etag = data, ranges, breaks, etag
        self.asked: list[str] = []

    def __call__(self, request: Request) -> None:
        """Answer one request."""
        asked = request.headers.get("Range", "")
        self.asked.append(asked)
        begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.ranges else 0
        rest = self.data[begin:]
        request.send_response(206 if begin else 200)
        request.send_header("Content-Type", "application/octet-stream")
        request.send_header("ETag", self.etag)
        if begin:
            request.send_header("Content-Range", f"bytes {begin}-{len(self.data) - 1}/{len(self.data)}")
        request.send_header("Content-Length", str(len(rest)))
        request.end_headers()
        if self.breaks:
            self.breaks -= 1
            rest = rest[: len(rest) // 2]
            request.close_connection = True
        request.wfile.write(rest)


def test_a_crawl_goes_to_the_backfill_lane_once(ready: Settings, tmp_path: Path) -> None:
    """Each page with its time of capture; the same again sends nothing, --again sends the same events."""
    records = [story(number) for number in range(5)]
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(b"".join(records))
    first = run(ready, "backfill", str(path), "--json")
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout)["sent"] == 5
    again = run(ready, "backfill", str(path), "--json")
    assert (again.exit_code, json.loads(again.stdout)["sent"]) == (0, 0)
    assert "--again" in again.stderr
    found = sent(ready)
    assert [m.headers["ce_subject"][-1] for m in found] == list("01234")
    assert {m.headers["ce_time"] for m in found} == {"2019-05-06T07:08:09Z"}
    assert [int(m.headers["dl_archive_position"]) for m in found] == offsets(records)
    assert messages(ready, RAW) == []
    assert run(ready, "backfill", str(path), "--again").exit_code == 0
    assert set(Counter(m.headers["ce_id"] for m in sent(ready)).values()) == {2}


def test_it_goes_on_at_the_record_where_it_was_killed(ready: Settings, tmp_path: Path) -> None:
    """Killed without warning; in the end each page was sent exactly once."""
    count = 3000
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(b"".join(story(number, 2000) for number in range(count)))
    command = [sys.executable, "-m", "dateline", "backfill", str(path), "--json"]
    variables = {**os.environ, **environ(ready)}
    with closing(clients.consumer(ready, group_id=None)) as consumer:
        name = clients.physical(ready, RAW_BACKFILL)
        for kill in (True, False):
            process = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            before = size(consumer, name)
            while kill and process.poll() is None and size(consumer, name) < before + count // 6:
                time.sleep(0.02)  # until the topic has grown
            if kill:
                process.send_signal(signal.SIGKILL)
            output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()
    assert json.loads(output)["sent"] < count
    found = Counter(m.headers["ce_subject"] for m in sent(ready))
    assert len(found) == count
    assert set(found.values()) == {1}


def test_two_processes_share_the_archives(ready: Settings, tmp_path: Path) -> None:
    """Each archive is read by one of them, and both end well."""
    for archive in range(4):
        data = b"".join(story(1000 * archive + number) for number in range(300))
        (tmp_path / f"{archive}.warc.gz").write_bytes(data)
    command = [sys.executable, "-m", "dateline", "backfill", str(tmp_path), "--json"]
    variables = {**os.environ, **environ(ready)}
    processes = [
        subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    ends = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ends
    counts = [json.loads(output)["sent"] for output, _ in ends]
    assert sum(counts) == len(sent(ready)) == 1200


def test_a_second_death_hides_nothing_of_the_first(ready: Settings) -> None:
    """Who takes over an archive that was taken over before looks for what was sent since its position was last saved."""
    with closing(elastic.client(ready)) as client:
        ledger = Ledger(client, ready.namespace)
        first = ledger.claim("crawl", "", "1", None)
        assert first is not None
        assert not first.interrupted
        second = ledger.claim("crawl", "", "1", ledger.known("crawl", ""))
        third = ledger.claim("crawl", "", "1", ledger.known("crawl", ""))
        assert second is not None
        assert third is not None
        assert (third.saved, third.last_lease) == (first.saved, second.leased_until)
        assert ledger.save(second) is None  # it has lost the archive
        replaced = ledger.claim("crawl", "", "2", ledger.known("crawl", ""))
        assert replaced is not None
        assert not replaced.interrupted


def size(consumer: KafkaConsumer, topic: str) -> int:
    """How many messages a topic has."""
    partitions = [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]
    return sum(consumer.end_offsets(partitions).values())


def test_a_crawl_at_an_address_is_read_as_it_comes(ready: Settings) -> None:
    """Through broken connections, from the byte where each broke."""
    data = b"".join(story(number, 400_000) for number in range(10))
    server = served(data, breaks=2)
    with Web({"/crawl.warc.gz": server}) as web:
        result = run(ready, "backfill", web.url("/crawl.warc.gz"), allow_hosts=(web.host,))
    assert result.exit_code == 0, result.output
    assert len(sent(ready)) == 10
    assert len([asked for asked in server.asked if asked]) == 2
    assert sent(ready)[0].headers["dl_archive"] == web.url("/crawl.warc.gz")


def test_a_server_that_gives_no_parts_is_read_from_its_beginning_again(ready: Settings) -> None:
    """What is known already is passed over."""
    with Web(
        {"/crawl.warc.gz": served(b"".join(story(n, 400_000) for n in range(10)), ranges=False, breaks=1)}
    ) as web:
        result = run(ready, "backfill", web.url("/crawl.warc.gz"), allow_hosts=(web.host,))
    assert result.exit_code == 0, result.output
    assert len(sent(ready)) == 10


def test_an_address_that_is_not_public_is_refused(ready: Settings) -> None:
    """Archives are fetched with the same care as pages."""
    with Web({"/crawl.warc.gz": served(story(1))}) as web:
        result = run(ready, "backfill", web.url("/crawl.warc.gz"))
    assert result.exit_code == 1
    assert "DATELINE_INGEST_ALLOW_HOSTS" in result.stderr
    assert web.seen == []


def test_the_files_of_a_crawl_are_chosen_by_month_and_name(ready: Settings) -> None:
    """Lists lie where the crawl publishes them, and paths in them begin at the crawl's root; files of other times are not fetched."""
    root = "/data/crawl-data/NEWS"
    names = {day: f"NEWS-202403{day:02}120000-00001.warc.gz" for day in (1, 10, 20)}
    listing = "".join(f"crawl-data/NEWS/2024/03/{name}\n" for name in names.values())
    web_pages = {f"{root}/2024/03/warc.paths.gz": served(gzip.compress(listing.encode()))}
    for day, name in names.items():
        data = record(f"https://news.example/{day}", date=f"2024-03-{day:02}T13:00:00Z")
        web_pages[f"{root}/2024/03/{name}"] = served(data)
    with Web(web_pages) as web:
        arguments = [web.url(root + "/"), "--from", "2024-03-09", "--to", "2024-03-15"]
        result = run(ready, "backfill", *arguments, allow_hosts=(web.host,))
        assert result.exit_code == 0, result.output
        assert not any(names[1] in path or names[20] in path for path in web.paths)
    assert [m.headers["ce_subject"] for m in sent(ready)] == ["https://news.example/10"]


def test_a_list_of_captures_is_fetched_as_captured(ready: Settings, tmp_path: Path) -> None:
    """From the address that gives the bytes untouched; what fails now is tried again by the next run, and nothing else is."""
    captures = {
        "/web/20190506070809id_/https://news.example/1": page(
            b"<html>One", x_archive_orig_etag='"e"', x_robots_tag="none"
        ),
        "/web/20190506070809id_/https://news.example/2": page(status=503),
        "/live": page(b"<html>Now"),
        "/memento": page(
            b"<html>Three",
            memento_datetime="Mon, 06 May 2019 07:08:09 GMT",
            link='<https://news.example/3>; rel="original"',
        ),
    }
    with Web(captures) as web:
        lines = ["# captures", web.url("/web/20190506070809/https://news.example/1"), ""]
        lines += [
            web.url("/web/20190506070809id_/https://news.example/2"),
            web.url("/live"),
            web.url("/memento"),
        ]
        (tmp_path / "list.txt").write_text("\n".join(lines))
        options = ["backfill", "--urls", str(tmp_path / "list.txt"), "--json"]
        environment = {"allow_hosts": (web.host,), "retries": 0}
        first = run(ready, *options, **environment)
        assert first.stdout, first.output
        assert (first.exit_code, json.loads(first.stdout)["sent"]) == (1, 3)
        assert "list.txt:4: " in first.stderr
        web.pages["/web/20190506070809id_/https://news.example/2"] = page(b"<html>Two")
        second = run(ready, *options, **environment)
        assert second.stdout, second.output
        assert (second.exit_code, json.loads(second.stdout)["sent"]) == (0, 1)
        third = run(ready, *options, **environment)
        assert third.stdout, third.output
        assert (third.exit_code, json.loads(third.stdout)["sent"]) == (0, 0)
        host = web.host
    live, one, two, three = sent(ready)
    assert (one.headers["ce_subject"], one.headers["ce_time"]) == (
        "https://news.example/1",
        "2019-05-06T07:08:09Z",
    )
    assert (one.headers["dl_source"], one.headers["dl_etag"], one.value) == (
        "news.example",
        '"e"',
        b"<html>One",
    )
    assert "dl_x_robots_tag" not in one.headers
    assert (three.headers["ce_subject"], three.headers["ce_time"]) == (
        "https://news.example/3",
        "2019-05-06T07:08:09Z",
    )
    assert (two.value, live.headers["ce_subject"]) == (b"<html>Two", f"http://{host}/live")


def test_damage_is_told_now_and_at_every_later_run(ready: Settings, tmp_path: Path) -> None:
    """A run that finds the file read to its end does not call it whole."""
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(story(1) + story(2)[:-50])
    for _ in range(2):
        result = run(ready, "backfill", str(path))
        assert result.exit_code == 1
        assert "crawl.warc.gz" in result.stderr
    path.write_bytes(story(1) + story(2))
    assert run(ready, "backfill", str(path)).exit_code == 0
    assert {m.headers["ce_subject"][-1] for m in sent(ready)} == {"1", "2"}


def test_a_folder_of_all_kinds_is_read(ready: Settings, tmp_path: Path) -> None:
    """Files, a crawl and JSON Lines, each known by what it is known by."""
    (tmp_path / "in" / "2024").mkdir(parents=True)
    (tmp_path / "in" / "2024" / "crawl.warc.gz").write_bytes(story(1))
    (tmp_path / "in" / "docs.jsonl").write_text('{"url": "https://news.example/2", "text": "Two"}\nbad\n')
    (tmp_path / "in" / "plain.txt").write_text("Plain")
    result = run(ready, "backfill", str(tmp_path / "in"), "--source", "desk")
    assert result.exit_code == 1
    assert "docs.jsonl:2" in result.stderr
    assert [(m.headers["ce_subject"], m.headers["dl_source"]) for m in sent(ready)] == [
        ("file:docs.jsonl#2", "desk"),
        ("file:plain.txt", "desk"),
        ("https://news.example/1", "desk"),
        ("https://news.example/2", "desk"),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "expected archives, or --urls"),
        (["/no/such.warc.gz"], "no such file"),
        (["https://news.example/story"], "dateline ingest"),
        (["https://crawl.example/NEWS/"], "--from"),
        (["https://crawl.example/a.warc", "--from", "March"], "2024-03-01"),
        (["https://crawl.example/a.warc", "--timezone", "Mars/Olympus"], "IANA"),
    ],
)
def test_wrong_use_is_told_before_anything_is_read(ready: Settings, arguments: list[str], said: str) -> None:
    """Exit code 2 and what was expected."""
    result = run(ready, "backfill", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
