"""What `dags/backfill.py` asks of the command line."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.dags.harness import AIRFLOW, DAGS

pytestmark = pytest.mark.airflow

# Runs in Airflow's environment: what one run of the DAG, with these parameters, maps its task to, and the task's command.
INSPECT = """
import json, sys
from unittest import mock
from airflow.dag_processing.dagbag import DagBag
dag = DagBag(dag_folder=sys.argv[1]).dags["backfill"]
given = dag.params.dump() | json.loads(sys.argv[2])
with mock.patch.dict(dag.task_dict["parts"].python_callable.__globals__, get_current_context=lambda: {"params": given}):
    parts = dag.task_dict["parts"].python_callable()
print(json.dumps([parts, dag.task_dict["read"].partial_kwargs["bash_command"]]))
"""


def calls(tmp_path: Path, **params: Any) -> list[list[str]]:
    """The arguments of each call of the command line, as the shell makes it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    done = subprocess.run(
        [AIRFLOW.with_name("python"), "-c", INSPECT, DAGS / "backfill.py", json.dumps(params)],
        env={**inherited, "AIRFLOW_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    parts, command = json.loads(done.stdout.splitlines()[-1])
    stub = tmp_path / "dateline"
    stub.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    stub.chmod(0o755)
    return [
        subprocess.run(
            ["bash", "-c", command],
            env={**part, "PATH": os.environ["PATH"], "DATELINE_BIN": str(stub)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for part in parts
    ]


def test_each_archive_and_the_list_is_a_task_with_the_parameters_that_were_given(tmp_path: Path) -> None:
    """Whatever characters they hold, each stays one argument."""
    odd = '/news/a b; $(touch gone) "c".warc.gz'
    given = {"source": "desk", "archives": [odd, "https://crawl.example/b.warc"], "urls": "/news/list.txt"}
    common = ["backfill", "--source", "desk", "--from", "2024-03-01"]
    assert calls(tmp_path, **given, **{"from": "2024-03-01"}) == [
        [*common, "--archive", odd],
        [*common, "--archive", "https://crawl.example/b.warc"],
        [*common, "--urls", "/news/list.txt"],
    ]


def test_what_is_not_given_is_not_said(tmp_path: Path) -> None:
    """The command line has defaults of its own."""
    assert calls(tmp_path, archives=["a.warc"]) == [["backfill", "--archive", "a.warc"]]
