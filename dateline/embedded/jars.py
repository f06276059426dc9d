"""The servers' jars: read from the lock, downloaded in parallel, checked by hash, kept in a cache that all checkouts share."""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal, Self

import httpx
import msgspec
import platformdirs
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

Group = Literal["kafka", "elastic", "zstd", "compiler"]

LOCK_FILE = Path(__file__).with_name("jars.lock")
_CHUNK = 1 << 16
_TRIES = 4
_WORKERS = 8


class JarError(Exception):
    """A jar could not be had as the lock demands it. The message says which, why and what to do."""


class Jar(msgspec.Struct, frozen=True):
    """One pinned jar: the class path it belongs to, its path inside a Maven repository, its hash and its size in bytes."""

    group: str
    path: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]


def cache_dir() -> Path:
    """Where downloads and compiled classes are kept: DATELINE_CACHE, else the user's cache folder."""
    return Path(os.environ.get("DATELINE_CACHE") or platformdirs.user_cache_dir("dateline", appauthor=False))


def repository() -> str:
    """The Maven repository's address: DATELINE_MAVEN_REPOSITORY (a mirror), else Maven Central as jgo knows it."""
    address = os.environ.get("DATELINE_MAVEN_REPOSITORY")
    if not address:
        import jgo  # costs 0.3 s, and only a download needs it

        address = str(jgo.MAVEN_CENTRAL_URL)
    return address.rstrip("/")


@cache
def locked() -> tuple[Jar, ...]:
    """All jars of the lock, in class path order within each group."""
    lines = LOCK_FILE.read_bytes().splitlines()
    return tuple(msgspec.json.decode(line, type=Jar) for line in lines)


def location(jar: Jar) -> Path:
    """Where the jar lies in the cache, downloaded or not. A file there is whole and was checked: it is only ever renamed into place."""
    return cache_dir() / "jars" / jar.path


def class_path(group: Group) -> list[Path]:
    """The class path of one group, in order. Nothing is checked or fetched."""
    return [location(jar) for jar in locked() if jar.group == group]


def damaged() -> list[tuple[Jar, str]]:
    """The jars that are missing or differ from the lock, with what is wrong; reads every byte (0.1 s for all)."""
    found = []
    for jar in locked():
        path = location(jar)
        if not path.is_file():
            found.append((jar, "missing"))
        elif _sha256(path) != jar.sha256:
            found.append((jar, "its sha256 differs from the lock"))
    return found


class Download:
    """Fetches what the cache lacks, smallest class path first, while the caller goes on; `wait` for a group before using it.

    Safe to run from several processes at once: each writes a temporary file of its own and renames it when the hash is right.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="jars")
        self._client = httpx.Client(follow_redirects=True, timeout=httpx.Timeout(30, connect=15))
        self._task: TaskID | None = None
        missing = [jar for jar in locked() if not _present(jar)]
        if missing:
            total = sum(jar.size for jar in missing)
            self._task = progress.add_task(f"Downloading {len(missing)} jars", total=total)
        self._address = repository() if missing else ""
        self._futures: list[tuple[Jar, Future[None]]] = [
            (jar, self._pool.submit(self._fetch, jar)) for jar in missing
        ]

    def wait(self, group: Group) -> list[Path]:
        """Block until the group is complete; its class path.

        Raises JarError when a jar could not be had.
        """
        for jar, future in self._futures:
            if jar.group == group:
                future.result()
        return class_path(group)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._client.close()

    def _fetch(self, jar: Jar) -> None:
        target = location(jar)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{jar.name}.{os.getpid()}")
        error = ""
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(2**attempt / 2)
            try:
                self._stream(jar, partial)
            except (httpx.HTTPError, OSError) as problem:
                error = f"{type(problem).__name__}: {problem}"
                continue
            found = _sha256(partial)
            if found == jar.sha256:
                partial.replace(target)
                return
            error = f"its sha256 is {found}, the lock says {jar.sha256}"
            partial.unlink()
        partial.unlink(missing_ok=True)
        raise JarError(
            f"Downloading {jar.name} from {self._address} failed after {_TRIES} tries: {error}. "
            "Check the network and proxy settings, or point DATELINE_MAVEN_REPOSITORY at a mirror of Maven Central."
        )

    def _stream(self, jar: Jar, partial: Path) -> None:
        """Download one jar, going on where the last try broke off."""
        have = partial.stat().st_size if partial.exists() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        with self._client.stream("GET", f"{self._address}/{jar.path}", headers=headers) as response:
            response.raise_for_status()
            resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
            if have and not resumed:
                self._advance(-have)
            with partial.open("ab" if resumed else "wb") as file:
                for chunk in response.iter_raw(_CHUNK):
                    file.write(chunk)
                    self._advance(len(chunk))

    def _advance(self, size: int) -> None:
        if self._task is not None:
            self._progress.advance(self._task, size)


@contextmanager
def progress_bar(console: Console) -> Iterator[Progress]:
    """A progress display for downloads, gone when done."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield progress


def fingerprint(jars: Iterable[Jar]) -> str:
    """One hash over the pinned hashes of some jars."""
    return hashlib.sha256("".join(jar.sha256 for jar in jars).encode()).hexdigest()


def _present(jar: Jar) -> bool:
    path = location(jar)
    return path.is_file() and path.stat().st_size == jar.size


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
