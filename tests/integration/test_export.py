"""The archive's current articles for other systems."""

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from pyarrow.parquet import ParquetFile

from dateline import parquet
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


@pytest.mark.timeout(120)
def test_a_parquet_file_holds_the_same_records(settings: Settings, tmp_path: Path) -> None:
    """In row groups, each article with all of its fields as the record has them; a query narrows it."""
    Pipeline(settings, tmp_path)
    articles = [enriched(id=f"a{number:04}") for number in range(parquet.ROWS + 2)]
    odd = msgspec.structs.replace(
        articles[0], copy_of=None, embedding=(0.5, -0.25), paragraphs=(), modified=None
    )
    send(settings, odd, *articles[1:])
    file = tmp_path / "articles.parquet"
    result = _run(settings, "--format", "parquet", "--out", str(file))
    assert result.exit_code == 0, result.output
    table = ParquetFile(file)
    assert table.num_row_groups == 2
    rows = {row["id"]: row for group in range(2) for row in table.read_row_group(group).to_pylist()}
    read_back = {
        id_: msgspec.convert(
            {**row, **{name: dict(row[name]) for name in ("provenance", "enrichments")}}, EnrichedArticle
        )
        for id_, row in rows.items()
    }
    assert read_back == {one.id: one for one in (odd, *articles[1:])}

    _run(settings, "--format", "parquet", "--where", "id:a0001 OR id:a0002", "--out", str(file))
    assert ParquetFile(file).metadata.num_rows == 2
    assert _run(settings, "--where", "(id:a").exit_code == 2
    assert _run(settings, "--where", "id:nobody").exit_code == 1


def test_parquet_says_what_it_needs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without pyarrow: how to install it, and exit code 2."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = _run(settings, "--format", "parquet", "--out", str(tmp_path / "x.parquet"))
    assert result.exit_code == 2
    assert "requirements/parquet.txt" in result.output
