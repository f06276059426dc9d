"""docs/alerts.md shows what there is."""

import re
from pathlib import Path

import msgspec

from dateline.alerts.definition import Alert, parse

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "alerts.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.M)


def test_the_file_that_is_shown_is_one() -> None:
    """It can be copied as it stands."""
    (shown,) = _blocks("yaml")
    assert [alert.over for alert in parse(shown, "alerts.yaml")] == [
        "articles",
        "changes",
        "quotes",
        "changes",
    ]


def test_every_field_has_a_row() -> None:
    """And no other."""
    rows = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.M))
    assert rows == {field.encode_name for field in msgspec.structs.fields(Alert)}


def test_the_check_that_is_shown_is_that_of_the_receiver() -> None:
    """What the page shows runs in the tests, as a part of docs/clients/receive.py."""
    (shown,) = _blocks("python")
    assert shown in (DOCS / "clients/receive.py").read_text("utf-8")
