"""What turned out to be no version, through the real servers and again after a rebuild."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dateline import elastic
from dateline.cli import main
from dateline.settings import Settings
from schemas.elastic import Kind, Names
from tests.environ import environ
from tests.pipeline import Pipeline
from tests.unit.deduplicate.world import HARBOUR

OLD, NEW = "https://courier.example/pier", "https://courier.example/2026/pier-to-be-rebuilt"
MORE = "The mayor of Vellmar welcomed the vote and thanked the crews who had worked through the storm."


def page(url: str, body: list[str], modified: str) -> tuple[str, str, str, bytes]:
    """The article as it stood at an address."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    return "courier", url, "text/html", (
        f'<html lang="en"><head><title>Pier to rise again</title><link rel="canonical" href="{url}">'
        '<meta property="article:published_time" content="2026-03-03T09:00:00Z">'
        f'<meta property="article:modified_time" content="{modified}"></head>'
        f"<body><article><h1>Pier to rise again</h1>{text}</article></body></html>"
    ).encode()  # fmt: skip


def catch_up(settings: Settings, *stages: str) -> None:
    """Stages, one after the other, in this process."""
    for stage in stages:
        done = CliRunner(env=environ(settings)).invoke(main, ["stage", stage, "--until-caught-up"])
        assert done.exit_code == 0, done.output


def told(settings: Settings) -> dict[str, Any]:
    """The whole archive as readers find it: the history, articles, and every version and change in the indices."""
    names = Names(settings.namespace)
    aliases = {kind: names.alias(kind) for kind in (Kind.ARTICLES, Kind.VERSIONS, Kind.CHANGES)}
    with closing(elastic.client(settings)) as client:
        client.indices.refresh(index=",".join(aliases.values()))
        found: dict[str, Any] = {
            kind: {hit["_id"]: hit["_source"] for hit in client.search(index=alias, size=100)["hits"]["hits"]}
            for kind, alias in aliases.items()
        }
    shown = CliRunner(env=environ(settings)).invoke(main, ["show", NEW, "--json"])
    assert shown.exit_code == 0, shown.output
    return found | {"show": json.loads(shown.stdout)}


@pytest.mark.servers
def test_removal_that_was_none_is_none_after_a_rebuild(settings: Settings, tmp_path: Path) -> None:
    """A page was found gone; a backfill shows that its article had moved before. The archive says so, and does when made again."""
    pipeline = Pipeline(settings, tmp_path)
    pipeline.send([page(OLD, HARBOUR, "2026-03-03T09:00:00Z")], fetched="2026-03-03T10:00:00Z")
    catch_up(settings, "normalize", "deduplicate")
    pipeline.send_removal("courier", OLD, fetched="2026-03-03T14:00:00Z")
    catch_up(settings, "normalize", "deduplicate")
    pipeline.send([page(NEW, [*HARBOUR, MORE], "2026-03-03T12:00:00Z")], fetched="2026-03-03T12:05:00Z")
    catch_up(settings, "normalize", "deduplicate", "enrich", "index")
    before = told(settings)
    assert [version["status"] for version in before["show"]["history"]] == ["PUBLISHED", "UPDATED"]
    assert sorted(version["status"] for version in before[Kind.VERSIONS].values()) == [
        "PUBLISHED",
        "UPDATED",
        "WITHDRAWN",
    ]
    assert pipeline.audit().clean
    done = CliRunner(env=environ(settings)).invoke(main, ["rebuild"])
    assert done.exit_code == 0, done.output
    assert told(settings) == before
    assert pipeline.audit().clean
