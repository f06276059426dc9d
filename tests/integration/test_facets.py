"""What articles found have in common, counted by a real Elasticsearch."""

import uuid
from collections.abc import Iterator
from contextlib import closing

import msgspec
import pytest
from elasticsearch import Elasticsearch

from consumers.index.documents import actions
from dateline import elastic
from dateline.archive import Archive
from dateline.browse import Browser
from dateline.embedded import Endpoints
from dateline.facets import Span, Value
from dateline.settings import ElasticSettings, Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates
from schemas.elastic import Names
from schemas.records import GeoPlace, GeoPoint
from tests.archive import BOATS

NAMESPACE = f"t{uuid.uuid4().hex[:10]}"
AGAIN = msgspec.structs.replace(BOATS.quotes[0], text="Not one more,")
LISBON = GeoPlace(name="Lisbon", kind="city", country="PT", location=GeoPoint(lat=38.75, lon=-9.125))
PORTUGAL = GeoPlace(name="Portugal", kind="country", country="PT")
TALK = msgspec.structs.replace(BOATS, quotes=(*BOATS.quotes, AGAIN), places=(LISBON, PORTUGAL))
OTHER = msgspec.structs.replace(
    BOATS,
    id="a9" * 16,
    version_id="b9" * 16,
    url="https://courier.example/pier",
    language="de",
    quotes=(),
    places=(LISBON,),
)


@pytest.fixture(scope="module")
def client(endpoints: Endpoints) -> Iterator[Elasticsearch]:
    """An archive of two articles, one of which quotes somebody twice."""
    settings = Settings(namespace=NAMESPACE, elastic=ElasticSettings(url=endpoints.elastic_url))
    with closing(elastic.client(settings)) as client:
        apply_templates(client, settings)
        writes = [write for one in (TALK, OTHER) for write in actions(one, Names(NAMESPACE))]
        assert {one.status for one in ElasticIndexSink(client).write(writes)} == {"written"}
        Archive(client, NAMESPACE).refresh()
        yield client


@pytest.mark.parametrize("articles", [2, 5_000, 100_000])
def test_each_value_counts_articles(client: Elasticsearch, articles: int) -> None:
    """Who speaks twice in an article counts once; the counts are the same however many articles were thought to be found."""
    found = Browser(client, NAMESPACE).facets("boats", articles)
    assert found.speakers == (Value("Odo Fennick", 1),)
    assert found.people == (Value("Odo Fennick", 2),)
    assert found.sources == (Value("courier", 2),)
    assert set(found.languages) == {Value("en", 1), Value("de", 1)}
    assert found.histogram == (Span(start="2026-03-02", count=2),)


def test_places_with_a_point_are_on_the_map(client: Elasticsearch) -> None:
    """Each with the number of articles that name it, where it lies; a page of results has them among its facets."""
    found = Browser(client, NAMESPACE).page("boats", facets=True).facets
    assert found
    assert [(spot.name, spot.count, round(spot.lat, 2), round(spot.lon, 3)) for spot in found.spots] == [
        ("Lisbon", 2, 38.75, -9.125)
    ]


def test_nothing_found_has_nothing_in_common(client: Elasticsearch) -> None:
    """A search that finds no article has empty facets."""
    assert Browser(client, NAMESPACE).page("unheard-of", facets=True).facets == Browser(
        client, NAMESPACE
    ).facets("unheard-of", 0)


def test_an_archive_knows_its_languages(client: Elasticsearch) -> None:
    """Those of its articles that have an analyzer; none where there is no article."""
    assert Archive(client, NAMESPACE).languages() == {"de", "en"}
    assert Archive(client, f"{NAMESPACE}x").languages() == set()
