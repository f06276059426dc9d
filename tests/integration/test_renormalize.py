"""Stored documents read again: what would change is told without changing anything; a fresh reading has histories of its own."""

import json
import uuid
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from dateline import elastic
from dateline.cli import main
from dateline.embedded import Endpoints
from dateline.log import read
from dateline.settings import ElasticSettings, KafkaSettings, Settings
from schemas.elastic import Kind, Names
from schemas.topics import CHANGES, NORMALIZED, OUTCOMES, RAW, VERSIONS
from tests.environ import environ
from tests.pipeline import Pipeline
from tests.unit.normalize.documents import PARAGRAPHS, page

URL = "https://weirgazette.example/news/bridge"
OTHER = "https://weirgazette.example/news/mill"


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environ(settings), catch_exceptions=False)


def dry_run(settings: Settings, *arguments: str) -> dict[str, object]:
    done = run(settings, "renormalize", "--dry-run", "--json", *arguments)
    report: dict[str, object] = json.loads(done.stdout)
    assert done.exit_code == bool(report["changed"] or report["refused"] or report["admitted"])
    return report


def sizes(settings: Settings) -> list[int]:
    """How many messages the topics hold: a dry run adds none."""
    return [
        sum(1 for _ in read(settings, [topic])) for topic in (RAW, NORMALIZED, VERSIONS, CHANGES, OUTCOMES)
    ]


def spoil(settings: Settings, **fields: object) -> None:
    """Make what is kept of the bridge's first version as if older code had read it."""
    with closing(elastic.client(settings)) as client:
        alias = Names(settings.namespace).alias(Kind.VERSIONS)
        client.indices.refresh(index=alias)
        (hit,) = client.search(index=alias, query={"term": {"url": URL}})["hits"]["hits"]
        client.update(index=hit["_index"], id=hit["_id"], doc=fields, refresh=True)


@pytest.fixture(scope="module")
def archive(endpoints: Endpoints, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """Two articles, one of them sent twice with another banner, and an empty page. Tests leave it as it was."""
    tmp_path = tmp_path_factory.mktemp("archive")
    settings = Settings(
        data_dir=str(tmp_path),
        namespace=f"t{uuid.uuid4().hex[:10]}",
        kafka=KafkaSettings(bootstrap_servers=endpoints.kafka_bootstrap),
        elastic=ElasticSettings(url=endpoints.elastic_url),
    )
    pipeline = Pipeline(settings, tmp_path)
    pipeline.send([("weirgazette", URL, "text/html", page())])
    banner = page(head="<!-- another banner -->")
    pipeline.send([("weirgazette", URL, "text/html", banner)], fetched="2026-03-07T12:00:00Z")
    mill = page().replace(b"ridge", b"rook").replace(b"Monday", b"Friday")
    pipeline.send([("millpost", OTHER, "text/html", mill)], fetched="2026-03-08T12:00:00Z")
    pipeline.send([("millpost", f"{OTHER}/gone", "text/html", b"<html><body><h1>Gone</h1></body></html>")])
    pipeline.catch_up()
    with closing(elastic.client(settings)) as client:
        client.indices.refresh(index=f"{settings.namespace}-*")
    return pipeline


@pytest.mark.timeout(120)
def test_a_dry_run_tells_what_would_change_and_changes_nothing(archive: Pipeline) -> None:
    """The same code changes nothing; what older code had left out, misread or refused is counted by field, with examples."""
    settings = archive.settings
    before = sizes(settings)
    report = dry_run(settings)
    assert (report["documents"], report["same"], report["refused_still"], report["not_compared"]) == (
        4,
        2,
        1,
        1,
    )
    assert report["fields"] == {}

    spoil(settings, headline="Bridge reopens after repairs | The Weir Gazette", script=None, section="Roads")
    report = dry_run(settings)
    assert (report["same"], report["changed"], report["content"]) == (1, 1, 1)
    fields = report["fields"]
    assert isinstance(fields, dict)
    assert {name: (one["gained"], one["lost"], one["altered"]) for name, one in fields.items()} == {
        "headline": (0, 0, 1),
        "script": (1, 0, 0),
        "section": (0, 1, 0),
    }
    (example,) = fields["headline"]["examples"]
    assert (example["url"], example["after"]) == (URL, "Bridge reopens after repairs")
    shown = run(settings, "renormalize", "--dry-run")
    assert "1 changed (1 of them in what makes a version)" in shown.stdout
    assert sizes(settings) == before

    spoil(
        settings,
        script="Latn",
        headline="Bridge reopens after repairs",
        section=None,
        paragraphs=[*PARAGRAPHS, "Share"],
    )
    fields = dry_run(settings)["fields"]
    spoil(settings, paragraphs=list(PARAGRAPHS))
    assert isinstance(fields, dict)
    assert fields["paragraphs"]["examples"][0]["before"] == "[4] Share"


@pytest.mark.timeout(120)
def test_a_dry_run_is_narrowed(archive: Pipeline) -> None:
    """By when documents were received, by source, by number."""
    settings = archive.settings
    for arguments, count in (
        (["--source", "millpost"], 2),
        (["--since", "2026-03-07"], 2),
        (["--since", "2026-03-07", "--until", "2026-03-08T00:00:00+00:00"], 1),
        (["--limit", "3"], 3),
        (["--since", "2h"], 0),
    ):
        assert dry_run(settings, *arguments)["documents"] == count, arguments


@pytest.mark.timeout(900)
def test_a_fresh_reading_has_no_false_versions(archive: Pipeline, tmp_path: Path) -> None:
    """In another namespace all documents are read from the start: one version an article, whatever older code had made of it, a
    clean account; copying goes on where it ended, and nothing changes where it came from.
    """
    settings = archive.settings
    spoil(settings, headline="Bridge reopens after repairs | The Weir Gazette")
    assert run(settings, "quarantine", "replay", "--all").exit_code == 0
    before = sizes(settings)
    name = f"{settings.namespace}b"
    done = run(settings, "renormalize", "--into", name, "--json")
    copied = json.loads(done.stdout)
    assert (done.exit_code, copied["documents"], copied["replays"]) == (0, 4, 1)
    archive.send([("millpost", f"{OTHER}/late", "text/html", page())])
    assert json.loads(run(settings, "renormalize", "--into", name, "--json").stdout)["documents"] == 1
    assert [*sizes(settings)[1:]] == before[1:]

    there = msgspec.structs.replace(settings, namespace=name)
    (tmp_path / "there").mkdir()
    fresh = Pipeline(there, tmp_path / "there")
    fresh.catch_up()
    account = fresh.audit()
    assert (account.clean, account.received) == (True, 5)
    assert fresh.count(Kind.VERSIONS) == fresh.count(Kind.ARTICLES) == 3
    copies = {message.headers["ce_id"]: message for message in read(there, [RAW])}
    for original in read(settings, [RAW]):
        copy = copies[original.headers["ce_id"]]
        assert (copy.key, copy.value, copy.partition) == (original.key, original.value, original.partition)
    found = json.loads(run(there, "show", URL, "--json").stdout)
    assert [one["headline"] for one in found["history"]] == ["Bridge reopens after repairs"]
    report = dry_run(there)
    assert (report["changed"], report["refused"], report["admitted"]) == (0, {}, {})


def test_wrong_use_is_refused(settings: Settings) -> None:
    """Neither or both of the two modes, a part of the documents into a namespace, and the namespace in use are no use."""
    for arguments in (
        [],
        ["--dry-run", "--into", "x"],
        ["--into", "x", "--source", "a"],
        ["--into", settings.namespace],
        ["--dry-run", "--since", "yesterday"],
    ):
        assert run(settings, "renormalize", *arguments).exit_code == 2, arguments
