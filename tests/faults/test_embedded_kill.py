"""SIGKILL of either embedded server at random moments while it takes writes: nothing acknowledged is lost."""

import gc
import logging
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import scan
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from dateline import kafka as clients
from dateline.embedded import EmbeddedServers
from dateline.settings import KafkaSettings, Settings

pytestmark = [
    pytest.mark.servers,
    # kafka-python leaves the sockets of connections that were refused to the garbage collector
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed:ResourceWarning"
    ),
]

KILLS = 5
FIRST, LAST = 50, 600  # how many acknowledged writes to see before a kill
TOPIC = "kill.test.v1"
INDEX = "kill-test"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    """Servers of their own: the session's must not be killed."""
    own = EmbeddedServers(tmp_path_factory.mktemp("killed"))
    own.up()
    yield own
    own.down()


@pytest.fixture(autouse=True)
def collected(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What a killed server left in clients is gone before the next test, which may mind.

    The errors that kafka-python logs hold on to its sockets, so it logs nothing here.
    """
    caplog.set_level(logging.CRITICAL + 1, logger="kafka")
    yield
    gc.collect()


def written_until_killed(kill: Callable[[], None], write: Callable[[int], bool], begin: int) -> set[int]:
    """Write numbered things until the server is gone; those that were acknowledged.

    The kill comes from beside, after a random number of acknowledgements, while writes are on their way.
    """
    acknowledged: set[int] = set()
    limit = random.randint(FIRST, LAST)
    killer = threading.Thread(target=kill)
    number = begin
    while True:
        if write(number):
            acknowledged.add(number)
        elif killer.ident:
            break
        number += 1
        if len(acknowledged) == limit:
            killer.start()
    killer.join()
    return acknowledged


def test_kafka_keeps_what_it_acknowledged(servers: EmbeddedServers) -> None:
    """Every record whose send was acknowledged is there after kill -9 and restart, in order, none twice."""
    endpoints = servers.up()
    with closing(KafkaAdminClient(bootstrap_servers=endpoints.kafka_bootstrap)) as admin:
        admin.create_topics({TOPIC: {"num_partitions": 1, "replication_factor": 1}})
    acknowledged: set[int] = set()
    for kill in range(KILLS):
        with closing(
            KafkaProducer(
                bootstrap_servers=endpoints.kafka_bootstrap,
                acks="all",
                enable_idempotence=True,
                request_timeout_ms=2000,
                delivery_timeout_ms=3000,
                max_block_ms=3000,
            )
        ) as producer:

            def write(number: int, producer: KafkaProducer = producer) -> bool:
                try:
                    producer.send(TOPIC, str(number).encode()).get(timeout=5)
                except KafkaError:
                    return False
                return True

            acknowledged |= written_until_killed(lambda: servers.kill("kafka"), write, kill * 1_000_000)
        assert servers.up() == endpoints
    with closing(KafkaConsumer(bootstrap_servers=endpoints.kafka_bootstrap)) as consumer:
        partition = TopicPartition(TOPIC, 0)
        consumer.assign([partition])
        consumer.seek_to_beginning(partition)
        end = consumer.end_offsets([partition])[partition]
        found: list[int] = []
        while consumer.position(partition) < end:
            for records in consumer.poll(timeout_ms=1000).values():
                found += [int(record.value) for record in records]
    assert acknowledged <= set(found)
    assert found == sorted(set(found))


def test_a_producer_whose_broker_is_gone_is_let_go_of(servers: EmbeddedServers, tmp_path: Path) -> None:
    """What could not be sent fails where it is waited for; closing the producer does not fail once more."""
    endpoints = servers.up()
    settings = Settings(
        data_dir=str(tmp_path), kafka=KafkaSettings(bootstrap_servers=endpoints.kafka_bootstrap)
    )
    with closing(KafkaAdminClient(bootstrap_servers=endpoints.kafka_bootstrap)) as admin:
        admin.create_topics({"gone.test.v1": {"num_partitions": 1, "replication_factor": 1}})
    producer = clients.producer(settings)
    producer.send("gone.test.v1", b"first").get(30)
    servers.kill("kafka")
    lost = producer.send("gone.test.v1", b"second")
    clients.close(producer, 0.5)
    with pytest.raises(KafkaError):
        lost.get(10)


def test_elasticsearch_keeps_what_it_acknowledged(servers: EmbeddedServers) -> None:
    """Every document whose write was acknowledged is there after kill -9 and restart."""
    endpoints = servers.up()
    acknowledged: set[int] = set()
    with closing(Elasticsearch(endpoints.elastic_url, max_retries=0, request_timeout=5)) as client:
        client.indices.create(index=INDEX, settings={"number_of_replicas": 0})

        def write(number: int) -> bool:
            try:
                client.index(index=INDEX, id=str(number), document={"n": number})
            except (TransportError, ApiError):
                return False
            return True

        for kill in range(KILLS):
            acknowledged |= written_until_killed(lambda: servers.kill("elastic"), write, kill * 1_000_000)
            assert servers.up() == endpoints
        client.indices.refresh(index=INDEX)
        found = {int(hit["_id"]) for hit in scan(client, index=INDEX)}
    assert acknowledged <= found


def test_data_survives_a_clean_restart(servers: EmbeddedServers) -> None:
    """After `down` and `up`, topics, records and documents are where they were."""
    endpoints = servers.up()
    with closing(KafkaAdminClient(bootstrap_servers=endpoints.kafka_bootstrap)) as admin:
        admin.create_topics({"restart.test.v1": {"num_partitions": 1, "replication_factor": 1}})
    with closing(KafkaProducer(bootstrap_servers=endpoints.kafka_bootstrap)) as producer:
        producer.send("restart.test.v1", b"kept").get(timeout=10)
    with closing(Elasticsearch(endpoints.elastic_url)) as client:
        client.index(index="restart-test", id="1", document={"kept": True})
    servers.down()
    assert servers.up() == endpoints
    with closing(
        KafkaConsumer(
            "restart.test.v1", bootstrap_servers=endpoints.kafka_bootstrap, auto_offset_reset="earliest"
        )
    ) as consumer:
        assert next(consumer).value == b"kept"
    with closing(Elasticsearch(endpoints.elastic_url)) as client:
        assert client.get(index="restart-test", id="1")["_source"] == {"kept": True}


def test_both_killed_from_outside_come_back(servers: EmbeddedServers) -> None:
    """Started again while the killed processes are still being torn down, both come back where they were."""
    endpoints = servers.up()
    for server in servers.status().servers:
        assert server.pid
        os.kill(server.pid, signal.SIGKILL)
    assert servers.up() == endpoints
    assert all(server.answers for server in servers.status().servers)
