"""The whole pipeline for tests: documents in, stages as processes of their own, the account at the end."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from dateline import elastic, kafka
from dateline.audit import Audit, audit
from dateline.demo import outlets, raw_documents, scenes
from dateline.log import read
from dateline.settings import Settings
from dateline.topology import apply_templates, apply_topics
from schemas import envelope
from schemas.elastic import Kind, Names
from schemas.ids import event_id
from schemas.reasons import Stage
from schemas.topics import ENRICHED, RAW
from tests.environ import environ

FETCHED = "2026-03-06T12:00:00Z"
_ACQUIRED = {
    outlet.id: {envelope.SOURCE_TIMEZONE: outlet.timezone, envelope.SOURCE_LANGUAGE: outlet.language}
    for outlet in outlets()
}


class Pipeline:
    """One namespace on the real servers."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        """Makes topics and indices; the stages' events go to files in `folder`."""
        self.settings = settings
        self._folder = folder
        with closing(kafka.admin(settings)) as admin, closing(elastic.client(settings)) as client:
            apply_topics(admin, settings)
            apply_templates(client, settings)

    def send_scene(self, number: int) -> int:
        """Every page of the demo world in a scene, as fetched when the scene begins."""
        pages = (
            (outlet.id, url, content_type, body) for outlet, url, content_type, body in raw_documents(number)
        )
        return self.send(pages, fetched=scenes()[number].at.isoformat())

    def send(
        self, documents: Iterable[tuple[str, str, str, bytes]], *, times: int = 1, fetched: str = FETCHED
    ) -> int:
        """Send (source, url, content type, body), `times` over; how many messages that were."""
        documents = list(documents)
        with closing(kafka.producer(self.settings)) as producer:
            for source, url, content_type, body in documents * times:
                headers = envelope.raw_headers(
                    event_id=event_id(source, url, body),
                    source=source,
                    url=url,
                    content_type=content_type,
                    fetched=fetched,
                    acquired=_ACQUIRED.get(source),
                )
                producer.send(
                    kafka.physical(self.settings, RAW),
                    key=f"{source} {url}".encode(),
                    value=body,
                    headers=kafka.byte_headers(headers),
                )
            producer.flush()
        return len(documents) * times

    def send_removal(self, source: str, url: str, *, fetched: str) -> None:
        """Send that a page was found gone."""
        headers = envelope.raw_headers(
            event_id=event_id(source, url, fetched.encode()),
            source=source,
            url=url,
            content_type="",
            fetched=fetched,
            acquired={envelope.HTTP_STATUS: "404"},
            kind=envelope.REMOVED_TYPE,
        )
        with closing(kafka.producer(self.settings)) as producer:
            producer.send(
                kafka.physical(self.settings, RAW),
                key=f"{source} {url}".encode(),
                value=b"",
                headers=kafka.byte_headers(headers),
            )
            producer.flush()

    def start(self, stage: str, *options: str, **variables: str) -> "subprocess.Popen[bytes]":
        """A stage as a process."""
        arguments = [sys.executable, "-m", "dateline", "stage", stage, *options]
        with (self._folder / f"{stage}.log").open("ab") as log:
            return subprocess.Popen(
                arguments, env=os.environ | environ(self.settings) | variables, stderr=log, stdout=log
            )

    def catch_up(self, *stages: str) -> None:
        """Run stages (all by default) one after the other until each has caught up."""
        for stage in stages or tuple(map(str, Stage)):
            assert self.start(stage, "--until-caught-up").wait(400) == 0, self.log(stage)

    def log(self, stage: str) -> str:
        """The end of a stage's events."""
        return (self._folder / f"{stage}.log").read_text(errors="replace")[-3000:]

    def audit(self) -> Audit:
        """Where every document went."""
        with closing(elastic.client(self.settings)) as client:
            return audit(self.settings, client)

    def count(self, kind: Kind) -> int:
        """Documents behind an alias."""
        alias = Names(self.settings.namespace).alias(kind)
        with closing(elastic.client(self.settings)) as client:
            client.indices.refresh(index=alias)
            return int(client.count(index=alias)["count"])

    def sent_twice(self) -> list[str]:
        """Versions that a subscriber of enriched articles receives more than once, re-sent neighbours aside."""
        versions = Counter(
            message.headers[envelope.EVENT]
            for message in read(self.settings, [ENRICHED])
            if envelope.REFRESH not in message.headers
        )
        return [version for version, count in versions.items() if count > 1]
