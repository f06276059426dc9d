"""Enrichments made again over the archive."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consumers.enrich import enrich
from dateline.cli import main
from dateline.log import read
from dateline.settings import Settings
from schemas import envelope
from schemas.elastic import Kind
from schemas.topics import ENRICHED
from tests.enriched_topic import send
from tests.environ import environ
from tests.pipeline import Pipeline
from tests.samples import enriched
from tests.unit.enrich.articles import version
from tests.unit.enrich.test_identities import FULL, SHORT, TORMIS


def _run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environ(settings), catch_exceptions=False)


def _done(settings: Settings, *arguments: str) -> dict[str, int]:
    result = _run(settings, "reenrich", *arguments, "--json")
    assert result.exit_code == 0, result.output
    done: dict[str, int] = json.loads(result.stdout)
    return done


@pytest.mark.timeout(120)
def test_an_old_archive_gets_the_present_topics(settings: Settings, tmp_path: Path) -> None:
    """Of each article the newest version is made again, sent once, and found by its new topic; a second run is idle."""
    pipeline = Pipeline(settings, tmp_path)
    newest = enriched(id="a", version_id="a2", version_order=2, topics=(), enrichments={"topics": "topics/0"})
    older = enriched(id="a", version_id="a1", version_order=1, topics=(), enrichments={"topics": "topics/0"})
    other = enriched(id="b", version_id="b1", topics=(), enrichments={"topics": "topics/0", "names": "x/1"})
    send(settings, newest, older, other)

    assert _done(settings, "--only", "topics") == {"articles": 2, "sent": 2}
    last = {message.key: message for message in read(settings, [ENRICHED])}
    assert last[b"a"].headers[envelope.REFRESH] == "1"
    assert last[b"a"].headers[envelope.SOURCE_ID] == newest.source
    again = json.loads(last[b"a"].value or b"")
    assert (again["version_id"], again["keywords"]) == ("a2", list(newest.keywords))
    assert "weather" in {topic["name"] for topic in again["topics"]}
    assert json.loads(last[b"b"].value or b"")["enrichments"]["names"] == "x/1"
    assert _done(settings, "--only", "topics")["sent"] == 0

    pipeline.catch_up("index")
    assert pipeline.count(Kind.ARTICLES) == 2
    assert pipeline.audit().findings == ()


def test_a_name_that_is_no_enrichment_is_refused(settings: Settings) -> None:
    """Before anything is read."""
    result = _run(settings, "reenrich", "--only", "weather")
    assert result.exit_code == 2
    assert "--only expects one of embedding" in result.output


@pytest.mark.timeout(120)
def test_waits_for_the_stage_to_stop(settings: Settings, tmp_path: Path) -> None:
    """A version that the stage sends meanwhile could be followed by an older one: the command says what to do."""
    pipeline = Pipeline(settings, tmp_path)
    stage = pipeline.start("enrich")
    try:
        for _ in range(240):
            if (result := _run(settings, "reenrich", "--only", "topics")).exit_code == 2:
                break
        assert "stop `dateline run` first" in result.output
    finally:
        stage.terminate()
        stage.wait(20)


@pytest.mark.timeout(120)
def test_names_meet_whatever_order_they_came_in(settings: Settings, tmp_path: Path) -> None:
    """The article that came before anybody was named in full gets the id that the archive knows by now; then all is idle."""
    Pipeline(settings, tmp_path)
    early, full = enrich([version(SHORT, number=1), version(FULL, number=2)], without=("embedding",))
    send(settings, early, full)
    assert _done(settings, "--only", "identities") == {"articles": 2, "sent": 2}
    last = {message.key: json.loads(message.value or b"") for message in read(settings, [ENRICHED])}
    (meant,) = {entity["id"] for entity in last[b"a1"]["entities"] if entity["name"] == "Tormis"}
    assert meant == TORMIS
    assert _done(settings, "--only", "identities")["sent"] == 0
