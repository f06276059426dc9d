"""What every memory of alerts promises: one suite, on the fake and on a real Elasticsearch."""

import uuid
from collections.abc import Iterator
from typing import Protocol

import msgspec
import pytest

from dateline.alerts.book import ElasticAlertBook, Indices, ids_of
from dateline.alerts.fakes import FakeAlertBook
from dateline.alerts.outbox import ElasticOutbox
from dateline.alerts.ports import AlertBook, Box, Claim, Open, Outbox, Owed
from dateline.elastic import client
from dateline.embedded import Endpoints
from dateline.fakes import FakeStoryStore
from dateline.settings import ElasticSettings, Settings
from dateline.story_ports import Profile, StoryState
from schemas.alerts_mapping import alerts_index, deliveries_index
from schemas.records import Notice
from tests.samples import CHANGE, ENRICHED, STORY

NOTICE = Notice(
    id="n1",
    alert="boats",
    query="boats",
    over="changes",
    matched="2026-03-02T09:31:03.500Z",
    article_id="article-1",
    version_id="version-2",
    story_id="story-1",
    source="courier",
    url="https://courier.example/boats",
    headline="Boats return",
    quotes=ENRICHED.quotes,
    changes=(CHANGE,),
)
HOOK, MAIL = "webhook https://desk.example/hook?x=1", "email desk@post.example"


class Stores(Protocol):
    """Both sides of the memory."""

    book: AlertBook
    outbox: Outbox


class _Stores(msgspec.Struct):
    book: AlertBook
    outbox: Outbox


@pytest.fixture(params=["fake", pytest.param("elastic", marks=pytest.mark.servers)])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "fake":
        fake = FakeAlertBook()
        yield _Stores(fake, fake)
        return
    endpoints: Endpoints = request.getfixturevalue("endpoints")
    with client(Settings(elastic=ElasticSettings(url=endpoints.elastic_url))) as server:
        namespace = f"t{uuid.uuid4().hex[:10]}"
        indices = Indices(server, namespace)
        yield _Stores(ElasticAlertBook(indices), ElasticOutbox(indices))
        for index in (alerts_index(namespace), deliveries_index(namespace)):
            server.indices.delete(index=index, ignore_unavailable=True)


def owed(number: int, channel: str = HOOK, alert: str = "boats") -> Owed:
    return Owed(notice=f"n{number}", alert=alert, channel=channel, created=f"2026-03-02T09:3{number}:00.000Z")


def test_an_alert_begins_when_it_is_first_asked_for(stores: Stores) -> None:
    """And keeps that moment, also beside one that is new."""
    assert stores.book.begun(["boats"], "2026-03-02T09:00:00Z") == {"boats": "2026-03-02T09:00:00Z"}
    assert stores.book.begun(["boats", "trams"], "2026-03-03T09:00:00Z") == {
        "boats": "2026-03-02T09:00:00Z",
        "trams": "2026-03-03T09:00:00Z",
    }
    assert stores.book.begun([], "2026-03-03T09:00:00Z") == {}


def test_of_claims_the_first_stands(stores: Stores) -> None:
    """A later one is told so and changes nothing; others beside it are written; what was claimed is read at once."""
    first = Claim(key="n1", alert="boats", position="topic:0:1", notice=NOTICE)
    beside = Claim(key="c1", alert="boats", position="topic:0:1")
    assert stores.book.claim([beside, first]) == []
    late = msgspec.structs.replace(first, position="topic:0:2", notice=None)
    other = Claim(key="c2", alert="boats", position="topic:0:2")
    assert list(stores.book.claim([late, other])) == ["n1"]
    assert stores.book.claims(["n1", "c1", "c2", "nothing"]) == {"n1": first, "c1": beside, "c2": other}
    assert stores.outbox.notices(["n1", "c1", "nothing"]) == {"n1": NOTICE}
    assert stores.book.claims([]) == {}
    assert stores.book.claim([]) == []


def test_what_is_owed_is_found_until_it_is_settled(stores: Stores) -> None:
    """By receiver, oldest first, up to a moment and a number; noted twice it is owed once, and stays settled."""
    rows = [owed(3), owed(1), owed(2), owed(1, MAIL), owed(4, alert="trams")]
    stores.book.owe(rows)
    assert stores.outbox.waiting() == [("boats", MAIL), ("boats", HOOK), ("trams", HOOK)]
    assert stores.outbox.pending("boats", HOOK, before="2026-03-02T09:33:00.000Z", limit=9) == [
        rows[1],
        rows[2],
    ]
    assert stores.outbox.pending("boats", HOOK, before="2027-01-01T00:00:00.000Z", limit=2) == [
        rows[1],
        rows[2],
    ]
    done = msgspec.structs.replace(
        rows[1], state="delivered", message="m1", changed="2026-03-02T10:00:00.000Z"
    )
    lost = msgspec.structs.replace(rows[3], state="failed", error="answered 500")
    stores.outbox.settle([done, lost])
    stores.book.owe(rows)
    assert stores.outbox.waiting() == [("boats", HOOK), ("trams", HOOK)]
    assert stores.outbox.pending("boats", HOOK, before="2027-01-01T00:00:00.000Z", limit=9) == [
        rows[2],
        rows[0],
    ]
    assert list(stores.outbox.owed([rows[0].id, "nothing", done.id, lost.id])) == [rows[0], done, lost]
    stores.book.owe([])
    stores.outbox.settle([])


def test_a_receivers_box_is_written_only_as_it_was_read(stores: Stores) -> None:
    """Of two processes that open it one gets it; every field is there again."""
    new = stores.outbox.box("boats", HOOK)
    assert new == Box(alert="boats", channel=HOOK)
    opened = Open(id="m1", owed=("o1", "o2"), begun="2026-03-02T10:00:00.000Z", attempts=1, error="503")
    mine = msgspec.structs.replace(
        new,
        owner="w",
        leased="2026-03-02T10:05:00.000Z",
        next_try="2026-03-02T10:05:00.000Z",
        open=opened,
        off="x",
    )
    held = stores.outbox.put(mine)
    assert held is not None
    assert stores.outbox.put(mine) is None
    assert stores.outbox.box("boats", HOOK) == held
    assert msgspec.structs.replace(held, token=None) == mine
    closed = stores.outbox.put(msgspec.structs.replace(held, owner=None, open=None))
    assert closed is not None
    assert stores.outbox.put(msgspec.structs.replace(held, owner="other")) is None
    assert stores.outbox.box("boats", MAIL).token is None


def test_a_story_is_known_by_the_ids_that_it_went_by() -> None:
    """Of one that became part of another the other's come first; of an unknown one there is its own."""
    store = FakeStoryStore()

    def state(id_: str, merged: tuple[str, ...] = (), into: str | None = None) -> StoryState:
        story = msgspec.structs.replace(STORY, id=id_, merged=merged, merged_into=into)
        return StoryState(story=story, profile=Profile())

    store.put(
        [], [state("a", into="b"), state("b", ("a",), into="c"), state("c", ("a", "b")), state("d", ("e",))]
    )
    found = ids_of(lambda: store)(["a", "d", "x"])
    assert found["x"] == ("x",)
    assert found["d"] == ("d", "e")
    assert found["a"][0] == "c"
    assert set(found["a"]) == {"a", "b", "c"}
