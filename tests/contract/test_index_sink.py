"""What every index sink promises, on the fake and on real Elasticsearch."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest
from elasticsearch import Elasticsearch

from dateline import elastic, sink
from dateline.embedded import Endpoints
from dateline.errors import Overloaded, Unavailable
from dateline.fakes import FakeIndexSink
from dateline.ports import IndexAction, IndexSink
from dateline.settings import ElasticSettings, Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates
from schemas.elastic import MAPPINGS, Kind, Names
from schemas.order import parse_time
from tests.samples import CHANGE

Read = Callable[[str, str], Mapping[str, Any] | None]


def _refuse(action: IndexAction) -> str | None:
    """A strict mapping in small: unknown fields and impossible dates."""
    for name, value in action.document.items():
        if name not in MAPPINGS[Kind.CHANGES]["properties"]:
            return f"unknown field {name}"
        if name == "detected":
            try:
                parse_time(value)
            except ValueError as error:
                return str(error)
    return None


@pytest.fixture(params=["fake", "real"])
def parts(request: pytest.FixtureRequest) -> Iterator[tuple[IndexSink, Read, str]]:
    """A sink, a way to read a document back in real time, and an index with the mapping of changes."""
    if request.param == "fake":
        fake = FakeIndexSink(_refuse)
        yield fake, lambda index, id_: fake.documents[index].get(id_), "changes-g1"
        return
    settings: Settings = request.getfixturevalue("settings")
    client = elastic.client(settings)
    apply_templates(client, settings)

    def read(index: str, id_: str) -> dict[str, Any] | None:
        found = client.options(ignore_status=404).get(index=index, id=id_)
        return found["_source"] if found.get("found") else None

    yield ElasticIndexSink(client), read, Names(settings.namespace).index(Kind.CHANGES)
    client.close()


def _action(index: str, id_: str, version: int | None = None, **fields: object) -> IndexAction:
    document = msgspec.to_builtins(CHANGE) | {"id": id_} | fields
    return IndexAction(index=index, id=id_, document=document, version=version)


def test_a_document_is_there_when_write_returns(parts: tuple[IndexSink, Read, str]) -> None:
    """Nothing has to be waited for: a write that returned is durable."""
    target, read, index = parts
    (result,) = target.write([_action(index, "a")])
    assert result.status == "written"
    assert read(index, "a") == msgspec.to_builtins(CHANGE) | {"id": "a"}


def test_an_older_version_is_stale_and_changes_nothing(parts: tuple[IndexSink, Read, str]) -> None:
    """The newest version wins, whatever the order; the same version again replaces it."""
    target, read, index = parts
    results = target.write(
        [
            _action(index, "a", 20, headline="Newer"),
            _action(index, "a", 10, headline="Older"),
            _action(index, "b", 5, headline="First"),
            _action(index, "b", 5, headline="Again"),
        ]
    )
    assert [result.status for result in results] == ["written", "stale", "written", "written"]
    assert [(read(index, id_) or {})["headline"] for id_ in "ab"] == ["Newer", "Again"]


def test_a_refused_document_is_told_apart_in_its_place(parts: tuple[IndexSink, Read, str]) -> None:
    """Results are in the order of the actions; the document at fault says why, the others are written."""
    target, read, index = parts
    results = target.write(
        [
            _action(index, "a"),
            _action(index, "b", detected="the day before yesterday"),
            _action(index, "c", mood="bright"),
            _action(index, "d"),
        ]
    )
    assert [result.status for result in results] == ["written", "refused", "refused", "written"]
    assert "the day before yesterday" in (results[1].error or "")
    assert "mood" in (results[2].error or "")
    assert [read(index, id_) is not None for id_ in "abcd"] == [True, False, False, True]


def test_writing_again_changes_nothing(parts: tuple[IndexSink, Read, str]) -> None:
    """A batch may be repeated after a crash."""
    target, read, index = parts
    batch = [_action(index, "a", 7), _action(index, "b")]
    assert [result.status for result in [*target.write(batch), *target.write(batch)]] == ["written"] * 4
    assert read(index, "a") == msgspec.to_builtins(CHANGE) | {"id": "a"}


def test_an_empty_batch_is_no_request(parts: tuple[IndexSink, Read, str]) -> None:
    """Nothing to write, nothing to answer."""
    target, _, _ = parts
    assert list(target.write([])) == []


# what only a real server can do


@pytest.fixture
def client(settings: Settings) -> Iterator[Elasticsearch]:
    """A client of the real server, with the templates of this test's namespace."""
    made = elastic.client(settings)
    apply_templates(made, settings)
    yield made
    made.close()


def test_a_document_that_spoils_the_whole_request_is_found(settings: Settings, client: Elasticsearch) -> None:
    """An id that is too long makes Elasticsearch refuse the request: its neighbours are written all the same."""
    index = Names(settings.namespace).index(Kind.CHANGES)
    ids = ["a", "b", "x" * 600, "c", "", "d"]
    results = ElasticIndexSink(client).write([_action(index, id_) for id_ in ids])
    assert [r.status for r in results] == ["written", "written", "refused", "written", "refused", "written"]
    assert "too long" in (results[2].error or "")


def test_text_that_is_not_unicode_is_refused(settings: Settings, client: Elasticsearch) -> None:
    """A lone surrogate can't be sent; only its document is refused."""
    index = Names(settings.namespace).index(Kind.CHANGES)
    results = ElasticIndexSink(client).write([_action(index, "a", headline="\ud800"), _action(index, "b")])
    assert [result.status for result in results] == ["refused", "written"]


def test_large_batches_go_in_several_requests(
    settings: Settings, client: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No request is over the limit but for a single document; order and results do not depend on the cuts."""
    limit = 2000
    monkeypatch.setattr(sink, "BULK_BYTES", limit)
    sent: list[list[bytes]] = []
    real = client.bulk

    def watched(*, operations: list[bytes], **options: Any) -> object:
        sent.append(operations)
        return real(operations=operations, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(client, "bulk", watched)
    index = Names(settings.namespace).index(Kind.CHANGES)
    batch = [_action(index, str(n), detected="never" if n % 7 == 3 else CHANGE.detected) for n in range(30)]
    batch[8] = _action(index, "8", before="a long word " * 1000)
    results = ElasticIndexSink(client).write(batch)
    assert [r.status for r in results] == ["refused" if n % 7 == 3 else "written" for n in range(30)]
    assert all(len(lines) == 2 or sum(map(len, lines)) <= limit for lines in sent)


def test_a_server_that_is_away_is_unavailable() -> None:
    """No answer is no refusal."""
    away = elastic.client(Settings(elastic=ElasticSettings(url="http://127.0.0.1:1")))
    with pytest.raises(Unavailable, match="no answer"):
        ElasticIndexSink(away).write([_action("changes-g1", "a")])


def test_an_index_that_may_not_be_written_is_unavailable(settings: Settings, client: Elasticsearch) -> None:
    """A full disk makes Elasticsearch block writes: that is no fault of the document, so it is kept for later."""
    index = Names(settings.namespace).index(Kind.CHANGES)
    client.indices.put_settings(index=index, settings={"index.blocks.read_only_allow_delete": True})
    with pytest.raises(Unavailable):
        ElasticIndexSink(client).write([_action(index, "a")])
    client.indices.put_settings(index=index, settings={"index.blocks.read_only_allow_delete": None})
    assert ElasticIndexSink(client).write([_action(index, "a")])[0].status == "written"


def test_no_room_for_another_index_is_unavailable(
    settings: Settings, client: Elasticsearch, endpoints: Endpoints
) -> None:
    """A cluster at its limit of shards refuses new months with 400; no document is to blame."""
    names = Names(settings.namespace)
    client.cluster.put_settings(persistent={"cluster.max_shards_per_node": 1})
    try:
        with pytest.raises(Unavailable, match="maximum"):
            ElasticIndexSink(client).write([_action(names.index(Kind.OUTCOMES, "2026-03"), "a")])
    finally:
        client.cluster.put_settings(persistent={"cluster.max_shards_per_node": None})


class _Answers(ThreadingHTTPServer):
    """A server that answers each bulk request with the next of its answers: a status, and items."""

    def __init__(self, answers: Sequence[tuple[int, object]]) -> None:
        self.answers = iter(answers)
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Answers

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        status, body = next(self.server.answers)
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("x-elastic-product", "Elasticsearch")
        self.end_headers()
        self.wfile.write(msgspec.json.encode(body))

    do_POST = do_PUT  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def _item(status: int, kind: str = "some_exception") -> dict[str, Any]:
    return {"index": {"status": status, "error": {"type": kind, "reason": "told so"}}}


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        ((429, {"error": "too many"}), Overloaded),
        ((503, {"error": "no master"}), Unavailable),
        ((401, {"error": "who are you"}), Unavailable),
        ((200, {"errors": True, "items": [_item(429, "es_rejected_execution_exception")]}), Overloaded),
        ((200, {"errors": True, "items": [_item(503)]}), Unavailable),
        ((200, {"errors": True, "items": [_item(403, "cluster_block_exception")]}), Unavailable),
        ((200, {"errors": True, "items": [_item(404, "index_not_found_exception")]}), Unavailable),
    ],
)
def test_a_cluster_at_fault_holds_back(answer: tuple[int, object], raised: type[Unavailable]) -> None:
    """Whatever is not the document's own fault is raised, so that nothing is dropped for it."""
    server = _Answers([answer])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = elastic.client(Settings(elastic=ElasticSettings(url=f"http://127.0.0.1:{server.server_port}")))
    try:
        with pytest.raises(raised) as caught:
            ElasticIndexSink(client).write([_action("changes-g1", "a")])
        assert type(caught.value) is raised
    finally:
        client.close()
        server.shutdown()
        server.server_close()
