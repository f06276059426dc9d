"""`dateline names` on real servers: whom the archive knows, learned by the stage and filed by the index."""

import json
from collections.abc import Iterator

import msgspec
import pytest
from click.testing import CliRunner, Result
from elasticsearch import Elasticsearch

from consumers.enrich import enrich
from consumers.index.documents import actions
from dateline import elastic
from dateline.cli import main
from dateline.names import ElasticNameStore
from dateline.settings import Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates
from schemas.elastic import Names
from tests.environ import environ
from tests.unit.enrich.articles import version
from tests.unit.enrich.test_identities import FULL, SHORT, TORMIS

OTHER = "The singer Maarja Tormis gave a concert in Tartu on Sunday. Tormis sang for two hours."
MOOR = "Minister Ann Moor opened the fair in Riga on Monday. Moor stayed for an hour."
NAMESAKE = "Goalkeeper Ann Moor saved two penalties in Turku on Sunday. Moor was cheered for an hour."


@pytest.fixture
def client(settings: Settings) -> Iterator[Elasticsearch]:
    """A minister in full, the minister by her title, a singer of the same family name, and two people of one full name."""
    made = elastic.client(settings)
    apply_templates(made, settings)
    texts = (("gazette", FULL), ("post", SHORT), ("courier", OTHER), ("gazette", MOOR), ("post", NAMESAKE))
    versions = [
        msgspec.structs.replace(
            version(text, number=number), source=source, published=f"2031-03-0{number}T05:06:07Z"
        )
        for number, (source, text) in enumerate(texts, start=1)
    ]
    memory = ElasticNameStore(made, namespace=settings.namespace)
    names = Names(settings.namespace)
    for article in enrich(versions, without=("keywords", "topics", "summary"), memory=memory):
        ElasticIndexSink(made).write(actions(article, names))
    made.indices.refresh(index=f"{settings.namespace}-*")
    yield made
    made.close()


def _run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environ(settings), catch_exceptions=False)


def test_a_person_is_found_under_every_name(client: Elasticsearch, settings: Settings) -> None:
    """The title's article counts for her, the singer's does not; both come for the family name they share."""
    (found,) = json.loads(_run(settings, "names", "Leena Tormis", "--json").stdout)
    assert (found["id"], found["name"], found["aliases"]) == (TORMIS, "Leena Tormis", ["Tormis"])
    assert found["outlets"] == {"gazette": 1, "post": 1}
    assert (found["first"][:10], found["last"][:10]) == ("2031-03-01", "2031-03-02")
    assert "minister" in found["roles"]
    assert [hit["source"] for hit in found["latest"]] == ["post", "gazette"]
    both = json.loads(_run(settings, "names", "tormis", "--type", "person", "--json").stdout)
    assert [one["name"] for one in both] == ["Leena Tormis", "Maarja Tormis"]


def test_the_command_tells_people_and_says_when_nobody_is_known(
    client: Elasticsearch, settings: Settings
) -> None:
    """For people as lines; by its exit code for scripts."""
    told = _run(settings, "names", "Leena Tormis")
    assert "also    Tormis" in told.stdout
    assert "seen    2 times" in told.stdout
    assert _run(settings, "names", "Nobody Known").exit_code == 1
    assert _run(settings, "names", "…").exit_code == 2


def test_two_people_of_one_full_name_are_told_as_two(client: Elasticsearch, settings: Settings) -> None:
    """Each with the own roles and articles."""
    found = json.loads(_run(settings, "names", "Ann Moor", "--json").stdout)
    told = {one["name"]: (list(one["outlets"]), one["roles"]) for one in found}
    assert set(told) == {"Ann Moor", "Ann Moor (sport)"}
    assert told["Ann Moor"] == (["gazette"], ["minister"])
    assert told["Ann Moor (sport)"] == (["post"], ["goalkeeper"])


def test_search_and_quotations_follow_the_identity(client: Elasticsearch, settings: Settings) -> None:
    """Asking for the full name finds the article that has only the title, and what she said there."""
    found = json.loads(_run(settings, "search", 'person:"Leena Tormis"', "--json").stdout)
    assert {hit["source"] for hit in found["hits"]} == {"gazette", "post"}
    said = json.loads(_run(settings, "quotes", "Leena Tormis", "--json").stdout)
    assert [one["first"]["text"] for one in said] == ["I am sorry for all of it,"]
