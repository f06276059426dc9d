"""Starting and stopping the two servers of one data directory."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import filelock
import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn

from dateline.embedded.daemon import find_daemon, start_daemon
from dateline.embedded.elastic_node import ElasticNode
from dateline.embedded.jars import Download
from dateline.embedded.kafka_node import KafkaNode
from dateline.embedded.node import Node, free_port, marker, port_is_free
from dateline.embedded.state import LOOPBACK, NAMES, Endpoints, Remembered, load, running, save
from dateline.errors import ServerError, UsageError

START_PATIENCE: Final = 240.0
"""Seconds that a server has to answer, on a slow and busy machine."""
STOP_PATIENCE: Final = 9.0
"""Seconds that a server has to end by itself before it is killed. Nothing is lost either way."""
DEFAULT_PORTS: Final = {"kafka": 19092, "elastic": 19200}
_POLL: Final = 0.1
_PORT_TRIES: Final = 3
_TAIL: Final = 12


class ServerStatus(msgspec.Struct, frozen=True):
    """One server as it is now. `problem` is why it gives no answer, None when it does; memory in bytes, uptime in seconds."""

    name: str
    title: str
    running: bool
    problem: str | None
    address: str | None
    pid: int | None
    memory: int | None
    uptime: float | None
    log: str

    @property
    def answers(self) -> bool:
        return self.problem is None


class Status(msgspec.Struct, frozen=True):
    """Both servers of a data directory."""

    data_dir: str
    servers: list[ServerStatus]


class EmbeddedServers:
    """Real Kafka and real Elasticsearch on loopback, their data in one directory.

    At most one of each runs for a data directory, whoever calls and how often. They outlive the process that starts them.
    What they acknowledged survives SIGKILL. A named port is used or refused; else it is the one of the time before, or 19092
    and 19200, or a free one where that is taken. Heaps are written as Java takes them: "512m", "1g". Snapshots may lie in
    `snapshots` of the directory, and in the folder that is named. With `quick` they start sooner, and Elasticsearch answers
    two to three times slower once it is warm: for tests and the demo.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        kafka_port: int | None = None,
        elastic_port: int | None = None,
        kafka_heap: str = "512m",
        elastic_heap: str = "1g",
        snapshots: Path | None = None,
        quick: bool = True,
        console: Console | None = None,
    ) -> None:
        self.data_dir = data_dir.expanduser().absolute()
        self._logs = self.data_dir / "logs"
        self._nodes: dict[str, Node] = {
            "kafka": KafkaNode(self.data_dir / "kafka", self._logs / "kafka.log", kafka_heap),
            "elastic": ElasticNode(
                self.data_dir / "elastic",
                self._logs / "elastic.log",
                elastic_heap,
                [self.data_dir / "snapshots", *([snapshots] if snapshots else [])],
                quick=quick,
            ),
        }
        self._named_ports = {"kafka": kafka_port, "elastic": elastic_port}
        self._console = console or Console(stderr=True)
        self._state_lock = threading.Lock()
        self._given_up = threading.Event()

    def up(self, names: Sequence[str] = NAMES) -> Endpoints:
        """Start what does not run, and return when all of it answers clients.

        Does nothing to a server that runs. Raises ServerError when one does not come up (the other one stays up) or a
        download fails.
        """
        self._given_up.clear()
        self._logs.mkdir(parents=True, exist_ok=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        with (
            self._only_one(),
            Progress(*columns, console=self._console, transient=True) as progress,
            Download(progress) as download,
            ThreadPoolExecutor(len(names), thread_name_prefix="up") as pool,
        ):
            starts = [pool.submit(self._bring_up, name, download) for name in names]
            try:
                for start in starts:
                    start.result()
            except KeyboardInterrupt:
                self._given_up.set()
                raise
        endpoints = running(self.data_dir)
        if endpoints is None:
            raise ServerError(
                f"the servers of {self.data_dir} ended right after their start; see {self._logs}"
            )
        return endpoints

    def down(self) -> list[str]:
        """Stop what `up` started and still runs, and nothing else; its names. Takes up to ten seconds."""
        if not self.data_dir.exists():
            return []
        with self._only_one():
            state = load(self.data_dir)
            daemons = {name: server.daemon for name, server in state.items() if server.runs and server.daemon}
            with ThreadPoolExecutor(len(NAMES), thread_name_prefix="down") as pool:
                for _ in pool.map(lambda daemon: daemon.stop(STOP_PATIENCE), daemons.values()):
                    pass
            stopped = {name: msgspec.structs.replace(state[name], daemon=None) for name in daemons}
            save(self.data_dir, state | stopped)
        return list(daemons)

    def status(self) -> Status:
        """Both servers as they are now. Changes nothing."""
        state = load(self.data_dir)
        return Status(str(self.data_dir), [self._status(name, state.get(name)) for name in NAMES])

    def kill(self, name: str) -> None:
        """SIGKILL one server, as a crash would. For tests of what survives."""
        server = load(self.data_dir).get(name)
        if server is None or server.daemon is None or not server.runs:
            raise UsageError(f"{name} does not run in {self.data_dir}: nothing to kill")
        server.daemon.kill(STOP_PATIENCE)

    def _bring_up(self, name: str, download: Download) -> None:
        node = self._nodes[name]
        server = load(self.data_dir).get(name)
        if server is not None and server.runs:
            try:
                self._await(name, server)
            except ServerError:
                if server.runs:
                    raise
                # it was on its way out when we looked
            else:
                return
        stray = find_daemon(marker(node.home))
        if stray is not None:
            raise ServerError(
                f"{node.title} with process id {stray.pid} uses {node.home}, but nothing remembers it; "
                f"end it (kill {stray.pid}) and try again"
            )
        for group in node.groups:
            download.wait(group)
        for attempt in range(_PORT_TRIES):
            server = self._start(name)
            try:
                self._await(name, server)
            except ServerError:
                # another program may have taken a port between our look and the server's
                ports_free = port_is_free(server.port) and port_is_free(server.inner_port)
                if server.runs or ports_free or attempt == _PORT_TRIES - 1:
                    raise
            else:
                return

    def _start(self, name: str) -> Remembered:
        node = self._nodes[name]
        with self._state_lock:
            ports = self._ports(name)
            save(self.data_dir, load(self.data_dir) | {name: ports})
        daemon = start_daemon(node.prepare(ports), self._out(name))
        started = msgspec.structs.replace(ports, daemon=daemon)
        with self._state_lock:
            save(self.data_dir, load(self.data_dir) | {name: started})
        return started

    def _ports(self, name: str) -> Remembered:
        state = load(self.data_dir)
        before = state.pop(name, None)
        taken = frozenset(port for server in state.values() for port in (server.port, server.inner_port))
        named = self._named_ports[name]
        port = free_port(named or (before.port if before else DEFAULT_PORTS[name]), taken)
        if named and port != named:
            raise ServerError(
                f"port {named} is taken; set embedded.{name}_port to another one, or to none for a free one"
            )
        return Remembered(port, free_port(before.inner_port if before else port + 1000, taken | {port}))

    def _await(self, name: str, server: Remembered) -> None:
        node = self._nodes[name]
        deadline = time.monotonic() + START_PATIENCE
        while problem := node.problem(server.port):
            if not server.runs:
                raise ServerError(f"{node.title} ended while it started. {self._last_words(name)}")
            if time.monotonic() > deadline:
                raise ServerError(
                    f"{node.title} gives no answer after {START_PATIENCE:.0f} s: {problem}. "
                    f"`dateline down` ends it. {self._last_words(name)}"
                )
            if self._given_up.wait(_POLL):
                return

    def _last_words(self, name: str) -> str:
        logs = [self._nodes[name].log, self._out(name)]
        lines = [line for log in logs if log.exists() for line in _tail(log)]
        return f"Its logs are {logs[0]} and {logs[1]}, and end:\n" + "\n".join(f"  {line}" for line in lines)

    def _out(self, name: str) -> Path:
        """Where what the Java runtime itself prints goes: why it did not start, why it crashed."""
        return self._logs / f"{name}.out"

    def _status(self, name: str, server: Remembered | None) -> ServerStatus:
        node = self._nodes[name]
        process = server.daemon.process() if server and server.daemon else None
        problem = node.problem(server.port) if process and server else "not running"
        return ServerStatus(
            name=name,
            title=node.title,
            running=process is not None,
            problem=problem,
            address=f"{LOOPBACK}:{server.port}" if server else None,
            pid=process.pid if process else None,
            memory=process.memory_info().rss if process else None,
            uptime=time.time() - process.create_time() if process else None,
            log=str(node.log),
        )

    def _only_one(self) -> filelock.BaseFileLock:
        lock = filelock.FileLock(self.data_dir / "embedded.lock")
        try:
            lock.acquire(timeout=2 * START_PATIENCE)
        except filelock.Timeout as error:
            raise ServerError(
                f"another process has been starting or stopping the servers of {self.data_dir} for "
                f"{2 * START_PATIENCE:.0f} s"
            ) from error
        return lock


def _tail(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()[-_TAIL:]
