"""Which story an article belongs to: single-pass clustering of a stream, with merges and splits.

Method: each new article is compared with the few stories that share its rarest terms and days, joins the likeliest if it is
likely enough and founds one otherwise (Allan, Papka and Lavrenko 1998; features as Miranda et al. 2018). Two stories that one
article belongs to, and that are as alike as one, are merged (newsLens, Laban and Hearst 2017, links its windows so); a story
whose newest articles fall into two groups that share nothing is split. A copy belongs where its origin is.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from consumers.stories import profile
from consumers.stories.book import Book, Window
from consumers.stories.counts import epoch
from consumers.stories.likeness import features, likeness, of_stories
from consumers.stories.split import parted
from consumers.stories.traces import Trace, trace
from dateline.errors import Unavailable
from dateline.story_ports import Placement, StoryState, StoryStore, Told
from schemas.ids import digest
from schemas.order import standing
from schemas.records import EnrichedArticle

VERSION: Final = "stories/1"
JOIN: Final = 0.5
MERGE: Final = 0.9
CANDIDATES: Final = 6
LEAST_SHARED: Final = 2
_ROUNDS: Final = 20

Item = tuple[EnrichedArticle, str]


def story_id(article_id: str) -> str:
    """The id of a story that an article founds."""
    return digest(("story", article_id))


class Stories:
    """A `Teller` for any number of processes that share a store.

    An article's story is decided when it is first seen and stays; what arrives again is told the same. Stories are found by
    the articles' own dates, so an archive that is read late forms the stories of its own days. Which of two likely stories
    an article joins depends on what was there before it: the order of arrival is not wholly without effect. A second writer
    of the same story is noticed by compare-and-set, and the batch is decided again on what that one wrote.
    """

    version: Final = VERSION

    def __init__(self, store: StoryStore, *, window: int = 2000) -> None:
        """`window` is how many stories this process remembers for articles that a search does not see yet."""
        self._store = store
        self._window = Window(window)

    def place(self, articles: Sequence[Item]) -> Sequence[Told]:
        """Decide on each (article, event id), in order. Of a story that changes several times in a batch the last state is sent.

        An article whose time cannot be read is in no story. Raises Unavailable when other writers interfere 20 times in a row.
        """
        placeable = [item for item in articles if _is_dated(item[0])]
        told = iter(self._place(placeable))
        return [next(told) if _is_dated(article) else Told(story_id=None) for article, _ in articles]

    def _place(self, articles: Sequence[Item]) -> Sequence[Told]:
        traces = [trace(article) for article, _ in articles]
        for _ in range(_ROUNDS):
            batch = _Batch(Book(self._store), self._window)
            batch.load(self._store, articles, traces)
            told = batch.decide(articles, traces)
            if not batch.book.write():
                for id_, state in batch.book.changed().items():
                    self._window.note(id_, state.terms)
                return told
        raise Unavailable(
            f"stories: the same stories were changed by another process {_ROUNDS} times in a row"
        )


class _Batch:
    """One attempt at a batch."""

    def __init__(self, book: Book, window: Window) -> None:
        self.book = book
        self._window = window
        self._here = Window(1_000_000)
        self._found: dict[int, list[str]] = {}
        self._wanted: dict[int, list[str]] = {}

    def load(self, store: StoryStore, articles: Sequence[Item], traces: Sequence[Trace]) -> None:
        book = self.book
        ids = [article.id for article, _ in articles]
        origins = [article.copy_of.article_id for article, _ in articles if article.copy_of]
        joined = [article.joined for article, _ in articles if article.joined]
        book.load_placements([*ids, *origins, *joined])
        for key, (article, _) in enumerate(articles):
            if book.placement(article.id) is None and not article.joined:
                self._wanted[key] = profile.wanted(article, traces[key])
        found = store.candidates(
            {str(key): terms for key, terms in self._wanted.items() if terms}, limit=CANDIDATES
        )
        for key, terms in self._wanted.items():
            near = self._window.candidates(terms, limit=CANDIDATES, least=LEAST_SHARED)
            self._found[key] = list(dict.fromkeys([*found.get(str(key), ()), *near]))
        known = [
            story
            for id_ in (*ids, *origins, *joined)
            if (placement := book.placement(id_)) is not None
            for story in (placement.story_id, placement.left)
            if story is not None
        ]
        book.load_states([*known, *(id_ for ids_ in self._found.values() for id_ in ids_)])
        again = (
            book.state(book.home(placement.story_id))
            for article, event in articles
            if (placement := book.placement(article.id)) is not None and placement.event_id == event
        )
        book.load_states(id_ for state in again if state is not None for id_ in state.story.merged)
        self._mend()

    def _mend(self) -> None:
        """Finish the merges of which a process that stopped, or was overtaken, wrote one half."""
        for one in self.book.loaded():
            into = one.story.merged_into
            if into is not None:
                home = self.book.state(self.book.home(into))
                if home is not None and one.story.id not in home.story.merged:
                    self._keep(profile.absorbed(home, one, updated=one.story.updated))
                continue
            for id_ in one.story.merged:
                other = self.book.state(id_)
                if other is not None and other.story.merged_into is None:
                    self._keep(_gone(other, one.story.id, one.story.updated))

    def decide(self, articles: Sequence[Item], traces: Sequence[Trace]) -> list[Told]:
        stories: list[str] = []
        sent: dict[str, int] = {}
        for key, (article, event) in enumerate(articles):
            touched = self._place(key, article, event, traces[key])
            placement = self.book.placement(article.id)
            stories.append(self.book.home(placement.story_id if placement else story_id(article.id)))
            for id_ in touched:
                sent.pop(id_, None)
                sent[id_] = key  # the last one that changed it sends it
        told = []
        for key, home in enumerate(stories):
            states = [self.book.state(id_) for id_, at in sent.items() if at == key]
            told.append(Told(story_id=home, stories=tuple(state.story for state in states if state)))
        return told

    def _place(self, key: int, article: EnrichedArticle, event: str, seen: Trace) -> list[str]:
        """Decide on one; the ids of the stories that are to be sent."""
        placement = self.book.placement(article.id)
        if article.joined:
            return self._leave(article, placement)
        if placement is not None:
            return self._again(article, event, seen, placement)
        origin = self.book.placement(article.copy_of.article_id) if article.copy_of else None
        if origin is not None:
            home = self.book.home(origin.story_id)
            merged: list[str] = []
        else:
            home, merged = self._choose(key, article, seen)
        self.book.place(_placement(article, event, home))
        return [*merged, *self._count(article, seen, home)]

    def _choose(self, key: int, article: EnrichedArticle, seen: Trace) -> tuple[str, list[str]]:
        """The story that the article joins, or the id of a new one; and the stories that are merged for it."""
        time = epoch(article.published or article.fetched)
        near = self._here.candidates(self._wanted[key], limit=CANDIDATES, least=LEAST_SHARED)
        ids = dict.fromkeys(self.book.home(id_) for id_ in (*self._found[key], *near))
        scored = []
        for id_ in ids:
            state = self.book.state(id_)
            if state is not None and state.story.merged_into is None and state.story.articles:
                score = likeness(features(seen, time, state.profile))
                if score >= JOIN:
                    scored.append((score, id_, state))
        if not scored:
            return story_id(article.id), []
        scored.sort(key=lambda one: (-one[0], one[1]))
        home, merged = scored[0][1], []
        for _, id_, _state in scored[1:]:
            one, other = self.book.state(home), self.book.state(id_)
            if one and other and _are_one(one, other):
                home = self._merge(one, other, article.fetched)
                merged += [one.story.id, other.story.id]
        return home, merged

    def _merge(self, one: StoryState, other: StoryState, updated: str) -> str:
        """The older story takes the younger one over; its id."""
        older, younger = sorted((one, other), key=_age)
        self._keep(_gone(younger, older.story.id, updated))
        self._keep(profile.absorbed(older, younger, updated=updated))
        return older.story.id

    def _count(self, article: EnrichedArticle, seen: Trace, home: str) -> list[str]:
        """Add the article to its story, unless it was; the ids of what changed."""
        state = self.book.state(home)
        copy = article.copy_of is not None
        if state is None:
            self._keep(profile.founded(home, article, seen, copy=copy, updated=article.fetched))
            return [home]
        if profile.short(article.id) in state.profile.counted:
            return [home]
        grown = profile.added(state, article, seen, copy=copy, updated=article.fetched)
        split = parted(grown, article.fetched)
        if split is None:
            self._keep(grown)
            return [home]
        self.book.load_placements(one.article_id for one in split.moved)
        for one in split.moved:
            held = self.book.placement(one.article_id)
            if held is not None and self.book.home(held.story_id) == home:
                self.book.place(_moved(held, split.new.story.id))
        self._keep(split.old)
        self.book.load_states([split.new.story.id])
        if self.book.state(split.new.story.id) is None:  # else a process that was stopped came as far as this
            self._keep(split.new)
        return [home, split.new.story.id]

    def _again(self, article: EnrichedArticle, event: str, seen: Trace, placement: Placement) -> list[str]:
        """A further version, or the same once more. A batch that is done again counts what was placed and not yet counted."""
        home = self.book.home(placement.story_id)
        touched: list[str] = []
        if placement.event_id == event:
            touched = [*self._withdraw(placement, article.fetched), *self._merged_into(home)]
            touched += self._count(article, seen, home)
        newest = standing(article) >= placement.order
        if newest and _origin(article) != placement.copy_of:
            touched += self._recopied(article, event, seen, placement)
        elif newest and placement.headline != article.headline:
            state = self.book.state(home)
            if state is not None:
                self._keep(profile.renamed(state, article))
                touched.append(home)
        self._noted(article)
        return list(dict.fromkeys(touched))

    def _recopied(self, article: EnrichedArticle, event: str, seen: Trace, placement: Placement) -> list[str]:
        """Only now it is known that the article is a copy, or whose: it goes where its origin is."""
        home = self.book.home(placement.story_id)
        origin = _origin(article)
        held = self.book.placement(origin) if origin else None
        target = self.book.home(held.story_id) if held else home
        moved = msgspec.structs.replace(
            placement, story_id=target, left=home, copy_of=origin, event_id=event, told=target
        )
        touched = self._withdraw(
            msgspec.structs.replace(moved, copy_of=placement.copy_of), article.fetched, into=target
        )
        self.book.place(moved if target != home else msgspec.structs.replace(moved, left=None))
        return [*touched, *self._count(article, seen, target)]

    def _withdraw(self, placement: Placement, updated: str, *, into: str | None = None) -> list[str]:
        """Take the article out of the story that it left, unless it was; the id of what changed."""
        if placement.left is None:
            return []
        before = self.book.home(placement.left)
        target = into or self.book.home(placement.story_id)
        state = self.book.state(before)
        if state is None or (into is None and before == target):
            return []
        if profile.short(placement.article_id) not in state.profile.counted:
            return []
        left = profile.withdrawn(state, placement, updated=updated)
        if not left.story.articles and before != target:
            left = _gone(left, target, updated)
        self._keep(left)
        return [before]

    def _noted(self, article: EnrichedArticle) -> None:
        """Keep of the article what its newest version says, and that it was told its present story."""
        before = self.book.placement(article.id)
        assert before is not None
        home = self.book.home(before.story_id)
        after = msgspec.structs.replace(before, told=home, owed=False)
        if standing(article) >= before.order:
            after = msgspec.structs.replace(
                after, order=standing(article), headline=article.headline, url=article.url
            )
        if after != before:
            self.book.place(after)

    def _merged_into(self, home: str) -> list[str]:
        """The stories merged into this one that this batch has read: they are sent once more when a batch is done again."""
        state = self.book.state(home)
        return [id_ for id_ in state.story.merged if self.book.state(id_)] if state else []

    def _leave(self, article: EnrichedArticle, placement: Placement | None) -> list[str]:
        """The article goes on under another one's id: it counts no more."""
        assert article.joined is not None
        target = self.book.placement(article.joined)
        home = self.book.home(target.story_id) if target else None
        if placement is None:
            if home is not None:
                self.book.place(_placement(article, article.event_id, home))
            return []
        left = self.book.home(placement.story_id)
        return self._withdraw(
            msgspec.structs.replace(placement, left=left), article.fetched, into=home or left
        )

    def _keep(self, state: StoryState) -> None:
        self.book.keep(state)
        self._here.note(state.story.id, state.terms)


def _is_dated(article: EnrichedArticle) -> bool:
    try:
        epoch(article.published or article.fetched)
    except ValueError:
        return False
    return True


def _are_one(one: StoryState, other: StoryState) -> bool:
    if len(one.story.merged) + len(other.story.merged) + 1 > profile.MOST_IDS:
        return False
    return likeness(of_stories(one.profile, other.profile)) >= MERGE


def _gone(state: StoryState, into: str, updated: str) -> StoryState:
    """The story as one that is part of another; found by nothing but its id."""
    story = msgspec.structs.replace(state.story, merged_into=into, updated=updated)
    return msgspec.structs.replace(state, story=story, terms=())


def _age(state: StoryState) -> tuple[int, str]:
    return (epoch(state.story.first_seen), state.story.id)


def _placement(article: EnrichedArticle, event: str, home: str) -> Placement:
    return Placement(
        article_id=article.id,
        story_id=home,
        event_id=event,
        order=standing(article),
        source=article.source,
        url=article.url,
        headline=article.headline,
        published=article.published or article.fetched,
        copy_of=_origin(article),
        told=home,
    )


def _origin(article: EnrichedArticle) -> str | None:
    return article.copy_of.article_id if article.copy_of else None


def _moved(placement: Placement, home: str) -> Placement:
    """The placement after a split took its article along: it is owed to those who read articles."""
    return msgspec.structs.replace(placement, story_id=home, owed=placement.told != home)
