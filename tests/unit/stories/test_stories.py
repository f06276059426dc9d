"""Articles of one event form a story, whatever comes in between, twice, late, or to two processes at once."""

import random

import msgspec
import pytest

from consumers.stories import Remembered, Stories, remember
from consumers.stories.teller import story_id
from dateline.errors import Unavailable
from dateline.fakes import FakeStoryStore
from dateline.story_ports import StoryState, Teller, Told
from schemas.records import EnrichedArticle, Story
from tests.unit.stories.reports import Event

FERRY, BUDGET = Event("ferry"), Event("budget")


def tell(teller: Teller, *articles: EnrichedArticle) -> list[Told]:
    """As one batch, each by its own event."""
    return list(teller.place([(one, one.event_id) for one in articles]))


def groups(store: FakeStoryStore, articles: list[EnrichedArticle]) -> set[frozenset[str]]:
    """Which articles are together, by their ids."""
    by_story: dict[str | None, set[str]] = {}
    for article, told in zip(articles, tell(Remembered(store), *articles), strict=True):
        by_story.setdefault(told.story_id, set()).add(article.id)
    return set(map(frozenset, by_story.values()))


def living(store: FakeStoryStore) -> dict[str, Story]:
    """The stories that are not part of others."""
    return {id_: state.story for id_, state in store.all().items() if state.story.merged_into is None}


def test_reports_of_an_event_share_a_story_and_those_of_another_do_not() -> None:
    """Across outlets and days, mixed with another event's."""
    stories = Stories(FakeStoryStore())
    told = tell(
        stories,
        FERRY.report(1),
        BUDGET.report(1, hour=2),
        FERRY.report(2, hour=5),
        BUDGET.report(2, hour=20),
        FERRY.report(3, hour=60),
    )
    ids = [one.story_id for one in told]
    assert ids[0] == ids[2] == ids[4] == story_id("ferry-1")
    assert ids[1] == ids[3] == story_id("budget-1")


def test_a_story_says_what_it_holds() -> None:
    """Size, outlets, days, origin, newest articles, names; the origin is the first by its own time, not by arrival."""
    stories = Stories(FakeStoryStore())
    first = FERRY.report(1, hour=30, source="post")
    (found,) = tell(stories, first)[-1].stories
    assert (found.title, found.articles, found.origin.article_id) == (first.headline, 1, "ferry-1")
    told = tell(stories, FERRY.report(2, hour=1, source="wire"), FERRY.report(3, hour=31, source="post"))
    (story,) = told[-1].stories
    assert (story.articles, story.outlet_count) == (3, 2)
    assert [(one.name, one.articles) for one in story.outlets] == [("post", 2), ("wire", 1)]
    assert [(one.name, one.articles) for one in story.days] == [("2031-03-04", 1), ("2031-03-05", 2)]
    assert story.origin.source == "wire"
    assert story.first_seen == story.origin.published
    assert [one.article_id for one in story.latest] == ["ferry-3", "ferry-1", "ferry-2"]
    assert {one.name for one in story.names} <= set(FERRY.names)


def test_the_same_event_long_afterwards_is_another_story() -> None:
    """Words alone do not bind what lies two weeks apart."""
    told = tell(Stories(FakeStoryStore()), FERRY.report(1), FERRY.report(2, hour=24 * 14))
    assert told[0].story_id != told[1].story_id


def test_languages_do_not_mix() -> None:
    """A story has one language: words of another cannot be compared with its own."""
    told = tell(Stories(FakeStoryStore()), FERRY.report(1), FERRY.report(2, language="de"))
    assert told[0].story_id != told[1].story_id


def test_batches_make_no_difference() -> None:
    """One by one or all at once: the same stories with the same ids."""
    articles = [event.report(n, hour=3 * n) for n in range(1, 6) for event in (FERRY, BUDGET)]
    whole, single = FakeStoryStore(), FakeStoryStore()
    at_once = [one.story_id for one in tell(Stories(whole), *articles)]
    stories = Stories(single)
    assert [tell(stories, article)[0].story_id for article in articles] == at_once
    assert living(whole) == living(single)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_arrival_makes_no_other_groups(seed: int) -> None:
    """Events that are well apart form the same stories in any order, of the same size, outlets and origin."""
    events = [FERRY, BUDGET, Event("quake"), Event("trial")]
    articles = [event.report(n, hour=7 * n) for n in range(1, 6) for event in events]
    random.Random(seed).shuffle(articles)
    store = FakeStoryStore()
    stories = Stories(store)
    for at in range(0, len(articles), 3):
        tell(stories, *articles[at : at + 3])
    assert groups(store, articles) == {
        frozenset(f"{event.name}-{n}" for n in range(1, 6)) for event in events
    }
    assert {(one.articles, one.origin.article_id) for one in living(store).values()} == {
        (5, f"{event.name}-1") for event in events
    }


def test_what_comes_again_is_told_the_same_and_counts_once() -> None:
    """A batch that is done again after a crash changes nothing, and sends its stories once more."""
    store = FakeStoryStore()
    articles = [FERRY.report(1), FERRY.report(2, hour=1), BUDGET.report(1)]
    first = tell(Stories(store), *articles)
    before = {id_: state.story for id_, state in store.all().items()}
    again = tell(Stories(store), *articles)
    assert [one.story_id for one in again] == [one.story_id for one in first]
    assert {id_: state.story for id_, state in store.all().items()} == before
    assert [one.stories for one in again] == [one.stories for one in first]


def test_a_newer_version_stays_in_its_story_and_gives_its_headline() -> None:
    """Whatever it says now; it counts once, and an older version that comes late changes nothing."""
    store = FakeStoryStore()
    stories = Stories(store)
    one = FERRY.report(1)
    tell(stories, one, FERRY.report(2))
    newer = msgspec.structs.replace(
        BUDGET.report(1), id=one.id, headline="All clear", version_order=9, event_id="event-9"
    )
    (told,) = tell(stories, newer)
    assert told.story_id == story_id(one.id)
    assert [story.origin.headline for story in told.stories] == ["All clear"]
    older = msgspec.structs.replace(one, headline="Too late", version_order=3, event_id="event-3")
    assert tell(stories, older)[0].stories == ()
    assert [story.articles for story in living(store).values()] == [2]


def test_a_copy_belongs_where_its_origin_is() -> None:
    """Even where an outlet cut it down to other words than its story's; it is counted as a copy, and never the origin."""
    store = FakeStoryStore()
    cut = msgspec.structs.replace(
        BUDGET.report(7, hour=-2), copy_of=FERRY.report(0, copy_of="ferry-1").copy_of
    )
    told = tell(Stories(store), FERRY.report(1), BUDGET.report(1), cut)
    assert told[2].story_id == told[0].story_id
    (story,) = told[2].stories
    assert (story.articles, story.copies, story.origin.article_id) == (2, 1, "ferry-1")


def test_a_copy_that_comes_before_its_origin_is_found_out_later() -> None:
    """Sent again with its origin's name it moves there, counts as a copy, and is the origin no more."""
    store = FakeStoryStore()
    stories = Stories(store)
    early = BUDGET.report(1, hour=-2)
    tell(stories, early, FERRY.report(1), FERRY.report(2, hour=1), BUDGET.report(2, hour=3))
    refreshed = msgspec.structs.replace(early, copy_of=FERRY.report(0, copy_of="ferry-1").copy_of)
    told = tell(stories, refreshed)
    assert told[0].story_id == story_id("ferry-1")
    by_id = living(store)
    assert {(one.articles, one.copies) for one in by_id.values()} == {(1, 0), (3, 1)}
    assert by_id[story_id("budget-1")].origin.article_id == "budget-2"
    assert by_id[story_id("ferry-1")].origin.article_id == "ferry-1"
    tell(stories, refreshed)
    assert living(store) == by_id


def test_a_process_that_stops_between_its_writes_loses_and_doubles_nothing() -> None:
    """Articles placed in stories that were not written are counted when the batch is done again."""

    class Stopped(FakeStoryStore):
        stop = True

        def put(self, placements, states):  # type: ignore[no-untyped-def]  # as the class above
            conflicts = super().put(placements, [] if self.stop else states)
            if self.stop:
                raise Unavailable("stopped")
            return conflicts

    store = Stopped()
    articles = [FERRY.report(1), FERRY.report(2, hour=1)]
    with pytest.raises(Unavailable):
        tell(Stories(store), *articles)
    assert store.all() == {}
    store.stop = False
    told = tell(Stories(store), *articles)
    assert {one.story_id for one in told} == {story_id("ferry-1")}
    assert [story.articles for story in living(store).values()] == [2]


def test_two_processes_that_write_one_story_lose_neither_article() -> None:
    """The second one notices, and decides again on what the first one wrote."""
    other = FERRY.report(3, hour=2)
    store = FakeStoryStore()
    tell(Stories(store), FERRY.report(1))

    def interfere() -> None:
        store.before_put = None
        tell(Stories(store), other)

    store.before_put = interfere
    tell(Stories(store), FERRY.report(2, hour=1))
    assert [story.articles for story in living(store).values()] == [3]
    assert groups(store, [FERRY.report(1), FERRY.report(2), other]) == {
        frozenset(("ferry-1", "ferry-2", "ferry-3"))
    }


def raced(store: FakeStoryStore) -> tuple[str | None, str | None]:
    """Two processes meet one event before either can find what the other wrote."""
    one = tell(Stories(store), FERRY.report(1, hour=1), FERRY.report(2, hour=2))
    other = tell(Stories(store), FERRY.report(3), FERRY.report(4, hour=3))
    store.refresh()
    return one[0].story_id, other[0].story_id


def test_two_stories_of_one_event_become_one() -> None:
    """The older one keeps its id and has all articles; the younger one says where it went, and so do those who ask for its articles."""
    store = FakeStoryStore(lazy=True)
    younger, older = raced(store)
    assert younger != older
    told = tell(Stories(store), FERRY.report(5, hour=4))
    assert told[0].story_id == older
    assert [(one.id, one.merged_into) for one in told[0].stories if one.merged_into] == [(younger, older)]
    (story,) = living(store).values()
    assert (story.id, story.articles, story.outlet_count, story.merged) == (older, 5, 5, (younger,))
    assert tell(Stories(store), FERRY.report(1, hour=1))[0].story_id == older


@pytest.mark.parametrize("written", [0, 1])
def test_a_merge_that_was_cut_in_half_is_finished(written: int) -> None:
    """Whichever of the two stories was written before the process stopped: no article is lost or counted twice."""

    class Half(FakeStoryStore):
        left: int | None = None

        def put(self, placements, states):  # type: ignore[no-untyped-def]  # as the class above
            if self.left is None:
                return super().put(placements, states)
            super().put(placements, list(states)[:written])
            raise Unavailable("stopped")

    store = Half(lazy=True)
    younger, older = raced(store)
    store.left = written
    with pytest.raises(Unavailable):
        tell(Stories(store), FERRY.report(5, hour=4))
    store.left = None
    told = tell(Stories(store), FERRY.report(5, hour=4))
    tell(Stories(store), FERRY.report(6, hour=5))
    assert told[0].story_id == older
    merged = [id_ for id_, state in store.all().items() if state.story.merged_into == older]
    assert written == 0 or merged == [younger]
    assert sum(story.articles for story in living(store).values()) == 6


def mixed(store: FakeStoryStore) -> list[EnrichedArticle]:
    """Two events that four articles about both brought into one story, and much more of each since."""
    stories = Stories(store)
    tell(stories, *(FERRY.report(n, hour=n / 9, also=BUDGET) for n in range(20, 24)))
    articles = [event.report(n, hour=n) for n in range(1, 9) for event in (FERRY, BUDGET)]
    tell(stories, *articles)
    return articles


def test_a_story_that_is_two_is_split() -> None:
    """The newer group gets a story of its own, which says from which it came and what it took along."""
    store = FakeStoryStore()
    articles = mixed(store)
    assert len(groups(store, articles)) == 2
    split = [story for story in living(store).values() if story.split_from]
    assert [one.split_from for one in split] == [story_id("ferry-20")]
    assert {id_.partition("-")[0] for one in split for id_ in one.moved} in ({"ferry"}, {"budget"})
    assert sum(story.articles for story in living(store).values()) == 20


def test_articles_that_a_split_took_are_owed_until_they_are_sent_again() -> None:
    """They were sent with the old story: sent through once more, they carry the new one."""
    store = FakeStoryStore()
    articles = mixed(store)
    held = store.placements([article.id for article in articles])
    owed = [article for article in articles if held[article.id].owed]
    assert owed
    told = tell(Stories(store), *(msgspec.structs.replace(one, event_id="again") for one in owed))
    assert [one.story_id for one in told] == [held[one.id].story_id for one in owed]
    assert not any(one.owed for one in store.placements([one.id for one in owed]).values())


def test_an_article_that_turned_out_to_be_another_ones_counts_no_more() -> None:
    """It goes on under the other id, in the other one's story."""
    store = FakeStoryStore()
    stories = Stories(store)
    tell(stories, FERRY.report(1), FERRY.report(2, hour=1))
    left = msgspec.structs.replace(
        FERRY.report(2, hour=1), joined="ferry-1", version_order=5, event_id="event-j"
    )
    told = tell(stories, left)
    assert [(one.articles, [a.article_id for a in one.latest]) for one in told[0].stories] == [
        (1, ["ferry-1"])
    ]
    tell(stories, left)
    assert [story.articles for story in living(store).values()] == [1]


def test_a_story_of_many_articles_stays_small() -> None:
    """Its document holds counts and the newest articles, and no more for the thousandth than for the hundredth."""
    store = FakeStoryStore()
    stories = Stories(store)
    event = Event("war", words=90, names=20)
    sizes = []
    for start in range(0, 1200, 100):
        reports = [
            event.report(n, hour=n / 20, source=f"outlet-{n % 150}") for n in range(start, start + 100)
        ]
        tell(stories, *reports)
        sizes.append(max(map(_size, store.all().values())))
    largest = max(living(store).values(), key=lambda story: story.articles)
    assert largest.articles > 1000
    assert len(largest.outlets) == 100
    assert sizes[-1] < 1.3 * sizes[2]
    assert sizes[-1] < 64_000


def _size(state: StoryState) -> int:
    return len(msgspec.json.encode(state))


def test_stories_are_made_anew_from_what_was_sent() -> None:
    """With the same ids, articles, merges and splits, in whatever order the articles come; and then go on as before."""
    store = FakeStoryStore(lazy=True)
    sent: dict[str, Story] = {}
    articles: list[EnrichedArticle] = []

    def take(stories: Stories, *reports: EnrichedArticle) -> None:
        for report, told in zip(reports, tell(stories, *reports), strict=True):
            articles.append(msgspec.structs.replace(report, story_id=told.story_id))
            sent.update({story.id: story for story in told.stories})
        store.refresh()

    take(Stories(store), FERRY.report(1, hour=1), FERRY.report(2, hour=2))
    take(Stories(store), FERRY.report(0, also=Event("trial")))
    for n in range(3, 12):
        take(
            Stories(store),
            FERRY.report(n, hour=n),
            Event("trial").report(n, hour=n),
            BUDGET.report(n, hour=n),
        )
    made = FakeStoryStore()
    more = remember(made, sent.values())
    random.Random(4).shuffle(articles)
    more(articles[:10])
    more(articles[10:])
    again = {id_: state.story for id_, state in made.all().items()}
    for id_, state in store.all().items():
        for field in (
            "articles",
            "outlets",
            "days",
            "origin",
            "first_seen",
            "last_seen",
            "merged_into",
            "merged",
            "split_from",
        ):
            assert getattr(again[id_], field) == getattr(state.story, field), (id_, field)
    assert groups(made, articles) == groups(store, articles)
    assert (
        tell(Stories(made), FERRY.report(20, hour=12))[0].story_id
        == tell(Stories(store), FERRY.report(20, hour=12))[0].story_id
    )
