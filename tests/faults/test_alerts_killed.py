"""Alerts are neither lost nor told twice, whenever the processes that find and send them are killed."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from dateline import elastic
from dateline.alerts.book import Indices
from dateline.alerts.outbox import ElasticOutbox
from dateline.log import read
from dateline.settings import Settings
from schemas.records import EnrichedArticle, Notice
from schemas.topics import ALERTS
from tests.desk import SECRET, Desk
from tests.enriched_topic import send
from tests.environ import environ
from tests.pipeline import Pipeline
from tests.samples import enriched

SEARCHES = 8
STORIES = 20
KILLS_WHILE_FINDING = 4
KILLED_AT = 5  # at the first hook and every so many arrivals, before the receiver has answered


@pytest.mark.timeout(900)
def test_killed_again_and_again_each_alert_arrives_once(settings: Settings, tmp_path: Path) -> None:
    """Found once for each story, and sent to a webhook and by mail: seen by their ids, everything came and nothing twice."""
    file = tmp_path / "alerts.yaml"
    with Desk(tmp_path) as desk:
        entries = [
            {
                "name": f"boats-{number}",
                "query": "boats",
                "since": "2026-01-01",
                "to": [{"webhook": desk.url, "secret": "DESK_SECRET"}, {"email": f"d{number}@desk.example"}],
            }
            for number in range(SEARCHES)
        ]
        file.write_bytes(msgspec.json.encode({"alerts": entries}))
        settings = msgspec.structs.replace(settings, alerts=desk.settings(file))
        Pipeline(settings, tmp_path)
        send(settings, *_articles())
        _find(settings, tmp_path)
        found = [msgspec.json.decode(m.value or b"", type=Notice) for m in read(settings, [ALERTS])]
        assert Counter((one.alert, one.story_id) for one in found) == {
            (f"boats-{number}", f"story-{story}"): 1 for number in range(SEARCHES) for story in range(STORIES)
        }
        killed = _send(settings, tmp_path, desk)
    assert killed >= 3
    assert any(len(bodies) > 1 for bodies in desk.hooks.values())  # a yes that a dead sender never heard
    assert desk.unsigned == 0
    wanted = Counter({one.id: 1 for one in found})
    hooks = list(desk.hooks.values())
    assert all(body == bodies[0] for bodies in hooks for body in bodies)  # what comes again is the same
    assert Counter(one["id"] for bodies in hooks for one in bodies[0]["data"]["notices"]) == wanted
    assert all(
        letter.as_bytes() == letters[0].as_bytes() for letters in desk.letters.values() for letter in letters
    )
    told = Counter(str(letters[0]["X-Dateline-Alert"]) for letters in desk.letters.values())
    assert told == {f"boats-{number}": 1 for number in range(SEARCHES)}
    bodies = [letters[0].get_content() for letters in desk.letters.values()]
    assert all(body.count("https://courier.example/boats") == STORIES for body in bodies)
    with closing(elastic.client(settings)) as client:
        counts = ElasticOutbox(Indices(client, settings.namespace)).counts()
    assert list(counts.values()) == [{"delivered": STORIES}] * (2 * SEARCHES)


def _articles() -> list[EnrichedArticle]:
    """Three articles a story, each in two versions, in the order of their coming."""
    chance = random.Random(7)
    articles = [
        enriched(
            id=f"article-{story}-{number}",
            story_id=f"story-{story}",
            version_id=f"version-{story}-{number}-{version}",
            event_id=f"event-{story}-{number}-{version}",
            joined=None,
        )
        for story in range(STORIES)
        for number in range(3)
        for version in range(2)
    ]
    chance.shuffle(articles)
    return articles


def _find(settings: Settings, folder: Path) -> None:
    """The stage, killed at random moments of its work, then left to end."""
    chance = random.Random("alerts")
    log = folder / "log"
    for _ in range(KILLS_WHILE_FINDING):
        begin = log.stat().st_size if log.exists() else 0
        wanted = chance.randint(1, 4)  # batches, as its events tell
        process = _start(
            settings,
            folder,
            *("stage", "alerts", "--worker", "victim"),
            DATELINE_RUNNER_BATCH_SIZE="3",
            DATELINE_LOG_LEVEL="debug",
        )
        while log.read_bytes()[begin:].count(b'"event": "batch"') < wanted:
            assert process.poll() is None, log.read_text()[-3000:]
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.06))  # a random moment within the next batch is what is tested
        process.kill()
        process.wait()
    last = _start(settings, folder, "stage", "alerts", "--worker", "victim", "--until-caught-up")
    assert last.wait(300) == 0, log.read_text()[-3000:]


def _send(settings: Settings, folder: Path, desk: Desk) -> int:
    """The sender, killed by its receivers before it has their answer, then left to end; how often it was killed."""
    arrivals = Counter[str]()
    process: subprocess.Popen[bytes] | None = None

    def arrived(kind: str) -> None:
        with desk.lock:
            arrivals[kind] += 1
            first = kind == "hook" and arrivals[kind] == 1
            if process is not None and (first or arrivals.total() % KILLED_AT == 0):
                process.kill()

    desk.on_arrival = arrived
    for killed in range(40):
        process = _start(settings, folder, "alerts", "deliver", "--worker", "victim")
        code = process.wait(300)
        if code == 0:
            return killed
        assert code == -9, (folder / "log").read_text()[-3000:]
    raise AssertionError("the sender never came to an end")


def _start(settings: Settings, folder: Path, *arguments: str, **variables: str) -> "subprocess.Popen[bytes]":
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dateline", *arguments],
            env=os.environ | environ(settings) | {"DESK_SECRET": SECRET} | variables,
            stdout=log,
            stderr=log,
        )
