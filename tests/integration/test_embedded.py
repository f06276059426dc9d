"""The embedded servers from outside: what they take, how they start, stop and start again."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from dateline import elastic as elastic_room
from dateline import kafka as kafka_room
from dateline.embedded import EmbeddedServers, Endpoints, running
from dateline.errors import ServerError
from dateline.settings import Settings

pytestmark = pytest.mark.servers


def pids(servers: EmbeddedServers) -> dict[str, int | None]:
    return {server.name: server.pid for server in servers.status().servers}


def dateline(data_dir: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command line, on this data directory."""
    environment = os.environ | {"DATELINE_DATA_DIR": str(data_dir)} | environ
    command = [sys.executable, "-m", "dateline", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def listener() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


class TestServed:
    """What clients find, on the servers of the session."""

    def test_elasticsearch_introduces_itself(self, settings: Settings) -> None:
        """The official client accepts it; cluster and version are as expected."""
        with closing(elastic_room.client(settings)) as client:
            info = client.info()
            assert client.ping()
        assert (info["cluster_name"], info["version"]["number"]) == ("dateline", "9.5.3")

    def test_best_compression_keeps_documents(self, settings: Settings) -> None:
        """The zstd codec works, written, read back and merged."""
        index = f"{settings.namespace}-zstd"
        with closing(elastic_room.client(settings)) as client:
            client.indices.create(
                index=index, settings={"codec": "best_compression", "number_of_replicas": 0}
            )
            for number in range(3):
                client.index(
                    index=index, id=str(number), document={"text": "again and again " * 5000}, refresh=True
                )
            client.indices.forcemerge(index=index, max_num_segments=1)
            found = client.search(index=index, query={"match": {"text": "again"}})
            client.indices.delete(index=index)
        assert [len(hit["_source"]["text"]) for hit in found["hits"]["hits"]] == [80_000] * 3

    def test_a_document_of_fifty_megabytes_goes_through_kafka(self, settings: Settings) -> None:
        """The largest document that is taken in can be sent and read back, byte for byte."""
        body = os.urandom(50 * 1024 * 1024)
        topic = f"{settings.namespace}.large"
        with closing(kafka_room.admin(settings)) as admin:
            config = {"max.message.bytes": str(64 * 1024 * 1024)}
            admin.create_topics({topic: {"num_partitions": 1, "replication_factor": 1, "configs": config}})
            with closing(kafka_room.producer(settings)) as producer:
                producer.send(topic, body).get(timeout=60)
            with closing(kafka_room.consumer(settings, group_id=None)) as consumer:
                consumer.assign([TopicPartition(topic, 0)])
                records = consumer.poll(timeout_ms=60_000, max_records=1)
            admin.delete_topics([topic])
        assert [record.value == body for batch in records.values() for record in batch] == [True]

    def test_a_mistyped_topic_is_an_error(self, endpoints: Endpoints, settings: Settings) -> None:
        """Sending to a topic that nobody made does not make it."""
        topic = f"{settings.namespace}.mistyped"
        with (
            closing(
                KafkaProducer(bootstrap_servers=endpoints.kafka_bootstrap, max_block_ms=2000)
            ) as producer,
            pytest.raises(KafkaError),
        ):
            producer.send(topic, b"x").get(timeout=10)
        with closing(KafkaConsumer(bootstrap_servers=endpoints.kafka_bootstrap)) as consumer:
            assert topic not in consumer.topics()


def test_what_up_starts_is_there_to_stay(tmp_path: Path, endpoints: Endpoints) -> None:
    """`dateline up` lets Java compile as well as it can, beside a Kafka that settings name."""
    kafka = {"DATELINE_KAFKA_BOOTSTRAP_SERVERS": endpoints.kafka_bootstrap}
    try:
        started = dateline(tmp_path, "up", "--json", **kafka)
        assert started.returncode == 0, started.stderr
        servers = {one["name"]: one for one in json.loads(started.stdout)}
        assert (servers["kafka"]["kind"], servers["elastic"]["kind"]) == ("external", "embedded")
        command = psutil.Process(servers["elastic"]["pid"]).cmdline()
        assert any("org.elasticsearch" in part for part in command)
        assert not any("TieredStopAtLevel" in part for part in command)
    finally:
        assert dateline(tmp_path, "down", **kafka).returncode == 0


def test_a_life_with_restarts(tmp_path: Path) -> None:
    """Started once however often asked, found by other processes, stopped whole, and back on the same ports."""
    servers = EmbeddedServers(tmp_path)
    assert running(tmp_path) is None
    first = servers.up()
    try:
        before = pids(servers)
        assert EmbeddedServers(tmp_path).up() == first == running(tmp_path)
        assert pids(servers) == before
        shown = dateline(tmp_path, "status", "--json")
        assert shown.returncode == 0
        assert {server["name"]: server["pid"] for server in json.loads(shown.stdout)} == before

        servers.kill("kafka")
        assert running(tmp_path) == Endpoints("", first.elastic_url)
        assert dateline(tmp_path, "status").returncode == 3
        assert servers.up() == first
        after = pids(servers)
        assert after["elastic"] == before["elastic"]
        assert after["kafka"] != before["kafka"]
    finally:
        assert sorted(servers.down()) == ["elastic", "kafka"]
    assert running(tmp_path) is None
    assert not any(psutil.pid_exists(pid) and _alive(pid) for pid in after.values() if pid)
    assert servers.down() == []
    assert (tmp_path / "logs/kafka.log").stat().st_size > 0
    assert (tmp_path / "logs/elastic.log").stat().st_size > 0


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_two_starts_at_once_make_one_instance(tmp_path: Path) -> None:
    """Two processes that start the same directory at the same time end with the same servers."""
    answers: list[subprocess.CompletedProcess[str]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(dateline(tmp_path, "up", "--json"))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert [answer.returncode for answer in answers] == [0, 0], answers
        first, second = ([(s["address"], s["pid"]) for s in json.loads(answer.stdout)] for answer in answers)
        assert first == second
    finally:
        stopped = dateline(tmp_path, "down", "--json")
    assert sorted(json.loads(stopped.stdout)["stopped"]) == ["elastic", "kafka"]
    assert dateline(tmp_path, "status").returncode == 3


def test_a_port_that_was_taken_meanwhile_is_replaced(tmp_path: Path, listener: int) -> None:
    """A remembered port that another program took gives way to a free one; a named one is refused with the setting."""
    (tmp_path / "embedded.json").write_text(json.dumps({"kafka": {"port": listener, "inner_port": listener}}))
    with pytest.raises(ServerError, match=r"embedded\.kafka_port"):
        EmbeddedServers(tmp_path, kafka_port=listener).up(["kafka"])
    servers = EmbeddedServers(tmp_path)
    try:
        assert servers.up(["kafka"]).kafka_bootstrap not in ("", f"127.0.0.1:{listener}")
    finally:
        servers.down()


def test_a_failed_start_points_at_its_log(tmp_path: Path) -> None:
    """The error names the log and shows how it ends; what failed is not remembered as running."""
    servers = EmbeddedServers(tmp_path, elastic_heap="1x")
    with pytest.raises(ServerError, match=r"(?s)elastic\.out.*Invalid maximum heap size"):
        servers.up(["elastic"])
    assert running(tmp_path) is None


def test_a_server_that_nobody_remembers_is_named(tmp_path: Path) -> None:
    """Where the memory was deleted, the running process is told by its id instead of a second one being started."""
    servers = EmbeddedServers(tmp_path)
    servers.up(["kafka"])
    pid = pids(servers)["kafka"]
    assert pid
    try:
        (tmp_path / "embedded.json").unlink()
        with pytest.raises(ServerError, match=f"kill {pid}"):
            servers.up(["kafka"])
        doctor = dateline(tmp_path, "doctor", "--json")
        assert doctor.returncode == 1
        assert any(f"kill {pid}" in (check["mend"] or "") for check in json.loads(doctor.stdout))
    finally:
        os.kill(pid, signal.SIGTERM)
        psutil.wait_procs([psutil.Process(pid)] if _alive(pid) else [], timeout=15)


def test_external_servers_are_used_and_not_started(
    tmp_path: Path, endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With both servers named by settings, `up` starts nothing, and status and doctor look at those."""
    monkeypatch.setenv("DATELINE_KAFKA_BOOTSTRAP_SERVERS", endpoints.kafka_bootstrap)
    monkeypatch.setenv("DATELINE_ELASTIC_URL", endpoints.elastic_url)
    shown: list[dict[str, Any]] = json.loads(dateline(tmp_path, "up", "--json").stdout)
    assert [server["kind"] for server in shown] == ["external", "external"]
    assert running(tmp_path) is None
    assert dateline(tmp_path, "status").returncode == 0
    doctor = dateline(tmp_path, "doctor", "--json")
    assert doctor.returncode == 0, doctor.stdout
    checks = {check["what"]: check["verdict"] for check in json.loads(doctor.stdout)}
    assert checks["Kafka"] == checks["Elasticsearch"] == "ok"
    assert "jars" not in checks
