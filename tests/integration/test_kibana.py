"""What Kibana is to show, asked of a real Elasticsearch; and the import, of a server that minds what Kibana's API documents."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
import vl_convert
from click.testing import CliRunner, Result
from elasticsearch import Elasticsearch

from consumers.index.documents import actions
from dateline import elastic
from dateline.cli import main
from dateline.settings import Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates
from schemas.elastic import Kind, Names
from tests.samples import CHANGE, OUTCOME, enriched
from tests.unit.kibana import saved

CLASSES = ("correction", "silent_edit", "headline", "quote_altered", "removal", "number")
ENDS = (("indexed", None), ("dropped", "unchanged"), ("quarantined", "no_body"), ("replayed", None))
STORY = {
    "id": "story-1",
    "title": "Boats return to Saltmarsh",
    "articles": 3,
    "outlet_count": 2,
    "copies": 1,
    "first_seen": "2026-03-02T06:00:00Z",
    "last_seen": "2026-03-02T09:31:00Z",
}


def records() -> Iterator[Any]:
    """A little of everything: two outlets, every class of change that a panel names, every way to end."""
    for number, source in enumerate(("courier", "gazette", "courier"), start=1):
        yield enriched(
            id=f"article-{number}",
            version_id=f"version-{number}",
            source=source,
            published=f"2026-03-02T0{number}:00:00Z",
            joined=None,
            status=("PUBLISHED", "UPDATED", "UPDATED")[number - 1],
        )
        for kind in CLASSES:
            yield msgspec.structs.replace(CHANGE, id=f"{number}-{kind}", kind=kind, source=source)
    for number, (fate, reason) in enumerate(ENDS):
        for minute, stage in enumerate(("normalize", "deduplicate", "enrich", "index")):
            ends = stage == "index"
            yield msgspec.structs.replace(
                OUTCOME,
                event_id=f"event-{number}",
                origin=f"raw:0:{number}",
                stage=stage,
                fate=fate if ends else "kept",
                reason=reason if ends else None,
                time=f"2026-03-02T09:0{minute}:00Z",
            )


@pytest.fixture
def client(settings: Settings) -> Iterator[Elasticsearch]:
    """An archive behind the aliases of this test's namespace."""
    names = Names(settings.namespace)
    with closing(elastic.client(settings)) as client:
        apply_templates(client, settings)
        written = [action for record in records() for action in actions(record, names)]
        assert {result.status for result in ElasticIndexSink(client).write(written)} <= {"written", "stale"}
        if "stories" in set(Kind):
            client.index(index=names.index(Kind("stories")), id="story-1", document=STORY)
        client.indices.refresh(index=f"{settings.namespace}-*")
        yield client


def rows(answer: Any, path: str) -> list[Any]:
    """What Vega-Lite reads of an answer: `format.property` of its data."""
    for name in path.split("."):
        answer = answer[name]
    assert isinstance(answer, list)
    return answer


def test_every_panel_finds_rows_and_draws_them(client: Elasticsearch, settings: Settings) -> None:
    """Each request of each chart is taken by Elasticsearch and answered with rows, and the chart has a mark for them."""
    charts = saved.charts()
    assert len(charts) > 20
    for name, chart in charts.items():
        for data in saved.sources(chart):
            url, path = data.pop("url"), data.pop("format")["property"]
            asked = saved.filled(url["body"], start="2026-03-01T00:00:00Z", end="2026-03-03T00:00:00Z")
            answer = client.search(index=f"{settings.namespace}-{url['index']}", body=asked)
            data["values"] = rows(answer.body, path)
            assert data["values"], name
        drawn = vl_convert.vegalite_to_svg({"width": 400, "height": 300, **chart}, vl_version="5.21")
        assert 'role="graphics-symbol"' in drawn, name


def test_panels_keep_to_the_time_range_of_the_page(client: Elasticsearch, settings: Settings) -> None:
    """A range in which nothing happened gives no rows, or rows that count nothing."""
    for name, chart in saved.charts().items():
        for data in saved.sources(chart):
            body = saved.filled(data["url"]["body"], start="2001-01-01", end="2001-02-01")
            answer = client.search(index=f"{settings.namespace}-{data['url']['index']}", body=body)
            found = rows(answer.body, data["format"]["property"])
            assert not any(row.get("doc_count", 1) for row in found), name


def test_every_saved_search_finds_something(client: Elasticsearch, settings: Settings) -> None:
    """Its filters are taken by Elasticsearch, and what it finds has what its columns show."""
    for search in saved.objects("search"):
        query = {"bool": {"filter": saved.filters(search)}}
        sort = [{field: order} for field, order in search["attributes"]["sort"]]
        index = f"{settings.namespace}-{saved.index_of(search)}"
        found = client.search(index=index, query=query, sort=sort)["hits"]["hits"]
        assert found, search["id"]
        first = search["attributes"]["columns"][0]
        assert all(hit["_source"][first] for hit in found)


class FakeKibana(BaseHTTPRequestHandler):
    """Answers as the API reference of Kibana 9 describes, and holds what it was given by space, type and id."""

    KEY: ClassVar[str] = "c2VjcmV0"
    spaces: ClassVar[set[str]] = {"default", "newsroom"}
    held: ClassVar[dict[tuple[str, str, str], Any]] = {}
    refuse: ClassVar[set[str]] = set()
    status: ClassVar[int] = 200

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Say nothing."""

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _error(self, status: int, message: str) -> None:
        self._answer(status, {"statusCode": status, "error": "Error", "message": message})

    def _allowed(self) -> bool:
        if self.status != 200:
            self._error(self.status, "as the test wants it")
        elif self.headers["authorization"] != f"ApiKey {self.KEY}":
            self._error(401, "missing authentication credentials for REST request")
        else:
            return True
        return False

    def do_GET(self) -> None:
        """`GET /api/spaces/space/{id}`."""
        space = self.path.removeprefix("/api/spaces/space/")
        if self._allowed():
            if space in self.spaces:
                self._answer(200, {"id": space, "name": space, "disabledFeatures": []})
            else:
                self._error(404, "Not Found")

    def do_POST(self) -> None:
        """`POST /s/{space}/api/saved_objects/_import`."""
        body = self.rfile.read(int(self.headers["content-length"]))
        if not self._allowed():
            return
        url = urlsplit(self.path)
        space, path = "default", url.path
        if path.startswith("/s/"):
            _, _, space, rest = path.split("/", 3)
            path = f"/{rest}"
        if path != "/api/saved_objects/_import":
            self._error(404, "Not Found")
        elif "kbn-xsrf" not in self.headers:
            self._error(400, "Request must contain a kbn-xsrf header.")
        elif not self.headers["content-type"].startswith("multipart/form-data; boundary="):
            self._error(415, "Unsupported Media Type")
        else:
            self._import(space, body, overwrite=parse_qs(url.query).get("overwrite") == ["true"])

    def _import(self, space: str, body: bytes, *, overwrite: bool) -> None:
        head = f"content-type: {self.headers['content-type']}\r\n\r\n".encode()
        parts = list(BytesParser(policy=HTTP).parsebytes(head + body).iter_parts())
        assert [part.get_param("name", header="content-disposition") for part in parts] == ["file"]
        if not str(parts[0].get_filename()).endswith(".ndjson"):
            self._error(400, "Invalid file extension")
            return
        content = parts[0].get_payload(decode=True)
        assert isinstance(content, bytes)
        objects = [json.loads(line) for line in content.splitlines()]
        known = {(one["type"], one["id"]) for one in objects}
        done, errors = [], []
        for one in objects:
            key = (space, one["type"], one["id"])
            about = {"type": one["type"], "id": one["id"], "meta": {"title": one["attributes"]["title"]}}
            missing = [ref for ref in one["references"] if (ref["type"], ref["id"]) not in known]
            if missing:
                errors.append({**about, "error": {"type": "missing_references", "references": missing}})
            elif one["id"] in self.refuse:
                errors.append({**about, "error": {"type": "unsupported_type"}})
            elif key in self.held and not overwrite:
                errors.append({**about, "error": {"type": "conflict"}})
            else:
                self.held[key] = one
                done.append(about)
        answer = {"successCount": len(done), "success": not errors, "warnings": [], "successResults": done}
        self._answer(200, {**answer, **({"errors": errors} if errors else {})})


@pytest.fixture
def kibana(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeKibana]]:
    """A server on a free port, named by the environment, with a valid key."""
    made = type("Kibana", (FakeKibana,), {"held": {}, "refuse": set()})
    with ThreadingHTTPServer(("127.0.0.1", 0), made) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("DATELINE_KIBANA_URL", f"http://127.0.0.1:{server.server_port}/")
        monkeypatch.setenv("DATELINE_KIBANA_API_KEY", FakeKibana.KEY)
        yield made
        server.shutdown()


def apply(*options: str) -> Result:
    return CliRunner().invoke(main, ["kibana", "apply", *options], catch_exceptions=False)


def test_apply_puts_every_object_into_kibana_and_again_changes_nothing(kibana: type[FakeKibana]) -> None:
    """Twice is as once."""
    assert apply().exit_code == 0
    before = dict(kibana.held)
    assert {key[1:] for key in before} == {(one["type"], one["id"]) for one in saved.objects()}
    assert {key[0] for key in before} == {"default"}
    done = apply("--json")
    assert json.loads(done.stdout)["imported"] == len(before)
    assert kibana.held == before


def test_apply_puts_them_into_a_space_that_there_is(kibana: type[FakeKibana]) -> None:
    """Another space is named by option or setting; one that is not there is refused before anything is sent."""
    assert apply("--space", "newsroom").exit_code == 0
    assert {key[0] for key in kibana.held} == {"newsroom"}
    done = apply("--space", "nowhere")
    assert done.exit_code == 2
    assert "'nowhere'" in done.stderr
    assert {key[0] for key in kibana.held} == {"newsroom"}


def test_apply_tells_what_kibana_refused(kibana: type[FakeKibana]) -> None:
    """The others are there; the exit code says that not all are."""
    kibana.refuse = {"dateline-newsroom-2"}
    done = apply()
    assert done.exit_code == 4
    assert "dateline-newsroom-2" in done.stderr
    assert "unsupported_type" in done.stderr
    assert f"{len(kibana.held)} of {len(kibana.held) + 1}" in done.stdout


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (403, 2, "manage saved objects"),
        (404, 2, "kibana.url"),
        (503, 3, "is not ready"),
        (413, 3, "refuses the import (413)"),
    ],
)
def test_apply_says_what_to_do_when_kibana_will_not(
    kibana: type[FakeKibana], status: int, code: int, says: str
) -> None:
    """Each refusal has its own line and exit code."""
    kibana.status = status
    done = apply()
    assert done.exit_code == code
    assert says in done.stderr
    assert not kibana.held


def test_apply_says_which_key_to_set(kibana: type[FakeKibana], monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong key is told from a missing right; the key itself is not shown."""
    monkeypatch.setenv("DATELINE_KIBANA_API_KEY", "b3RoZXI=")
    done = apply()
    assert done.exit_code == 2
    assert "DATELINE_KIBANA_API_KEY" in done.stderr
    assert "b3RoZXI=" not in done.stderr


def test_apply_takes_elasticsearchs_key_where_kibana_has_none_of_its_own(
    kibana: type[FakeKibana], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kibana's users are Elasticsearch's."""
    monkeypatch.delenv("DATELINE_KIBANA_API_KEY")
    monkeypatch.setenv("DATELINE_ELASTIC_API_KEY", FakeKibana.KEY)
    assert apply().exit_code == 0


def test_apply_says_when_nothing_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3, and the setting that says where to look."""
    monkeypatch.setenv("DATELINE_KIBANA_URL", "http://127.0.0.1:9")
    done = apply()
    assert done.exit_code == 3
    assert "kibana.url" in done.stderr
