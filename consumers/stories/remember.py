"""Stories made anew from the topics: what was decided stays decided, nothing is compared."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Final

import msgspec

from consumers.stories import profile
from consumers.stories.book import Book
from consumers.stories.teller import VERSION
from consumers.stories.traces import trace
from dateline.errors import Unavailable
from dateline.story_ports import Placement, Profile, StoryState, StoryStore, Told
from schemas.order import standing
from schemas.records import EnrichedArticle, Story

_BATCH: Final = 200

Remember = Callable[[Sequence[EnrichedArticle]], None]


def remember(store: StoryStore, stories: Iterable[Story]) -> Remember:
    """What fills a store with articles as they were sent, each in the story that it was told.

    In a store that is not empty, a story that was merged since loses what its articles were known by.

    `stories` is all that `stories.v1` holds: what merges and splits did is taken from there. Of an article that comes in several
    versions each call counts the first, and the newest gives the headline. Memory grows by the stories that were merged or split.
    """
    known: dict[str, Story] = {}
    for story in stories:
        if story.merged_into or story.merged or story.split_from:
            known[story.id] = story
        else:
            known.pop(story.id, None)
    gone = (one for one in known.values() if one.merged_into)
    while batch := list(islice(gone, _BATCH)):
        held = store.states([story.id for story in batch])
        tokens = {id_: state.token for id_, state in held.items()}
        states = [StoryState(story=one, profile=Profile(), token=tokens.get(one.id)) for one in batch]
        _write(store, [], states)
    moved = {id_: story.id for story in known.values() for id_ in story.moved}

    def more(articles: Sequence[EnrichedArticle]) -> None:
        told = [article for article in articles if article.story_id and not article.joined]
        _remember(store, told, known, moved)

    return more


class Remembered:
    """A `Teller` that decides nothing: it tells where articles are that were placed before."""

    version: Final = VERSION

    def __init__(self, store: StoryStore) -> None:
        self._store = store

    def place(self, articles: Sequence[tuple[EnrichedArticle, str]]) -> Sequence[Told]:
        """The stories of those that are in one."""
        book = Book(self._store)
        book.load_placements(article.id for article, _ in articles)
        held = [book.placement(article.id) for article, _ in articles]
        book.load_states(one.story_id for one in held if one)
        return [Told(story_id=book.home(one.story_id) if one else None) for one in held]


def _remember(
    store: StoryStore,
    articles: Sequence[EnrichedArticle],
    known: Mapping[str, Story],
    moved: Mapping[str, str],
) -> None:
    book = Book(store)
    book.load_placements(article.id for article in articles)
    wanted = {article.id: moved.get(article.id) or article.story_id or "" for article in articles}
    held_before = (book.placement(article.id) for article in articles)
    book.load_states([*wanted.values(), *(one.story_id for one in held_before if one)])
    for article in articles:
        home = book.home(wanted[article.id])
        before = book.placement(article.id)
        if before is not None and standing(article) < before.order:
            continue
        placement = _placement(article, wanted[article.id], before)
        book.place(placement)
        if before is not None:
            held = book.home(before.story_id)
            state = book.state(held)
            if held == home and before.copy_of == placement.copy_of:
                if state is not None and before.headline != article.headline:
                    book.keep(profile.renamed(state, article))
                continue
            if state is not None:
                book.keep(profile.withdrawn(state, before, updated=article.fetched))
        _count(book, article, home, known.get(home))
    if book.write():
        raise Unavailable("stories: another process writes to the indices that are being made")


def _count(book: Book, article: EnrichedArticle, home: str, known: Story | None) -> None:
    state, seen, copy = book.state(home), trace(article), article.copy_of is not None
    if state is None:
        made = profile.founded(home, article, seen, copy=copy, updated=article.fetched)
        book.keep(_restored(made, known))
    else:
        book.keep(profile.added(state, article, seen, copy=copy, updated=article.fetched))


def _restored(state: StoryState, known: Story | None) -> StoryState:
    """The story with what its articles do not tell: what it was merged with or split from."""
    if known is None:
        return state
    story = msgspec.structs.replace(
        state.story, merged=known.merged, split_from=known.split_from, moved=known.moved
    )
    return msgspec.structs.replace(state, story=story)


def _placement(article: EnrichedArticle, story_id: str, before: Placement | None) -> Placement:
    told = article.story_id or story_id
    return Placement(
        article_id=article.id,
        story_id=story_id,
        event_id=before.event_id if before else article.event_id,
        order=standing(article),
        source=article.source,
        url=article.url,
        headline=article.headline,
        published=article.published or article.fetched,
        copy_of=article.copy_of.article_id if article.copy_of else None,
        told=told,
        owed=told != story_id,
        token=before.token if before else None,
    )


def _write(store: StoryStore, placements: Sequence[Placement], states: Sequence[StoryState]) -> None:
    if store.put(placements, states):
        raise Unavailable("stories: another process writes to the indices that are being made")
