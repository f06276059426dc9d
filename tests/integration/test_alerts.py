"""Alerts as a user meets them: the file of the documentation, the commands, a receiver of ours, the feeds."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from litestar.testing import TestClient
from lxml import etree

from dateline.cli import main
from dateline.settings import AlertsSettings, Settings
from reader.access import Access
from tests.desk import SECRET
from tests.enriched_topic import send
from tests.environ import environ
from tests.integration.test_reader import serve
from tests.pipeline import Pipeline
from tests.samples import enriched

ROOT = Path(__file__).parents[2]
RECEIVER = ROOT / "docs/clients/receive.py"


@contextmanager
def _receiver(secret: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The documented receiver on a free port: its address and the process."""
    command = [sys.executable, str(RECEIVER), "0"]
    environment = os.environ | {"DESK_HOOK_SECRET": secret}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"127.0.0.1:{process.stdout.readline().split()[-1]}", process
        finally:
            process.kill()


class Desk:
    """The command line with one alert whose receiver listens at `host`."""

    def __init__(self, settings: Settings, folder: Path, host: str) -> None:
        file = folder / "alerts.yaml"
        entry = {
            "name": "boats",
            "query": "boats",
            "since": "2026-01-01",
            "to": [{"webhook": f"http://{host}/", "secret": "DESK"}],
        }
        file.write_bytes(msgspec.json.encode({"alerts": [entry]}))
        sends = AlertsSettings(file=str(file), allow_hosts=(host,))
        self.settings = msgspec.structs.replace(settings, alerts=sends)

    def run(self, *arguments: str, **variables: str) -> Result:
        handlers = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            return CliRunner(env=environ(self.settings) | variables).invoke(main, arguments)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*arguments, "--json").stdout.splitlines()]


@pytest.mark.timeout(120)
def test_an_alert_from_the_file_to_a_receiver_that_checks_the_signature(
    settings: Settings, tmp_path: Path
) -> None:
    """Tried, found, refused by a receiver with another key, owed still, sent with the right one, listed and in the feeds."""
    Pipeline(settings, tmp_path)
    send(settings, enriched(id="a1", story_id="s1", joined=None))
    with _receiver(SECRET) as (host, process):
        desk = Desk(settings, tmp_path, host)
        (tried,) = desk.rows("alerts", "test", "boats", "--since", "1h")
        assert desk.run("stage", "alerts", "--until-caught-up").exit_code == 0
        wrong = desk.run("alerts", "deliver", DESK="another key")
        assert wrong.exit_code == 1
        assert "boats: webhook http://127.0.0.1" in wrong.stderr
        assert "answered 401" in wrong.stderr
        (waits,) = desk.rows("alerts", "deliveries")
        assert (waits["state"], waits["notice"]) == ("pending", tried["id"])
        assert "answered 401" in waits["error"]
    with _receiver(SECRET) as (host, process):
        desk = Desk(settings, tmp_path, host)
        # the receiver lives elsewhere now: what the old one was owed is withdrawn
        send(settings, enriched(id="a2", story_id="s2", joined=None, headline="More boats"))
        assert desk.run("stage", "alerts", "--until-caught-up").exit_code == 0
        sent = desk.run("alerts", "deliver", DESK=SECRET)
        assert sent.exit_code == 0, sent.stderr
        assert process.stdout is not None
        assert process.stdout.readline().startswith("boats saltmarsh-courier More boats https://")
    states = {row["headline"]: row["state"] for row in desk.rows("alerts", "deliveries")}
    assert set(states.values()) == {"delivered", "withdrawn"}
    (line,) = desk.rows("alerts", "list")
    assert line["deliveries"] == {f"webhook http://{host}/": {"delivered": 1}}
    with serve(settings, Access()) as reader:
        _feeds_show(reader, "More boats")


def _feeds_show(reader: "TestClient[Any]", headline: str) -> None:
    atom = etree.fromstring(reader.get("/feeds/alerts/boats.atom").content)
    titles = atom.xpath("//a:entry/a:title/text()", namespaces={"a": "http://www.w3.org/2005/Atom"})
    assert headline in titles
    items = reader.get("/feeds/alerts/boats.json").json()["items"]
    assert [item["title"] for item in items] == titles
