"""Elasticsearch as one node whose plugins come from the class path, see `java/`."""

import os
from collections.abc import Sequence
from pathlib import Path

import httpx

from dateline.embedded import jars
from dateline.embedded.classes import classes_dir
from dateline.embedded.node import LOOPBACK, Ports, listening
from dateline.embedded.runtime import JAVA

_SETTINGS = """\
cluster.name: dateline
node.name: dateline
discovery.type: single-node
network.host: {host}
http.port: {port}
transport.port: {inner_port}
path.data: {data}
path.logs: {logs}

# A percentage of a large disk stops a developer with 30 GB to spare: these stop at what is really too little.
cluster.routing.allocation.disk.watermark.low: 1gb
cluster.routing.allocation.disk.watermark.high: 500mb
cluster.routing.allocation.disk.watermark.flood_stage: 250mb
"""

_LOG4J = """\
status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = {log}
appender.file.filePattern = {log}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = [%d{{ISO8601}}][%-5p][%-25c{{1.}}] [%node_name]%marker %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 3
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
"""


class ElasticNode:
    """The search node of one data directory: configuration and indices under `home`."""

    name = "elastic"
    title = "Elasticsearch"
    preferred_port = 19200

    def __init__(self, home: Path, log: Path, memory: int) -> None:
        self.home = home
        self.log = log
        self.memory = memory

    def prepare(self, ports: Ports, class_path: Sequence[Path]) -> list[str]:
        for folder in ("config", "data", "plugins", "modules", "tmp"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        (self.home / "config/elasticsearch.yml").write_text(
            _SETTINGS.format(
                host=LOOPBACK,
                port=ports.port,
                inner_port=ports.inner_port,
                data=self.home / "data",
                logs=self.log.parent,
            )
        )
        (self.home / "config/log4j2.properties").write_text(_LOG4J.format(log=self.log))
        return [
            str(JAVA),
            f"-Xms{self.memory // 2}m",
            f"-Xmx{self.memory}m",
            f"-Des.path.home={self.home}",
            f"-Djava.io.tmpdir={self.home / 'tmp'}",
            "--enable-native-access=ALL-UNNAMED",
            "-Dio.netty.noUnsafe=true",
            "-Dlog4j2.disable.jmx=true",
            "-Djava.locale.providers=SPI,CLDR",
            f"-Ddateline.zstd={jars.class_path('zstd')[0]}",
            "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
            "-cp",
            os.pathsep.join(map(str, [*class_path, classes_dir()])),
            "org.elasticsearch.node.ClasspathNode",
            str(self.home),
        ]

    def answers(self, port: int) -> bool:
        """A cluster health of yellow or green."""
        if not listening(port):
            return False
        try:
            health = httpx.get(f"http://{LOOPBACK}:{port}/_cluster/health", timeout=5, trust_env=False).json()
        except (httpx.HTTPError, ValueError):
            return False
        return health.get("status") in ("yellow", "green")
