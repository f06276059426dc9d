"""Several producer processes at once, and one that is killed, on real Kafka, Elasticsearch and web servers."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from dateline.elastic import client
from dateline.settings import Settings
from producers.memory import Memory
from schemas.acquisition import acquisition_index
from tests.environ import environ
from tests.integration.test_ingest import messages, ready, run
from tests.unit.producers.web import Request, Web, page

__all__ = ["ready"]
pytestmark = pytest.mark.servers

SOURCES = 6
PAGES = 4


class Producers:
    """A table of sources on one web server, and processes that poll it."""

    def __init__(self, settings: Settings, web: Web, folder: Path) -> None:
        self.web = web
        self.settings = settings
        self.log = folder / "log"
        self._table = folder / "sources.yaml"
        entries = []
        for n in range(SOURCES):
            links = "".join(f"<item><link>/{n}/{p}</link></item>" for p in range(PAGES))
            feed = f'<rss version="2.0"><channel><title>F</title>{links}</channel></rss>'
            web.pages[f"/{n}"] = page(feed.encode())
            web.pages |= {f"/{n}/{p}": page(f"<p>{n} {p}".encode()) for p in range(PAGES)}
            entries.append({"id": f"paper-{n}", "name": "Paper", "feeds": [web.url(f"/{n}")]})
        self._table.write_bytes(msgspec.json.encode({"sources": entries}))

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """A process that runs a command."""
        variables = environ(self.settings) | {
            "DATELINE_INGEST_SOURCES": str(self._table),
            "DATELINE_INGEST_ALLOW_HOSTS": self.web.host,
        }
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dateline", *arguments], env=os.environ | variables, stderr=log
            )

    def do(self, *arguments: str) -> None:
        """Run a command in this process."""
        done = run(self.settings, *arguments, sources=str(self._table), allow_hosts=(self.web.host,))
        assert done.exit_code == 0, done.output

    def make_due(self) -> None:
        """Let all leases run out and everything be due."""
        past = datetime.now(UTC) - timedelta(minutes=1)
        with closing(client(self.settings)) as elastic:
            memory = Memory(elastic, self.settings.namespace)
            elastic.indices.refresh(index=acquisition_index(self.settings.namespace))
            known = memory.recall_all(
                (f"paper-{path.strip('/').partition('/')[0]}", self.web.url(path)) for path in self.web.pages
            ).values()
            memory.save([msgspec.structs.replace(visit, due=past, leased_until=None) for visit in known])
            elastic.indices.refresh(index=acquisition_index(self.settings.namespace))


@pytest.fixture
def producers(ready: Settings, tmp_path: Path) -> Iterator[Producers]:
    """Sources that were not polled before."""
    with Web() as web:
        yield Producers(ready, web, tmp_path)


def test_two_processes_at_once_fetch_each_address_once(producers: Producers) -> None:
    """Feeds and pages, when they poll and when they revisit; every page is sent, and sent once."""
    for arguments, expected in (
        (("ingest", "--due"), SOURCES * (PAGES + 1)),
        (("revisit",), SOURCES * PAGES),
    ):
        producers.web.seen.clear()
        both = [producers.start(*arguments) for _ in range(2)]
        assert [process.wait(300) for process in both] == [0, 0], producers.log.read_text()
        assert set(Counter(producers.web.paths).values()) == {1}
        assert len(producers.web.paths) == expected
        producers.make_due()
    assert len(messages(producers.settings)) == SOURCES * PAGES


def test_what_a_killed_process_had_not_sent_is_sent_by_the_next(producers: Producers) -> None:
    """While its leases last, others leave it its addresses; then they fetch them. What was sent twice is one event."""
    held = threading.Semaphore(0)

    def hang(request: Request) -> None:
        held.release()
        request.server.web.closing.wait()
        request.close_connection = True

    answers = dict(producers.web.pages)
    stuck = [f"/{n}/0" for n in range(SOURCES)]
    producers.web.pages |= dict.fromkeys(stuck, hang)
    killed = producers.start("ingest", "--due")
    assert held.acquire(timeout=60)  # it has asked for its feeds and is at the pages
    killed.send_signal(signal.SIGKILL)
    killed.wait(120)
    sent_before = {message.headers["ce_id"] for message in messages(producers.settings)}
    producers.web.pages = answers
    producers.web.seen.clear()
    producers.do("ingest", "--due")
    assert not set(stuck) & set(producers.web.paths)
    producers.make_due()
    producers.do("ingest", "--due")
    found = messages(producers.settings)
    assert len({message.headers["ce_id"] for message in found}) == SOURCES * PAGES
    assert sent_before <= {message.headers["ce_id"] for message in found}
