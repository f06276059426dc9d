"""Stories around the enrich stage, and without servers."""

from collections.abc import Sequence

import msgspec
from click.testing import CliRunner

from consumers.stories import VERSION, Stories, WithStories
from consumers.stories.teller import story_id
from dateline.cli import main
from dateline.fakes import FakeStoryStore
from dateline.outcome import Keep, Outcome, Output, Reject
from dateline.stage import Item, Lane, Message
from schemas.reasons import Reason
from schemas.reasons import Stage as StageName
from schemas.records import Article, EnrichedArticle, Record, Story, encode
from schemas.topics import ENRICHED, STORIES, VERSIONS
from tests.unit.stories.reports import Event

FERRY = Event("ferry")


class Enriching:
    """A stage that passes articles on as they are, and rejects what is none."""

    name = StageName.ENRICH
    lanes: Sequence[Lane] = (Lane((VERSIONS,)),)

    def step(self, batch: Sequence[Item]) -> Sequence[Outcome]:
        return [
            Keep(outputs=(Output(ENRICHED.name, item.record.id, item.record, refresh=True),))
            if isinstance(item.record, EnrichedArticle)
            else Reject(Reason.BAD_RECORD, "no article")
            for item in batch
        ]

    def close(self) -> None:
        """Nothing to give back."""


def _item(record: Record | None, number: int) -> Item:
    message = Message(
        topic=VERSIONS.name, partition=0, offset=number, key=b"k", value=b"{}", headers={}, timestamp_ms=0
    )
    return Item(message, f"event-{number}", record)


def test_an_article_leaves_with_its_story_and_the_story_goes_before_it() -> None:
    """In one outcome, so in one transaction; what the stage rejects is left as it is."""
    stage = WithStories(Enriching(), Stories(FakeStoryStore()))
    first, bad, second = stage.step(
        [_item(FERRY.report(1), 1), _item(None, 2), _item(FERRY.report(2, hour=1), 3)]
    )
    assert bad == Reject(Reason.BAD_RECORD, "no article")
    assert isinstance(first, Keep)
    assert isinstance(second, Keep)
    assert [output.topic for output in second.outputs] == [STORIES.name, ENRICHED.name]
    story, article = second.outputs
    assert isinstance(story.record, Story)
    assert isinstance(article.record, EnrichedArticle)
    assert (story.key, story.record.articles) == (story_id("ferry-1"), 2)
    assert article.record.story_id == story.key
    assert article.record.enrichments["stories"] == VERSION
    assert article.refresh
    assert [output.topic for output in first.outputs] == [ENRICHED.name]


def test_the_offline_command_gives_articles_of_one_event_one_story() -> None:
    """Among the lines that it reads; switched off it gives none and says so; a line without a usable time is in none."""
    reports = [FERRY.report(1), FERRY.report(2, hour=1), Event("budget").report(1)]
    undated = msgspec.structs.replace(FERRY.report(3), published=None, fetched="yesterday")
    articles = [
        Article(**{name: getattr(one, name) for name in Article.__struct_fields__})
        for one in [*reports, undated]
    ]
    lines = b"".join(encode(article) + b"\n" for article in articles)

    def told(*options: str) -> list[EnrichedArticle]:
        without = ("--without", "names", "--without", "quotes", "--without", "topics")
        done = CliRunner().invoke(main, ["enrich", *without, *options], input=lines, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return [msgspec.json.decode(line, type=EnrichedArticle) for line in done.stdout.splitlines()]

    ids = [article.story_id for article in told()]
    assert ids == [story_id("ferry-1"), story_id("ferry-1"), story_id("budget-1"), None]
    off = told("--without", "stories")
    assert {(one.story_id, one.enrichments["stories"]) for one in off} == {(None, "off")}
