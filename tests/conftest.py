"""Shared fixtures: real servers for the session, and a namespace of its own for each test."""

import os
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import hypothesis
import pytest

from dateline import elastic, kafka
from dateline.embedded import EmbeddedServers, Endpoints, running
from dateline.embedded.servers import DEFAULT_PORTS
from dateline.settings import ElasticSettings, KafkaSettings, RunnerSettings, Settings

hypothesis.settings.register_profile("dateline", deadline=None)  # no test says how fast a busy machine is
hypothesis.settings.load_profile("dateline")


def pytest_configure(config: pytest.Config) -> None:
    """kafka-python leaves to the garbage collector the socket of a connection that it was making when its client was closed.

    A warning of that is whoever's test the collector runs in. Sockets to all other servers must be closed.
    """
    kept = os.environ.get("DATELINE_TEST_SERVERS")
    found = running(Path(kept)) if kept else None
    port = found.kafka_bootstrap.rpartition(":")[2] if found else DEFAULT_PORTS["kafka"]
    config.addinivalue_line("filterwarnings", rf"ignore:unclosed <socket.*raddr=.*{port}\):ResourceWarning")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their length: a compressed body holds the time, and a test's name must not."""
    return f"{argname}-{len(val)}-bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """Real Kafka and Elasticsearch for the whole session.

    DATELINE_TEST_SERVERS names a data directory whose running servers are used instead and left running.
    """
    kept = os.environ.get("DATELINE_TEST_SERVERS")
    servers = EmbeddedServers(Path(kept) if kept else tmp_path_factory.mktemp("servers"))
    found = servers.up()
    try:
        yield found
    finally:
        if not kept:
            servers.down()


@pytest.fixture
def settings(endpoints: Endpoints, tmp_path: Path) -> Iterator[Settings]:
    """Settings that point at the real servers, in a namespace that no other test uses; what it holds goes with the test."""
    found = Settings(
        data_dir=str(tmp_path),
        namespace=f"t{uuid.uuid4().hex[:10]}",
        kafka=KafkaSettings(bootstrap_servers=endpoints.kafka_bootstrap),
        elastic=ElasticSettings(url=endpoints.elastic_url),
        runner=RunnerSettings(session_timeout=6.0, transaction_timeout=10.0),
    )
    yield found
    forget(found)


def forget(settings: Settings) -> None:
    """Servers that keep every test's topics and indices grow slow."""
    with closing(kafka.admin(settings)) as admin, closing(elastic.client(settings)) as client:
        topics = [name for name in admin.list_topics() if name.startswith(f"{settings.namespace}.")]
        if topics:
            admin.delete_topics(topics)
        indices = list(client.indices.get(index=f"{settings.namespace}-*", features=["aliases"]))
        if indices:
            client.indices.delete(index=indices)
        client.options(ignore_status=404).indices.delete_index_template(name=f"{settings.namespace}-*")
