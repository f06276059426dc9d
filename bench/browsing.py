"""A reader over the demo world and a Chromium to open it with, for screenshots and for how fast a page is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from playwright.sync_api import Browser, sync_playwright

from dateline.embedded import EmbeddedServers
from dateline.settings import ElasticSettings, KafkaSettings, Settings, load
from tests.environ import environ
from tests.reading import served


@contextmanager
def reader() -> Iterator[str]:
    """The address of a reader of the demo world: on the servers that settings name, else on embedded ones of its own."""
    given = load()
    with tempfile.TemporaryDirectory() as folder:
        settings = msgspec.structs.replace(given, data_dir=folder, namespace=f"b{uuid.uuid4().hex[:8]}")
        servers = None
        if not (given.kafka.bootstrap_servers and given.elastic.url):
            servers = EmbeddedServers(Path(folder, "servers"))
            settings = _at(settings, servers)
        try:
            subprocess.run(
                [sys.executable, "-m", "dateline", "demo"],
                env=os.environ | environ(settings),
                stdout=subprocess.DEVNULL,
                check=True,
            )
            with served(settings, DATELINE_LOG_LEVEL="warning", DATELINE_READER_KEPT="0") as (address, _):
                yield address
        finally:
            if servers is not None:
                servers.down()


def _at(settings: Settings, servers: EmbeddedServers) -> Settings:
    found = servers.up()
    return msgspec.structs.replace(
        settings,
        kafka=KafkaSettings(bootstrap_servers=found.kafka_bootstrap),
        elastic=ElasticSettings(url=found.elastic_url),
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one that DATELINE_CHROMIUM names."""
    program = os.environ.get("DATELINE_CHROMIUM") or shutil.which("chromium")
    if program is None:
        sys.exit("no chromium: `make test` installs it, or DATELINE_CHROMIUM names one")
    unconfined = ["--no-sandbox"] if os.getuid() == 0 else []
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=unconfined) as found,
    ):
        yield found
