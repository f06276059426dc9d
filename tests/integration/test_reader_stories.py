"""Stories in the reader: pages, API and feeds over real Elasticsearch."""

import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from lxml import etree, html

from consumers.index.documents import actions
from consumers.stories import Stories
from consumers.stories.teller import story_id
from dateline import elastic
from dateline.embedded import Endpoints
from dateline.settings import ElasticSettings, KafkaSettings, Settings
from dateline.sink import ElasticIndexSink
from dateline.story_store import ElasticStoryStore
from dateline.topology import apply_templates
from schemas.elastic import Names
from schemas.records import GeoPlace, GeoPoint, Quote
from tests.archive import HOSTILE
from tests.integration.test_reader import serve
from tests.unit.stories.reports import Event

FERRY, BUDGET = Event("ferry"), Event("budget")
STORY = story_id("ferry-1")
PLACE = GeoPlace(name="Skerra", kind="city", country="NO", location=GeoPoint(lat=60.0, lon=5.0), main=True)
SAID = Quote(text="The light was not lit that night", speaker="Tore Ulvang", paragraph=0, start=1, end=9)


@pytest.fixture(scope="module")
def reader(endpoints: Endpoints) -> Iterator[TestClient[Any]]:
    """A reader of two stories: one of three outlets over three days, one of a single and hostile article."""
    settings = Settings(
        namespace=f"t{uuid.uuid4().hex[:10]}",
        kafka=KafkaSettings(bootstrap_servers=endpoints.kafka_bootstrap),
        elastic=ElasticSettings(url=endpoints.elastic_url),
    )
    with closing(elastic.client(settings)) as client:
        apply_templates(client, settings)
        reports = [
            FERRY.report(1, source="post", places=(PLACE,), quotes=(SAID,)),
            FERRY.report(2, hour=25, source="ledger", quotes=(SAID,)),
            FERRY.report(3, hour=50, source="courier"),
            BUDGET.report(1, hour=2, source=HOSTILE, headline=HOSTILE),
        ]
        store = ElasticStoryStore(client, namespace=settings.namespace)
        told = Stories(store).place([(one, one.event_id) for one in reports])
        placed = [
            msgspec.structs.replace(one, story_id=each.story_id)
            for one, each in zip(reports, told, strict=True)
        ]
        writes = [write for one in placed for write in actions(one, Names(settings.namespace))]
        ElasticIndexSink(client).write(writes)
        client.indices.refresh(index=f"{settings.namespace}-*")
    with serve(settings) as served:
        yield served


def page(reader: TestClient[Any], path: str, status: int = 200) -> html.HtmlElement:
    answer = reader.get(path)
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_story_is_read(reader: TestClient[Any]) -> None:
    """Who was first, what came after over the days, what was said, where; its articles' pages lead to it."""
    shown = page(reader, f"/story/{STORY}")
    assert "3 articles of 3 outlets" in text(shown)
    assert "First to report: post" in text(shown)
    assert [text(one)[:4] for one in shown.xpath("//ol[@class='timeline']/li")] == ["post", "ledg", "cour"]
    assert len(shown.xpath("//*[contains(@class, 'histogram')]//*[@class='bar']")) == 3
    assert text(shown.xpath("//blockquote")[0]) == SAID.text
    assert "2 outlets" in text(shown.xpath("//figcaption[@class='meta']")[0])
    assert shown.xpath("//*[contains(@class, 'world')]//*[name()='circle']")
    article = page(reader, "/articles/ferry-2")
    assert f"/story/{STORY}" in article.xpath("//a/@href")
    links = {link for link in shown.xpath("//a/@href | //link/@href") if link.startswith("/")}
    for link in links - {"/api"}:
        assert reader.get(link).status_code == 200, link
    page(reader, "/story/nothing", status=404)


def test_stories_are_listed_by_what_moves_most(reader: TestClient[Any]) -> None:
    """Those of most outlets first, narrowed by words and outlets; what comes from outside is escaped."""
    shown = page(reader, "/stories?since=")
    assert list(shown.xpath("//h3/a/@href")) == [
        f"/story/{STORY}",
        f"/story/{story_id('budget-1')}",
    ]
    assert not shown.xpath("//main//script | //main//img")
    assert HOSTILE in text(shown)
    name = reader.get(f"/api/v1/stories/{STORY}").json()["story"]["names"][0]["name"].split()[1]
    for path in (f"/stories?since=&about={name}", "/stories?since=&outlets=2", "/stories?since=2031-03-05"):
        assert page(reader, path).xpath("//h3/a/@href") == [f"/story/{STORY}"]
    assert page(reader, "/stories?since=2031-03-07").xpath("//h3/a/@href") == []
    assert reader.get("/stories?since=2d").status_code == 200
    assert reader.get("/stories?since=soon").status_code == 400
    assert not page(reader, f"/story/{story_id('budget-1')}").xpath("//main//script | //main//img")


def test_the_api_gives_stories_page_by_page(reader: TestClient[Any]) -> None:
    """A page's cursor leads to the next; a wrong one is refused with its reason."""
    first = reader.get("/api/v1/stories", params={"by": "outlets", "size": 1}).json()
    assert (first["total"], [one["id"] for one in first["stories"]]) == (2, [STORY])
    second = reader.get(
        "/api/v1/stories", params={"by": "outlets", "size": 1, "cursor": first["cursor"]}
    ).json()
    assert [one["origin"]["headline"] for one in second["stories"]] == [HOSTILE]
    whole = reader.get(f"/api/v1/stories/{STORY}").json()
    assert (whole["story"]["outlet_count"], len(whole["told"]["articles"])) == (3, 3)
    begin = reader.get(f"/api/v1/stories/{STORY}/articles", params={"size": 2}).json()
    rest = reader.get(
        f"/api/v1/stories/{STORY}/articles", params={"size": 2, "cursor": begin["cursor"]}
    ).json()
    assert [one["source"] for one in begin["articles"] + rest["articles"]] == ["post", "ledger", "courier"]
    assert reader.get("/api/v1/stories", params={"cursor": "x"}).status_code == 400
    assert reader.get("/api/v1/stories/nothing").headers["content-type"] == "application/problem+json"


def test_stories_have_feeds(reader: TestClient[Any]) -> None:
    """A story's newest articles, and the stories that several outlets tell, as Atom and JSON Feed."""
    atom = etree.fromstring(reader.get(f"/feeds/story.atom?id={STORY}").content)
    authors = atom.findall(".//{http://www.w3.org/2005/Atom}author/{http://www.w3.org/2005/Atom}name")
    assert [one.text for one in authors] == ["courier", "ledger", "post"]
    items = reader.get("/feeds/stories.json").json()["items"]
    assert [one["id"] for one in items] == [f"urn:dateline:story:{STORY}"]
