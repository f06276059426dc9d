"""Stories from the demo world's pages to the command line, on the real servers."""

import json
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from dateline import elastic
from dateline.cli import main
from dateline.demo import expected, raw_documents, scenes, stories
from dateline.log import read
from dateline.settings import Settings
from dateline.stories import Shelf
from dateline.story_store import ElasticStoryStore
from schemas.elastic import Kind, Names
from schemas.records import EnrichedArticle, Story
from schemas.topics import ENRICHED, STORIES
from tests.enriched_topic import send
from tests.environ import environ
from tests.pipeline import Pipeline
from tests.unit.stories.reports import Event


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environ(settings), catch_exceptions=False)


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Pipeline:
    """An archive of the demo world after its last scene."""
    pipeline = Pipeline(settings, tmp_path)
    for number in range(len(scenes())):
        pipeline.send_scene(number)
    pipeline.catch_up()
    return pipeline


def sent(settings: Settings) -> dict[str, EnrichedArticle]:
    """The newest version of each article that a subscriber got, by URL."""
    last: dict[str, EnrichedArticle] = {}
    for message in read(settings, [ENRICHED]):
        article = msgspec.json.decode(message.value or b"", type=EnrichedArticle)
        if article.version_order >= last.get(article.url, article).version_order:
            last[article.url] = article
    return last


def told(settings: Settings) -> dict[str, Story]:
    """What a subscriber of stories knows at the end."""
    return {
        (message.key or b"").decode(): msgspec.json.decode(message.value or b"", type=Story)
        for message in read(settings, [STORIES])
    }


@pytest.mark.timeout(900)
def test_the_worlds_articles_are_in_stories(world: Pipeline) -> None:
    """Syndicated articles share their origin's story, every article is in one, and topic, index, command and audit agree.

    Made anew from the topics the stories are the same, and pages that come again change none.
    """
    settings = world.settings
    urls = {one.id: one.url for number in range(len(scenes())) for one in stories(number)}
    articles = sent(settings)
    topic = told(settings)
    for copy in expected().copies:
        ids = {articles[urls[story]].story_id for story in (copy.story, copy.origin)}
        assert len(ids) == 1, copy.story
    assert all(article.story_id in topic for article in articles.values())
    assert sum(story.articles for story in topic.values() if not story.merged_into) == len(articles)
    assert world.audit().findings == ()

    cable = articles[urls["northlight/baltic-cable-fault"]]
    with closing(elastic.client(settings)) as client:
        client.indices.refresh(index=Names(settings.namespace).alias(Kind.PLACEMENTS))
        client.indices.refresh(index=Names(settings.namespace).alias(Kind.STORIES))
        shelf = Shelf(client, settings.namespace)
        for id_, story in topic.items():
            assert shelf.story(id_) == topic[story.merged_into or id_]
    shown = json.loads(run(settings, "story", cable.story_id or "", "--json").stdout)
    assert {one["source"] for one in shown["told"]} == {"northlight", "harbourpost", "ledger"}
    assert (shown["origin"]["source"], shown["outlet_count"], shown["copies"]) == ("northlight", 3, 2)
    assert run(settings, "story", cable.id).stdout.splitlines()[0] == shown["title"]
    listed = json.loads(run(settings, "stories", "--since", "2026-03-01", "--by", "outlets", "--json").stdout)
    assert listed["stories"][0]["id"] == cable.story_id
    found = json.loads(run(settings, "stories", "sponge", "--outlets", "2", "--json").stdout)
    assert [one["outlet_count"] for one in found["stories"]] == [2]
    assert run(settings, "stories", "--since", "2031-01-01").exit_code == 1
    assert run(settings, "stories", "--since", "soon").exit_code == 2
    assert run(settings, "story", "nothing").exit_code == 1
    tail = run(settings, "tail", "stories", "--from-beginning", "--until-caught-up").stdout
    assert f"   3 articles,   3 outlets  {topic[cable.story_id or ''].title}" in tail

    done = run(settings, "rebuild", "--json")
    assert done.exit_code == 0, done.output
    with closing(elastic.client(settings)) as client:
        shelf = Shelf(client, settings.namespace)
        for id_, story in topic.items():
            again = shelf.story(id_)
            assert again is not None
            assert (again.id, again.articles, again.outlets, again.origin) == (
                story.id,
                story.articles,
                story.outlets,
                story.origin,
            )
    world.send_scene(len(scenes()) - 1)
    world.catch_up()
    assert told(settings) == topic


@pytest.mark.timeout(120)
def test_articles_that_moved_to_another_story_are_sent_again(settings: Settings, tmp_path: Path) -> None:
    """Reconcile sends them through once more: the index and subscribers then have the story that they are in now."""
    pipeline = Pipeline(settings, tmp_path)
    pages = [(outlet.id, *rest) for outlet, *rest in raw_documents(0) if outlet.id == "northlight"]
    pipeline.send(pages[:2])
    pipeline.catch_up()
    before = sent(settings)
    with closing(elastic.client(settings)) as client:
        store = ElasticStoryStore(client, namespace=settings.namespace)
        held = store.placements([article.id for article in before.values()])
        one, other = held.values()
        # as a split would have moved it
        store.put([msgspec.structs.replace(one, story_id=other.story_id, owed=True)], [])
        client.indices.refresh(index=Names(settings.namespace).alias(Kind.PLACEMENTS))
    done = run(settings, "reconcile", "--json")
    assert json.loads(done.stdout)["moved"] == [one.article_id]
    pipeline.catch_up("deduplicate", "enrich", "index")
    assert {article.story_id for article in sent(settings).values()} == {other.story_id}
    assert pipeline.count(Kind.ARTICLES) == 2
    assert pipeline.audit().findings == ()
    with closing(elastic.client(settings)) as client:
        client.indices.refresh(index=Names(settings.namespace).alias(Kind.PLACEMENTS))
    assert json.loads(run(settings, "reconcile", "--json").stdout)["moved"] == []


@pytest.mark.timeout(120)
def test_an_archive_from_before_there_were_stories_gets_them(settings: Settings, tmp_path: Path) -> None:
    """Articles that are in none are put into one and sent with it; a second run is idle."""
    Pipeline(settings, tmp_path)
    ferry = Event("ferry")
    send(settings, ferry.report(1), ferry.report(2, hour=1), Event("budget").report(1))
    assert json.loads(run(settings, "reenrich", "--only", "stories", "--json").stdout) == {
        "articles": 3,
        "sent": 3,
    }
    topic = told(settings)
    assert sorted(story.articles for story in topic.values()) == [1, 2]
    assert {article.story_id for article in sent(settings).values()} == set(topic)
    assert json.loads(run(settings, "reenrich", "--only", "stories", "--json").stdout)["sent"] == 0
