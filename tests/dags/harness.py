"""A real Airflow for a test: started as `make airflow` starts it, talked to over its HTTP API."""

import json
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Self

import httpx

from dateline.embedded.airflow import Standalone
from dateline.embedded.state import LOOPBACK

ROOT: Final = Path(__file__).parents[2]
AIRFLOW: Final = ROOT / ".venv-airflow" / "bin" / "airflow"
DAGS: Final = ROOT / "dags"
PATIENCE: Final = 400.0
_POLL: Final = 0.5

Run = dict[str, Any]


def unused_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.create_server((LOOPBACK, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


class Airflow:
    """Airflow on a free port with this project's DAGs, until the end of a `with` block. What it prints goes to a file."""

    def __init__(self, home: Path, environ: Mapping[str, str], dateline: Path) -> None:
        self.standalone = Standalone(home, AIRFLOW, DAGS, patience=2)
        self._environ = {name: value for name, value in environ.items() if not name.startswith("AIRFLOW")}
        self._dateline = dateline
        self._printed = home.with_suffix(".log")
        self._http: httpx.Client | None = None

    def __enter__(self) -> Self:
        with self._printed.open("wb") as output:
            self.standalone.start(self._environ, self._dateline, unused_port(), output.fileno())
        return self

    def __exit__(self, *_: object) -> None:
        if self._http:
            self._http.close()
        self.standalone.stop()

    def runs(self, dag: str) -> list[Run]:
        """The runs of a DAG, oldest first; none while Airflow does not know it yet."""
        answer = self._ask("GET", f"/dags/{dag}/dagRuns", missing={"dag_runs": []})
        return sorted(answer["dag_runs"], key=lambda run: str(run["run_after"]))

    def tasks(self, run: Run) -> dict[str, str]:
        """The state of each task of a run; a mapped one is called by what it is mapped to."""
        path = f"/dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances"
        found = self._ask("GET", path)["task_instances"]
        return {task["rendered_map_index"] or task["task_id"]: task["state"] for task in found}

    def causes(self, run: Run) -> set[str]:
        """The DAGs whose announcements made this run."""
        path = f"/dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/upstreamAssetEvents"
        return {event["source_dag_id"] for event in self._ask("GET", path)["asset_events"]}

    def quiet(self) -> bool:
        """Whether both DAGs have run and nothing is left to do: no run goes on, no announcement waits for one.

        Asked in this order: what announces has ended, so that nothing is announced any more; nothing waits, so that all
        of it has its run; and of these none goes on.
        """
        if not self._ended("ingest"):
            return False
        waiting = self._ask("GET", "/dags/process/assets/queuedEvents", missing={"queued_events": []})
        return not waiting["queued_events"] and self._ended("ingest") and self._ended("process")

    def _ended(self, dag: str) -> bool:
        """Whether a DAG has run, and no run of it goes on."""
        runs = self.runs(dag)
        return bool(runs) and all(run["state"] in ("success", "failed") for run in runs)

    def mend(self, run: Run) -> None:
        """Let the tasks of a run that failed, and those after them, run again: what "Clear" does on the web page."""
        wanted = {
            "dry_run": False,
            "dag_run_id": run["dag_run_id"],
            "only_failed": True,
            "include_downstream": True,
        }
        self._ask("POST", f"/dags/{run['dag_id']}/clearTaskInstances", wanted)

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Until the condition holds. Fails with what Airflow printed, and with the logs of the tasks that failed."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            process = self.standalone.process
            if time.monotonic() > deadline or process is None or process.poll() is not None:
                raise AssertionError(f"Airflow: waited in vain until {what}\n{self._told()}")
            time.sleep(_POLL)

    def _ask(self, method: str, path: str, content: Any = None, missing: Any = None) -> Any:
        try:
            if self._http is None:
                self._http = self._logged_in()
            answer = self._http.request(method, path, json=content)
        except (httpx.TransportError, FileNotFoundError):
            if missing is None:
                raise
            return missing
        if answer.status_code == 404 and missing is not None:
            return missing
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def _logged_in(self) -> httpx.Client:
        root = f"http://{LOOPBACK}:{self.standalone.port}"
        password = json.loads(self.standalone.password_file.read_text())["admin"]
        given = httpx.post(f"{root}/auth/token", json={"username": "admin", "password": password}).json()
        token = {"authorization": f"Bearer {given['access_token']}"}
        return httpx.Client(base_url=f"{root}/api/v2", headers=token, timeout=30)

    def _told(self) -> str:
        logs = sorted((self.standalone.home / "logs").glob("dag_id=*/**/attempt=*.log"))
        texts = [f"{log.relative_to(self.standalone.home)}:\n{log.read_text()[-3000:]}" for log in logs]
        return "\n".join([self._printed.read_text()[-6000:], *texts])
