"""What is made from the tables is what is committed, and it tells the truth about messages."""

import functools
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import generate
from schemas.jsonschema import topic_schema
from schemas.records import Record, encode
from schemas.topics import RAW, TOPICS, Topic
from tests.samples import records

_VALUES = [topic for topic in TOPICS if topic.value is not None]


@pytest.mark.parametrize("path", generate.generated(), ids=lambda path: path.name)
def test_committed_files_are_up_to_date(path: Path) -> None:
    """A change to a table comes with the files made from it: run `make schemas`."""
    assert path.read_text() == generate.generated()[path]


def test_no_schema_is_left_over() -> None:
    """A topic that is gone leaves no schema behind."""
    kept = set((generate.ROOT / "schemas/json").glob("*.json"))
    assert kept == {path for path in generate.generated() if path.suffix == ".json"}


def test_the_promise_is_kept() -> None:
    """Nothing that subscribers or old messages rely on has gone since the baseline."""
    assert generate.broken() == []
    assert {path.name for path in generate.BASELINE.iterdir()} == {f"{t.name}.schema.json" for t in _VALUES}


def test_check_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` is green on a clean checkout."""
    assert generate.main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_bytes_have_no_schema() -> None:
    """The raw topics hold what was received, whatever it is."""
    with pytest.raises(ValueError, match="untouched bytes"):
        topic_schema(RAW)


@functools.cache
def _validator(topic: Topic) -> jsonschema.Draft202012Validator:
    schema = topic_schema(topic)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@given(st.data())
def test_every_message_validates(data: st.DataObject) -> None:
    """Whatever a record holds, its JSON is valid under the topic's schema, and reads back as it was."""
    topic = data.draw(st.sampled_from(_VALUES))
    assert topic.value is not None
    record: Record = data.draw(records(topic.value))
    message = encode(record)
    _validator(topic).validate(msgspec.json.decode(message))
    assert msgspec.json.decode(message, type=topic.value) == record
