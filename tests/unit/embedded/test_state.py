"""What a data directory remembers, and ports."""

import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from dateline.embedded import Endpoints, running
from dateline.embedded.daemon import Daemon
from dateline.embedded.node import free_port, port_is_free
from dateline.embedded.state import Remembered, load, save
from dateline.errors import ServerError

GONE = Daemon(2**22 - 1, 0.0)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_replaced(taken: int) -> None:
    """The fallback is free, and neither the taken port nor one to avoid."""
    other = free_port(taken)
    assert other != taken
    assert port_is_free(other)
    assert free_port(other, frozenset({other})) != other


def test_a_directory_without_servers_has_none_running(tmp_path: Path) -> None:
    """Neither an empty directory nor processes that are gone count."""
    assert running(tmp_path) is None
    save(tmp_path, {"kafka": Remembered(1, 2, GONE), "elastic": Remembered(3, 4)})
    assert running(tmp_path) is None


def test_one_server_alone_is_told(tmp_path: Path) -> None:
    """Where one of two runs, the other's address is empty."""
    here = psutil.Process()
    save(
        tmp_path,
        {"kafka": Remembered(1, 2, Daemon(here.pid, here.create_time())), "elastic": Remembered(3, 4, GONE)},
    )
    assert running(tmp_path) == Endpoints("127.0.0.1:1", "")


def test_a_damaged_memory_says_how_to_mend_it(tmp_path: Path) -> None:
    """The error names the file and what to do."""
    (tmp_path / "embedded.json").write_text("{")
    with pytest.raises(ServerError, match=r"embedded\.json is damaged .* delete that file"):
        load(tmp_path)
