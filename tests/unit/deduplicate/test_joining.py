"""One article at several addresses."""

import random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumers.deduplicate import remember
from consumers.deduplicate.forms import main_address
from dateline.fakes import FakeIdentityStore
from dateline.outcome import Drop, Keep, Outcome
from schemas.order import standing
from schemas.reasons import Reason
from schemas.records import Article, Change, Version
from tests.unit.deduplicate.world import (
    HARBOUR,
    ORCHARD,
    Log,
    archive,
    article,
    gone,
    latest,
    run,
    versions,
)

OLD, NEW = "https://courier.example/pier", "https://courier.example/2026/pier-to-be-rebuilt"
MORE = "The mayor of Vellmar welcomed the vote and thanked the crews who had worked through the storm."
MORNING = article(url=OLD, published="2026-03-03T09:00:00Z", modified="2026-03-03T09:00:00Z")
NOON = article(
    [*HARBOUR, MORE],
    url=NEW,
    published="2026-03-03T09:00:00Z",
    modified="2026-03-03T12:00:00Z",
    fetched="2026-03-03T12:05:00Z",
)


def living(outcomes: list[Outcome]) -> dict[str, list[Version]]:
    """The versions of each article that is not another one's address, as the archive holds them, without those withdrawn."""
    ended = {id_ for id_, version in latest(outcomes).items() if version.joined}
    found: dict[str, list[Version]] = {}
    for version in sorted(archive(outcomes).values(), key=lambda one: (one.version_order, one.version_id)):
        if version.id not in ended and version.status != "WITHDRAWN":
            found.setdefault(version.id, []).append(version)
    return found


def indexed(outcomes: list[Outcome]) -> dict[str, Version]:
    """What an index holds that keeps of each article the latest version, and refuses an earlier one."""
    held: dict[str, Version] = {}
    for version in (v for one in outcomes if isinstance(one, Keep) for v in versions(one)):
        known = held.get(version.id)
        if version.status != "WITHDRAWN" and (known is None or standing(version) >= standing(known)):
            held[version.id] = version
    return held


def told(outcomes: list[Outcome]) -> dict[str, str]:
    """The changes that were sent and not withdrawn, by id: their classes."""
    sent = [output.record for one in outcomes if isinstance(one, Keep) for output in one.outputs]
    last = {change.id: change.kind for change in sent if isinstance(change, Change)}
    return {id_: kind for id_, kind in last.items() if kind != "withdrawn"}


def joined(*stated: Article) -> bool:
    """Whether all are one article, whichever comes first."""
    counts = set()
    for order in (stated, stated[::-1]):
        log = Log()
        counts.add(len(living(run(FakeIdentityStore(), [log.item(one) for one in order]))))
    assert len(counts) == 1
    return counts == {1}


def at(url: str, stated: Article = NOON, **fields: object) -> Article:
    """The same article at another address."""
    moved = article(stated.paragraphs, url=url)
    return msgspec.structs.replace(stated, id=moved.id, url=url, **fields)


def test_new_slug_with_same_headline_time_and_text_is_a_version() -> None:
    """A page that was moved goes on with its history: one id, the old one; both addresses are known."""
    log = Log()
    outcomes = run(FakeIdentityStore(), [log.item(MORNING), log.item(NOON)])
    [(id_, [first, second])] = living(outcomes).items()
    assert id_ == MORNING.id
    assert (second.previous_id, second.url, second.aliases) == (first.version_id, NEW, (OLD,))
    assert second.provenance["id"] == "joined: headline, time and text"
    assert [change.kind for change in second.changes] == ["expansion"]


@pytest.mark.parametrize(
    ("other", "is_one"),
    [
        (at(NEW), True),
        (at(NEW, paragraphs=tuple(ORCHARD)), False),
        (at(NEW, published="2026-03-04T09:00:00Z"), False),
        (at(NEW, published=None, modified=None), False),
        (at(NEW, headline="Fishermen get their pier"), False),
        (at(NEW, headline="Fishermen get their pier", aliases=(OLD,)), True),
        (at(NEW, published="2026-03-04T09:00:00Z", aliases=(OLD,)), True),
        (at(NEW, published="2026-03-04T09:00:00Z", aliases=(OLD,), paragraphs=tuple(ORCHARD)), False),
        (at("https://m.courier.example/pier", published=None, modified=None), True),
        (at("https://www.courier.example/pier/print/", published=None, modified=None), True),
        (at("https://courier.example/pier?view=amp", published=None, modified=None), True),
        (at("https://courier.example/pier?page=2", published=None, modified=None), False),
        (
            at("https://m.courier.example/pier", published=None, modified=None, paragraphs=tuple(ORCHARD)),
            False,
        ),
    ],
    ids=[
        "re-slugged",
        "another piece with the same headline",
        "the same text on another day",
        "no time",
        "another headline",
        "redirected, another headline",
        "redirected, another time",
        "redirected to something else",
        "mobile page",
        "print page",
        "AMP page",
        "second page",
        "mobile page of something else",
    ],
)
def test_addresses_join_by_evidence(other: Article, is_one: bool) -> None:
    """A redirect, a form of the address, or headline and time make two pages one article if the text agrees, and only then."""
    assert joined(MORNING, other) == is_one


def test_columns_and_live_blogs_of_several_days_stay_apart() -> None:
    """Pieces that bear the same headline day after day are articles of their own."""
    days = [
        at(
            f"https://courier.example/live/{day}",
            published=f"2026-03-0{day}T06:00:00Z",
            modified=None,
            paragraphs=tuple(body),
        )
        for day, body in ((1, HARBOUR), (2, ORCHARD), (3, [*ORCHARD[:2], *HARBOUR[3:]]))
    ]
    log = Log()
    assert len(living(run(FakeIdentityStore(), [log.item(one) for one in days]))) == 3


def test_redirect_joins_two_articles_that_were_apart() -> None:
    """When a redirect shows two known articles to be one, the history moves under one id and the other says where it went."""
    apart = at(NEW, headline="Fishermen get their pier", paragraphs=(*HARBOUR, MORE, ORCHARD[3]))
    shown = msgspec.structs.replace(apart, aliases=(OLD,), fetched="2026-03-03T18:00:00Z")
    log = Log()
    store = FakeIdentityStore()
    outcomes = run(store, [log.item(MORNING), log.item(apart)])
    assert len(living(outcomes)) == 2
    last = log.item(shown)
    outcomes += run(store, [last])
    [(id_, history)] = living(outcomes).items()
    assert id_ == MORNING.id
    assert [version.headline for version in history] == [MORNING.headline, apart.headline]
    assert latest(outcomes)[apart.id].joined == MORNING.id
    assert not any(version.copy_of for version in history)
    again = run(store, [last])
    assert archive(again).items() <= archive(outcomes).items()
    assert latest(again)[apart.id].joined == MORNING.id


def test_rebuilt_memory_knows_the_addresses() -> None:
    """A store filled again from the versions that were sent takes a later statement at either address as the same article."""
    log = Log()
    outcomes = run(FakeIdentityStore(), [log.item(NOON), log.item(MORNING)])
    rebuilt = FakeIdentityStore()
    remember(rebuilt, [(f"versions:{n}", v) for n, v in enumerate(v for o in outcomes for v in versions(o))])
    later = at(
        NEW,
        headline="Work on the pier begins",
        modified="2026-05-01T09:00:00Z",
        fetched="2026-05-01T09:00:00Z",
    )
    [outcome] = run(rebuilt, [log.item(later)])
    [version] = versions(outcome)
    assert (version.id, version.status) == (MORNING.id, "UPDATED")
    assert version.previous_id == latest(outcomes)[MORNING.id].version_id


def test_copy_within_an_outlet_ends_with_the_join() -> None:
    """Two pages of one outlet with one text are copies until a redirect shows them to be one article."""
    twin = at(NEW, MORNING, headline="Fishermen get their pier", published="2026-03-03T10:00:00Z")
    shown = msgspec.structs.replace(twin, aliases=(OLD,), fetched="2026-03-03T18:00:00Z")
    log = Log()
    store = FakeIdentityStore()
    before = run(store, [log.item(MORNING), log.item(twin)])
    assert latest(before)[twin.id].copy_of is not None
    after = before + run(store, [log.item(shown)])
    assert all(version.copy_of is None for history in living(after).values() for version in history)


def test_page_gone_from_an_address_that_was_left_is_no_removal() -> None:
    """A moved article is still there when its old address answers 404, and gone when its new one does."""
    log = Log()
    store = FakeIdentityStore()
    run(store, [log.item(MORNING), log.item(NOON)])
    [outcome] = run(store, [log.item(gone("2026-03-05T00:00:00Z", url=OLD))])
    assert isinstance(outcome, Drop)
    assert outcome.reason == Reason.UNCHANGED
    assert outcome.detail == f"gone from an address that it has left: {OLD}"
    [outcome] = run(store, [log.item(gone("2026-03-05T00:00:00Z", url=NEW))])
    assert isinstance(outcome, Keep)
    assert versions(outcome)[0].status == "REMOVED"


def test_removal_that_turns_out_to_be_none_is_withdrawn() -> None:
    """A page was found gone; later it is known that its article had left it by then: there is no removal, and it says so."""
    log = Log()
    store = FakeIdentityStore()
    before = run(store, [log.item(MORNING), log.item(gone("2026-03-03T14:00:00Z", url=OLD))])
    assert latest(before)[MORNING.id].status == "REMOVED"
    assert set(told(before).values()) == {"removal"}
    late = log.item(NOON)
    outcomes = before + run(store, [late])
    assert [v.status for v in archive(outcomes).values()] == ["PUBLISHED", "WITHDRAWN", "UPDATED"]
    assert set(told(outcomes).values()) == {"expansion"}
    assert latest(outcomes)[MORNING.id].url == indexed(outcomes)[MORNING.id].url == NEW
    again = run(store, [late])
    assert {v.version_id: v.status for v in archive(again).values()}.items() >= {
        v.version_id: v.status for v in archive(outcomes).values() if v.status != "PUBLISHED"
    }.items()


def test_page_gone_before_its_article_was_seen_elsewhere_was_removed() -> None:
    """An article that is found at another address only after its page was gone has been away."""
    log = Log()
    items = [log.item(MORNING), log.item(gone("2026-03-03T11:00:00Z", url=OLD)), log.item(NOON)]
    for order in (items, items[::-1]):
        [history] = living(run(FakeIdentityStore(), order)).values()
        assert [version.status for version in history] == ["PUBLISHED", "REMOVED", "UPDATED"]


def test_another_address_with_the_same_text_is_known_to_every_version() -> None:
    """A twin that says nothing new is no version; the article can be found by its address."""
    log = Log()
    twin = at("https://m.courier.example/pier", MORNING, fetched="2026-03-03T11:00:00Z")
    outcomes = run(FakeIdentityStore(), [log.item(MORNING), log.item(twin)])
    assert {v.aliases for v in archive(outcomes).values()} == {(twin.url,)}


def test_rebuilt_memory_knows_what_was_withdrawn() -> None:
    """A store filled again from the versions that were sent has the same history."""
    log = Log()
    first, second = FakeIdentityStore(), FakeIdentityStore()
    stated = [MORNING, gone("2026-03-03T14:00:00Z", url=OLD), NOON]
    outcomes = run(first, [log.item(one) for one in stated])
    remember(second, [(f"versions:{n}", v) for n, v in enumerate(v for o in outcomes for v in versions(o))])
    (one,), (other,) = (store.heads([MORNING.id]).values() for store in (first, second))
    assert [v.version_id for v in one.versions] == [v.version_id for v in other.versions]
    assert other.reach >= one.reach


@pytest.mark.parametrize(
    ("url", "main"),
    [
        ("https://m.courier.example/news/pier", "courier.example/news/pier"),
        ("https://www.courier.example/amp/news/pier/", "courier.example/news/pier"),
        ("https://courier.example/news/pier.amp.html", "courier.example/news/pier.html"),
        ("https://courier.example/news/pier?print=1&id=7", "courier.example/news/pier?id=7"),
        ("https://courier.example/news/blueprint", "courier.example/news/blueprint"),
        ("https://courier.example/news/amplifier", "courier.example/news/amplifier"),
        ("https://courier.example/news?view=map", "courier.example/news?view=map"),
    ],
)
def test_main_form_of_an_address(url: str, main: str) -> None:
    """What marks an address as the mobile, AMP or print form of another is taken off, and nothing else."""
    assert main_address(url) == main


@st.composite
def moves(draw: st.DrawFn) -> list[Article]:
    """Up to six sightings under four addresses, some of which lead to each other or are forms of another, some not; up to three
    times one of the addresses is gone, and what is seen there later has come back; some of it comes twice."""
    urls = [OLD, NEW, "https://courier.example/third", "https://m.courier.example/pier"]
    bodies = [HARBOUR, [*HARBOUR, MORE], ORCHARD]
    seen = []
    for _ in range(draw(st.integers(2, 6))):
        hour = draw(st.integers(9, 14))
        url = draw(st.sampled_from(urls))
        stated = at(
            url,
            paragraphs=tuple(draw(st.sampled_from(bodies))),
            headline=draw(
                st.sampled_from(["Vellmar to rebuild its broken pier", "Fishermen get their pier"])
            ),
            published=draw(st.sampled_from(["2026-03-03T09:00:00Z", "2026-03-03T08:00:00Z"])),
            modified=f"2026-03-03T{hour:02d}:00:00Z",
            fetched=f"2026-03-03T{draw(st.integers(hour, 15)):02d}:{draw(st.integers(0, 59)):02d}:00Z",
            aliases=tuple(sorted(set(draw(st.lists(st.sampled_from(urls), max_size=1))) - {url})),
        )
        seen.append(stated)
    for _ in range(draw(st.integers(0, 3))):
        time = f"2026-03-03T{draw(st.integers(9, 15)):02d}:{draw(st.integers(0, 59)):02d}:00Z"
        seen.append(gone(time, url=draw(st.sampled_from(urls))))
    return seen + draw(st.lists(st.sampled_from(seen), max_size=2))


@settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seen=moves(), order=st.randoms(use_true_random=False))
def test_any_order_joins_the_same(seen: list[Article], order: random.Random) -> None:
    """In any order and any batches, with repeats, the same addresses are one article, with the same id, versions, links,
    changes and latest version."""
    log = Log()
    items = [log.item(one) for one in seen]
    shuffled = list(items)
    order.shuffle(shuffled)

    def outline(outcomes: list[Outcome]) -> dict[str, list[tuple[object, ...]]]:
        held, last = indexed(outcomes), latest(outcomes)
        for id_, history in living(outcomes).items():
            end = {v.version_id for v in history} - {v.previous_id for v in history}
            assert [held[id_].version_id] == [last[id_].version_id] == list(end)
        graph: dict[str, list[tuple[object, ...]]] = {
            id_: [
                (v.version_id, v.previous_id, v.url, v.aliases, v.version_order, v.status, v.removed)
                for v in history
            ]
            for id_, history in living(outcomes).items()
        }
        return graph | {"changes": [(id_,) for id_ in sorted(told(outcomes))]}

    straight = outline(run(FakeIdentityStore(), items))
    assert outline(run(FakeIdentityStore(), shuffled, batch=3, rng=order)) == straight
