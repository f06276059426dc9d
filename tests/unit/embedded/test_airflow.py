"""Starting and stopping Airflow, with a stand-in that is as stubborn as Airflow can be."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from dateline.embedded.airflow import Standalone, environment
from dateline.errors import UsageError

STUBBORN = """#!/bin/sh
trap '' INT TERM
sleep 600 &
echo "$$ $!" > "$AIRFLOW_HOME/pids.new"
mv "$AIRFLOW_HOME/pids.new" "$AIRFLOW_HOME/pids"
wait
"""
LAUNCHER = """
import os, sys
from pathlib import Path
from dateline.embedded.airflow import Standalone
Standalone(Path(sys.argv[1]), Path(sys.argv[2]), Path("dags")).start(os.environ, Path("dateline"))
os._exit(9)
"""


@pytest.fixture
def airflow(tmp_path: Path) -> Path:
    """An `airflow` that hears no signal and has a child."""
    path = tmp_path / "airflow"
    path.write_text(STUBBORN)
    path.chmod(0o755)
    return path


@pytest.fixture
def standalone(tmp_path: Path, airflow: Path) -> Iterator[Standalone]:
    """Not yet started; stopped in the end."""
    made = Standalone(tmp_path / "home", airflow, Path("dags"), patience=0.2)
    yield made
    made.stop()


def start(standalone: Standalone) -> list[psutil.Process]:
    """Start it and wait for its processes: itself and its child."""
    standalone.start({"PATH": "/usr/bin:/bin"}, Path("dateline"))
    return processes(standalone.home)


def processes(home: Path) -> list[psutil.Process]:
    """The processes of the stand-in that runs on this home."""
    deadline = time.monotonic() + 10
    while not (home / "pids").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return [psutil.Process(int(pid)) for pid in (home / "pids").read_text().split()]


def ended(process: psutil.Process) -> bool:
    """Whether it ends within seconds. A dead process that nobody waits for counts as ended."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False


def test_stop_ends_every_process_even_those_that_hear_no_signal(standalone: Standalone) -> None:
    """Nothing of Airflow is left after a stop."""
    started = start(standalone)
    standalone.stop()
    assert all(ended(process) for process in started)


def test_stop_ends_the_parts_of_an_airflow_that_died(standalone: Standalone) -> None:
    """When `airflow standalone` itself was killed, its scheduler does not stay behind."""
    leader, child = start(standalone)
    leader.kill()
    assert ended(leader)
    assert child.status() != psutil.STATUS_ZOMBIE
    standalone.stop()
    assert ended(child)


def test_a_second_one_on_the_same_home_is_refused(standalone: Standalone, airflow: Path) -> None:
    """Two schedulers never share one SQLite file."""
    start(standalone)
    second = Standalone(standalone.home, airflow, Path("dags"))
    with pytest.raises(UsageError, match="runs already"):
        second.start({}, Path("dateline"))


def test_what_a_killed_launcher_left_behind_is_ended_first(standalone: Standalone, airflow: Path) -> None:
    """After kill -9 of `make airflow`, the next one starts clean."""
    command = [sys.executable, "-c", LAUNCHER, str(standalone.home), str(airflow)]
    assert subprocess.run(command, check=False).returncode == 9
    left = processes(standalone.home)
    (standalone.home / "pids").unlink()
    start(standalone)
    assert all(ended(process) for process in left)


def test_another_port_is_taken_when_the_preferred_one_is_not_free(standalone: Standalone) -> None:
    """A web server on 8080 is no reason not to start."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        standalone.start({}, Path("dateline"), preferred_port=port)
        assert standalone.port not in (0, port)


def test_a_missing_airflow_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    """Who has no Airflow is told how to get it."""
    missing = Standalone(tmp_path / "home", tmp_path / "nowhere" / "airflow", Path("dags"))
    with pytest.raises(UsageError, match=r"nowhere.*make airflow"):
        missing.start({}, Path("dateline"))


def test_its_own_choices_can_be_changed_but_not_its_addresses(tmp_path: Path) -> None:
    """A user's AIRFLOW__ variables win over defaults, and cannot open it to the network."""
    inherited = {"AIRFLOW__CORE__PARALLELISM": "2", "AIRFLOW__API__HOST": "0.0.0.0"}
    made = environment(tmp_path, Path("/dags"), 8080, inherited, Path("/bin/dateline"))
    assert made["AIRFLOW__CORE__PARALLELISM"] == "2"
    assert made["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert made["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
