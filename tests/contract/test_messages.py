"""Messages as they were once written still read.

Each file under messages/ is a message as some release wrote it. They are never edited: a new release adds its own.
"""

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from dateline.decode import decode
from dateline.stage import Message
from schemas.jsonschema import topic_schema
from schemas.topics import TOPICS, topic

_MESSAGES = Path(__file__).with_name("messages")
_FILES = sorted(_MESSAGES.rglob("*.json"))


def _holds(now: Any, then: Any) -> bool:
    """Whether everything that the old message said is in what is read today."""
    if isinstance(then, dict):
        return all(key in now and _holds(now[key], value) for key, value in then.items())
    if isinstance(then, list):
        return len(now) == len(then) and all(_holds(a, b) for a, b in zip(now, then, strict=True))
    return bool(now == then)


@pytest.mark.parametrize("path", _FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_old_message_reads_and_nothing_of_it_is_lost(path: Path) -> None:
    """Fields that the message lacks take their defaults; those that it has arrive as they were."""
    message = Message(
        topic=path.parent.name,
        partition=0,
        offset=0,
        key=b"k",
        value=path.read_bytes(),
        headers={},
        timestamp_ms=0,
    )
    record = decode(message).record
    assert record is not None
    assert _holds(msgspec.json.decode(msgspec.json.encode(record)), json.loads(path.read_text()))


@pytest.mark.parametrize("path", _FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_old_message_is_valid_under_the_schema_of_today(path: Path) -> None:
    """Who validates a whole topic meets old messages too."""
    jsonschema.Draft202012Validator(topic_schema(topic(path.parent.name))).validate(
        json.loads(path.read_text())
    )


def test_every_topic_of_records_has_a_full_and_a_least_message() -> None:
    """The promise is tried with every field and with none but the required ones."""
    assert {f"{path.parent.name}/{path.name}" for path in _FILES} >= {
        f"{t.name}/{name}.json" for t in TOPICS if t.value is not None for name in ("full", "least")
    }
