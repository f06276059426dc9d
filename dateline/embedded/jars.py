"""The servers' jars: read from the lock, downloaded in parallel, checked by hash, kept in a cache that all checkouts share."""

import hashlib
import os
import threading
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

import httpx
import msgspec
import platformdirs
from rich.progress import Progress, TaskID

from dateline.errors import ServerError

Group = Literal["kafka", "elastic", "zstd", "compiler"]

LOCK_FILE: Final = Path(__file__).with_name("jars.lock")
_CHUNK: Final = 1 << 16
_TRIES: Final = 5
_WORKERS: Final = 8


class Jar(msgspec.Struct, frozen=True):
    """One pinned jar: the group it belongs to, its path inside a Maven repository, its hash and its size in bytes."""

    group: Group
    path: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def location(self) -> Path:
        """Where the jar lies in the cache. A file there is whole: it was renamed into place when its hash was right."""
        return cache_dir() / "jars" / self.path


def cache_dir() -> Path:
    """Where downloads and compiled classes are kept: DATELINE_CACHE, else the user's cache folder."""
    named = os.environ.get("DATELINE_CACHE")
    return Path(named).absolute() if named else Path(platformdirs.user_cache_dir("dateline", appauthor=False))


def repository() -> str:
    """The Maven repository's address: DATELINE_MAVEN_REPOSITORY (a mirror), else Maven Central as jgo knows it."""
    address = os.environ.get("DATELINE_MAVEN_REPOSITORY")
    if not address:
        from jgo.constants import MAVEN_CENTRAL_URL  # only a download needs it

        address = str(MAVEN_CENTRAL_URL)
    return address.rstrip("/")


@cache
def locked() -> tuple[Jar, ...]:
    """All jars of the lock, in class path order within each group."""
    return tuple(msgspec.json.decode(line, type=Jar) for line in LOCK_FILE.read_bytes().splitlines())


def fingerprint() -> str:
    """One hash over the whole lock."""
    return hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()


def class_path(group: Group) -> list[Path]:
    """The jars of one group, in order. Nothing is checked or fetched."""
    return [jar.location for jar in locked() if jar.group == group]


def missing() -> list[Jar]:
    """The jars that the cache lacks, each once. Looks at sizes, not at contents."""
    unique = {jar.path: jar for jar in locked()}.values()
    return [jar for jar in unique if not _present(jar)]


def damaged() -> list[Jar]:
    """The jars that are there and differ from the lock. Reads every byte."""
    return [jar for jar in locked() if jar.location.is_file() and _sha256(jar.location) != jar.sha256]


class Download:
    """Fetches what the cache lacks while the caller goes on; `wait` for a group before using it.

    Safe to run several times at once: each writes a file of its own and renames it when the hash is right. What a
    broken connection left is gone on with; what a killed process left is fetched anew.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="jars")
        self._given_up = threading.Event()
        wanted = missing()
        self._futures: dict[str, Future[None]] = {}
        self._task: TaskID | None = None
        if wanted:
            total = sum(jar.size for jar in wanted)
            self._task = progress.add_task(f"downloading {len(wanted)} jars", total=total)
            self._address = repository()
            timeout = httpx.Timeout(30, connect=15)
            self._client = httpx.Client(follow_redirects=True, timeout=timeout)
            self._futures = {jar.path: self._pool.submit(self._fetch, jar) for jar in wanted}

    def wait(self, group: Group) -> list[Path]:
        """Block until the group is complete; its jars.

        Raises ServerError when one could not be had.
        """
        for jar in locked():
            if jar.group == group and jar.path in self._futures:
                self._futures[jar.path].result()
        return class_path(group)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._given_up.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self._futures:
            self._client.close()

    def _fetch(self, jar: Jar) -> None:
        target = jar.location
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{jar.name}.{uuid.uuid4().hex[:8]}")
        problem = ""
        try:
            for attempt in range(_TRIES):
                if attempt and self._given_up.wait(2**attempt / 4):
                    break
                try:
                    self._stream(jar, partial)
                except (httpx.HTTPError, OSError) as error:
                    problem = f"{type(error).__name__}: {error}"
                    continue
                found = _sha256(partial)
                if found == jar.sha256:
                    partial.replace(target)
                    return
                problem = f"its sha256 is {found}, the lock says {jar.sha256}"
                self._advance(-partial.stat().st_size)
                partial.unlink()
        finally:
            partial.unlink(missing_ok=True)
        raise ServerError(
            f"downloading {jar.name} from {self._address} failed {_TRIES} times: {problem}. Check network and proxy, "
            "or let DATELINE_MAVEN_REPOSITORY name a mirror of Maven Central"
        )

    def _stream(self, jar: Jar, partial: Path) -> None:
        """Download one jar, going on where the try before broke off."""
        have = partial.stat().st_size if partial.exists() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        with self._client.stream("GET", f"{self._address}/{jar.path}", headers=headers) as response:
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                partial.unlink(missing_ok=True)
            response.raise_for_status()
            resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
            if not resumed:
                self._advance(-have)
            with partial.open("ab" if resumed else "wb") as file:
                for chunk in response.iter_raw(_CHUNK):
                    file.write(chunk)
                    self._advance(len(chunk))
                    if self._given_up.is_set():
                        return

    def _advance(self, size: int) -> None:
        if self._task is not None:
            self._progress.advance(self._task, size)


def _present(jar: Jar) -> bool:
    with suppress(OSError):
        return jar.location.stat().st_size == jar.size
    return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
