"""One list of the classes of change, and what follows it."""

import ast
from pathlib import Path

from reader.text import CLASSES as NAMES
from schemas.classes import CLASSES

ROOT = Path(__file__).parents[3]


def test_every_class_has_a_name_for_readers() -> None:
    """And no other has."""
    assert tuple(NAMES) == CLASSES


def test_every_class_that_is_found_can_be_asked_for() -> None:
    """What deduplicate writes as a kind is in the list."""
    found = {
        one.value.value
        for path in (ROOT / "consumers/deduplicate/changes").glob("*.py")
        for one in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(one, ast.keyword) and one.arg == "kind" and isinstance(one.value, ast.Constant)
    }
    assert "correction" in found
    assert found <= set(CLASSES)
