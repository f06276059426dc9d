"""What the two servers have in common, seen by the code that starts and stops them; and ports."""

import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from dateline.embedded.jars import Group
from dateline.embedded.state import LOOPBACK, Remembered
from dateline.errors import ServerError

_TRIES: Final = 50
_LOG4J: Final = """\
status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = {log}
appender.file.filePattern = {log}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = {pattern}
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 3
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
"""


class Node(Protocol):
    """One of the two servers: how to lay out its folder, how to start it and when it answers."""

    title: str
    home: Path
    log: Path
    groups: tuple[Group, ...]

    def prepare(self, ports: Remembered) -> list[str]:
        """Write the configuration, make what must be there before the first start, and return the command line.

        Needs the jars of `groups`. Safe to repeat.
        """
        ...

    def problem(self, port: int) -> str | None:
        """Why a client gets no real answer now, or None when it does."""
        ...


def log_configuration(log: Path, pattern: str) -> str:
    """Log4j's settings: one file of 10 MB that rolls over, three older ones kept."""
    return _LOG4J.format(log=log, pattern=pattern)


def marker(home: Path) -> str:
    """An argument that stands on the command line of the server of this folder, and of no other process."""
    return f"-Ddateline.home={home}"


def java_command(
    home: Path, log: Path, heap: str, class_path: Sequence[Path], *options: str, quick: bool
) -> list[str]:
    """The options both servers start with. Temporary files go to `home/tmp`, which is emptied here.

    With `quick`, only Java's first compiler is used: start-up takes half the CPU of both (docs/adr/embedded-servers.md).
    """
    scratch = home / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    for left in scratch.iterdir():
        if left.is_file():
            left.unlink()
    return [
        marker(home),
        *(["-XX:TieredStopAtLevel=1"] if quick else []),
        f"-Xmx{heap}",
        "-XX:+ExitOnOutOfMemoryError",
        f"-XX:ErrorFile={log.with_suffix('.crash')}",
        f"-Djava.io.tmpdir={scratch}",
        "-Dfile.encoding=UTF-8",
        *options,
        "-cp",
        os.pathsep.join(map(str, class_path)),
    ]


def free_port(preferred: int, avoid: frozenset[int] = frozenset()) -> int:
    """The preferred port if it can be bound on loopback, else another one below the range that outgoing connections use."""
    spread = int.from_bytes(os.urandom(4))
    for attempt in range(_TRIES):
        port = preferred if attempt == 0 else 20_000 + (spread + attempt * 97) % 12_000
        if port not in avoid and port_is_free(port):
            return port
    raise ServerError(
        f"no free port on {LOOPBACK}: tried {preferred} and {_TRIES - 1} others between 20000 and 32000"
    )


def port_is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def listening(port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
