"""The reader over a real archive: pages, API, feeds, and what they refuse."""

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from lxml import etree, html

from consumers.deduplicate import diff_articles
from consumers.index.documents import actions
from dateline import elastic, kafka
from dateline.embedded import Endpoints
from dateline.settings import ElasticSettings, KafkaSettings, Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates, apply_topics
from reader.access import Access
from reader.app import create
from reader.library import Library
from reader.live import Live
from reader.operations import Operations
from schemas.elastic import Names
from schemas.records import encode
from schemas.topics import ENRICHED
from tests.archive import BOATS, COPY, HARM, HOSTILE, fill
from tests.samples import enriched

Reader = TestClient[Any]


def serve(settings: Settings, access: Access | None = None, **options: Any) -> Reader:
    library = Library(elastic.client(settings), settings.namespace, diff_articles)
    operations = Operations(settings, library.client)
    made = create(library, Live(settings), operations, access or Access(), **options)
    return TestClient(made, base_url="http://127.0.0.1:8800")


LONG = enriched(
    id="c7" * 16,
    version_id="f1" * 16,
    url="https://courier.example/long",
    month="2026-03",
    paragraphs=tuple(f"Boat number {number} came in." for number in range(200)),
    changes=(),
    quotes=(),
    joined=None,
    copy_of=None,
    previous_id=None,
)
LONGER = msgspec.structs.replace(
    LONG,
    version_id="f2" * 16,
    previous_id=LONG.version_id,
    version_order=LONG.version_order + 1,
    paragraphs=(*LONG.paragraphs[:100], "A whale came in.", *LONG.paragraphs[100:]),
)


@pytest.fixture(scope="module")
def reader(endpoints: Endpoints) -> Iterator[Reader]:
    """A reader of the small archive, as a browser on this machine meets it."""
    settings = Settings(
        namespace=f"t{uuid.uuid4().hex[:10]}",
        kafka=KafkaSettings(bootstrap_servers=endpoints.kafka_bootstrap),
        elastic=ElasticSettings(url=endpoints.elastic_url),
    )
    with closing(elastic.client(settings)) as client:
        fill(client, settings)
    with serve(settings, kept=2.0) as served:
        yield served


def page(reader: Reader, path: str, status: int = 200) -> html.HtmlElement:
    answer = reader.get(path)
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_pages(reader: Reader) -> None:
    """Each page shows what it is for, and every link on it to another page of the reader leads somewhere."""
    seen: set[str] = set()
    pages = [
        "/",
        "/search?q=boats",
        "/changes",
        "/sources",
        "/sources/courier",
        "/people/Odo%20Fennick",
        "/pipeline",
    ]
    pages += [
        f"/articles/{BOATS.id}",
        f"/articles/{BOATS.id}/compare",
        f"/articles/{BOATS.id}/compare?view=side",
    ]
    for path in pages:
        shown = page(reader, path)
        assert shown.xpath("string(.//h1)"), path
        seen |= {
            link for link in shown.xpath("//a/@href | //link/@href | //script/@src") if link.startswith("/")
        }
    assert len(seen) > 20
    for link in seen - {"/api"}:
        assert reader.get(link).status_code == 200, link


def test_an_article_is_read_with_its_history_and_copies(reader: Reader) -> None:
    """Text, times with their zones, quotations, versions and copies stand on the article's page."""
    shown = text(page(reader, f"/articles/{BOATS.id}"))
    for expected in (
        "Four boats return to Saltmarsh",
        "Eleven had sailed before the storm.",
        "By Mara Quill",
        "Published 2 March 2026, 08:00 +01:00",
        "Updated 2 March 2026, 12:50 +01:00",
        "“We had given up on them,” Odo Fennick said at the pier.",
        "What changed",
        "Boats back at Saltmarsh",
    ):
        assert expected in shown
    older = text(page(reader, f"/articles/{BOATS.id}?version=1"))
    assert "Three of the eleven boats" in older
    assert "Version 1 of 2" in older
    assert "courier" in text(page(reader, f"/articles/{COPY.id}"))
    assert "Odo Fennick" in page(reader, f"/articles/{BOATS.id}").xpath(
        "//a[contains(@class, 'person')]/text()"
    )


def test_versions_are_compared_word_by_word(reader: Reader) -> None:
    """What went and what came are marked, inline and side by side."""
    inline = page(reader, f"/articles/{BOATS.id}/compare?from=1&to=2")
    assert {text(one) for one in inline.xpath("//del")} == {"Three"}
    assert {text(one) for one in inline.xpath("//ins")} == {"Four", "2 March 2026, 12:50 +01:00"}
    left, right = page(reader, f"/articles/{BOATS.id}/compare?view=side").xpath(
        "//tr[@class='changed'][1]/td"
    )
    assert (text(left), text(right)) == (
        "headline Three boats return to Saltmarsh",
        "headline Four boats return to Saltmarsh",
    )


def test_searches_are_narrowed_by_facets(reader: Reader) -> None:
    """A facet's link is the search narrowed by it; a chip takes it back."""
    shown = page(reader, "/search?q=boats")
    assert text(shown.xpath("//h2[@id='found']")[0]) == "1 story, 2 articles"
    (link,) = shown.xpath("//summary[text()='Source']/..//a[text()='gazette']/@href")
    narrowed = page(reader, link)
    assert text(narrowed.xpath("//h2[@id='found']")[0]) == "1 article"
    (back,) = narrowed.xpath("//ul[@class='chips']//a/@href")
    assert text(page(reader, back).xpath("//h2[@id='found']")[0]) == "1 story, 2 articles"
    assert "<mark>boats</mark>" in reader.get("/search?q=boats").text


def test_a_story_is_a_single_result_that_leads_to_all_of_it(reader: Reader) -> None:
    """The original, with links to its versions and copies; another choice shows each article, and stays while one narrows."""
    shown = page(reader, "/search?q=boats")
    (hit,) = shown.xpath("//article")
    assert text(hit.xpath(".//h3 | .//h2")[0]) == BOATS.headline
    assert "2 versions · 1 copy at 1 other outlet" in text(hit)
    for words, there in (("2 versions", "Four"), ("1 copy", COPY.headline)):
        (link,) = hit.xpath(f".//a[text()='{words}']/@href")
        assert there in text(page(reader, link))
    (each,) = shown.xpath("//a[text()='article']/@href")
    every = page(reader, each)
    assert len(every.xpath("//article")) == 2
    assert text(every.xpath("//h2[@id='found']")[0]) == "2 articles"
    for link in every.xpath("//*[@class='facet']//a/@href | //p[@class='orders']/a[text()='Newest']/@href"):
        assert "collapse=none" in link
    begin = every.xpath("//form[.//input[@name='from']]//input[@name='collapse']/@value")
    assert begin == ["none"]


def test_where_little_has_all_of_it_the_page_says_so(reader: Reader) -> None:
    """What has some of the words, or misspelt ones, is marked and can be left out."""
    shown = page(reader, "/search?q=boats+Fenick+xylophone")
    assert "Nothing has all of it" in text(shown)
    assert "some of it" in text(shown.xpath("//article")[0])
    (exact,) = shown.xpath("//p[@class='note']/a/@href")
    assert not page(reader, exact).xpath("//article")


@pytest.mark.parametrize(
    "path", ["/", "/search?q=harm", f"/articles/{HARM.id}", "/sources", "/feeds/search.atom"]
)
def test_hostile_text_is_text(reader: Reader, path: str) -> None:
    """Nothing that came with an article becomes an element, a script or a link that runs one."""
    answer = reader.get(path)
    assert answer.status_code == 200
    assert "alert(1)" in answer.text
    assert HOSTILE not in answer.text
    if answer.headers["content-type"].startswith("text/html"):
        shown = html.fromstring(answer.text)
        assert {one.get("src").partition("?")[0] for one in shown.xpath("//script")} == {
            "/static/theme.js",
            "/static/reader.js",
        }
        assert not shown.xpath("//img | //@onerror | //a[starts-with(@href, 'javascript')] | //*[@style]")


def test_answers_forbid_what_they_do_not_need(reader: Reader) -> None:
    """Every answer, errors too, comes with a strict content security policy."""
    for path in (
        "/",
        "/nothing",
        "/search?q=(",
        "/static/style.css",
        "/api/v1/sources",
        "/api/v1/articles/nothing",
    ):
        headers = reader.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'"), path
        assert headers["x-content-type-options"] == "nosniff", path


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/search?q=(boats", 400, "not closed"),
        ("/search?q=colour:red", 400, "the fields are"),
        ("/search?sort=worst", 400, "sort"),
        ("/articles/nothing", 404, "No article"),
        (f"/articles/{BOATS.id}?version=9", 404, "run from 1 to 2"),
        (f"/articles/{COPY.id}/compare", 404, "one version"),
        (f"/articles/{BOATS.id}/compare?version=b9", 404, "no version"),
        pytest.param(f"/articles/{3000 * 'a'}", 404, "No article", id="longer than any id"),
        ("/people/Nobody", 404, "Nobody"),
        ("/sources/nothing", 404, "nothing"),
        ("/nothing", 404, "has the address"),
    ],
)
def test_errors_say_what_is_wrong(reader: Reader, path: str, status: int, words: str) -> None:
    """A page for people with the reason, and the status that fits."""
    assert words in text(page(reader, path, status))


def test_the_api_speaks_json_and_problem_details(reader: Reader) -> None:
    """Articles, versions, diffs, copies, changes, quotations and sources by address; problems as RFC 9457 says."""
    api = "/api/v1"
    found = reader.get(f"{api}/search", params={"q": "boats", "facets": True}).json()
    assert [hit["id"] for hit in found["hits"]] == [BOATS.id]
    assert (found["total"], found["articles"], found["collapse"]) == (1, 2, "story")
    assert found["hits"][0]["also"] == {"versions": 2, "copies": 1, "articles": 1, "outlets": 1}
    assert found["facets"]["sources"][0]["count"] == 1
    every = reader.get(f"{api}/search", params={"q": "boats", "collapse": "none"}).json()
    assert {hit["source"] for hit in every["hits"]} == {"courier", "gazette"}
    some = reader.get(f"{api}/search", params={"q": "boats xylophone"}).json()
    assert (some["loosely"], some["whole"], some["hits"][0]["whole"]) == (True, 0, False)
    assert not reader.get(f"{api}/search", params={"q": "boats xylophone", "exact": True}).json()["hits"]
    assert reader.get(f"{api}/articles/{BOATS.id}").json() == json.loads(encode(BOATS))
    assert [one["status"] for one in reader.get(f"{api}/articles/{BOATS.id}/versions").json()] == [
        "PUBLISHED",
        "UPDATED",
    ]
    assert reader.get(f"{api}/articles/{BOATS.id}/versions/1").json()["headline"].startswith("Three")
    diff = reader.get(f"{api}/articles/{BOATS.id}/diff").json()
    assert {"op": "+", "text": "Four"} in diff["blocks"][1]["pieces"]
    assert diff["changes"][0]["class"] == "number"
    family = reader.get(f"{api}/articles/{COPY.id}/copies").json()
    assert (family["origin"]["id"], family["copies"][0]["id"]) == (BOATS.id, COPY.id)
    alike = reader.get(f"{api}/articles/{COPY.id}/similar").json()
    assert not {BOATS.id, COPY.id} & {one["id"] for one in alike}
    assert reader.get(f"{api}/articles/nothing/similar").status_code == 404
    assert reader.get(f"{api}/changes", params={"class": "number"}).json()[0]["article_id"] == BOATS.id
    assert (
        reader.get(f"{api}/quotes", params={"speaker": "Fennick"}).json()[0]["quote"]["text"]
        == "We had given up on them,"
    )
    assert reader.get(f"{api}/sources/courier").json()["updated"] == 1
    problem = reader.get(f"{api}/search", params={"q": "(boats"})
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == problem.status_code == 400
    assert "not closed" in problem.json()["detail"]


def test_cursors_walk_the_whole_archive_once(reader: Reader) -> None:
    """Pages neither overlap nor miss an article; the last has no cursor; a wrong cursor is a clear problem."""
    seen: list[str] = []
    cursor = None
    every: dict[str, Any] = {"size": 1, "collapse": "none"}
    for _ in range(4):
        found = reader.get("/api/v1/search", params=every | ({"cursor": cursor} if cursor else {})).json()
        seen += [hit["id"] for hit in found["hits"]]
        cursor = found["cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted([BOATS.id, COPY.id, HARM.id])
    assert "cursor" in reader.get("/api/v1/search", params={"cursor": "bm90aGluZw=="}).json()["detail"]
    other = reader.get("/api/v1/search", params=every).json()["cursor"]
    mixed = reader.get("/api/v1/search", params=every | {"q": "boats", "cursor": other})
    assert (mixed.status_code, "cursor" in mixed.json()["detail"]) == (400, True)


def test_what_is_the_same_is_not_sent_again(reader: Reader) -> None:
    """If-None-Match with the ETag of an answer gets 304 and no body."""
    first = reader.get("/api/v1/sources")
    again = reader.get("/api/v1/sources", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_a_tag_is_of_what_is_said_and_not_of_how_it_is_packed(reader: Reader) -> None:
    """A compressed answer holds the second of its making, and would be sent anew each second."""
    packed = reader.get("/api/v1/sources", headers={"Accept-Encoding": "gzip"})
    plain = reader.get("/api/v1/sources", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.headers["etag"] == plain.headers["etag"]


def test_feeds(reader: Reader) -> None:
    """A search and the changes can be subscribed to, as Atom and as JSON Feed."""
    atom = etree.fromstring(reader.get("/feeds/search.atom?q=boats").content)
    spaces = {"a": "http://www.w3.org/2005/Atom"}
    assert atom.xpath("//a:entry/a:title/text()", namespaces=spaces) == [
        "Boats back at Saltmarsh",
        "Four boats return to Saltmarsh",
    ]
    assert all(
        re.fullmatch(r"\S+T\S+[+-]\d\d:\d\d", when)
        for when in atom.xpath("//a:updated/text()", namespaces=spaces)
    )
    items = reader.get("/feeds/changes.json").json()["items"]
    assert items[0]["title"] == "Figure: Four boats return to Saltmarsh"
    assert items[0]["url"].endswith(f"/articles/{BOATS.id}/compare?version={BOATS.version_id}")


def test_only_this_machine_is_served_without_a_token(settings: Settings) -> None:
    """A name that is not this machine's is refused, so that no page from elsewhere can read through it."""
    with serve(settings) as open_reader:
        assert open_reader.get("/sources", headers={"host": "evil.example"}).status_code == 403
        assert open_reader.get("/sources", headers={"host": "localhost:8800"}).status_code == 200
    with serve(settings, hosts=["news.internal"]) as named:
        assert named.get("/sources", headers={"host": "news.internal"}).status_code == 200


def test_a_token_is_asked_of_everyone(settings: Settings) -> None:
    """With a token nothing is shown without it; it is taken as a bearer token and as a browser's password."""
    with serve(settings, Access(read=("s3cret",), open_to_all=False)) as closed:
        refused = closed.get("/sources")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic")
        assert closed.get("/api/v1/sources", headers={"authorization": "Bearer wrong"}).status_code == 401
        assert closed.get("/api/v1/sources", headers={"authorization": "Bearer s3cret"}).status_code == 200
        assert closed.get("/sources", auth=("anyone", "s3cret")).status_code == 200


def test_an_archive_with_nothing_in_it(settings: Settings) -> None:
    """Before anything is indexed, pages say so instead of failing."""
    with serve(settings) as empty:
        for path in (
            "/",
            "/search?q=boats",
            "/changes",
            "/sources",
            "/pipeline",
            "/api/v1/search",
            "/feeds/search.atom",
        ):
            assert empty.get(path).status_code == 200, path


def test_news_are_followed_and_resumed(settings: Settings) -> None:
    """An article enriched while a reader follows is heard; with the last event's id, what came since is heard too."""
    with closing(kafka.admin(settings)) as admin:
        apply_topics(admin, settings)
    live = Live(settings)
    events = live.stream({}, None)
    next(events)  # at the topic's end now
    with closing(kafka.producer(settings)) as producer:
        for article in (BOATS, COPY):
            producer.send(kafka.physical(settings, ENRICHED), key=article.id.encode(), value=encode(article))
        producer.flush()
    heard = list(islice((event for event in events if event.event == "article"), 2))
    assert {json.loads(str(event.data))["id"] for event in heard} == {BOATS.id, COPY.id}
    resumed = live.stream(
        dict(tuple(map(int, pair.split(":"))) for pair in str(heard[0].id).split(",")), None
    )
    missed = next(event for event in resumed if event.event == "article")
    assert json.loads(str(missed.data))["id"] == json.loads(str(heard[1].data))["id"]


def test_without_an_answer_from_elasticsearch(settings: Settings) -> None:
    """A page says which server does not answer (503)."""
    gone = Settings(
        data_dir=settings.data_dir,
        kafka=KafkaSettings(bootstrap_servers="127.0.0.1:1"),
        elastic=ElasticSettings(url="http://127.0.0.1:1"),
    )
    with serve(gone) as served:
        assert "no answer" in text(page(served, "/search?q=x", 503))
        assert served.get("/api/v1/sources").status_code == 503


def test_of_a_long_article_what_is_the_same_folds(settings: Settings) -> None:
    """Into a link that shows all of it, inline and side by side."""
    with closing(elastic.client(settings)) as client:
        apply_templates(client, settings)
        writes = [write for one in (LONG, LONGER) for write in actions(one, Names(settings.namespace))]
        assert {one.status for one in ElasticIndexSink(client).write(writes)} == {"written"}
        client.indices.refresh(index=f"{settings.namespace}-*")
    with serve(settings) as reader:
        for view in ("inline", "side"):
            shown = page(reader, f"/articles/{LONG.id}/compare?view={view}")
            assert "A whale came in." in text(shown)
            assert "Boat number 50" not in text(shown)
            links = [one for one in shown.iter("a") if "paragraphs that are the same" in text(one)]
            assert [text(one).split()[0] for one in links] == ["94", "94"]
            assert "Boat number 50" in text(page(reader, links[0].get("href")))
