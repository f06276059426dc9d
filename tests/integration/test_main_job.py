"""The main job, from the demo world's pages to search, and everything a user then asks of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dateline.cli import main
from dateline.demo import expected, raw_documents, scenes, stories
from dateline.settings import Settings
from schemas.elastic import Kind
from tests.environ import environ
from tests.pipeline import Pipeline

ROOT = Path(__file__).parents[2]

SEARCHES = {  # each finds its story
    '"car deck" -tram': "harbourpost/ferry-fire",
    "(ferry OR lighthouse) AND fire": "harbourpost/ferry-fire",
    "changed:correction": "harbourpost/tram-vote",
    "changed:number is:updated": "harbourpost/ferry-fire",
    'speaker:"Gillian Strod" said:cheap': "harbourpost/shipyard-order",
    "organization:Marine published:2026-03-04": "harbourpost/ferry-fire",
    "source:harbourpost headline:tram language:en": "harbourpost/tram-vote",
}


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environ(settings), catch_exceptions=False)


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Pipeline:
    """An archive of the demo world after its last scene, each scene's pages sent once."""
    pipeline = Pipeline(settings, tmp_path)
    for number in range(len(scenes())):
        pipeline.send_scene(number)
    pipeline.catch_up()
    return pipeline


def url_of(story: str) -> str:
    return next(one.url for number in range(len(scenes())) for one in stories(number) if one.id == story)


@pytest.mark.timeout(900)
def test_the_world_is_archived_faithfully(world: Pipeline) -> None:
    """Articles, versions, classes of change and copies are those that the world says; search, show, trace and tail agree."""
    settings, truth = world.settings, expected()
    assert world.audit().findings == ()
    assert (world.count(Kind.ARTICLES), world.count(Kind.VERSIONS)) == (truth.articles, truth.versions)
    for history in truth.histories:
        shown = json.loads(run(settings, "show", url_of(history.story), "--json").output)
        assert len(shown["history"]) == history.versions, history.story
        for version, wanted in zip(shown["history"][1:], history.changes, strict=True):
            assert set(wanted) <= {change["class"] for change in version["changes"]}, history.story
    for copy in truth.copies:
        article = json.loads(run(settings, "show", url_of(copy.story), "--json").output)["article"]
        assert article["copy_of"]["url"] == url_of(copy.origin), copy.story

    found = json.loads(run(settings, "search", "ferry", "fire", "--source", "harbourpost", "--json").output)
    assert found["hits"][0]["url"] == url_of("harbourpost/ferry-fire")
    assert "<em>" in json.dumps(found["hits"][0]["highlights"])
    assert run(settings, "search", "xylophonist", "quagmire").exit_code == 1
    for query, story in SEARCHES.items():
        hits = json.loads(run(settings, "search", query, "--json").output)["hits"]
        assert url_of(story) in [hit["url"] for hit in hits], query
    assert run(settings, "search", 'speaker:"Nobody Known"').exit_code == 1
    assert run(settings, "search", "colour:red").exit_code == 2
    diff = run(settings, "show", url_of("harbourpost/tram-vote"), "--diff").output
    assert "£[-186-]{+214+} million" in " ".join(diff.split())
    trace = json.loads(run(settings, "trace", url_of("harbourpost/tram-vote"), "--json").output)
    assert {"normalize", "deduplicate", "enrich", "index"} <= {outcome["stage"] for outcome in trace}
    tail = run(
        settings,
        "tail",
        "changes",
        "--from-beginning",
        "--until-caught-up",
        "--class",
        "correction",
        "--json",
    ).output
    assert [json.loads(line)["url"] for line in tail.splitlines()] == [url_of("harbourpost/tram-vote")]
    audit = run(settings, "audit", "--json")
    assert (audit.exit_code, json.loads(audit.output)["clean"]) == (0, True)


@pytest.mark.timeout(900)
def test_a_rebuild_gives_the_same_archive(world: Pipeline) -> None:
    """Every index comes back from the topics, and the stages know what they knew: nothing sent again is new."""
    settings = world.settings
    before = {kind: world.count(kind) for kind in Kind}
    shown = run(settings, "show", url_of("harbourpost/ferry-fire"), "--json").output
    done = run(settings, "rebuild", "--json")
    assert done.exit_code == 0, done.output
    assert {kind: world.count(kind) for kind in Kind} == before
    assert run(settings, "show", url_of("harbourpost/ferry-fire"), "--json").output == shown
    world.send_scene(len(scenes()) - 1)
    world.catch_up()
    assert world.count(Kind.VERSIONS) == before[Kind.VERSIONS]
    assert world.audit().findings == ()


@pytest.mark.timeout(120)
def test_the_subscriber_of_the_readme_reads_what_is_sent(settings: Settings, tmp_path: Path) -> None:
    """The ten lines in the README, with this test's address and topic in place of theirs, print enriched articles."""
    pipeline = Pipeline(settings, tmp_path)
    pipeline.send((outlet.id, url, kind, body) for outlet, url, kind, body in raw_documents()[:3])
    pipeline.catch_up()
    section = (
        (ROOT / "README.md").read_text(encoding="utf-8").partition("## Subscribing")[2].partition("\n## ")[0]
    )
    code = "\n".join(line.removeprefix("    ") for line in section.splitlines() if line.startswith("    "))
    assert "articles.enriched.v1" in code
    assert "127.0.0.1:19092" in code
    code = code.replace("articles.enriched.v1", f"{settings.namespace}.articles.enriched.v1")
    code = code.replace("127.0.0.1:19092", str(settings.kafka.bootstrap_servers))
    with subprocess.Popen([sys.executable, "-u", "-c", code], stdout=subprocess.PIPE) as subscriber:
        assert subscriber.stdout is not None
        headlines = {json.loads(subscriber.stdout.readline())["headline"] for _ in range(3)}
        subscriber.kill()
    assert headlines == {
        story.headline for story in stories() if story.url in {d[1] for d in raw_documents()[:3]}
    }
