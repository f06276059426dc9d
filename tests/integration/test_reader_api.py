"""The API on a real server: it keeps what its description promises, and the examples of the documentation run."""

import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as drawn
from lxml import etree
from schemathesis import Case
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from dateline import elastic, kafka
from dateline.embedded import Endpoints
from dateline.settings import ElasticSettings, KafkaSettings, Settings
from dateline.topology import apply_topics
from schemas.ninjs import checked
from tests.archive import BOATS, COPY, fill
from tests.conftest import forget
from tests.reading import served

pytestmark = pytest.mark.servers

ROOT = Path(__file__).parents[2]
EXAMPLES = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs/api.md").read_text("utf-8"), re.DOTALL | re.M)
PRINTED = (
    "2026-03-02T08:00:00+01:00 courier Four boats return to Saltmarsh",
    "gazette kept 90%, not credited",
    "3.1",
    "urn:x-dateline:article:",
)


@pytest.fixture(scope="module")
def api(endpoints: Endpoints, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a reader of the small archive."""
    settings = Settings(
        data_dir=str(tmp_path_factory.mktemp("api")),
        namespace=f"t{uuid.uuid4().hex[:10]}",
        kafka=KafkaSettings(bootstrap_servers=endpoints.kafka_bootstrap),
        elastic=ElasticSettings(url=endpoints.elastic_url),
    )
    with closing(elastic.client(settings)) as client, closing(kafka.admin(settings)) as admin:
        apply_topics(admin, settings)
        fill(client, settings)
    with served(settings) as (address, _):
        yield address
    forget(settings)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # within schemathesis and jsonschema
def test_answers_are_as_the_description_says(api: str) -> None:
    """Whatever is asked, sensible or not: no 5xx, a documented status and type, a body that fits its schema."""
    load_all_checks()
    schema = schemathesis.openapi.from_url(f"{api}/api/openapi.json")
    there = {"article_id": BOATS.id, "name": "Odo Fennick", "source_id": "courier"}
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.endswith("/stream"):
            continue  # has no end

        @seed(7)
        @given(case=operation.as_strategy())
        @drawn(
            max_examples=60,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: Case) -> None:
            nonlocal asked
            asked += 1
            # a query has a grammar of its own, which a schema cannot tell: 400 is right for many a string
            case.call_and_validate(timeout=20, excluded_checks=[positive_data_acceptance])
            for name in there.keys() & case.path_parameters.keys():
                asked += 1
                case.path_parameters[name] = there[name]
                case.call_and_validate(timeout=20, excluded_checks=[positive_data_acceptance])

        ask()
    assert asked > 500


@pytest.mark.parametrize(("example", "printed"), list(zip(EXAMPLES, PRINTED, strict=True)))
def test_examples_run(api: str, example: str, printed: str) -> None:
    """Each example of docs/api.md works against a reader and prints what it is for."""
    written = example.replace("http://127.0.0.1:8800", api)
    done = subprocess.run([sys.executable, "-c", written], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert printed in done.stdout


def test_ninjs_on_request(api: str) -> None:
    """By parameter or by Accept, of the latest version or an older one; the item keeps the standard's rules."""
    address = f"{api}/api/v1/articles/{BOATS.id}"
    by_name = httpx.get(address, params={"format": "ninjs"})
    accepted = httpx.get(address, headers={"accept": "application/ninjs+json"})
    older = httpx.get(f"{address}/versions/1", params={"format": "ninjs"})
    assert checked(by_name.content) == checked(accepted.content)
    assert by_name.headers["content-type"] == "application/ninjs+json"
    assert by_name.headers["vary"].startswith("accept,")
    assert [checked(one.content).headlines[0].value for one in (by_name, older)] == [
        "Four boats return to Saltmarsh",
        "Three boats return to Saltmarsh",
    ]


def test_searches_as_ninjs(api: str) -> None:
    """A page of results is one composite item with the articles whole, and leads to the next by Link, as ninjs too."""
    asked = {"q": "boats", "order": "oldest", "size": "1", "collapse": "none"}
    titles, address = [], str(httpx.URL(f"{api}/api/v1/search", params=asked))
    while address:
        answer = httpx.get(address, headers={"accept": "application/ninjs+json"})
        assert answer.headers["content-type"] == "application/ninjs+json"
        made = checked(answer.content)
        assert made.type == "composite"
        titles += [one.headlines[0].value for one in made.associations]
        address = answer.links.get("next", {}).get("url", "")
    assert titles == ["Four boats return to Saltmarsh", "Boats back at Saltmarsh"]
    by_name = httpx.get(f"{api}/api/v1/search", params=asked | {"format": "ninjs"})
    assert checked(by_name.content).associations[0].bodies[0].value.startswith("Four of the eleven boats")
    nothing = httpx.get(f"{api}/api/v1/search", params={"q": "nothinglikethis", "format": "ninjs"})
    assert checked(nothing.content).associations == ()


def pages_of(address: str, **asked: str) -> list[list[dict[str, Any]]]:
    found, url = [], str(httpx.URL(address, params=asked))
    while url:
        answer = httpx.get(url)
        found.append(answer.json())
        url = answer.links.get("next", {}).get("url", "")
    return found


def test_lists_go_on_page_by_page(api: str) -> None:
    """Changes and quotations are walked by the addresses in Link, each record once; a wrong cursor is a clear problem."""
    changes = f"{api}/api/v1/changes"
    walked = [one["id"] for page in pages_of(changes, size="1", min="0.1") for one in page]
    assert walked == [one["id"] for one in httpx.get(changes).json()]
    quotes = pages_of(f"{api}/api/v1/quotes", speaker="Fennick", size="1")
    assert [one["article_id"] for page in quotes for one in page] == [COPY.id, BOATS.id]
    for path in ("changes", "quotes?speaker=Fennick", "stories"):
        for cursor in ("bm90aGluZw", "WzFd"):  # "nothing", and [1], which is no place in these lists
            refused = httpx.get(httpx.URL(f"{api}/api/v1/{path}").copy_add_param("cursor", cursor))
            assert (refused.status_code, "cursor" in refused.json()["detail"]) == (400, True)


def test_a_quiet_stream_has_no_empty_events(api: str) -> None:
    """What keeps a connection open is a comment: a client hears of articles alone."""
    with httpx.stream("GET", f"{api}/api/v1/stream", timeout=30) as answer:
        lines = answer.iter_lines()
        begun = [next(lines) for _ in range(2)]
    assert begun[0].startswith(":")
    assert not [line for line in begun if line.startswith("data")]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/articles/nothing", 404),
        ("GET", "/api/v1/people/Nobody%20At%20All", 404),
        ("DELETE", "/api/v1/search", 405),
        ("GET", "/api/v1/search?size=many", 400),
        ("GET", "/api/v1/search?q=%22", 400),
        ("GET", "/feeds/search.atom?q=(", 400),
        ("GET", "/feeds/people.atom", 400),
    ],
)
def test_every_problem_has_details(api: str, method: str, path: str, status: int) -> None:
    """RFC 9457: the media type, the status once more, and a detail in words."""
    answer = httpx.request(method, f"{api}{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert len(answer.json()["detail"]) > 5


def test_people(api: str) -> None:
    """Who is named, by query; what somebody was quoted with; and the same as a feed."""
    named = httpx.get(f"{api}/api/v1/people", params={"q": "boats"}).json()
    assert named == [{"value": "Odo Fennick", "count": 2}]
    person = httpx.get(f"{api}/api/v1/people/Odo Fennick").json()
    assert person["articles"] == 2
    assert person["sayings"][0]["said"]["first"]["text"] == "We had given up on them,"
    assert [one["source"] for one in person["sayings"][0]["same"]] == ["gazette"]
    feed = httpx.get(f"{api}/feeds/people.atom", params={"name": "Odo Fennick"})
    titles = etree.fromstring(feed.content).xpath("//*[local-name()='entry']/*[local-name()='title']/text()")
    assert titles == ["Odo Fennick: We had given up on them,"]
    items = httpx.get(f"{api}/feeds/people.json", params={"name": "Odo Fennick"}).json()["items"]
    assert [one["title"] for one in items] == titles
