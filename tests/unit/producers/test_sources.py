"""The source table."""

from datetime import timedelta
from pathlib import Path

import pytest

from dateline.errors import SettingsError, UsageError
from producers import sources

GOOD = """
[[source]]
id = "harbour-post"
name = "The Harbour Post"
homepage = "https://www.harbourpost.example"
feeds = ["https://www.harbourpost.example/rss.xml"]
country = "GB"
language = "en"
timezone = "Europe/London"
interval = "5m"
rights = "Copyright The Harbour Post"
delay = 2
"""


def _load(tmp_path: Path, text: str) -> tuple[sources.Source, ...]:
    path = tmp_path / "sources.toml"
    path.write_text(text)
    return sources.load(path)


def test_a_good_table_is_read(tmp_path: Path) -> None:
    """Every field arrives."""
    (source,) = _load(tmp_path, GOOD)
    assert (source.id, source.timezone, source.every) == (
        "harbour-post",
        "Europe/London",
        timedelta(minutes=5),
    )
    assert sources.of_feed([source], "https://www.HARBOURPOST.example/rss.xml#x") is source


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "harbour-post"', 'id = "Harbour Post"', "entry 1.*id"),
        ('name = "The Harbour Post"', "", "harbour-post.*name"),
        ('country = "GB"', 'country = "Britain"', "harbour-post.*country"),
        ('country = "GB"', 'contry = "GB"', "harbour-post.*contry"),
        ("Europe/London", "London", "harbour-post: timezone: 'London'.*IANA"),
        ('"5m"', '"often"', "harbour-post: interval: .*as in 10m.*often"),
        ('"5m"', '"0m"', "harbour-post: interval"),
        ("https://www.harbourpost.example/rss.xml", "ftp://x/rss", "harbour-post: ftp://x/rss: expected"),
        (
            'feeds = ["https://www.harbourpost.example/rss.xml"]',
            "",
            "harbour-post: neither feeds nor sitemaps",
        ),
        ("delay = 2", "delay = -1", "harbour-post.*delay"),
        ("[[source]]", "[[sources]]", "sources"),
        ("delay = 2", "delay = ", "cannot be read as TOML"),
    ],
)
def test_a_wrong_entry_is_named_with_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    """The message leads to the file, the source and the field."""
    assert old in GOOD
    with pytest.raises(SettingsError, match=f"sources.toml.*{said}"):
        _load(tmp_path, GOOD.replace(old, new))


def test_two_sources_cannot_share_an_id(tmp_path: Path) -> None:
    """Their articles would mix."""
    with pytest.raises(SettingsError, match="harbour-post: there are 2 sources"):
        _load(tmp_path, GOOD + GOOD)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """So that a table is mended in one go."""
    with pytest.raises(SettingsError, match=r"(?s)timezone.*interval"):
        _load(tmp_path, GOOD.replace("Europe/London", "London").replace('"5m"', '"often"'))


def test_a_missing_table_says_which_switch_names_it(tmp_path: Path) -> None:
    """DATELINE_INGEST_SOURCES."""
    with pytest.raises(SettingsError, match="DATELINE_INGEST_SOURCES"):
        sources.load(tmp_path / "none.toml")


def test_an_unknown_source_points_at_the_list(tmp_path: Path) -> None:
    """`dateline sources list`."""
    with pytest.raises(UsageError, match="dateline sources list"):
        sources.by_id(_load(tmp_path, GOOD), "harbour")
