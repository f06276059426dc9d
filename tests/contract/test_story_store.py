"""One suite for every store of stories: the one in memory and the one on Elasticsearch."""

from collections.abc import Callable, Iterator
from contextlib import closing

import msgspec
import pytest

from consumers.stories import Stories
from dateline import elastic
from dateline.errors import Unavailable
from dateline.fakes import FakeStoryStore
from dateline.settings import Settings
from dateline.story_ports import Placement, StoryState, StoryStore
from dateline.story_store import ElasticStoryStore
from dateline.topology import apply_templates
from schemas.elastic import Kind, Names
from tests.unit.stories.reports import Event

Made = tuple[StoryStore, Callable[[], None]]
FERRY = Event("ferry")


@pytest.fixture(params=["memory", "elasticsearch"])
def made(request: pytest.FixtureRequest) -> Iterator[Made]:
    """A store, and what lets its searches see what was put."""
    if request.param == "memory":
        store = FakeStoryStore()
        yield store, store.refresh
        return
    settings: Settings = request.getfixturevalue("settings")
    with closing(elastic.client(settings)) as client:
        apply_templates(client, settings)
        alias = Names(settings.namespace).alias(Kind.STORIES)
        yield (
            ElasticStoryStore(client, namespace=settings.namespace),
            lambda: client.indices.refresh(index=alias) and None,
        )


def _state(id_: str) -> tuple[Placement, StoryState]:
    """A story with every kind of content, as the stage makes it, and where its first article is."""
    memory = FakeStoryStore()
    reports = [FERRY.report(1), FERRY.report(2, hour=1, embedding=(1.0, *[0.0] * 255), keywords=("quay",))]
    Stories(memory).place([(report, report.event_id) for report in reports])
    (state,) = memory.all().values()
    placement = memory.placements(["ferry-1"])["ferry-1"]
    story = msgspec.structs.replace(state.story, id=id_)
    return (
        msgspec.structs.replace(placement, story_id=id_, token=None),
        msgspec.structs.replace(state, story=story, token=None),
    )


def test_what_is_put_is_read_back(made: Made) -> None:
    """Placements and stories as they were, but for the terms that find them; what is not there is missing."""
    store, _ = made
    placement, state = _state("s1")
    assert store.put([placement], [state]) == []
    read = store.states(["s1", "s2"])
    assert list(read) == ["s1"]
    assert (read["s1"].story, read["s1"].profile) == (state.story, state.profile)
    held = store.placements(["ferry-1", "ferry-9"])
    assert {id_: msgspec.structs.replace(one, token=None) for id_, one in held.items()} == {
        "ferry-1": placement
    }


def test_a_writer_that_read_too_early_is_told(made: Made) -> None:
    """Nothing of its story is written; and where a placement was not, no story is."""
    store, _ = made
    placement, state = _state("s1")
    store.put([placement], [state])
    assert store.put([], [state]) == ["s1"]
    early = store.states(["s1"])["s1"]
    grown = msgspec.structs.replace(early, story=msgspec.structs.replace(early.story, articles=9))
    assert store.put([], [grown]) == []
    assert store.put([], [early]) == ["s1"]
    assert store.states(["s1"])["s1"].story.articles == 9
    other = msgspec.structs.replace(state, story=msgspec.structs.replace(state.story, id="s2"))
    assert store.put([placement], [other]) == ["ferry-1"]
    assert store.states(["s2"]) == {}


def test_stories_are_found_by_two_terms_most_shared_first(made: Made) -> None:
    """One term alone is chance; a story that was merged has no terms and is found no more."""
    store, refresh = made
    _, state = _state("s1")
    terms = state.terms[:3]

    def known(id_: str, *kept: str) -> StoryState:
        return msgspec.structs.replace(state, story=msgspec.structs.replace(state.story, id=id_), terms=kept)

    store.put([], [known("all", *terms), known("two", *terms[:2]), known("one", terms[0]), known("none")])
    refresh()
    found = store.candidates({"asked": terms, "nothing": (), "others": ("x", "y")}, limit=5)
    assert list(found["asked"]) == ["all", "two"]
    assert not found.get("others")
    assert list(store.candidates({"asked": terms}, limit=1)["asked"]) == ["all"]
    store.put([], [msgspec.structs.replace(store.states(["all"])["all"], terms=())])
    refresh()
    assert list(store.candidates({"asked": terms}, limit=5)["asked"]) == ["two"]


def test_the_stage_runs_on_it(made: Made) -> None:
    """The story that memory forms is the one that this store holds, also for a process that comes later."""
    store, refresh = made
    Stories(store).place([(FERRY.report(n, hour=n), f"event-{n}") for n in range(3)])
    refresh()
    told = Stories(store).place([(FERRY.report(n, hour=n), f"event-{n}") for n in range(2, 5)])
    assert len({one.story_id for one in told}) == 1
    assert told[-1].stories[0].articles == 5


def test_a_missing_index_is_a_server_that_is_not_ready(settings: Settings) -> None:
    """The stage waits and says which command makes it."""
    with closing(elastic.client(settings)) as client:
        store = ElasticStoryStore(client, namespace=settings.namespace)
        placement, state = _state("s1")
        for call in (
            lambda: store.states(["s1"]),
            lambda: store.candidates({"a": ("x", "y")}, limit=1),
            lambda: store.put([placement], [state]),
        ):
            with pytest.raises(Unavailable, match="templates apply"):
                call()
