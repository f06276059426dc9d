"""Processes that outlive their starter, told apart and ended."""

import sys
import uuid
from pathlib import Path

import psutil
import pytest

from dateline.embedded.daemon import Daemon, find_daemon, start_daemon

IGNORES_SIGTERM = "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"


def started(tmp_path: Path, code: str, *arguments: str) -> Daemon:
    """A daemon that has said its first word."""
    out = tmp_path / "out"
    daemon = start_daemon([sys.executable, "-u", "-c", code, *arguments], out)
    with out.open() as lines:
        while not lines.readline():
            assert daemon.process(), "the daemon ended early"
    return daemon


def test_a_daemon_is_nobodys_child(tmp_path: Path) -> None:
    """It runs in a session of its own, so neither Ctrl-C nor the end of its starter reaches it."""
    daemon = started(tmp_path, "print(1); import time; time.sleep(60)")
    try:
        assert daemon.pid not in {child.pid for child in psutil.Process().children(recursive=True)}
    finally:
        daemon.stop(5)
    assert daemon.process() is None


def test_one_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    """`stop` tells that it had to use force."""
    daemon = started(tmp_path, IGNORES_SIGTERM)
    assert daemon.stop(0.2) is False
    assert daemon.process() is None


def test_another_process_with_the_same_id_is_left_alone() -> None:
    """A process id that was given away again is not ours to stop."""
    here = psutil.Process()
    other = Daemon(here.pid, here.create_time() - 3600)
    assert other.process() is None
    assert other.stop(1) is True


def test_a_daemon_is_found_by_an_argument(tmp_path: Path) -> None:
    """The whole argument counts, not a part of it."""
    mark = f"-Dmark={uuid.uuid4()}"
    daemon = started(tmp_path, "print(1); import time; time.sleep(60)", mark)
    try:
        assert find_daemon(mark) == Daemon(daemon.pid, pytest.approx(daemon.created))  # type: ignore[arg-type]
        assert find_daemon(mark[:-1]) is None
    finally:
        daemon.stop(5)
