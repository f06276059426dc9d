"""Invented pages in the conventions that outlets use: what each says must be read as it was agreed."""

import json

import pytest

from tests.golden.normalize.pages import CASES, EXPECTED, read

AGREED = json.loads(EXPECTED.read_text("utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_what_a_page_says_is_read(name: str) -> None:
    """Every field but the text, and where it comes from, is as in expected.json."""
    assert read(name) == AGREED[name]
