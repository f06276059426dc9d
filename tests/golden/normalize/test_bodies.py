"""Invented pages whose text stands among much else: it must be read whole, in order and to the letter."""

import json

import pytest

from tests.golden.normalize.bodies import EXPECTED, NAMES, read

AGREED = json.loads(EXPECTED.read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_a_page_is_read(name: str) -> None:
    """Paragraphs, what each is, and what stood among them in fields of its own, are as in bodies.json."""
    assert read(name) == AGREED[name]
