"""Elasticsearch as one node whose plugins come from the class path, see `java/`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx

from dateline.embedded import jars
from dateline.embedded.classes import compile_classes
from dateline.embedded.daemon import JAVA
from dateline.embedded.jars import Group
from dateline.embedded.node import java_command, listening, log_configuration
from dateline.embedded.state import LOOPBACK, Remembered

_SETTINGS: Final = """\
cluster.name: dateline
node.name: dateline
discovery.type: single-node
network.host: {host}
http.port: {port}
transport.port: {inner_port}
path.data: "{data}"
path.logs: "{logs}"
path.repo: {repositories}

# A percentage of a large disk stops a developer with 30 GB to spare: these stop at what is really too little.
cluster.routing.allocation.disk.watermark.low: 1gb
cluster.routing.allocation.disk.watermark.high: 500mb
cluster.routing.allocation.disk.watermark.flood_stage: 250mb
"""
# index.translog.durability stays "request", the default: what is acknowledged is in the translog on disk.


class ElasticNode:
    """The search node of one data directory: configuration and indices under `home`."""

    title = "Elasticsearch"
    groups: tuple[Group, ...] = ("elastic", "zstd", "compiler")

    def __init__(
        self, home: Path, log: Path, heap: str, repositories: Sequence[Path] = (), *, quick: bool = True
    ) -> None:
        """`repositories` are the folders in which snapshots may lie; a relative one that is asked for lies in the first.

        With `quick` it starts sooner and stays slower.
        """
        self.home = home
        self.log = log
        self._heap = heap
        self._quick = quick
        self._repositories = repositories

    def prepare(self, ports: Remembered) -> list[str]:
        """See `Node`. Compiles the project's Java classes if nobody did."""
        for folder in ("config", "data", "plugins", "modules"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        (self.home / "config/elasticsearch.yml").write_text(
            _SETTINGS.format(
                host=LOOPBACK,
                port=ports.port,
                inner_port=ports.inner_port,
                data=self.home / "data",
                logs=self.log.parent,
                repositories=json.dumps([str(folder) for folder in self._repositories]),
            )
        )
        pattern = "[%d{ISO8601}][%-5p][%-25c{1.}] [%node_name]%marker %m%n"
        (self.home / "config/log4j2.properties").write_text(log_configuration(self.log, pattern))
        server = jars.class_path("elastic")
        classes = compile_classes(jars.class_path("compiler"), server)
        options = java_command(
            self.home,
            self.log,
            self._heap,
            [*server, classes],  # in this order, see Zstd.java
            f"-Des.path.home={self.home}",
            f"-Ddateline.zstd={jars.class_path('zstd')[0]}",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.locale.providers=SPI,CLDR",
            "-Dio.netty.noUnsafe=true",
            "-Dlog4j2.disable.jmx=true",
            "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
            quick=self._quick,
        )
        return [str(JAVA), *options, "org.elasticsearch.node.ClasspathNode", str(self.home)]

    def problem(self, port: int) -> str | None:
        """See `Node`. The real answer is a cluster health of yellow or green."""
        if not listening(port):
            return f"nothing listens on {LOOPBACK}:{port}"
        url = f"http://{LOOPBACK}:{port}/_cluster/health"
        try:
            health = httpx.get(url, timeout=10, trust_env=False).json()
        except (httpx.HTTPError, ValueError) as error:
            return f"{type(error).__name__}: {error}"
        if health.get("status") in ("yellow", "green"):
            return None
        return f"cluster health is {health.get('status')}: {health.get('unassigned_primary_shards')} primary shards missing"
