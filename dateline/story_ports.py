"""What deciding on stories needs of the world, as protocols; fakes in `dateline/fakes.py`, the real store in `story_store.py`.

Every method may raise `dateline.errors.Unavailable`; the runner then waits and runs the whole batch again.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import msgspec

from schemas.records import EnrichedArticle, Story


class Recent(msgspec.Struct, frozen=True, kw_only=True):
    """One of a story's newest articles, with the heaviest terms of its trace: what a split goes by."""

    article_id: str
    source: str
    url: str
    headline: str
    published: str
    time: int
    copy: bool
    words: dict[str, float]
    names: dict[str, float]


class Tally(msgspec.Struct, frozen=True):
    """In how many articles something was counted. `kind` is a name's type, "keyword" or a place's kind."""

    label: str
    kind: str
    articles: int


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What articles are compared with: bounded, whatever the size of the story.

    `words` and `names` are mean vectors of length 1, newer articles weighing more once there are many; `vector` the mean
    embedding at length 1, in thousandths. `first` and `last` are epoch seconds of its earliest and newest article. `counted` holds short forms of the
    ids counted last, so that none counts twice when a batch is done again.
    """

    words: dict[str, float] = {}
    names: dict[str, float] = {}
    vector: tuple[int, ...] = ()
    weight: int = 0
    first: int = 0
    last: int = 0
    recent: tuple[Recent, ...] = ()
    tallies: tuple[Tally, ...] = ()
    counted: tuple[str, ...] = ()


class StoryState(msgspec.Struct, frozen=True, kw_only=True):
    """One story: its public record, what articles are compared with, and the terms it is found by.

    `token` guards against a concurrent writer: pass back what was read, None for a new story.
    """

    story: Story
    profile: Profile
    terms: tuple[str, ...] = ()
    token: str | None = None


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Which story an article is in: decided by the event `event_id`, and changed only by a split, or when its origin is found.

    `left` is the story that it left then for its origin's. `told` is the story id that the article was last sent with; `owed`
    says that it is to be sent again because a split moved it since. The other fields are those of the newest version seen (`order` is its version_order). `token` as above.
    """

    article_id: str
    story_id: str
    event_id: str
    order: int
    source: str
    url: str
    headline: str
    published: str
    copy_of: str | None = None
    left: str | None = None
    told: str
    owed: bool = False
    token: str | None = None


class StoryStore(Protocol):
    """Memory of stories. Writes are durable when `put` returns; reads by id are realtime."""

    def placements(self, article_ids: Sequence[str]) -> Mapping[str, Placement]:
        """Where those articles are that are in a story."""
        ...

    def states(self, story_ids: Sequence[str]) -> Mapping[str, StoryState]:
        """Those stories that are known."""
        ...

    def candidates(self, terms: Mapping[str, Sequence[str]], *, limit: int) -> Mapping[str, Sequence[str]]:
        """For each key of `terms`, up to `limit` stories that share at least two of them, most shared first.

        May miss what was put within the last refresh (about a second); the caller keeps a window of its own.
        """
        ...

    def put(self, placements: Sequence[Placement], states: Sequence[StoryState]) -> Sequence[str]:
        """Write placements, then states, in their order; by compare-and-set.

        Returns the ids of those that had changed since they were read and were not written. Where a placement was not, no
        state is: read again.
        """
        ...


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided on one article: its story (None: it is in none), and the stories to be sent because of it."""

    story_id: str | None
    stories: tuple[Story, ...] = ()


ENRICHMENT: Final = "stories"
"""The name of stories among the enrichments."""


class Teller(Protocol):
    """Puts articles into stories. What it decides is durable when it returns, and the same when asked again."""

    @property
    def version(self) -> str:
        """Of its rules, as `EnrichedArticle.enrichments` names it."""
        ...

    def place(self, articles: Sequence[tuple[EnrichedArticle, str]]) -> Sequence[Told]:
        """Decide on each (article, event id), in order."""
        ...


def tell(
    teller: Teller, articles: Sequence[tuple[EnrichedArticle, str]]
) -> list[tuple[EnrichedArticle, Told]]:
    """Each (article, event id) put into its story, with what was decided on it."""
    return [
        (_with_story(article, told, teller.version), told)
        for (article, _), told in zip(articles, teller.place(articles), strict=True)
    ]


def _with_story(article: EnrichedArticle, told: Told, version: str) -> EnrichedArticle:
    if told.story_id is None:
        return article
    enrichments = dict(sorted((article.enrichments | {ENRICHMENT: version}).items()))
    return msgspec.structs.replace(article, story_id=told.story_id, enrichments=enrichments)
