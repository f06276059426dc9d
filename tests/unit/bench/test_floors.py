"""The gate of the benchmarks: floors rise with the results and fall only where that is meant."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from bench import floors
from bench import normalize as command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with two floors."""
    path = tmp_path / "floors.json"
    path.write_text(json.dumps({"headline": 0.9, "body": 0.95}), "utf-8")
    return path


def test_what_is_below_its_floor_is_named() -> None:
    """At the floor is not below it, and what was not measured is not missed."""
    assert floors.missed({"headline": 0.9, "body": 0.95, "days": 0.9}, {"headline": 0.899, "body": 0.95}) == [
        "headline"
    ]


def test_floors_rise_to_just_under_what_was_reached(file: Path) -> None:
    """And stay where they are if that is no higher."""
    assert floors.follow(file, {"headline": 0.9437, "body": 0.951, "other": 1.0}) == {
        "headline": 0.941,
        "body": 0.95,
    }
    assert floors.read(file) == {"headline": 0.941, "body": 0.95}


def test_a_lower_floor_is_refused(file: Path) -> None:
    """The message names the row and the switch, and no floor is changed."""
    with pytest.raises(floors.LowerFloorError, match=r"headline from 0\.900 to 0\.880.*--lower-floors"):
        floors.follow(file, {"headline": 0.88, "body": 0.99})
    assert floors.read(file) == {"headline": 0.9, "body": 0.95}


def test_a_floor_falls_where_that_is_meant(file: Path) -> None:
    """The others rise at the same time."""
    assert floors.follow(file, {"headline": 0.88, "body": 0.99}, lower=True) == {
        "headline": 0.878,
        "body": 0.988,
    }


def test_a_sample_is_spread_over_the_list() -> None:
    """Not its beginning, and never more than there is."""
    rows = [{"page": at} for at in range(10)]
    assert [row["page"] for row in command.spread(rows, 3)] == [0, 3, 6]
    assert command.spread(rows, 50) == rows


def test_a_label_without_a_zone_names_the_time_on_the_clock() -> None:
    """With a zone, the instants are compared."""
    found = datetime.fromisoformat("2026-03-02T08:00:30+01:00")
    assert command.within_a_minute(found, datetime.fromisoformat("2026-03-02T08:00:00"))
    assert not command.within_a_minute(found, datetime.fromisoformat("2026-03-02T08:00:00+00:00"))
    assert command.within_a_minute(found, datetime.fromisoformat("2026-03-02T07:00:00+00:00"))


def test_figures_that_are_kept_are_not_measured_again(tmp_path: Path) -> None:
    """A run that was stopped goes on with the next tool; it reads no page here, and ends with exit code 1 below a floor."""
    kept = tmp_path / "figures.json"
    reached = dict.fromkeys(floors.read(command.FLOORS), 0.5)
    kept.write_text(json.dumps({"dateline": reached}), "utf-8")
    (tmp_path / "articles.jsonl").touch()
    command_line = [sys.executable, "-m", "bench.normalize", "--corpora", str(tmp_path), "--only", "dateline"]
    ran = subprocess.run([*command_line, "--save", str(kept)], capture_output=True, text=True, check=False)
    assert (ran.returncode, "below the floor: body F1 (snippets)" in ran.stderr) == (1, True)
