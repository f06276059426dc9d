"""What the two servers have in common, seen by the code that starts and stops them."""

import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from dateline.embedded.jars import Group

LOOPBACK = "127.0.0.1"
_TRIES = 50


class Ports(Protocol):
    """Ports of one server: where clients talk to it, and one that only the server itself uses."""

    @property
    def port(self) -> int: ...
    @property
    def inner_port(self) -> int: ...


class Node(Protocol):
    """One of the two servers: how to lay out its folder, how to start it and when it answers."""

    name: str
    title: str
    group: Group
    preferred_port: int

    def prepare(self, ports: Ports, class_path: Sequence[Path]) -> list[str]:
        """Write the configuration, make ready what must be there, and return the command line."""
        ...

    def answers(self, port: int) -> bool:
        """Whether a client gets a real answer now. Opens and closes its own connection; no exception escapes."""
        ...


def free_port(preferred: int, avoid: frozenset[int] = frozenset()) -> int:
    """The preferred port if it can be bound on loopback, else another one below the range that outgoing connections use."""
    spread = int.from_bytes(os.urandom(4))
    for attempt in range(_TRIES):
        port = preferred if attempt == 0 else 20_000 + (spread + attempt * 97) % 12_000
        if port not in avoid and port_is_free(port):
            return port
    raise OSError(
        f"No free port on {LOOPBACK}: tried {preferred} and {_TRIES - 1} others between 20000 and 32000."
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
