"""Several processes of one stage, and the same events again and again."""

import itertools
from pathlib import Path

import pytest

from dateline.demo import render
from dateline.settings import Settings
from schemas.elastic import Kind
from tests.pipeline import Pipeline


def documents(number: int, seed: int) -> list[tuple[str, str, str, bytes]]:
    return [(o.id, url, kind, body) for o, url, kind, body in itertools.islice(render(number, seed), number)]


@pytest.mark.timeout(900)
def test_two_processes_share_a_stage_while_one_comes_and_goes(settings: Settings, tmp_path: Path) -> None:
    """A second process joins under load, is killed, and joins again: each document is decided once."""
    pipeline = Pipeline(settings, tmp_path)
    pipeline.send(documents(600, 3))
    first = pipeline.start("normalize", "--until-caught-up", DATELINE_RUNNER_BATCH_SIZE="10")
    second = pipeline.start("normalize", "--until-caught-up", DATELINE_RUNNER_BATCH_SIZE="10")
    third = pipeline.start("normalize", DATELINE_RUNNER_BATCH_SIZE="10")
    while "started" not in pipeline.log("normalize"):
        pass
    third.kill()
    third.wait()
    assert (first.wait(400), second.wait(400)) == (0, 0), pipeline.log("normalize")
    pipeline.catch_up("deduplicate", "enrich", "index")
    result = pipeline.audit()
    assert result.findings == ()
    assert (result.received, result.indexed) == (600, 600)
    assert pipeline.sent_twice() == []


@pytest.mark.timeout(900)
def test_a_thousand_events_sent_three_times_are_a_thousand(settings: Settings, tmp_path: Path) -> None:
    """Of each event one ends indexed and two as repeated; the index holds each article once."""
    pipeline = Pipeline(settings, tmp_path)
    pipeline.send(documents(1000, 4), times=3)
    pipeline.catch_up()
    result = pipeline.audit()
    assert result.findings == ()
    assert (result.received, result.indexed, result.reasons) == (3000, 1000, {"repeated": 2000})
    assert pipeline.count(Kind.ARTICLES) == pipeline.count(Kind.VERSIONS) == 1000
    assert pipeline.sent_twice() == []
