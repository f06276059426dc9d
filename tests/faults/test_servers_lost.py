"""Servers that go away and come back cost time, nothing else."""

import gc
import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dateline.demo import render
from dateline.embedded import EmbeddedServers
from dateline.settings import ElasticSettings, KafkaSettings, RunnerSettings, Settings
from schemas.elastic import Kind
from schemas.reasons import Stage
from tests.pipeline import Pipeline

# kafka-python leaves to the garbage collector the sockets of connections to a broker that went away
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed:ResourceWarning"
)

DOCUMENTS = 200


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[EmbeddedServers]:
    """Servers of the test's own, for it kills them."""
    servers = EmbeddedServers(tmp_path / "servers")
    servers.up()
    yield servers
    servers.down()
    gc.collect()


def own_settings(servers: EmbeddedServers, folder: Path) -> Settings:
    endpoints = servers.up()
    return Settings(
        data_dir=str(folder),
        kafka=KafkaSettings(bootstrap_servers=endpoints.kafka_bootstrap),
        elastic=ElasticSettings(url=endpoints.elastic_url, timeout=5.0),
        runner=RunnerSettings(session_timeout=6.0, transaction_timeout=10.0, batch_size=10, backoff_max=2.0),
    )


def wait_for(condition: Callable[[], bool], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.3)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("lost", "away"), [("kafka", 0.0), ("elastic", 30.0)])
def test_a_server_killed_under_running_stages(
    lost: str, away: float, servers: EmbeddedServers, tmp_path: Path
) -> None:
    """The broker killed and started again, Elasticsearch away for half a minute: the stages wait and go on by themselves."""
    settings = own_settings(servers, tmp_path)
    pipeline = Pipeline(settings, tmp_path)
    pipeline.send(
        (o.id, url, kind, body) for o, url, kind, body in itertools.islice(render(DOCUMENTS, 2), DOCUMENTS)
    )
    processes = [pipeline.start(stage, "--worker", f"{stage}-0") for stage in map(str, Stage)]
    try:
        wait_for(lambda: pipeline.audit().indexed > 0)
        servers.kill("kafka" if lost == "kafka" else "elastic")
        time.sleep(away)  # how long the server is away is the test
        servers.up()
        wait_for(lambda: pipeline.audit().indexed == DOCUMENTS, 480)
        assert [process.poll() for process in processes] == [None] * len(processes)
    finally:
        for process in processes:
            process.terminate()
        codes = [process.wait(15) for process in processes]
    assert codes == [0] * len(processes)
    assert pipeline.audit().findings == ()
    assert pipeline.count(Kind.ARTICLES) == pipeline.count(Kind.VERSIONS) == DOCUMENTS
    assert pipeline.sent_twice() == []
