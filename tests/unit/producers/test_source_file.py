"""The source table, changed by program."""

from pathlib import Path

import pytest

from dateline.errors import SettingsError, UsageError
from producers import source_file, sources
from producers.sources import Source

TABLE = """# ours
sources:

  # the first
  - id: old   # since 2019
    name: 'Old'
    feeds:
      - https://old.example/rss   # all of it
      - https://old.example/sport

  - {id: flow, name: Flow, feeds: [https://flow.example/rss]}   # in one line

  # the last
  - id: last
    name: Last
    feeds: [https://last.example/rss]
# the end
"""
WHY = "moved for good to https://old.example/feed (2026-11-24)"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table with comments, quotes and two styles."""
    path = tmp_path / "sources.yaml"
    path.write_text(TABLE)
    return path


def _differs(path: Path) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    before, after = TABLE.splitlines(), path.read_text().splitlines()
    return [line for line in before if line not in after], [line for line in after if line not in before]


def test_an_address_that_moved_is_replaced_where_it_stands(table: Path) -> None:
    """Nothing else changes, and the old address stays on record."""
    source_file.change(
        table,
        "old",
        lambda s: source_file.moved(s, "https://old.example/rss", "https://old.example/feed", WHY),
    )
    went, came = _differs(table)
    assert went == ["      - https://old.example/rss   # all of it"]
    assert came == [
        "      - https://old.example/feed  # all of it",
        "    retired:",
        f"      https://old.example/rss: {WHY}",
    ]
    assert sources.load(table)[0].retired == {"https://old.example/rss": WHY}


def test_an_address_that_moved_onto_another_one_is_not_asked_twice(table: Path) -> None:
    """The table then has it once."""
    after = source_file.change(
        table,
        "old",
        lambda s: source_file.moved(s, "https://old.example/rss", "https://old.example/sport", WHY),
    )
    assert after.feeds == ("https://old.example/sport",)


def test_a_source_without_any_address_left_is_disabled(table: Path) -> None:
    """With the reason; one that has others goes on without the one that is gone."""
    for address, disabled in (("rss", None), ("sport", "https://old.example/sport: HTTP 410")):
        url = f"https://old.example/{address}"
        after = source_file.change(table, "old", lambda s, url=url: source_file.gone(s, url, "HTTP 410"))
        assert after.disabled == disabled
    assert sources.load(table)[0].listings == ()


@pytest.mark.parametrize("name", ["old", "flow", "last"])
def test_what_was_disabled_and_enabled_again_is_as_it_was(table: Path, name: str) -> None:
    """Whatever the style of the entry; no comment is lost meanwhile."""
    source_file.change(table, name, lambda s: sources.replaced(s, disabled="closed: down"))
    assert sources.by_id(sources.load(table), name).disabled == "closed: down"
    comments = ("# ours", "# the first", "# since 2019", "# in one line", "# the last", "# the end")
    assert all(comment in table.read_text() for comment in comments)
    source_file.change(table, name, lambda s: sources.replaced(s, disabled=None))
    assert table.read_text().split() == TABLE.split()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# ours\n",
        "sources:\n",
        "sources: []\n",
        "sources: [{id: a, name: A, feeds: [http://a.example/]}]",
        TABLE,
    ],
)
def test_an_entry_is_appended_to_any_table(tmp_path: Path, text: str) -> None:
    """Made if it is not there; a name that YAML would take for something else is quoted."""
    path = tmp_path / "sources.yaml"
    if text:
        path.write_text(text)
    before = sources.load(path) if text else ()
    new = Source(id="new", name="12", country="NO", feeds=("https://new.example/rss",))
    source_file.add(path, new)
    assert sources.load(path) == (*before, new)
    assert all(line in path.read_text() for line in text.splitlines() if line.startswith("#"))


def test_a_folder_gets_a_file_for_each_source(tmp_path: Path) -> None:
    """And a source is changed in the file that it stands in."""
    (tmp_path / "ours.yaml").write_text(TABLE)
    source_file.add(tmp_path, Source(id="new", name="New", feeds=("https://new.example/rss",)))
    assert (tmp_path / "ours.yaml").read_text() == TABLE
    source_file.change(tmp_path, "new", lambda s: sources.replaced(s, disabled="x"))
    assert sources.load(tmp_path / "new.yaml")[0].disabled == "x"


def test_what_is_taken_or_wrong_is_not_written(table: Path) -> None:
    """An id, an address of another source, a country that there is none."""
    for wrong, said in (
        (Source(id="old", name="X", feeds=("https://x.example/",)), "choose another --id"),
        (Source(id="x", name="X", feeds=("https://old.example/rss#a",)), "belongs to source 'old'"),
        (Source(id="x", name="X", country="UK", feeds=("https://x.example/",)), "country"),
    ):
        with pytest.raises(UsageError, match=said):
            source_file.add(table, wrong)
    assert table.read_text() == TABLE


def test_a_table_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """Where there can be no such file, or the table is mounted to be read only."""
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be written"):
        source_file.add(
            tmp_path / "file" / "sources.yaml", Source(id="x", name="X", feeds=("http://x.example/",))
        )
