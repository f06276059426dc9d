"""Stages killed in the middle of their work lose nothing and do nothing twice."""

import itertools
import random
import time
from pathlib import Path

import pytest

from dateline.demo import render
from dateline.settings import Settings
from schemas.elastic import Kind
from schemas.reasons import Stage
from tests.pipeline import Pipeline

DOCUMENTS = 500
KILLS = 20


@pytest.mark.timeout(600)
@pytest.mark.parametrize("victim", list(map(str, Stage)))
def test_a_stage_killed_twenty_times_loses_and_repeats_nothing(
    victim: str, settings: Settings, tmp_path: Path
) -> None:
    """SIGKILL at random moments: afterwards every document is indexed, once, and no subscriber sees one twice."""
    pipeline = Pipeline(settings, tmp_path)
    pipeline.send(
        (outlet.id, url, kind, body)
        for outlet, url, kind, body in itertools.islice(render(DOCUMENTS, 1), DOCUMENTS)
    )
    stages = list(map(str, Stage))
    pipeline.catch_up(*stages[: stages.index(victim)])
    chance = random.Random(victim)
    for _ in range(KILLS):
        process = pipeline.start(victim, "--worker", "victim", DATELINE_RUNNER_BATCH_SIZE="5")
        time.sleep(chance.uniform(0.8, 2.8))  # a random moment is what is tested
        process.kill()
        process.wait()
    assert pipeline.start(victim, "--worker", "victim", "--until-caught-up").wait(400) == 0, pipeline.log(
        victim
    )
    pipeline.catch_up(*stages[stages.index(victim) + 1 :])
    result = pipeline.audit()
    assert result.findings == ()
    assert (result.received, result.indexed) == (DOCUMENTS, DOCUMENTS)
    assert pipeline.count(Kind.ARTICLES) == pipeline.count(Kind.VERSIONS) == DOCUMENTS
    assert pipeline.sent_twice() == []
