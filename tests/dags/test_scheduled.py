"""The real scheduler on the real servers: a morning of the demo world in which two things go wrong, and are mended."""

import os
import shlex
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import psutil
import pytest

from dateline import elastic
from dateline.demo import DemoServer, stories
from dateline.embedded import Endpoints
from dateline.settings import ElasticSettings, IngestSettings, KafkaSettings, Settings
from schemas.elastic import Kind, Names
from tests.dags.harness import Airflow, Run
from tests.environ import environ

pytestmark = [pytest.mark.servers, pytest.mark.airflow, pytest.mark.timeout(600)]

OUTLETS: Final = ("harbourpost", "tasman", "straitline")
OUT_OF_REACH: Final = "tasman"
WRITTEN: Final = [(story.outlet, story.path) for story in stories(0) if story.outlet in OUTLETS]
DATELINE: Final = Path(sys.executable).with_name("dateline")
NEVER: Final = "0 0 29 2 *"  # the other schedules wait for a leap year: what runs here is polled

# While the file `trouble` is there, one outlet is out of reach, and the index stage does its work but says that it failed.
WRAPPER: Final = """#!/bin/sh
case "$*" in
"ingest --source {outlet}") test ! -e {trouble} || exit 3 ;;
"stage index --until-caught-up") {dateline} "$@" && test ! -e {trouble}; exit ;;
esac
exec {dateline} "$@"
"""


class Sight(msgspec.Struct, frozen=True):
    """What can be seen at one moment: runs, the tasks of each, and each document behind two aliases as (outlet, path)."""

    ingest: list[Run]
    process: list[Run]
    tasks: dict[str, dict[str, str]]
    articles: list[tuple[str, str]]
    versions: list[tuple[str, str]]

    def states(self, run: Run) -> dict[str, str]:
        """The states of a run's tasks."""
        return self.tasks[run["dag_run_id"]]


class Morning(msgspec.Struct, frozen=True):
    """What was seen while there was trouble, and after it had been mended."""

    troubled: Sight
    mended: Sight
    causes: set[str]
    addresses: set[str]
    audit: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def world() -> Iterator[DemoServer]:
    """The demo world, in the scene that a first visitor finds."""
    with DemoServer() as server:
        yield server


@pytest.fixture(scope="module")
def settings(endpoints: Endpoints, world: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that point at the real servers and at three outlets of the world."""
    home = tmp_path_factory.mktemp("dateline")
    feeds = {outlet: feed for outlet, feed in world.feeds() if outlet.id in OUTLETS}
    entries = [
        {"id": outlet.id, "name": outlet.name, "timezone": outlet.timezone, "feeds": [feed]}
        for outlet, feed in feeds.items()
    ]
    (home / "sources.yaml").write_bytes(msgspec.json.encode({"sources": entries}))
    return Settings(
        data_dir=str(home),
        namespace=f"airflow-{uuid.uuid4().hex[:8]}",
        kafka=KafkaSettings(bootstrap_servers=endpoints.kafka_bootstrap),
        elastic=ElasticSettings(url=endpoints.elastic_url),
        ingest=IngestSettings(
            sources=str(home / "sources.yaml"), allow_hosts=(world.url.removeprefix("http://"),)
        ),
    )


@pytest.fixture(scope="module")
def morning(settings: Settings) -> Morning:
    """Airflow starts and finds that ingest is due; when all is quiet, the trouble ends and what failed is run again."""
    home = settings.data_path
    trouble, wrapper = home / "trouble", home / "wrapper"
    trouble.touch()
    wrapper.write_text(
        WRAPPER.format(
            outlet=OUT_OF_REACH, trouble=shlex.quote(str(trouble)), dateline=shlex.quote(str(DATELINE))
        )
    )
    wrapper.chmod(0o755)
    variables = {**os.environ, **environ(settings)}
    for command in ("topics", "templates"):
        subprocess.run([DATELINE, command, "apply"], env=variables, check=True, capture_output=True)
    # once a day: the run that is due at the start is the only one
    others = {
        f"DATELINE_AIRFLOW_{dag}_SCHEDULE": NEVER
        for dag in ("REVISIT", "HEALTH", "RECONCILE", "RETENTION", "ALERTS")
    }
    scheduled = {"DATELINE_AIRFLOW_SCHEDULE": "@daily", "DATELINE_AIRFLOW_RETRIES": "0", **others}
    with Airflow(home / "airflow", {**variables, **scheduled}, wrapper) as airflow:
        airflow.wait(airflow.quiet, "ingest and process had run")
        troubled = see(airflow, settings)
        causes = {cause for run in troubled.process for cause in airflow.causes(run)}
        addresses = listening(airflow)
        trouble.unlink()
        for run in (*troubled.ingest, *troubled.process):
            airflow.mend(run)
        airflow.wait(lambda: airflow.quiet() and all_succeeded(airflow), "every run had succeeded")
        mended = see(airflow, settings)
    audit = subprocess.run([DATELINE, "audit"], env=variables, capture_output=True, text=True, check=False)
    return Morning(troubled, mended, causes, addresses, audit)


def all_succeeded(airflow: Airflow) -> bool:
    """Whether no run of either DAG stands as failed."""
    return all(run["state"] == "success" for dag in ("ingest", "process") for run in airflow.runs(dag))


def see(airflow: Airflow, settings: Settings) -> Sight:
    """Runs, tasks and documents as they are now."""
    ingest, process = airflow.runs("ingest"), airflow.runs("process")
    tasks = {run["dag_run_id"]: airflow.tasks(run) for run in (*ingest, *process)}
    return Sight(ingest, process, tasks, found(settings, Kind.ARTICLES), found(settings, Kind.VERSIONS))


def found(settings: Settings, kind: Kind) -> list[tuple[str, str]]:
    """Each document behind an alias, as its outlet and its path there: pages say their address with or without a host."""
    alias = Names(settings.namespace).alias(kind)
    with elastic.client(settings) as client:
        client.indices.refresh(index=alias)
        answer: Any = client.search(index=alias, size=1000, source_includes=["source", "url"])
    documents = [hit["_source"] for hit in answer["hits"]["hits"]]
    return sorted(
        (one["source"], urlsplit(one["url"]).path.removeprefix("/" + one["source"])) for one in documents
    )


def listening(airflow: Airflow) -> set[str]:
    """The addresses on which any process of Airflow takes connections."""
    assert airflow.standalone.process is not None
    leader = psutil.Process(airflow.standalone.process.pid)
    found: set[str] = set()
    for process in (leader, *leader.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # tasks and parsers come and go
            connections = process.net_connections(kind="inet")
            found |= {one.laddr.ip for one in connections if one.status == psutil.CONN_LISTEN}
    return found


def of(*outlets: str) -> list[tuple[str, str]]:
    """All articles of these outlets."""
    return sorted(story for story in WRITTEN if story[0] in outlets)


def test_a_scheduled_run_polls_each_source_in_a_task_of_its_own(morning: Morning) -> None:
    """The scheduler itself starts ingest, and each source shows under its name."""
    (run,) = morning.troubled.ingest
    assert run["run_type"] == "scheduled"
    assert set(OUTLETS) <= set(morning.troubled.states(run))


def test_a_source_that_fails_shows_and_holds_up_no_other(morning: Morning) -> None:
    """One source out of reach fails the run; the others are polled and announced all the same."""
    (run,) = morning.troubled.ingest
    states = morning.troubled.states(run)
    assert run["state"] == "failed"
    assert {outlet: states[outlet] for outlet in OUTLETS} == {
        outlet: "failed" if outlet == OUT_OF_REACH else "success" for outlet in OUTLETS
    }
    assert states["announce"] == "success"


def test_the_asset_starts_processing(morning: Morning) -> None:
    """The polls' announcements, and nothing else, start the stages."""
    assert {run["run_type"] for run in morning.troubled.process} == {"asset_triggered"}
    assert morning.causes == {"ingest"}


def test_the_articles_of_the_other_sources_are_in_elasticsearch(morning: Morning) -> None:
    """What was published is found, each article once."""
    assert morning.troubled.articles == of(*(outlet for outlet in OUTLETS if outlet != OUT_OF_REACH))
    assert morning.troubled.articles


def test_a_stage_that_fails_fails_its_run_and_stops_what_follows(morning: Morning) -> None:
    """A failed index stage is not papered over by an audit."""
    for run in morning.troubled.process:
        assert run["state"] == "failed"
        states = morning.troubled.states(run)
        assert (states["enrich"], states["index"], states["audit"]) == (
            "success",
            "failed",
            "upstream_failed",
        )


def test_a_rerun_mends_every_run(morning: Morning) -> None:
    """Cleared, the same runs succeed, audit and all."""
    before = {run["dag_run_id"] for run in (*morning.troubled.ingest, *morning.troubled.process)}
    after = {run["dag_run_id"]: run["state"] for run in (*morning.mended.ingest, *morning.mended.process)}
    assert before <= set(after)
    assert set(after.values()) == {"success"}


def test_after_the_rerun_every_article_is_there_once(morning: Morning) -> None:
    """Running a stage again that had done its work makes no duplicate, of articles or of versions."""
    assert morning.mended.articles == morning.mended.versions == of(*OUTLETS)
    assert morning.audit.returncode == 0, morning.audit.stdout + morning.audit.stderr


def test_airflow_listens_on_loopback_alone(morning: Morning) -> None:
    """Neither its web page nor its logs can be reached from another machine."""
    assert morning.addresses == {"127.0.0.1"}
