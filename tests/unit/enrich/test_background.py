"""Keywords against what an archive's other articles say."""

from pathlib import Path

import msgspec
import pytest

from consumers.enrich import configured, enrich
from consumers.enrich.background import Backgrounds, count, load
from dateline.errors import SettingsError
from dateline.settings import EnrichSettings, Settings
from tests.unit.enrich.articles import article

# an archive in which every article speaks of the harbour
HARBOUR_TOWN = [
    article(f"The harbour was busy again, said pilot number {number} as boats came in.", headline="Harbour")
    for number in range(120)
]
TEXT = (
    "The harbour will get a lighthouse. The harbour has never had a lighthouse.",
    "A lighthouse is what the harbour needs, and the lighthouse keeper agrees with the harbour board.",
)


@pytest.fixture(scope="module")
def counted() -> Backgrounds:
    """What the archive's words count."""
    return count(HARBOUR_TOWN)


def test_what_every_article_says_is_no_keyword_of_one(counted: Backgrounds) -> None:
    """In a harbour town's paper the lighthouse stands out, not the harbour that is said as often."""
    made = article(*TEXT, headline="A light for the harbour")
    without = ("names", "quotes")
    (plain,) = enrich([made], without=without)
    (against,) = enrich([made], without=without, backgrounds=counted)
    assert plain.keywords[0] == "harbour"
    assert against.keywords[0] == "lighthouse"
    assert counted.version in against.enrichments["keywords"]
    assert counted.version not in plain.enrichments["keywords"]


def test_counting_again_gives_the_same_version(counted: Backgrounds) -> None:
    """The version names the counts, not the moment; other articles give another."""
    assert count(reversed(HARBOUR_TOWN)) == counted
    assert count(HARBOUR_TOWN[1:]).version != counted.version


def test_too_few_articles_say_nothing(counted: Backgrounds) -> None:
    """A language of which a hundred articles were not seen has no background."""
    assert counted.of("en") is not None
    assert count(HARBOUR_TOWN[:50]).of("en") is None
    assert counted.of("fr") is None


def test_the_settings_name_it(counted: Backgrounds, tmp_path: Path) -> None:
    """The stage reads the file at its start, and says what is wrong with one that is none."""
    path = tmp_path / "background.json"
    path.write_bytes(msgspec.json.encode(counted))
    assert load(path) == counted
    configured(Settings(enrich=EnrichSettings(background=str(path))))
    path.write_text("{}")
    with pytest.raises(SettingsError, match=r"enrich\.background: expected a file of `dateline background`"):
        configured(Settings(enrich=EnrichSettings(background=str(path))))


def test_a_mistyped_switch_in_the_settings_is_an_error() -> None:
    """Nothing is left on that should be off."""
    with pytest.raises(SettingsError, match=r"enrich\.without: .*'topic'.*there are language, names"):
        configured(Settings(enrich=EnrichSettings(without=("topic",))))
