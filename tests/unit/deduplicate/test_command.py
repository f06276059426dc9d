"""`dateline compare` and `dateline copies --offline`."""

import json
from pathlib import Path

import msgspec
from click.testing import CliRunner

from consumers.deduplicate.command import compare, copies
from tests.unit.deduplicate.test_copies import WIRE, copy
from tests.unit.deduplicate.test_step import FIRST, SECOND


def test_compare_prints_classified_changes(tmp_path: Path) -> None:
    """Two files in, one JSON object out, with class, importance, evidence and place."""
    for name, stated in (("old", FIRST), ("new", SECOND)):
        (tmp_path / name).write_bytes(msgspec.json.encode(stated))
    result = CliRunner().invoke(compare, [str(tmp_path / "old"), str(tmp_path / "new")])
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert [(c["class"], c["where"]) for c in printed["changes"]] == [("number", "paragraphs[0]")]
    assert set(printed["changes"][0]) == {"class", "importance", "before", "after", "where"}
    assert 0.9 < printed["similarity"] < 1


def test_compare_names_a_bad_file(tmp_path: Path) -> None:
    """A file that holds no article is a usage error that says what was expected."""
    (tmp_path / "old").write_text('{"id": 1}')
    result = CliRunner().invoke(compare, [str(tmp_path / "old"), str(tmp_path / "old")])
    assert result.exit_code == 2
    assert "expected one Article as JSON" in result.stderr


def test_copies_prints_pairs_and_families(tmp_path: Path) -> None:
    """A file of article lines in, pairs and families out."""
    lines = tmp_path / "articles.jsonl"
    lines.write_bytes(b"\n".join(msgspec.json.encode(stated) for stated in (WIRE, copy(1))))
    result = CliRunner().invoke(copies, ["--offline", str(lines)])
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert printed["families"] == [[WIRE.id, copy(1).id]]
    assert set(printed["pairs"][0]) == {"a", "b", "relation", "containment_a", "containment_b", "score"}
