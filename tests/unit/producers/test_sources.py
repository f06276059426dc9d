"""The source table."""

from datetime import timedelta
from pathlib import Path

import pytest

from dateline.errors import SettingsError, UsageError
from producers import sources

GOOD = """
# whom we ask
sources:
  - id: harbour-post
    name: The Harbour Post
    homepage: https://www.harbourpost.example
    country: GB
    language: en-GB
    timezone: Europe/London
    tags: [local, sea]
    feeds:
      - https://www.harbourpost.example/rss.xml
    interval: 5m
    politeness:
      delay: 2
      budget: 100
    rights: {licence: CC-BY-4.0, notes: name the paper}
"""
OTHER = "sources:\n- {id: other, name: Other, feeds: [https://other.example/rss]}\n"


def _load(tmp_path: Path, text: str) -> tuple[sources.Source, ...]:
    path = tmp_path / "sources.yaml"
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
    assert (source.delay, source.politeness.budget, str(source.rights)) == (
        2,
        100,
        "CC-BY-4.0; name the paper",
    )
    assert source.tags == ("local", "sea")
    assert sources.of_feed([source], "https://www.HARBOURPOST.example/rss.xml#x") is source


def test_words_stay_words(tmp_path: Path) -> None:
    """Norway is a country and no "no", as in YAML 1.2; so is a name that looks like a time of day."""
    (source,) = _load(tmp_path, OTHER.replace("name: Other", "name: 12:30, country: NO, language: no"))
    assert (source.name, source.country, source.language) == ("12:30", "NO", "no")


def test_a_folder_is_one_table(tmp_path: Path) -> None:
    """Of all YAML files in it, at any depth, but hidden ones; an id may stand in one of them only."""
    (tmp_path / "north").mkdir()
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "north" / "b.yml").write_text(OTHER)
    (tmp_path / ".draft.yaml").write_text("not: a table")
    (tmp_path / "README.md").write_text("not a table")
    assert [source.id for source in sources.load(tmp_path)] == ["harbour-post", "other"]
    (tmp_path / "north" / "c.yaml").write_text(OTHER)
    with pytest.raises(SettingsError, match=r"b\.yml, .*c\.yaml: other: there are 2 sources"):
        sources.load(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: harbour-post", "id: Harbour Post", "4: source 'Harbour Post': id: expected lower-case"),
        ("    name: The Harbour Post\n", "", "4: source 'harbour-post': name: is missing"),
        (
            "The Harbour Post",
            "1843",
            "5: source 'harbour-post': name: expected str, got int: put it in quotes",
        ),
        ("country: GB", "country: UK", "7: source 'harbour-post': country: expected .*ISO 3166.*'UK'"),
        ("country: GB", "contry: GB", "7: .*contry: there is no such field; expected one of id, name"),
        ("en-GB", "english", "8: .*language: expected a tag of BCP 47.*'english'"),
        ("Europe/London", "London", "9: .*timezone: expected an IANA name.*'London'"),
        ("5m", "often", "13: .*interval: .*as in 10m; got 'often'"),
        ("5m", "0m", "13: .*interval"),
        (
            "https://www.harbourpost.example/rss.xml",
            "ftp://x/rss",
            r"12: .*feeds\[0\]: ftp://x/rss: expected",
        ),
        ("    feeds:\n      - https://www.harbourpost.example/rss.xml\n", "", "neither feeds nor sitemaps"),
        ("delay: 2", "delay: -1", r"15: .*politeness.delay: expected float >= 0"),
        ("budget: 100", "bugdet: 1", "16: .*politeness.bugdet: .*expected one of delay, concurrency, budget"),
        ("sources:", "source:", "expected one key `sources`"),
        ("country: GB", "id: again", "line 7, column 5: `id` stands twice"),
        ("country: GB", "country: [GB", "not YAML: line"),
        ("country: GB", "country: !!python/name:os.system", "line 7, column 14: tags"),
    ],
)
def test_a_wrong_entry_is_named_with_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    """The message leads to the file, the line, the source and the field, with what was expected and what came."""
    assert old in GOOD
    with pytest.raises(SettingsError, match=rf"sources\.yaml.*{said}"):
        _load(tmp_path, GOOD.replace(old, new, 1))


def test_two_sources_cannot_share_an_id(tmp_path: Path) -> None:
    """Their articles would mix."""
    with pytest.raises(SettingsError, match="other: there are 2 sources"):
        _load(tmp_path, OTHER + OTHER.partition("\n")[2])


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """One line each, so that a table is mended in one go."""
    wrong = GOOD.replace("Europe/London", "London").replace("5m", "often") + "  - id: b\n"
    with pytest.raises(SettingsError) as raised:
        _load(tmp_path, wrong)
    assert [line.partition(": source ")[2][:20] for line in str(raised.value).splitlines()] == [
        "'harbour-post': time",
        "'harbour-post': inte",
        "'b': name: is missin",
    ]
    with pytest.raises(SettingsError) as raised:
        _load(
            tmp_path,
            "sources:\n  - id: Weir\n    feeds: x\n    interval: often\n    each: 3m\n    politeness: {delay: -1}\n",
        )
    assert [line.split(": ")[3] for line in str(raised.value).splitlines()] == [
        "name",
        "id",
        "feeds",
        "each",
        "politeness.delay",
        "interval",
    ]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "sources:\n", "sources: []\n"])
def test_a_table_may_be_empty(tmp_path: Path, text: str) -> None:
    """Nothing is polled then."""
    assert _load(tmp_path, text) == ()


def test_a_missing_table_says_which_switch_names_it(tmp_path: Path) -> None:
    """DATELINE_INGEST_SOURCES."""
    with pytest.raises(SettingsError, match="DATELINE_INGEST_SOURCES"):
        sources.load(tmp_path / "none.yaml")


def test_an_unknown_source_points_at_the_list(tmp_path: Path) -> None:
    """`dateline sources list`."""
    with pytest.raises(UsageError, match="dateline sources list"):
        sources.by_id(_load(tmp_path, GOOD), "harbour")
