"""OPML in and out."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dateline.cli import main
from dateline.errors import UsageError
from producers import opml, sources

LIST = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.1"><head><title>Mine</title></head><body>
<outline text="North">
  <outline text="Harbour Post" xmlUrl="https://www.harbourpost.example/rss" htmlUrl="https://www.harbourpost.example/"
    type="rss" category="/Sea/Ships,local" language="en_GB"/>
  <outline text="Harbour Post: Sport" xmlUrl="https://www.harbourpost.example/sport.xml" htmlUrl="https://harbourpost.example/"/>
  <outline title="Tagesblatt &#220;ber See" xmlUrl="https://feeds.example/tagblatt"/>
</outline>
<outline text="Not a feed" type="link" url="https://x.example/"/>
<outline text="Old" xmlUrl="https://old.example/rss#top"/>
<outline text="Bad" xmlUrl="feed:nowhere"/>
</body></opml>"""
TABLE = "sources:\n- {id: old, name: Old, feeds: [https://old.example/rss]}\n"


def run(table: Path, *arguments: str) -> Result:
    """`dateline sources ...` with this table."""
    return CliRunner().invoke(main, ["sources", *arguments], env={"DATELINE_INGEST_SOURCES": str(table)})


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table that knows one feed of the list."""
    (tmp_path / "list.opml").write_bytes(LIST)
    path = tmp_path / "sources.yaml"
    path.write_text(TABLE)
    return path


def test_a_list_of_feeds_becomes_sources(table: Path) -> None:
    """One for each site, with folders and categories as tags; what is known stays, what is wrong is told."""
    done = run(table, "import", str(table.with_name("list.opml")), "--tag", "new", "--json")
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert said["known"] == ["https://old.example/rss#top"]
    assert [problem.partition(":")[0] for problem in said["problems"]] == ["feed"]
    old, post, tagblatt = sources.load(table)
    assert old.id == "old"
    assert (post.id, post.name, post.language) == ("harbourpost.example", "harbourpost.example", "en-GB")
    assert post.feeds == ("https://www.harbourpost.example/rss", "https://www.harbourpost.example/sport.xml")
    assert post.tags == ("North", "Sea/Ships", "local", "new")
    assert (tagblatt.id, tagblatt.name) == ("tagesblatt-uber-see", "Tagesblatt Über See")


def test_the_same_list_again_adds_nothing(table: Path) -> None:
    """Feeds are known by their address."""
    run(table, "import", str(table.with_name("list.opml")))
    before = table.read_text()
    again = run(table, "import", str(table.with_name("list.opml")), "--json")
    assert json.loads(again.stdout)["added"] == []
    assert table.read_text() == before


def test_a_dry_run_writes_nothing(table: Path) -> None:
    """It says what would be added."""
    done = run(table, "import", str(table.with_name("list.opml")), "--dry-run")
    assert "harbourpost.example" in done.stdout
    assert table.read_text() == TABLE


def test_what_was_exported_comes_in_as_it_was(table: Path, tmp_path: Path) -> None:
    """Feeds, homepage, language and tags; disabled sources stay out unless asked for."""
    run(table, "import", str(table.with_name("list.opml")))
    run(table, "disable", "old", "--reason", "closed down")
    (tmp_path / "out.opml").write_bytes(run(table, "export").stdout_bytes)
    other = tmp_path / "other.yaml"
    assert run(other, "import", str(tmp_path / "out.opml")).exit_code == 0
    kept = [(s.feeds, s.homepage, s.language, s.tags) for s in sources.load(table) if not s.disabled]
    assert [(s.feeds, s.homepage, s.language, s.tags) for s in sources.load(other)] == kept
    assert b"old.example" in run(table, "export", "--all").stdout_bytes


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not XML"),
        (b"<html><body/></html>", "expected OPML with a body; got <html>"),
        (b"<opml><head/></opml>", "expected OPML with a body"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><body><outline text="&a;"/></body></opml>', "refused"),
        (b'<!DOCTYPE o [<!ENTITY f SYSTEM "file:///etc/hostname">]><opml><body>&f;</body></opml>', "refused"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, said: str) -> None:
    """Bombs and files of this machine, too."""
    with pytest.raises(UsageError, match=f"list.opml: .*{said}"):
        opml.read(data, "list.opml")
