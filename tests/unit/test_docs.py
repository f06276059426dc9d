"""The documentation names what there is."""

import re
from pathlib import Path

import pytest

from dateline.cli import COMMANDS
from dateline.query import FIELDS
from dateline.settings import SECRETS, variables

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]


def test_every_setting_is_documented() -> None:
    """docs/settings.md has a row for each variable, and none for what is no setting; secrets are called so."""
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(DATELINE_\w+)` \| `?([\w.]+)`?", page, re.MULTILINE))
    assert rows == variables()
    for variable, setting in rows.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{variable}`"))
        assert ("environment only" in row) is (setting in SECRETS), variable


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link in a page names a file that exists."""
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path) -> None:
    """A `dateline X` in a page is a command that there is."""
    named = set(
        re.findall(
            r"(?:`|\.venv/bin/|^    )dateline ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    assert named <= set(COMMANDS)


def test_every_search_field_is_documented() -> None:
    """docs/search.md has a row for each field of the query language, and no other."""
    page = (ROOT / "docs/search.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+):` \|", page, re.MULTILINE) == [str(name) for name in FIELDS]
