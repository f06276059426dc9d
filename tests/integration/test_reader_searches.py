"""Searches that the reader keeps for everyone: who may keep them, where they stand, how they are followed."""

import re
import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from litestar.testing import TestClient
from lxml import etree

from dateline import elastic
from dateline.embedded import Endpoints
from dateline.errors import UsageError
from dateline.searches import Searches
from dateline.settings import ElasticSettings, KafkaSettings, Settings
from reader.access import Access
from tests.archive import BOATS, fill
from tests.conftest import forget
from tests.integration.test_reader import page, serve, text

Reader = TestClient[Any]
OPERATE = "operates-91cc"


@pytest.fixture(scope="module")
def archive(endpoints: Endpoints) -> Iterator[Settings]:
    """Settings of a namespace with the small archive."""
    found = Settings(
        namespace=f"t{uuid.uuid4().hex[:10]}",
        kafka=KafkaSettings(bootstrap_servers=endpoints.kafka_bootstrap),
        elastic=ElasticSettings(url=endpoints.elastic_url),
    )
    with closing(elastic.client(found)) as client:
        fill(client, found)
    yield found
    forget(found)


@pytest.fixture
def reader(archive: Settings) -> Iterator[Reader]:
    """A reader that somebody may operate, as a browser without cookies meets it."""
    with serve(archive, Access(operate=(OPERATE,))) as served:
        yield served


def kept(reader: Reader) -> dict[str, Any]:
    return {one["id"]: one for one in reader.get("/api/v1/searches").json()}


def log_in(reader: Reader, next_page: str = "/searches") -> str:
    """What forms of this session must send along."""
    shown = reader.post("/login", data={"token": OPERATE, "next": next_page})
    assert shown.url.path == next_page.partition("?")[0]
    found = re.search(r'name="form_token" value="([^"]+)"', reader.get("/search?q=boats").text)
    assert found
    return found[1]


def test_a_search_is_kept_for_everyone(reader: Reader) -> None:
    """Saved under a name, it stands on the search page, the front page and its own, and in the API, until it is removed."""
    asked = {
        "name": " Boats, lost ",
        "q": "boats source:courier",
        "sort": "newest",
        "form_token": log_in(reader),
    }
    saved = reader.post("/searches/save", data=asked)
    assert str(saved.url).endswith("/search?q=boats+source%3Acourier&sort=newest")
    for path in ("/", "/search", "/searches"):
        (link,) = page(reader, path).xpath("//a[normalize-space()='Boats, lost']/@href")
        assert link == "/search?q=boats+source%3Acourier&sort=newest"
    (row,) = page(reader, "/searches").xpath("//tbody/tr[th='Boats, lost']")
    assert [text(one) for one in row.xpath("td")][:3] == ["boats source:courier", "1", "0"]
    assert kept(reader)["boats-lost"]["order"] == "newest"
    reader.post("/searches/save", data=asked | {"q": "boats"})  # the same name again: replaced
    assert kept(reader)["boats-lost"]["query"] == "boats"
    removed = reader.post("/searches/remove", data={"id": "boats-lost", "form_token": asked["form_token"]})
    assert "Boats, lost" not in removed.text
    assert "boats-lost" not in kept(reader)


def test_a_saved_search_is_followed(reader: Reader) -> None:
    """Its feeds have its name and its newest articles; of one that is not there, 404."""
    asked = {"name": "Boats", "q": "boats source:courier", "form_token": log_in(reader)}
    reader.post("/searches/save", data=asked)
    atom = etree.fromstring(reader.get("/feeds/saved.atom?id=boats").content)
    titles = atom.xpath("//*[local-name()='title']/text()")
    assert titles == ["Dateline: Boats", BOATS.headline]
    feed = reader.get("/feeds/saved.json?id=boats").json()
    assert [one["title"] for one in feed["items"]] == [BOATS.headline]
    assert reader.get("/feeds/saved.atom?id=nothing").status_code == 404


@pytest.mark.parametrize("sent", [{}, {"form_token": "forged"}])
def test_nobody_else_keeps_or_removes_one(reader: Reader, sent: dict[str, str]) -> None:
    """Without a session, or with a form of another site, nothing is written; a token alone does not do either."""
    log_in(reader)
    for path, form in (("/searches/save", {"name": "x", "q": "x"}), ("/searches/remove", {"id": "x"})):
        assert reader.post(path, data=form | sent).status_code == 403
        assert reader.post(path, data=form | sent, auth=("x", OPERATE)).status_code == 403
    reader.cookies.clear()
    assert "form_token" not in reader.get("/search?q=boats").text
    assert "x" not in kept(reader)


@pytest.mark.parametrize(
    ("name", "query", "words"),
    [("!", "boats", "name"), ("n" * 81, "boats", "name"), ("x", "(boats", "not closed"), ("x", " ", "query")],
)
def test_what_cannot_be_kept_is_refused(reader: Reader, name: str, query: str, words: str) -> None:
    """Names and queries that cannot be are answered with the reason (400)."""
    sent = reader.post("/searches/save", data={"name": name, "q": query, "form_token": log_in(reader)})
    assert (sent.status_code, words in sent.text) == (400, True)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_logging_in_leads_to_pages_of_this_reader_alone(reader: Reader, elsewhere: str) -> None:
    """Whatever the address says, nobody is sent to another site after showing a token."""
    sent = reader.post("/login", data={"token": OPERATE, "next": elsewhere}, follow_redirects=False)
    assert sent.headers["location"] == "/pipeline"


def test_two_writers_do_not_lose_a_search(archive: Settings) -> None:
    """Who writes over what another wrote in the meantime is told, and nothing is overwritten unseen."""
    with closing(elastic.client(archive)) as client:
        ours, theirs = (Searches(client, archive.namespace) for _ in range(2))
        ours.save("tide", "high water")
        read = ours._index.get

        def late(*asked: Any, **more: Any) -> Any:
            found = read(*asked, **more)
            theirs.save("tide", "low water")
            return found

        ours._index.get = late  # type: ignore[method-assign]  # another writer comes between reading and writing
        with pytest.raises(UsageError, match="somebody else"):
            ours.save("tide", "spring tide")
        found = theirs.get("tide")
        assert found
        assert found.query == "low water"
