"""The subscribers of docs/clients, run as they are against a real broker."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from dateline import kafka
from dateline.embedded import jars
from dateline.embedded.daemon import JAVA
from dateline.settings import Settings
from schemas.topics import ENRICHED
from tests.enriched_topic import send
from tests.pipeline import Pipeline
from tests.samples import enriched

CLIENTS = Path(__file__).parents[2] / "docs/clients"
# https://github.com/confluentinc/librdkafka CONFIGURATION.md, those of a consumer that are used here
LIBRDKAFKA = {
    "bootstrap.servers",
    "group.id",
    "isolation.level",
    "auto.offset.reset",
    "enable.auto.commit",
    "max.partition.fetch.bytes",
    "fetch.max.bytes",
}


@contextmanager
def _running(*command: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _read(process: "subprocess.Popen[str]", beginning: str) -> str:
    """The first line that begins so; warnings of the client's own log are passed over."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        if line.startswith(beginning):
            return line
        lines.append(line)
    raise AssertionError("".join(lines))


def _sent(settings: Settings, tmp_path: Path) -> None:
    """One article in a transaction that was aborted, then one that counts."""
    Pipeline(settings, tmp_path)
    producer = kafka.producer(settings, transactional_id=f"{settings.namespace}.aborted")
    with closing(producer):
        producer.init_transactions()
        producer.begin_transaction()
        producer.send(kafka.physical(settings, ENRICHED), key=b"aborted", value=b"{}").get(30)
        producer.abort_transaction()
    send(settings, enriched(id="counts"))


@pytest.mark.timeout(120)
def test_the_python_client_reads_what_is_committed(settings: Settings, tmp_path: Path) -> None:
    """It prints the article with its people, and nothing of the transaction that was aborted."""
    _sent(settings, tmp_path)
    servers, topic = settings.kafka.bootstrap_servers, kafka.physical(settings, ENRICHED)
    command = (sys.executable, str(CLIENTS / "subscribe.py"), servers, topic, f"{settings.namespace}.python")
    with _running(*command) as process:
        assert "Ilse Tarn" in _read(process, "counts ")


@pytest.mark.timeout(120)
def test_the_java_client_reads_what_is_committed(settings: Settings, tmp_path: Path) -> None:
    """Compiled and run with the documented properties, but for the address and the group."""
    _sent(settings, tmp_path)
    compiler, *_ = jars.class_path("compiler")
    libraries = os.pathsep.join(map(str, jars.class_path("kafka")))
    classes = tmp_path / "classes"
    subprocess.run(
        [
            JAVA,
            "-jar",
            compiler,
            "-21",
            "-nowarn",
            "-cp",
            libraries,
            "-d",
            classes,
            CLIENTS / "Subscriber.java",
        ],
        check=True,
    )
    properties = (CLIENTS / "subscriber.properties").read_text(encoding="utf-8")
    properties = properties.replace("127.0.0.1:19092", settings.kafka.bootstrap_servers)
    stated = tmp_path / "subscriber.properties"
    stated.write_text(properties.replace("my-service", f"{settings.namespace}.java"), encoding="utf-8")
    path = os.pathsep.join((str(classes), libraries))
    topic = kafka.physical(settings, ENRICHED)
    with _running(
        str(JAVA), "-XX:TieredStopAtLevel=1", "-cp", path, "Subscriber", str(stated), topic
    ) as process:
        assert '"Ilse Tarn"' in _read(process, "counts ")


def test_the_documented_settings_are_safe_and_known() -> None:
    """Committed messages only, from the beginning, as large as the topic allows; the first block is what librdkafka knows."""
    text = (CLIENTS / "subscriber.properties").read_text(encoding="utf-8")
    common, _, _ = text.partition("# Java alone")
    stated = dict(re.findall(r"^([a-z.]+)=(.*)$", common, re.MULTILINE))
    assert set(stated) == LIBRDKAFKA
    assert (stated["isolation.level"], stated["auto.offset.reset"]) == ("read_committed", "earliest")
    assert int(stated["max.partition.fetch.bytes"]) == ENRICHED.max_message_bytes
    for file in CLIENTS.iterdir():
        for topic in re.findall(r"articles\.\w+\.v\d", file.read_text(encoding="utf-8")):
            assert topic == ENRICHED.name, file.name
