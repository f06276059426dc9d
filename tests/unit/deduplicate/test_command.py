"""`dateline compare` and `dateline copies --offline`."""

import io
import json
from pathlib import Path

import msgspec
from click.testing import CliRunner
from rich.console import Console

from consumers.deduplicate import family_command
from consumers.deduplicate.command import compare
from dateline.archive import Family
from dateline.cli import main
from schemas.records import Article, CopyOf, EnrichedArticle
from tests.unit.deduplicate.test_copies import WIRE, copy
from tests.unit.deduplicate.test_step import FIRST, SECOND
from tests.unit.deduplicate.world import HARBOUR


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
    result = CliRunner().invoke(main, ["copies", "--offline", str(lines)])
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert printed["families"] == [[WIRE.id, copy(1).id]]
    assert set(printed["pairs"][0]) == {"a", "b", "relation", "containment_a", "containment_b", "score"}


def test_copies_wants_one_of_two() -> None:
    """Neither an article nor a file, or both, is wrong use."""
    result = CliRunner().invoke(main, ["copies"])
    assert result.exit_code == 2
    assert "--offline FILE" in result.stderr


def _kin(stated: Article, edge: CopyOf | None = None) -> EnrichedArticle:
    fields = {name: getattr(stated, name) for name in Article.__struct_fields__}
    return EnrichedArticle(**fields, copy_of=edge)


def test_family_is_a_table_and_a_timeline() -> None:
    """Each copy shows how late it came, what it kept and added, and whether it credits; the timeline is in order of time."""
    edges = [
        CopyOf(
            article_id=WIRE.id, version_id="v", source="wire", url=WIRE.url, containment_here=here, containment_there=there,
            score=1.0, cut=cut, headline_changed=True, credited=credited, delay=delay,
        )
        for here, there, cut, credited, delay in ((1.0, 0.6, (3, 4), True, 7200), (0.8, 1.0, (), False, 97_200))
    ]  # fmt: skip
    family = Family(_kin(WIRE), tuple(_kin(copy(n), edge) for n, edge in enumerate(edges, 1)))
    console = Console(width=200, record=True, file=io.StringIO())
    family_command.show(console, family)
    shown = console.export_text()
    first, second = (next(line for line in shown.splitlines() if f"outlet{n} " in line) for n in (1, 2))
    assert all(word in first for word in ("2 h", "60%", "0%", "2 of 5", "its own", "credited"))
    assert all(word in second for word in ("1 d 3 h", "100%", "20%", "none"))
    times = [line.split("  ")[0] for line in shown.splitlines() if "●" in line or "◆" in line]
    assert times == ["2026-03-03 08:00", "2026-03-03 10:00", "2026-03-04 11:00"]
    printed = json.loads(msgspec.json.encode(family_command.as_json(family)))
    assert printed["origin"]["id"] == WIRE.id
    assert [one["text"] for one in printed["copies"][0]["cut"]] == list(HARBOUR[3:])
    assert (printed["copies"][1]["kept"], printed["copies"][1]["added"]) == (1.0, 0.2)
