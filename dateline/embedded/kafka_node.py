"""Apache Kafka as one process that is broker and controller (KRaft)."""

import base64
import os
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from dateline.embedded.node import LOOPBACK, Ports, listening
from dateline.embedded.runtime import JAVA

MESSAGE_MAX_BYTES = 64 << 20
"""The largest record batch a broker takes: a raw document of 50 MB and its headers fit."""

_PROPERTIES = """\
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

_LOG4J = """\
status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = {log}
appender.file.filePattern = {log}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = [%d{{ISO8601}}][%-5p][%c{{1.}}] %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 3
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
"""


class KafkaNode:
    """The broker of one data directory: configuration and log segments under `home`."""

    name = "kafka"
    title = "Apache Kafka"
    preferred_port = 19092

    def __init__(self, home: Path, log: Path, memory: int) -> None:
        self.home = home
        self.log = log
        self.memory = memory

    def prepare(self, ports: Ports, class_path: Sequence[Path]) -> list[str]:
        data, properties, log4j = (
            self.home / "data",
            self.home / "server.properties",
            self.home / "log4j2.properties",
        )
        self.home.mkdir(parents=True, exist_ok=True)
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
        log4j.write_text(_LOG4J.format(log=self.log))
        java = [
            str(JAVA),
            f"-Dlog4j2.configurationFile={log4j}",
            "-cp",
            os.pathsep.join(map(str, class_path)),
        ]
        if not (data / "meta.properties").exists():
            self._format(java, properties)
        heap = [f"-Xms{self.memory // 2}m", f"-Xmx{self.memory}m"]
        return [*java[:1], *heap, *java[1:], "kafka.Kafka", str(properties)]

    def answers(self, port: int) -> bool:
        """A metadata request that names this broker."""
        if not listening(port):
            return False
        try:
            admin = KafkaAdminClient(bootstrap_servers=f"{LOOPBACK}:{port}", client_id="dateline-up")
            try:
                return bool(admin.describe_cluster()["brokers"])
            finally:
                admin.close()
        except KafkaError:
            return False

    @staticmethod
    def _format(java: list[str], properties: Path) -> None:
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        command = [
            *java,
            "kafka.tools.StorageTool",
            "format",
            f"--cluster-id={cluster_id}",
            "-c",
            str(properties),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise OSError(f"Kafka could not format {properties.parent}:\n{done.stdout}{done.stderr}")
