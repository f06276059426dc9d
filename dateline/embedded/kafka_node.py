"""Apache Kafka as one process that is broker and controller (KRaft)."""

import base64
import subprocess
import uuid
from pathlib import Path
from typing import Final

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from dateline.embedded import jars
from dateline.embedded.daemon import JAVA
from dateline.embedded.jars import Group
from dateline.embedded.node import java_command, listening, log_configuration
from dateline.embedded.state import LOOPBACK, Remembered
from dateline.errors import ServerError

MESSAGE_MAX_BYTES: Final = 64 * 1024 * 1024
"""The largest record batch the broker takes: a raw document of 60 MiB and its headers fit."""

_PROPERTIES: Final = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{inner_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{inner_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}

# A mistyped topic is an error, not a new topic.
auto.create.topics.enable=false

# Large documents.
message.max.bytes={message_max}
replica.fetch.max.bytes={message_max}
socket.request.max.bytes={request_max}

# One broker. A produce request is acknowledged when it is in the operating system's page cache, which survives kill -9.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1

# A developer who comes back after a holiday finds the offsets of every group.
offsets.retention.minutes=525600

# After a crash the controller, which is the same process, takes the broker back only when its old session is over.
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=1000

# Sized for a machine that it shares with the pipeline.
group.initial.rebalance.delay.ms=0
transaction.max.timeout.ms=900000
transaction.abort.timed.out.transaction.cleanup.interval.ms=2000
num.network.threads=2
num.io.threads=4
background.threads=2
num.recovery.threads.per.data.dir=2
log.cleaner.dedupe.buffer.size=33554432
log.segment.bytes=268435456
metadata.log.segment.bytes=67108864
"""


class KafkaNode:
    """The broker of one data directory: configuration and log segments under `home`."""

    title = "Apache Kafka"
    groups: tuple[Group, ...] = ("kafka",)

    def __init__(self, home: Path, log: Path, heap: str) -> None:
        self.home = home
        self.log = log
        self._heap = heap

    def prepare(self, ports: Remembered) -> list[str]:
        """See `Node`. Formats the storage before the first start."""
        data, properties = self.home / "data", self.home / "server.properties"
        logging = self.home / "log4j2.properties"
        options = java_command(
            self.home,
            self.log,
            self._heap,
            jars.class_path("kafka"),
            f"-Dlog4j2.configurationFile={logging}",
            quick=True,  # it is as fast with one compiler
        )
        logging.write_text(log_configuration(self.log, "[%d{ISO8601}][%-5p][%c{1.}] %m%n"))
        properties.write_text(
            _PROPERTIES.format(
                host=LOOPBACK,
                port=ports.port,
                inner_port=ports.inner_port,
                data=data,
                message_max=MESSAGE_MAX_BYTES,
                request_max=2 * MESSAGE_MAX_BYTES,
            )
        )
        if not (data / "meta.properties").exists():
            self._format([str(JAVA), *options], properties)
        return [str(JAVA), *options, "kafka.Kafka", str(properties)]

    def problem(self, port: int) -> str | None:
        """See `Node`. The real answer is a metadata request that names a broker."""
        if not listening(port):
            return f"nothing listens on {LOOPBACK}:{port}"
        try:
            admin = KafkaAdminClient(bootstrap_servers=f"{LOOPBACK}:{port}", client_id="dateline-up")
            try:
                return None if admin.describe_cluster()["brokers"] else "the broker has not joined yet"
            finally:
                admin.close()
        except KafkaError as error:
            return f"{type(error).__name__}: {error}"

    @staticmethod
    def _format(java: list[str], properties: Path) -> None:
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        command = [*java, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}"]
        command += ["--config", str(properties)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerError(f"Kafka cannot format {properties.parent}:\n{done.stdout}{done.stderr}")
