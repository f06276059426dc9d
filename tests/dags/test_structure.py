"""What the DAGs are, as Airflow itself reads them."""

import ast
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from dateline.cli import main
from dateline.embedded.airflow import environment
from schemas.topics import RAW
from tests.dags.harness import AIRFLOW, DAGS, ROOT

FILES = sorted(DAGS.glob("*.py"))
_RUN = re.compile(r'exec "\$\{DATELINE_BIN:-dateline\}" (.+)')


def read(home: Path, **environ: str) -> dict[str, Any]:
    """What Airflow makes of the DAGs."""
    command = [str(AIRFLOW.with_name("python")), str(Path(__file__).with_name("inspect_dags.py")), str(DAGS)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    done = subprocess.run(
        command,
        env={**inherited, "AIRFLOW_HOME": str(home), **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The DAGs with nothing set in the environment."""
    return read(tmp_path_factory.mktemp("airflow"))


@pytest.mark.airflow
def test_airflow_reads_the_dags_without_an_error(known: dict[str, Any]) -> None:
    """Every file of the folder is a DAG of its name."""
    assert known["errors"] == {}
    assert set(known["dags"]) == {path.stem for path in FILES}


@pytest.mark.airflow
def test_ingest_runs_every_ten_minutes_unless_told_otherwise(known: dict[str, Any], tmp_path: Path) -> None:
    """The schedule is ten minutes, and the environment changes it."""
    assert known["dags"]["ingest"]["cron"] == "*/10 * * * *"
    assert read(tmp_path, DATELINE_AIRFLOW_SCHEDULE="@hourly")["dags"]["ingest"]["cron"] == "0 * * * *"


@pytest.mark.airflow
def test_process_waits_for_the_raw_topic_that_each_poll_announces(known: dict[str, Any]) -> None:
    """Every poll that succeeds wakes the stages; a last announcement does even when all polls failed."""
    tasks = known["dags"]["ingest"]["tasks"]
    raw = [f"kafka://dateline/{RAW.name}"]
    assert known["dags"]["process"]["assets"] == raw
    assert tasks["poll"]["mapped"]
    assert tasks["poll"]["outlets"] == tasks["announce"]["outlets"] == raw
    assert tasks["poll"]["downstream"] == ["announce"]
    assert tasks["announce"]["teardown"]  # it runs after failures, and does not hide them


@pytest.mark.airflow
def test_the_stages_follow_each_other_and_the_audit_comes_last(known: dict[str, Any]) -> None:
    """The order is that of the pipeline."""
    tasks = known["dags"]["process"]["tasks"]
    order = ["normalize", "deduplicate", "enrich", "index", "audit"]
    assert {name: task["downstream"] for name, task in tasks.items()} == {
        name: order[i + 1 : i + 2] for i, name in enumerate(order)
    }


@pytest.mark.airflow
def test_health_is_checked_every_hour_unless_told_otherwise(known: dict[str, Any], tmp_path: Path) -> None:
    """And a warning shows as a failed run, not as one that is tried until it is over."""
    assert known["dags"]["health"]["cron"] == "17 * * * *"
    assert known["dags"]["health"]["tasks"]["check"]["retries"] == 0
    assert read(tmp_path, DATELINE_AIRFLOW_HEALTH_SCHEDULE="@daily")["dags"]["health"]["cron"] == "0 0 * * *"


@pytest.mark.airflow
def test_pages_are_revisited_between_polls_and_announced_whatever_became_of_them(
    known: dict[str, Any], tmp_path: Path
) -> None:
    """Every ten minutes unless the environment says otherwise; a page that fails is not tried again at once."""
    dag = known["dags"]["revisit"]
    assert dag["cron"] == "5-59/10 * * * *"
    raw = [f"kafka://dateline/{RAW.name}"]
    assert dag["tasks"]["pages"]["outlets"] == dag["tasks"]["announce"]["outlets"] == raw
    assert dag["tasks"]["pages"]["downstream"] == ["announce"]
    assert dag["tasks"]["pages"]["retries"] == 0
    assert dag["tasks"]["announce"]["teardown"]
    assert (
        read(tmp_path, DATELINE_AIRFLOW_REVISIT_SCHEDULE="@hourly")["dags"]["revisit"]["cron"] == "0 * * * *"
    )


@pytest.mark.airflow
def test_alerts_are_looked_for_and_sent_every_five_minutes(known: dict[str, Any], tmp_path: Path) -> None:
    """What is found is sent at once; what could not be sent waits for the next run."""
    dag = known["dags"]["alerts"]
    assert dag["cron"] == "*/5 * * * *"
    assert {name: task["downstream"] for name, task in dag["tasks"].items()} == {
        "find": ["deliver"],
        "deliver": [],
    }
    assert {task["retries"] for task in dag["tasks"].values()} == {0}
    assert read(tmp_path, DATELINE_AIRFLOW_ALERTS_SCHEDULE="@hourly")["dags"]["alerts"]["cron"] == "0 * * * *"


@pytest.mark.airflow
def test_what_is_too_old_goes_every_night_and_after_the_snapshot_if_one_is_wanted(
    known: dict[str, Any], tmp_path: Path
) -> None:
    """By default no snapshot is taken; where it is, nothing is removed before it is whole."""
    assert known["dags"]["retention"]["cron"] == "30 3 * * *"
    assert set(known["dags"]["retention"]["tasks"]) == {"apply"}
    wanted = {"DATELINE_AIRFLOW_SNAPSHOTS": "7", "DATELINE_AIRFLOW_RETENTION_SCHEDULE": "@weekly"}
    dag = read(tmp_path, **wanted)["dags"]["retention"]
    assert dag["cron"] == "0 0 * * 0"
    assert dag["tasks"]["snapshot"]["downstream"] == ["apply"]
    command = _RUN.fullmatch(dag["tasks"]["snapshot"]["command"])
    assert command
    asked = shlex.split(command[1].replace("$DATELINE_AIRFLOW_SNAPSHOTS", "7"))
    assert CliRunner().invoke(main, [*asked, "--help"]).exit_code == 0


@pytest.mark.airflow
def test_no_run_overlaps_another_or_hangs_for_ever(known: dict[str, Any]) -> None:
    """One run at a time, no catching up, a time limit on each task."""
    for dag in known["dags"].values():
        assert dag["max_active_runs"] == 1
        assert dag["catchup"] is False
        assert all(task["timeout"] for task in dag["tasks"].values())


@pytest.mark.airflow
def test_stages_are_tried_again_and_polls_are_not(known: dict[str, Any]) -> None:
    """A stage gets another chance at once, a publisher is asked again only at the next run."""
    assert {task["retries"] for task in known["dags"]["process"]["tasks"].values()} == {2}
    assert known["dags"]["ingest"]["tasks"]["poll"]["retries"] == 0


@pytest.mark.airflow
def test_every_command_that_a_task_calls_exists(known: dict[str, Any]) -> None:
    """The command line knows each command with its options."""
    called = 0
    for dag in known["dags"].values():
        for task in dag["tasks"].values():
            if task["command"]:
                match = _RUN.fullmatch(task["command"])
                assert match, task["command"]
                result = CliRunner().invoke(main, [*shlex.split(match[1]), "--help"])
                assert result.exit_code == 0, result.output
                called += 1
    assert called >= len(known["dags"])
    assert CliRunner().invoke(main, ["sources", "due", "--json", "--help"]).exit_code == 0


@pytest.mark.airflow
def test_every_airflow_option_that_we_set_is_one_that_airflow_knows(known: dict[str, Any]) -> None:
    """Neither `make airflow` nor the compose file sets an option that does nothing."""
    started = environment(Path("/home"), DAGS, 8080, {}, Path("dateline"))
    services = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]
    composed = {name for service in services.values() for name in service.get("environment", {})}
    ours = {name for name in composed | set(started) if name.startswith("AIRFLOW__")}
    assert len(ours) > 10
    assert ours - set(known["options"]) == set()


@pytest.mark.airflow
def test_every_airflow_command_in_the_compose_file_exists() -> None:
    """What the services run, and their health check, are Airflow's own commands with those options."""
    services = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]
    airflow = [s for s in services.values() if s["image"].startswith("dateline-airflow:")]
    checks = [s["healthcheck"]["test"][1] for s in airflow if "airflow " in str(s.get("healthcheck"))]
    commands = [s["command"] for s in airflow] + [shlex.split(check)[1:] for check in checks]
    script = (
        "import json, sys\n"
        "from airflow.cli.cli_parser import get_parser\n"
        "for command in json.loads(sys.argv[1]): get_parser().parse_args(command)\n"
    )
    done = subprocess.run(
        [str(AIRFLOW.with_name("python")), "-c", script, json.dumps(commands)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert len(commands) == 5
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_dag_is_short_and_knows_airflow_and_the_standard_library_alone(path: Path) -> None:
    """DAGs hold schedules only: whatever else there is to know, the command line knows."""
    assert len(path.read_text().splitlines()) < 80
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported - {"airflow"} <= sys.stdlib_module_names
    assert "airflow" in imported
