"""Downloads of pinned jars, against a real web server that also misbehaves."""

import hashlib
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from dateline.embedded import jars
from dateline.embedded.jars import Download, Jar
from dateline.errors import ServerError

CONTENT = os.urandom(300_000)


class Repository(http.server.ThreadingHTTPServer):
    """Serves CONTENT under every path; `breaks` is how many answers end in the middle."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.breaks = 0
        self.content = CONTENT
        self.ranges: list[str | None] = []
        self.lock = threading.Lock()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Repository

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        with self.server.lock:
            self.server.ranges.append(asked)
            breaks = self.server.breaks > 0
            self.server.breaks -= breaks
        begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        body = self.server.content[begin:]
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:100_000] if breaks else body)
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Repository]:
    with Repository() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("DATELINE_MAVEN_REPOSITORY", f"http://127.0.0.1:{server.server_port}/")
        monkeypatch.setenv("DATELINE_CACHE", str(tmp_path / "cache"))
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def jar(monkeypatch: pytest.MonkeyPatch) -> Jar:
    """The only jar of the lock."""
    pinned = Jar("kafka", "org/example/a/1/a-1.jar", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    monkeypatch.setattr(jars, "locked", lambda: (pinned,))
    return pinned


def download() -> list[Path]:
    with Progress(console=Console(quiet=True)) as progress, Download(progress) as fetching:
        return fetching.wait("kafka")


def test_a_missing_jar_is_fetched_once(repository: Repository, jar: Jar) -> None:
    """What the cache has is not downloaded again."""
    assert [path.read_bytes() for path in download()] == [CONTENT]
    download()
    assert len(repository.ranges) == 1


def test_a_broken_download_goes_on_where_it_stopped(repository: Repository, jar: Jar) -> None:
    """After a broken connection only the rest is asked for."""
    repository.breaks = 1
    assert [path.read_bytes() for path in download()] == [CONTENT]
    first, second = repository.ranges
    assert first is None
    assert second is not None


def test_a_jar_that_differs_from_the_lock_is_refused(
    repository: Repository, jar: Jar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file with another hash never reaches the cache, and the error names jar, server and switch."""
    monkeypatch.setattr(jars, "_TRIES", 1)
    repository.content = CONTENT[::-1]
    with pytest.raises(ServerError, match=r"a-1\.jar .* sha256 .* DATELINE_MAVEN_REPOSITORY"):
        download()
    assert not [path for path in jars.cache_dir().rglob("*") if path.is_file()]


def test_several_may_download_at_once(repository: Repository, jar: Jar) -> None:
    """Two downloads side by side end with one whole file."""
    errors: list[BaseException] = []

    def fetch() -> None:
        try:
            download()
        except ServerError as error:
            errors.append(error)

    threads = [threading.Thread(target=fetch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert [path for path in jars.cache_dir().rglob("*") if path.is_file()] == [jar.location]


def test_a_jar_changed_in_the_cache_is_found(repository: Repository, jar: Jar) -> None:
    """`damaged` names a jar whose bytes changed after the download."""
    download()
    assert jars.damaged() == []
    jar.location.write_bytes(CONTENT[::-1])
    assert jars.damaged() == [jar]


def test_the_lock_pins_every_jar_of_the_servers() -> None:
    """The committed lock names both servers in their versions, with hash and size for each jar."""
    paths = [pinned.path for pinned in jars.locked()]
    assert any("/kafka_2.13/4.4.0/" in path for path in paths)
    assert any("/elasticsearch/9.5.3/" in path for path in paths)
    assert all(len(pinned.sha256) == 64 and pinned.size > 0 for pinned in jars.locked())
