"""What one batch knows of stories: read from the store, changed in memory, written back at once."""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from dateline.story_ports import Placement, StoryState, StoryStore

_LONGEST_CHAIN: Final = 64


class Window:
    """The terms of the `size` stories that this process changed last: what a search does not see before its index is refreshed."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._terms: OrderedDict[str, Sequence[str]] = OrderedDict()
        self._holders: dict[str, set[str]] = {}

    def note(self, story_id: str, terms: Sequence[str]) -> None:
        """Remember a story by these terms, instead of those it had; one without terms is found no more."""
        self._forget(story_id)
        if not terms:
            return
        self._terms[story_id] = terms
        for term in terms:
            self._holders.setdefault(term, set()).add(story_id)
        if len(self._terms) > self._size:
            self._forget(next(iter(self._terms)))

    def candidates(self, terms: Sequence[str], *, limit: int, least: int) -> list[str]:
        """Up to `limit` stories that share at least `least` of the terms, most shared first."""
        shared = Counter(id_ for term in terms for id_ in self._holders.get(term, ()))
        best = sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
        return [id_ for id_, count in best if count >= least]

    def _forget(self, story_id: str) -> None:
        for term in self._terms.pop(story_id, ()):
            holders = self._holders.get(term)
            if holders is not None:
                holders.discard(story_id)
                if not holders:
                    del self._holders[term]


class Book:
    """Placements and stories in the making. Nothing is written before `write`."""

    def __init__(self, store: StoryStore) -> None:
        self._store = store
        self._asked: set[str] = set()
        self._sought: set[str] = set()
        self._states: dict[str, StoryState] = {}
        self._placements: dict[str, Placement] = {}
        self._changed: dict[str, None] = {}
        self._placed: dict[str, None] = {}

    def load_placements(self, article_ids: Iterable[str]) -> None:
        """Read where articles are that were not asked for before."""
        wanted = [id_ for id_ in dict.fromkeys(article_ids) if id_ not in self._sought]
        self._sought.update(wanted)
        if wanted:
            self._placements |= self._store.placements(wanted)

    def load_states(self, story_ids: Iterable[str]) -> None:
        """Read stories not asked for before, and those that they were merged into."""
        wanted = [id_ for id_ in dict.fromkeys(story_ids) if id_ not in self._asked]
        while wanted:
            self._asked.update(wanted)
            read = self._store.states(wanted)
            self._states |= read
            onward = dict.fromkeys(one.story.merged_into for one in read.values() if one.story.merged_into)
            wanted = [id_ for id_ in onward if id_ not in self._asked]

    def placement(self, article_id: str) -> Placement | None:
        """Where the article is, as it stands in this batch."""
        return self._placements.get(article_id)

    def place(self, placement: Placement) -> None:
        """Put an article there, or note what is new of it."""
        self._placements[placement.article_id] = placement
        self._placed[placement.article_id] = None

    def state(self, story_id: str) -> StoryState | None:
        """The story of that very id, merged or not. Load it before."""
        return self._states.get(story_id)

    def home(self, story_id: str) -> str:
        """The id of the story that this one is part of now: mostly its own."""
        for _ in range(_LONGEST_CHAIN):
            state = self._states.get(story_id)
            if state is None or state.story.merged_into is None:
                return story_id
            story_id = state.story.merged_into
        return story_id

    def keep(self, state: StoryState) -> None:
        """Take over a story as it is now."""
        self._states[state.story.id] = state
        self._changed.pop(state.story.id, None)
        self._changed[state.story.id] = None

    def changed(self) -> Mapping[str, StoryState]:
        """The stories to be written. Those merged into others come last, so that they are found until they are taken over."""
        ids = sorted(self._changed, key=lambda id_: self._states[id_].story.merged_into is not None)
        return {id_: self._states[id_] for id_ in ids}

    def loaded(self) -> Sequence[StoryState]:
        """Every story that was read."""
        return list(self._states.values())

    def write(self) -> Sequence[str]:
        """Write all that changed; the ids that another process changed meanwhile (not written)."""
        placements = [self._placements[id_] for id_ in self._placed]
        states = list(self.changed().values())
        return self._store.put(placements, states) if placements or states else ()
