"""`dateline run`: all stages under a supervisor."""

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from dateline.demo import render
from dateline.settings import Settings
from tests.environ import environ
from tests.pipeline import Pipeline


def workers(supervisor: "subprocess.Popen[bytes]") -> dict[str, psutil.Process]:
    """Its processes by worker name."""
    found = {}
    for process in psutil.Process(supervisor.pid).children():
        if process.status() == psutil.STATUS_ZOMBIE:
            continue
        line = process.cmdline()
        if "--worker" in line:
            found[line[line.index("--worker") + 1]] = process
    return found


@pytest.mark.timeout(900)
def test_a_dead_worker_is_started_again_and_a_stop_is_clean(settings: Settings, tmp_path: Path) -> None:
    """With two enrich workers, one killed: another takes its name, all is indexed, and SIGTERM ends everything with 0."""
    pipeline = Pipeline(settings, tmp_path)
    pipeline.send((o.id, url, kind, body) for o, url, kind, body in itertools.islice(render(60, 5), 60))
    command = [sys.executable, "-m", "dateline", "run", "--workers", "enrich=2"]
    with (tmp_path / "run.log").open("wb") as log:
        supervisor = subprocess.Popen(command, env=os.environ | environ(settings), stderr=log)
    try:
        deadline = time.monotonic() + 240
        while len(workers(supervisor)) < 5:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        killed = workers(supervisor)["enrich-1"]
        killed.kill()
        while (again := workers(supervisor).get("enrich-1")) is None or again.pid == killed.pid:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        while pipeline.audit().indexed < 60:
            assert time.monotonic() < deadline + 240, (tmp_path / "run.log").read_text()[-3000:]
            time.sleep(0.3)
        children = list(workers(supervisor).values())
    finally:
        supervisor.send_signal(signal.SIGTERM)
        code = supervisor.wait(15)
    assert code == 0
    assert not any(child.is_running() for child in children)
    assert pipeline.audit().findings == ()


@pytest.mark.timeout(60)
def test_a_wrong_number_of_workers_is_told(settings: Settings) -> None:
    """The message says what was expected; nothing starts."""
    command = [sys.executable, "-m", "dateline", "run", "--workers", "enrich=many"]
    done = subprocess.run(
        command, env=os.environ | environ(settings), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "STAGE=N" in done.stderr
