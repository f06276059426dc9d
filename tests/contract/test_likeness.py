"""Search by meaning and more like this, on real Elasticsearch with the model's own vectors."""

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
from dateline.settings import Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates
from schemas.elastic import Names
from schemas.records import CopyOf
from tests.environ import environ
from tests.unit.enrich.articles import version

TEXTS = (
    ("Ferry catches fire off Saltmarsh", "A ferry with 200 passengers burned at sea. The ship was towed into the harbour."),
    ("Passenger ship burns at sea", "Flames broke out on a passenger ship in the strait. Boats rescued all passengers."),
    ("Rovers win the cup final", "The football team scored three goals. Fans sang in the stadium until midnight."),
    ("Bank raises interest rates", "The central bank raised interest rates by a quarter of a point to fight inflation."),
    ("Ferry catches fire off Saltmarsh, says agency", "A ferry with 200 passengers burned at sea. The ship was towed into the harbour."),
)  # fmt: skip


@pytest.fixture
def client(settings: Settings) -> Iterator[Elasticsearch]:
    """Two reports of a fire at sea in different words, a copy of the first, and two on other matters."""
    made = elastic.client(settings)
    apply_templates(made, settings)
    versions = [
        msgspec.structs.replace(
            version(text, number=number),
            headline=headline,
            kicker=None,
            source=("post", "courier")[number % 2],
        )
        for number, (headline, text) in enumerate(TEXTS, start=1)
    ]
    origin = CopyOf(
        article_id="a1",
        version_id="v1",
        source="courier",
        url="https://gazette.example/1",
        containment_here=1,
        containment_there=1,
        score=1,
    )
    versions[-1] = msgspec.structs.replace(versions[-1], copy_of=origin)
    for article in enrich(versions, without=("names", "quotes", "keywords", "topics", "summary")):
        ElasticIndexSink(made).write(actions(article, Names(settings.namespace)))
    made.indices.refresh(index=f"{settings.namespace}-*")
    yield made
    made.close()


def _run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environ(settings), catch_exceptions=False)


def _ids(settings: Settings, *arguments: str) -> list[str]:
    result = _run(settings, *arguments, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    return [hit["id"] for hit in (found["hits"] if isinstance(found, dict) else found)]


def test_a_hybrid_search_finds_what_means_the_same(client: Elasticsearch, settings: Settings) -> None:
    """Where the words find one report, the other comes behind it, and nothing that has nothing to do with it."""
    assert _ids(settings, "search", "ferry fire", "--exact", "--all") == ["a1", "a5"]
    found = _ids(settings, "search", "ferry fire", "--hybrid", "--all")
    assert (set(found[:2]), found[2:]) == ({"a1", "a5"}, ["a2"])


def test_a_hybrid_search_shows_a_text_once(client: Elasticsearch, settings: Settings) -> None:
    """By the one that fits best, with its copies counted."""
    result = _run(settings, "search", "ferry fire", "--hybrid", "--json")
    found = json.loads(result.stdout)
    first, second = found["hits"]
    assert {first["id"], second["id"]} in ({"a1", "a2"}, {"a5", "a2"})
    assert (found["total"], first["also"]["copies"], second["also"]["copies"]) == (2, 1, 0)


def test_fields_and_filters_hold_for_what_is_found_by_meaning(
    client: Elasticsearch, settings: Settings
) -> None:
    """A field in the query, what must not be there, and an option: each narrows both lists."""
    assert _ids(settings, "search", "ferry fire source:post", "--hybrid") == ["a2"]
    assert _ids(settings, "search", "ferry fire", "--source", "post", "--hybrid") == ["a2"]
    assert _ids(settings, "search", "ferry fire -agency is:original", "--hybrid") == ["a1", "a2"]
    assert _ids(settings, "search", "source:post", "--hybrid") == _ids(settings, "search", "source:post")
    assert _run(settings, "search", "(ferry", "--hybrid").exit_code == 2


def test_pages_of_a_hybrid_search_follow_each_other(client: Elasticsearch, settings: Settings) -> None:
    """The second page goes on where the first ended."""
    whole = _ids(settings, "search", "ferry fire", "--hybrid")
    pages = [
        *_ids(settings, "search", "ferry fire", "--hybrid", "--size", "2"),
        *_ids(settings, "search", "ferry fire", "--hybrid", "--size", "2", "--page", "2"),
    ]
    assert pages == whole


def test_more_like_this(client: Elasticsearch, settings: Settings) -> None:
    """Another report of the event; the same text elsewhere only if asked for."""
    assert _ids(settings, "similar", "a1") == ["a2"]
    assert _ids(settings, "similar", "https://gazette.example/5") == ["a2"]
    assert set(_ids(settings, "similar", "a1", "--copies")) == {"a2", "a5"}
    assert _run(settings, "similar", "a3").exit_code == 1
    assert _run(settings, "similar", "nothing").exit_code == 1
