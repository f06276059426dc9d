"""The archive's current articles for other systems."""

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from dateline.cli import main
from dateline.settings import Settings
from schemas.ninjs import checked
from schemas.records import EnrichedArticle
from tests.enriched_topic import send
from tests.environ import environ
from tests.pipeline import Pipeline
from tests.samples import enriched


def _run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["export", *arguments], env=environ(settings), catch_exceptions=False)


@pytest.mark.timeout(120)
def test_the_newest_version_of_each_article_is_written_once(settings: Settings, tmp_path: Path) -> None:
    """As records and as ninjs items, narrowed by source and time, whatever came last on the topic."""
    Pipeline(settings, tmp_path)
    newest = enriched(id="a", version_id="a2", version_order=2)
    older = enriched(id="a", version_id="a1", version_order=1)
    other = enriched(id="b", version_id="b1", source="ledger", modified="2026-01-02T09:00:00Z")
    send(settings, newest, older, other)

    lines = _run(settings).stdout.splitlines()
    records = [msgspec.json.decode(line, type=EnrichedArticle) for line in lines]
    assert sorted(records, key=lambda one: one.id) == [newest, other]
    items = [checked(line.encode()) for line in _run(settings, "--format", "ninjs").stdout.splitlines()]
    assert {one.version for one in items} == {"a2", "b1"}
    assert [json.loads(line)["id"] for line in _run(settings, "--source", "ledger").stdout.splitlines()] == [
        "b"
    ]
    assert [
        json.loads(line)["id"] for line in _run(settings, "--since", "2026-02-01").stdout.splitlines()
    ] == ["a"]
    assert _run(settings, "--source", "nobody").exit_code == 1
    assert _run(settings, "--since", "lately").exit_code == 2
