"""What every identity store promises: one suite, on the fake and on a real Elasticsearch."""

import random
import uuid
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec
import pytest
from elasticsearch import Elasticsearch

from consumers.deduplicate.history import PAGE
from dateline.elastic import client
from dateline.embedded import Endpoints
from dateline.errors import Unavailable
from dateline.fakes import FakeIdentityStore
from dateline.identity import ElasticIdentityStore
from dateline.outcome import Outcome
from dateline.ports import Claim, Head, IdentityStore, KnownVersion, Sighting
from dateline.settings import ElasticSettings, Settings
from schemas.identity_mapping import IDENTITY_MAPPING
from schemas.records import Article, CopyOf, Dateline, PullQuote
from tests.unit.deduplicate.world import HARBOUR, Log, archive, article, gone, latest, run, versions

MORE = ("The board meets again on Friday.", "Its minutes will be printed.")


class Subject(NamedTuple):
    """A store under test, and how to make `candidates` see all that was put."""

    store: IdentityStore
    refresh: Callable[[], None]


@pytest.fixture(params=["fake", pytest.param("elastic", marks=pytest.mark.servers)])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeIdentityStore(lazy=True)
        yield Subject(fake, fake.refresh)
        return
    with elastic(request.getfixturevalue("endpoints")) as server:
        index = f"identity-{uuid.uuid4().hex}"
        server.indices.create(
            index=index,
            mappings=IDENTITY_MAPPING,
            settings={"number_of_replicas": 0, "refresh_interval": "-1"},
        )
        yield Subject(
            ElasticIdentityStore(server, index=index), lambda: void(server.indices.refresh(index=index))
        )
        server.indices.delete(index=index)


def elastic(endpoints: Endpoints) -> Elasticsearch:
    return client(Settings(elastic=ElasticSettings(url=endpoints.elastic_url)))


def void(_: object) -> None:
    """Drop a result."""


def known(id_: str, **fields: object) -> KnownVersion:
    sighting = Sighting(
        order=2**62 + 3, event_id=f"event-{id_}", position="t:0:7", fetched="2026-03-03T10:00:00+01:00"
    )
    return KnownVersion(version_id=id_, content_hash=f"hash-{id_}", sightings=(sighting,), **fields)  # type: ignore[arg-type]


def head(id_: str, **fields: object) -> Head:
    return Head(
        article_id=id_,
        source="courier",
        url=f"https://courier.example/{id_}",
        month="2026-03",
        since=1_772_000_000,
        **fields,  # type: ignore[arg-type]
    )


def test_unknown_ids_are_absent(subject: Subject) -> None:
    """Asking for what was never put gives nothing, and no error."""
    assert subject.store.heads(["a"]) == {}
    assert subject.store.contents(["a"]) == {}
    assert subject.store.pages(["a"]) == {}
    assert subject.store.candidates({"key": ["1.a", "2.b"]}, limit=5).get("key", []) == []


def test_what_is_put_is_read_back_at_once(subject: Subject) -> None:
    """Heads, contents and pages come back as they were put, without waiting for a refresh."""
    edge = CopyOf(
        article_id="b",
        version_id="b1",
        source="herald",
        url="https://herald.example/b",
        containment_here=0.93,
        containment_there=1.0,
        score=1.0,
    )
    stated = article(
        dateline=Dateline(text="VELLMAR —", place="Vellmar"),
        pull_quotes=(PullQuote(text="“Another winter”", attribution="Ingrid Solvang"),),
    )
    put = head(
        "a", bands=("0.a", "1.b"), versions=(known("a1"), known("a2", copy_of=edge)), pages=("a-page",)
    )
    page = (known("a0", appearance=2),)
    assert list(subject.store.put([put], {"content": stated}, {"a-page": page})) == []
    read = subject.store.heads(["a", "unknown"])
    assert msgspec.structs.replace(read["a"], token=None) == put
    assert subject.store.contents(["content"]) == {"content": stated}
    assert {id_: tuple(found) for id_, found in subject.store.pages(["a-page"]).items()} == {"a-page": page}


def test_second_writer_is_refused(subject: Subject) -> None:
    """Of two that read the same head, the second to write is told, and changes nothing; others in its batch go through."""
    store = subject.store
    store.put([head("a")], {}, {})
    [read] = store.heads(["a"]).values()
    mine, theirs = (msgspec.structs.replace(read, versions=(known(name),)) for name in ("mine", "theirs"))
    assert list(store.put([mine], {}, {})) == []
    assert list(store.put([theirs, head("b")], {}, {})) == ["a"]
    assert [version.version_id for version in store.heads(["a"])["a"].versions] == ["mine"]
    assert "b" in store.heads(["b"])


def test_two_creators_of_one_head(subject: Subject) -> None:
    """An article that two processes see for the first time at once is created by one of them."""
    assert list(subject.store.put([head("a", bands=("1.a",))], {}, {})) == []
    assert list(subject.store.put([head("a", bands=("1.b",))], {}, {})) == ["a"]
    assert subject.store.heads(["a"])["a"].bands == ("1.a",)


def test_two_holders_of_one_claim(subject: Subject) -> None:
    """Of two processes that lay one claim at once, the second is told, and none of its heads is written."""
    store = subject.store
    assert list(store.put([head("a")], {}, {}, [Claim(key="key", holders=("a",))])) == []
    assert list(store.put([head("b")], {}, {}, [Claim(key="key", holders=("b",))])) == ["key"]
    assert store.heads(["b"]) == {}
    [read] = store.claims(["key", "unknown"]).values()
    both = msgspec.structs.replace(read, holders=(*read.holders, "b"))
    assert list(store.put([head("b")], {}, {}, [both])) == []
    assert store.claims(["key"])["key"].holders == ("a", "b")


def test_candidates_share_most_bands_first(subject: Subject) -> None:
    """After a refresh, articles that share bands are found, the closest first, and no more than asked for."""
    bands = [f"{band}.x" for band in range(8)]
    heads = [
        head("near", bands=tuple(bands[:6])),
        head("far", bands=(*bands[:3], "9.other")),
        head("same", bands=tuple(bands)),
        head("strange", bands=("0.y", "1.y")),
    ]
    subject.store.put(heads, {}, {})
    subject.refresh()
    found = subject.store.candidates({"key": bands, "none": ["0.q", "1.q"]}, limit=5)
    assert [(c.article_id, c.shared_bands) for c in found["key"]] == [("same", 8), ("near", 6), ("far", 3)]
    assert list(found.get("none", [])) == []
    assert len(subject.store.candidates({"key": bands}, limit=2)["key"]) == 2


def test_new_bands_replace_old_ones(subject: Subject) -> None:
    """An article whose body changed is found by its new bands and no longer by its old ones."""
    subject.store.put([head("a", bands=("0.old", "1.old"))], {}, {})
    subject.refresh()
    [read] = subject.store.heads(["a"]).values()
    subject.store.put([msgspec.structs.replace(read, bands=("0.new", "1.new"))], {}, {})
    subject.refresh()
    found = subject.store.candidates({"old": ["0.old", "1.old"], "new": ["0.new", "1.new"]}, limit=5)
    assert ([c.article_id for c in found["old"]], [c.article_id for c in found["new"]]) == ([], ["a"])


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_arrival_gives_the_same_history(subject: Subject, seed: int) -> None:
    """On any store, shuffled and repeated events of an article end with the same versions, links and latest."""
    rng = random.Random(seed)
    log = Log()
    bodies = [HARBOUR, HARBOUR[:4], HARBOUR[:3]]
    stated = [
        article(rng.choice(bodies), modified=f"2026-03-03T{hour:02d}:00:00Z", fetched="2026-03-03T23:00:00Z")
        for hour in range(6)
    ]
    items = [log.item(one) for one in stated]
    straight = run(FakeIdentityStore(), items)
    shuffled = items + rng.sample(items, 3)
    rng.shuffle(shuffled)
    outcomes = run(subject.store, shuffled, batch=4, rng=rng)
    assert links(archive(outcomes).values()) == links(archive(straight).values())
    assert links(latest(outcomes).values()) == links(latest(straight).values())


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_arrival_joins_the_same_addresses(subject: Subject, seed: int) -> None:
    """On any store, shuffled and repeated events of an article at several addresses, some of them gone, end as one article."""
    rng = random.Random(seed)
    log = Log()
    main, moved = "https://courier.example/pier", "https://courier.example/2026/new-pier"
    urls = [main, f"{main}/amp", "https://m.courier.example/pier", moved]
    stated = [
        article(
            [*HARBOUR, *MORE[: rng.randint(0, 2)]],
            url=url,
            aliases=(main,) if url == moved else (),
            published="2026-03-03T08:00:00Z",
            modified=f"2026-03-03T{hour:02d}:00:00Z",
            fetched=f"2026-03-03T{hour:02d}:30:00Z",
        )
        for hour, url in enumerate([*urls, rng.choice(urls), rng.choice(urls)], 9)
    ]
    hours = rng.sample(range(10, 22), 3)
    stated += [gone(f"2026-03-03T{hour}:00:00Z", url=rng.choice([main, moved])) for hour in hours]
    items = [log.item(one) for one in stated]
    straight = run(FakeIdentityStore(), items)
    shuffled = items + rng.sample(items, 3)
    rng.shuffle(shuffled)
    outcomes = run(subject.store, shuffled, batch=4, rng=rng)
    assert len(living(straight)) == 1
    assert living(outcomes) == living(straight)


def living(outcomes: list[Outcome]) -> dict[str, list[tuple[object, ...]]]:
    """By id, the versions in their order of each article that no other one took in."""
    ended = {version.id for version in latest(outcomes).values() if version.joined}
    held = sorted(archive(outcomes).values(), key=lambda version: (version.version_order, version.version_id))
    found: dict[str, list[tuple[object, ...]]] = {}
    for version in held:
        if version.id not in ended and version.status != "WITHDRAWN":
            link = (
                version.version_id,
                version.previous_id,
                version.url,
                version.version_order,
                version.status,
            )
            found.setdefault(version.id, []).append(link)
    return found


def test_long_history_stays_in_bounded_documents(subject: Subject) -> None:
    """Hundreds of versions are spread over pages; a late one still finds its place among the oldest."""
    count = 5 * PAGE
    log = Log()
    stated = [revision(number) for number in range(count)]
    late = stated.pop(3)
    outcomes = run(subject.store, [log.item(one) for one in stated], batch=50)
    [read] = subject.store.heads([late.id]).values()
    assert len(read.versions) < 2 * PAGE
    assert len(read.pages) * PAGE + len(read.versions) == count - 1
    [outcome] = run(subject.store, [log.item(late)])
    own, successor, newest = versions(outcome)
    held = archive(outcomes)
    assert own.previous_id == next(v.version_id for v in held.values() if v.headline == "Revision 2")
    assert (successor.headline, successor.previous_id) == ("Revision 4", own.version_id)
    assert newest.headline == f"Revision {count - 1}"
    back = msgspec.structs.replace(stated[0], modified="2026-03-04T10:00:00Z", fetched="2026-03-04T10:00:00Z")
    [reverted] = versions(run(subject.store, [log.item(back)])[0])
    assert reverted.previous_id == newest.version_id
    assert reverted.version_id not in held


def revision(number: int) -> Article:
    return article(
        HARBOUR[:2],
        headline=f"Revision {number}",
        published="2026-03-03T00:00:00Z",
        modified=f"2026-03-03T{number // 60:02d}:{number % 60:02d}:00Z",
    )


def links(held: object) -> list[tuple[object, ...]]:
    return sorted(
        (v.version_order, v.version_id, v.previous_id, v.status, v.content_hash, len(v.changes))
        for v in held  # type: ignore[attr-defined]
    )


@pytest.mark.servers
def test_missing_index_holds_back(endpoints: Endpoints) -> None:
    """Before the templates are applied the store is unavailable, says which command to run, and makes no index itself."""
    with elastic(endpoints) as server:
        store = ElasticIdentityStore(server, namespace=f"t{uuid.uuid4().hex}")
        for attempt in (
            lambda: store.heads(["a"]),
            lambda: store.candidates({"a": ["0.a", "1.b"]}, limit=3),
            lambda: store.put([head("a")], {}, {}),
        ):
            with pytest.raises(Unavailable, match="dateline templates apply"):
                attempt()
