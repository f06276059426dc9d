"""Stories as the last thing that the enrich stage finds: around that stage, so that an article leaves it with its story.

Why here and not in a stage of its own: docs/adr/stories.md.
"""

from collections.abc import Sequence

import msgspec

from dateline.outcome import Keep, Outcome, Output
from dateline.stage import Item, Lane, Stage
from dateline.story_ports import Teller, Told, tell
from schemas.reasons import Beside
from schemas.reasons import Stage as StageName
from schemas.records import EnrichedArticle
from schemas.topics import ENRICHED, STORIES


class WithStories:
    """The enrich stage, its articles put into stories.

    Each article leaves with its `story_id`, and with it, on `stories.v1`, the present state of every story that it changed: all in
    the transaction of the stage, so that a subscriber who sees the one can read the other. What it decides is durable before `step` returns;
    the same message again is told the same. Parallel by article: writers of the same story notice each other.
    """

    def __init__(self, inner: Stage, teller: Teller) -> None:
        """`inner` passes on enriched articles, each alone."""
        self._inner = inner
        self._teller = teller

    @property
    def name(self) -> StageName | Beside:
        """As the stage inside."""
        return self._inner.name

    @property
    def lanes(self) -> Sequence[Lane]:
        """As the stage inside."""
        return self._inner.lanes

    def step(self, batch: Sequence[Item]) -> Sequence[Outcome]:
        """What the stage inside decides, its articles with their stories."""
        outcomes = list(self._inner.step(batch))
        articles = {
            key: article
            for key, outcome in enumerate(outcomes)
            if isinstance(outcome, Keep) and (article := _article(outcome)) is not None
        }
        placed = tell(self._teller, [(article, batch[key].event_id) for key, article in articles.items()])
        for key, (article, told) in zip(articles, placed, strict=True):
            outcome = outcomes[key]
            assert isinstance(outcome, Keep)
            outcomes[key] = _with(outcome, article, told, batch[key].event_id)
        return outcomes

    def close(self) -> None:
        """Closes the stage inside."""
        self._inner.close()


def _article(outcome: Keep) -> EnrichedArticle | None:
    for output in outcome.outputs:
        if output.topic == ENRICHED.name and isinstance(output.record, EnrichedArticle):
            return output.record
    return None


def _with(outcome: Keep, article: EnrichedArticle, told: Told, event: str) -> Keep:
    """The stories first, so that who reads both topics knows them when the article comes."""
    outputs = tuple(
        msgspec.structs.replace(output, record=article) if output.topic == ENRICHED.name else output
        for output in outcome.outputs
    )
    stories = tuple(
        Output(STORIES.name, story.id, story, id=f"{event}/story/{story.id}") for story in told.stories
    )
    return msgspec.structs.replace(outcome, outputs=(*stories, *outputs))
