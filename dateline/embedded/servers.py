"""Starting and stopping the two servers of one data directory."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import filelock
import msgspec
from rich.console import Console
from rich.progress import Progress

from dateline.embedded.classes import compile_classes
from dateline.embedded.elastic_node import ElasticNode
from dateline.embedded.jars import Download, progress_bar
from dateline.embedded.kafka_node import KafkaNode
from dateline.embedded.node import LOOPBACK, free_port
from dateline.embedded.runtime import Daemon, start_daemon

START_PATIENCE = 120.0
"""Seconds that a server has to answer, on a slow and busy machine."""
STOP_PATIENCE = 9.0
"""Seconds that a server has to end by itself before it is killed. Nothing is lost either way."""
_POLL = 0.1
_TAIL = 15


class ServerError(Exception):
    """A server did not start or stop as asked. The message says which, where its log is and how it ends."""


class Endpoints(msgspec.Struct, frozen=True):
    """Where clients find the two servers."""

    kafka_bootstrap: str
    elastic_url: str


class Remembered(msgspec.Struct, frozen=True):
    """What a data directory remembers of one server: its ports, so that a restart finds the same, and its process."""

    port: int
    inner_port: int
    daemon: Daemon | None = None

    @property
    def runs(self) -> bool:
        return self.daemon is not None and self.daemon.process() is not None


class ServerStatus(msgspec.Struct, frozen=True):
    """One server as it is now. `answers` is asked of the server itself; memory in bytes, uptime in seconds."""

    name: str
    title: str
    running: bool
    answers: bool
    address: str | None
    pid: int | None
    memory: int | None
    uptime: float | None
    log: str


class Status(msgspec.Struct, frozen=True):
    """Both servers of a data directory."""

    data_dir: str
    servers: list[ServerStatus]

    @property
    def all_up(self) -> bool:
        return all(server.answers for server in self.servers)


class EmbeddedServers:
    """Real Kafka and real Elasticsearch on loopback, their data in one directory.

    At most one of each runs for a data directory, whoever calls and how often. They outlive the process that starts them.
    What they acknowledged survives SIGKILL. Ports not given are the remembered ones, else 19092 and 19200, else free ones.
    `memory` is the largest Java heap in MiB.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        kafka_port: int | None = None,
        elastic_port: int | None = None,
        kafka_memory: int = 512,
        elastic_memory: int = 1024,
        console: Console | None = None,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self._logs = self.data_dir / "logs"
        self._nodes: dict[str, KafkaNode | ElasticNode] = {
            "kafka": KafkaNode(self.data_dir / "kafka", self._logs / "kafka.log", kafka_memory),
            "elastic": ElasticNode(self.data_dir / "elastic", self._logs / "elastic.log", elastic_memory),
        }
        self._wanted_ports = {"kafka": kafka_port, "elastic": elastic_port}
        self._console = console or Console(stderr=True)
        self._state_lock = threading.Lock()
        self._stop_waiting = threading.Event()

    def up(self, names: Sequence[str] = ("kafka", "elastic")) -> Endpoints:
        """Start what does not run, and return when all of it answers clients.

        Does nothing to a server that runs. Raises ServerError when one does not come up (the other one stays up), JarError
        when a download fails.
        """
        self._logs.mkdir(parents=True, exist_ok=True)
        with self._only_one(), progress_bar(self._console) as progress, Download(progress) as download:
            self._stop_waiting.clear()
            with ThreadPoolExecutor(len(names), thread_name_prefix="up") as pool:
                starts = [pool.submit(self._bring_up, name, download, progress) for name in names]
                try:
                    for start in starts:
                        start.result()
                except KeyboardInterrupt:
                    self._stop_waiting.set()
                    raise
        endpoints = self._endpoints()
        assert endpoints is not None
        return endpoints

    def down(self) -> list[str]:
        """Stop what `up` started and still runs; the names of the servers that were stopped. Takes up to ten seconds."""
        if not self.data_dir.exists():
            return []
        with self._only_one():
            state = self._load()
            running = {name: server.daemon for name, server in state.items() if server.runs and server.daemon}
            with ThreadPoolExecutor(2, thread_name_prefix="down") as pool:
                list(pool.map(lambda daemon: daemon.stop(STOP_PATIENCE), running.values()))
            for name in running:
                self._remember(name, msgspec.structs.replace(state[name], daemon=None))
        return list(running)

    def status(self) -> Status:
        """Both servers as they are now. Changes nothing."""
        state = self._load()
        return Status(str(self.data_dir), [self._status(name, state.get(name)) for name in self._nodes])

    def kill(self, name: str) -> None:
        """SIGKILL one server, as a crash would. For tests of what survives."""
        daemon = self._load()[name].daemon
        process = daemon.process() if daemon else None
        if process is None:
            raise ServerError(f"{name} does not run in {self.data_dir}: nothing to kill.")
        process.kill()
        process.wait(STOP_PATIENCE)

    def _bring_up(self, name: str, download: Download, progress: Progress) -> None:
        node = self._nodes[name]
        before = self._load().get(name)
        if before is None or not before.runs:
            task = progress.add_task(f"Starting {node.title}", total=None)
            before = self._start(node, before, download)
            self._await(node, before)
            progress.remove_task(task)
        else:
            self._await(node, before)

    def _start(
        self, node: KafkaNode | ElasticNode, before: Remembered | None, download: Download
    ) -> Remembered:
        if isinstance(node, ElasticNode):
            class_path = download.wait("elastic")
            compile_classes(download.wait("compiler"), class_path)
        else:
            class_path = download.wait("kafka")
        with self._state_lock:
            ports = self._ports(node, before)
            self._remember(node.name, ports)
        command = node.prepare(ports, class_path)
        started = msgspec.structs.replace(
            ports, daemon=start_daemon(command, self._logs / f"{node.name}.out")
        )
        with self._state_lock:
            self._remember(node.name, started)
        return started

    def _ports(self, node: KafkaNode | ElasticNode, before: Remembered | None) -> Remembered:
        state = self._load()
        taken = frozenset(p for name, r in state.items() if name != node.name for p in (r.port, r.inner_port))
        wanted = self._wanted_ports[node.name]
        preferred = wanted or (before.port if before else node.preferred_port)
        port = free_port(preferred, taken)
        if wanted and port != wanted:
            raise ServerError(
                f"Port {wanted} is taken, and {node.title} was told to use it. Name another, or none."
            )
        inner = free_port(before.inner_port if before else port + 1000, taken | {port})
        return Remembered(port, inner)

    def _await(self, node: KafkaNode | ElasticNode, server: Remembered) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while not node.answers(server.port):
            if not server.runs:
                raise ServerError(f"{node.title} ended while it started. {self._last_words(node)}")
            if time.monotonic() > deadline:
                raise ServerError(
                    f"{node.title} gives no answer after {START_PATIENCE:.0f} s. {self._last_words(node)}"
                )
            if self._stop_waiting.wait(_POLL):
                return

    def _last_words(self, node: KafkaNode | ElasticNode) -> str:
        out = self._logs / f"{node.name}.out"
        lines = [line for log in (node.log, out) if log.exists() for line in _tail(log)]
        return f"Its logs are {node.log} and {out}, and end:\n" + "\n".join(f"  {line}" for line in lines)

    def _status(self, name: str, server: Remembered | None) -> ServerStatus:
        node = self._nodes[name]
        process = server.daemon.process() if server and server.daemon else None
        return ServerStatus(
            name=name,
            title=node.title,
            running=process is not None,
            answers=process is not None and server is not None and node.answers(server.port),
            address=f"{LOOPBACK}:{server.port}" if server else None,
            pid=process.pid if process else None,
            memory=process.memory_info().rss if process else None,
            uptime=time.time() - process.create_time() if process else None,
            log=str(node.log),
        )

    def _endpoints(self) -> Endpoints | None:
        state = self._load()
        if len(state) < len(self._nodes) or not all(server.runs for server in state.values()):
            return None
        return Endpoints(f"{LOOPBACK}:{state['kafka'].port}", f"http://{LOOPBACK}:{state['elastic'].port}")

    def _only_one(self) -> filelock.BaseFileLock:
        return filelock.FileLock(self.data_dir / "embedded.lock", timeout=2 * START_PATIENCE)

    @property
    def _state_file(self) -> Path:
        return self.data_dir / "embedded.json"

    def _load(self) -> dict[str, Remembered]:
        try:
            return msgspec.json.decode(self._state_file.read_bytes(), type=dict[str, Remembered])
        except FileNotFoundError:
            return {}

    def _remember(self, name: str, server: Remembered) -> None:
        state = self._load() | {name: server}
        scratch = self._state_file.with_suffix(".new")
        scratch.write_bytes(msgspec.json.format(msgspec.json.encode(state)))
        scratch.replace(self._state_file)


def running(data_dir: Path) -> Endpoints | None:
    """Where the servers of this data directory answer, or None unless both processes live. Opens no connection."""
    return EmbeddedServers(data_dir)._endpoints()


def _tail(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()[-_TAIL:]
