"""Airflow on this machine: `airflow standalone` on SQLite and loopback, with Dateline's DAGs. `make airflow` runs this.

Airflow lives in a virtual environment of its own and is only ever started as a process.
"""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Final

import click
import filelock
import msgspec
import psutil

from dateline import endpoints, settings
from dateline.embedded.daemon import Daemon
from dateline.embedded.node import free_port
from dateline.embedded.state import LOOPBACK
from dateline.errors import DatelineError, UsageError

PREFERRED_PORT: Final = 8080
PATIENCE: Final = 10.0
_PARALLELISM: Final = 8
_SHIM: Final = """#!/bin/sh
# `airflow standalone` starts its parts by this name. Task logs are read from disk here, so the two parts that would serve them
# on every network interface are told not to.
case "$1" in scheduler | triggerer) set -- "$@" --skip-serve-logs ;; esac
exec {airflow} "$@"
"""


def environment(
    home: Path, dags: Path, port: int, inherited: Mapping[str, str], dateline: Path
) -> dict[str, str]:
    """The environment of `airflow standalone`: what is inherited, with our defaults beneath it and our addresses above."""
    defaults = {
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__PARALLELISM": str(_PARALLELISM),
        "AIRFLOW__API__WORKERS": "1",
        # the scheduler is up first: its first task waits a minute for the API server, not eight seconds
        "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "15",
        "AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX": "5",
        "DATELINE_BIN": str(dateline),
    }
    fixed = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{LOOPBACK}:{port}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://{LOOPBACK}:{port}",
        "PATH": f"{home / 'bin'}{os.pathsep}{inherited.get('PATH', os.defpath)}",
    }
    return defaults | dict(inherited) | fixed


class Standalone:
    """One `airflow standalone`, at most one a home. It ends with `stop`, and so does every process that it started.

    What a killed task had begun is begun again by Airflow; every command that the DAGs call is safe to run again.
    """

    def __init__(self, home: Path, airflow: Path, dags: Path, *, patience: float = PATIENCE) -> None:
        """`airflow` is the executable of its virtual environment; `home` gets its database, logs and generated password.

        `patience` in seconds is how long `stop` lets it end by itself.
        """
        self.home = home.absolute()
        self._airflow = airflow.absolute()
        self._dags = dags.absolute()
        self._patience = patience
        self._lock = filelock.FileLock(self.home / "standalone.lock", timeout=0)
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(
        self,
        inherited: Mapping[str, str],
        dateline: Path,
        preferred_port: int = PREFERRED_PORT,
        output: int | None = None,
    ) -> None:
        """Start it in the current directory, on the preferred port or a free one. Returns at once.

        `output` is a file descriptor for all that it prints, instead of our own.

        Raises UsageError when Airflow is not installed, or runs on this home already.
        """
        if not self._airflow.exists():
            raise UsageError(f"airflow: no {self._airflow}; `make airflow` installs it")
        (self.home / "bin").mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)  # Airflow writes its password file for all to read
        try:
            self._lock.acquire()
        except filelock.Timeout as error:
            raise UsageError(f"airflow: it runs already on {self.home}; stop that one with Ctrl-C") from error
        self._end_leftover()
        shim = self.home / "bin" / "airflow"
        shim.write_text(_SHIM.format(airflow=shlex.quote(str(self._airflow))))
        shim.chmod(0o755)
        self.port = free_port(preferred_port)
        self.process = subprocess.Popen(
            [str(shim), "standalone"],
            env=environment(self.home, self._dags, self.port, inherited, dateline),
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C reaches us alone: heard twice, the scheduler never ends
        )
        daemon = Daemon(self.process.pid, psutil.Process(self.process.pid).create_time())
        self._record.write_bytes(msgspec.json.encode(daemon))

    def stop(self) -> None:
        """Ask Airflow to end, and kill what is left of it when patience is over."""
        if self.process is not None:
            self._end(self.process.pid)
            self.process.wait()
        self._record.unlink(missing_ok=True)
        self._lock.release()

    @property
    def password_file(self) -> Path:
        """Where Airflow keeps the password that it made for the user `admin` on its first start."""
        return self.home / "simple_auth_manager_passwords.json.generated"

    @property
    def _record(self) -> Path:
        return self.home / "standalone.json"

    def _end_leftover(self) -> None:
        """End what a killed launcher left behind: two schedulers must not share a SQLite file."""
        if self._record.exists():
            leader = msgspec.json.decode(self._record.read_bytes(), type=Daemon)
            if leader.process() is not None or not psutil.pid_exists(leader.pid):
                self._end(leader.pid)

    def _end(self, leader: int) -> None:
        family = _family(leader)
        for process in family:
            if process.pid == leader:
                process.send_signal(signal.SIGINT)
        psutil.wait_procs(family, timeout=self._patience if leader in {p.pid for p in family} else 0)
        for process in {*family, *_family(leader)}:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue


def _family(leader: int) -> list[psutil.Process]:
    """All processes of the session that `leader` began, whether or not it lives, and all that descend from them."""
    found: set[psutil.Process] = set()
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == leader:
                found |= {process, *process.children(recursive=True)}
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return list(found)


@click.command(epilog="Example: make airflow")
@click.option(
    "--airflow", type=click.Path(path_type=Path), default=Path(".venv-airflow/bin/airflow"), show_default=True
)
@click.option("--dags", type=click.Path(path_type=Path, exists=True), default=Path("dags"), show_default=True)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=PREFERRED_PORT,
    show_default=True,
    help="Another is taken if this one is not free.",
)
def main(airflow: Path, dags: Path, port: int) -> None:
    """Run Airflow with Dateline's DAGs until Ctrl-C. Its web page is on loopback; it prints the password it makes."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        configured = settings.load()
        for needed in (endpoints.kafka_bootstrap, endpoints.elastic_url):
            needed(configured)
        standalone = Standalone(configured.data_path / "airflow", airflow, dags)
        standalone.start(os.environ, Path(sys.executable).with_name("dateline"), port)
    except DatelineError as error:
        click.echo(f"airflow: {error}", err=True)
        sys.exit(error.exit_code)
    click.echo(
        f"Airflow: http://{LOOPBACK}:{standalone.port} (user admin, password in {standalone.password_file}); Ctrl-C stops it",
        err=True,
    )
    try:
        assert standalone.process is not None
        code = standalone.process.wait()
    except KeyboardInterrupt:
        code = 0
    finally:
        standalone.stop()
    sys.exit(code)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
