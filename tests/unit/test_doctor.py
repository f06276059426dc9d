"""What the doctor finds on this machine, without servers."""

import socket
from pathlib import Path

import pytest

from dateline.doctor import Check, examine
from dateline.embedded import jars
from dateline.embedded.daemon import Daemon
from dateline.embedded.state import Remembered, save
from dateline.settings import EmbeddedSettings, Settings


def found(settings: Settings) -> dict[str, Check]:
    return {check.what: check for check in examine(settings)}


def test_a_fresh_machine_needs_nothing_but_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing jars and servers are notes whose cure is one command."""
    monkeypatch.setenv("DATELINE_CACHE", str(tmp_path / "cache"))
    checks = found(Settings(data_dir=str(tmp_path / "data")))
    assert "dateline up" in (checks["jars"].mend or "")
    assert checks["Kafka"] == Check(what="Kafka", verdict="note", found="not running", mend="dateline up")
    assert checks["Python"].verdict == "ok"
    assert checks["Java"].verdict == "ok"
    assert not (tmp_path / "data").exists()


def test_a_named_port_that_is_taken_is_wrong(tmp_path: Path) -> None:
    """A port that the settings name must be free; the setting is named."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        settings = Settings(data_dir=str(tmp_path), embedded=EmbeddedSettings(kafka_port=port))
        check = found(settings)["kafka port"]
    assert check.verdict == "wrong"
    assert "embedded.kafka_port" in (check.mend or "")


def test_a_server_that_crashed_is_told_with_its_log(tmp_path: Path) -> None:
    """A server that nobody stopped and that is gone points at its log."""
    save(tmp_path, {"kafka": Remembered(1, 2, Daemon(2**22 - 1, 0.0))})
    check = found(Settings(data_dir=str(tmp_path)))["Kafka"]
    assert check.verdict == "wrong"
    assert str(tmp_path / "logs/kafka.log") in check.found


def test_a_damaged_jar_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A jar whose bytes differ from the lock is named."""
    monkeypatch.setenv("DATELINE_CACHE", str(tmp_path))
    jar = jars.locked()[0]
    jar.location.parent.mkdir(parents=True)
    jar.location.write_bytes(b"not this")
    check = found(Settings(data_dir=str(tmp_path / "data")))["jars"]
    assert check.verdict == "wrong"
    assert jar.name in check.found


def test_a_heap_that_java_would_refuse_is_wrong(tmp_path: Path) -> None:
    """The setting and the form are named."""
    settings = Settings(data_dir=str(tmp_path), embedded=EmbeddedSettings(elastic_heap="1 GB"))
    check = found(settings)["memory"]
    assert check.verdict == "wrong"
    assert "embedded.elastic_heap" in (check.mend or "")
