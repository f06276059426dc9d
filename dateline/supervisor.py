"""Keeps the stages' processes alive on one machine."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import IO, Final

from dateline.settings import Settings
from dateline.telemetry import Telemetry

_POLL: Final = 0.2
_HEALTHY_AFTER: Final = 60.0
_STOP_LIMIT: Final = 10.0
_WILL_NOT_HELP: Final = 2  # a usage or settings error: starting again changes nothing


class _Worker:
    """One process slot of a stage; the same name on every restart, so that a new process fences the dead one."""

    def __init__(self, stage: str, slot: int, command: Sequence[str]) -> None:
        self.stage = stage
        self.name = f"{stage}-{slot}"
        self._command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.failures = 0
        self.next_start = 0.0

    def start(self, *options: str, output: IO[bytes] | None = None) -> None:
        arguments = [sys.executable, "-m", "dateline", *self._command, "--worker", self.name, *options]
        # one thread of linear algebra a process: the stages share the cores
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        self.process = subprocess.Popen(arguments, env=threads | os.environ, stderr=output)
        self.started = time.monotonic()


class Supervisor:
    """Starts `workers[stage]` processes a stage and starts a dead one again, later each time it dies young."""

    def __init__(
        self,
        settings: Settings,
        workers: Mapping[str, int],
        *,
        output: IO[bytes] | None = None,
        sends: bool = False,
    ) -> None:
        """`output` takes the processes' events instead of standard error. With `sends`, a process sends what alerts found."""
        self._settings = settings
        self._output = output
        self._workers = [
            _Worker(stage, slot, ("stage", stage))
            for stage, count in workers.items()
            for slot in range(count)
        ]
        if sends:
            self._workers.append(_Worker("deliver", 0, ("alerts", "deliver")))
        self._telemetry = Telemetry(component="supervisor")
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask `run` to stop all and return. Safe in a signal handler."""
        self._stopping.set()

    def run(self) -> int:
        """Run until stopped: 0; or until a process ends with an error that a restart cannot mend: its exit code."""
        for worker in self._workers:
            worker.start("--follow", output=self._output)
        code = 0
        while not self._stopping.wait(_POLL):
            for worker in self._workers:
                if worker.process is None:
                    if time.monotonic() >= worker.next_start:
                        worker.start("--follow", output=self._output)
                    continue
                ended = worker.process.poll()
                if ended is None:
                    continue
                self._telemetry.event("worker_died", level="warning", worker=worker.name, exit_code=ended)
                if ended == _WILL_NOT_HELP:
                    code = ended
                    self._stopping.set()
                    break
                self._schedule(worker)
        self._stop_all()
        return code

    def run_in_turn(self) -> int:
        """Run each stage until it has caught up, in the order of the pipeline; the first failure ends it."""
        for stage in dict.fromkeys(worker.stage for worker in self._workers):
            mine = [worker for worker in self._workers if worker.stage == stage]
            for worker in mine:
                worker.start("--until-caught-up", output=self._output)
            codes = [worker.process.wait() for worker in mine if worker.process is not None]
            if failed := [code for code in codes if code != 0]:
                self._telemetry.event("stage_failed", level="error", stage_name=stage, exit_code=failed[0])
                return failed[0]
        return 0

    def _schedule(self, worker: _Worker) -> None:
        lived = time.monotonic() - worker.started
        worker.failures = 1 if lived > _HEALTHY_AFTER else worker.failures + 1
        delay = min(
            self._settings.runner.backoff * 2 ** (worker.failures - 1), self._settings.runner.backoff_max
        ) * random.uniform(0.5, 1.0)
        worker.process = None
        worker.next_start = time.monotonic() + delay

    def _stop_all(self) -> None:
        living = [worker.process for worker in self._workers if worker.process is not None]
        for process in living:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + _STOP_LIMIT
        for process in living:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._telemetry.event("worker_killed", level="warning", pid=process.pid)
                process.kill()
                process.wait()
