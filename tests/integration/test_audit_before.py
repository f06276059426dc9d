"""`dateline audit --before`: documents that are still under way are nobody's fault."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dateline.cli import main
from dateline.settings import Settings
from tests.environ import environ

pytestmark = pytest.mark.servers


@pytest.fixture
def variables(settings: Settings, tmp_path: Path) -> dict[str, str]:
    """The environment of a Dateline whose raw topic holds one document that no stage has read."""
    document = tmp_path / "note.txt"
    document.write_text("Ferry back in service\n\nThe ferry sails again.\n")
    made = environ(settings)
    for command in (["topics", "apply"], ["templates", "apply"], ["ingest", str(document)]):
        done = CliRunner().invoke(main, command, env=made)
        assert done.exit_code == 0, done.output
    return made


def audit(variables: dict[str, str], *arguments: str) -> Result:
    """The command."""
    return CliRunner().invoke(main, ["audit", *arguments], env=variables)


def test_a_document_that_came_in_later_is_left_out(variables: dict[str, str]) -> None:
    """Accounting for the time before it arrived finds nothing amiss, for the time after does."""
    now = datetime.now(UTC)
    before = audit(variables, "--before", (now - timedelta(minutes=5)).isoformat())
    after = audit(variables, "--before", (now + timedelta(minutes=5)).isoformat())
    assert (before.exit_code, after.exit_code, audit(variables).exit_code) == (0, 1, 1)
    assert "waits for normalize" in after.output


def test_a_time_without_an_offset_is_refused(variables: dict[str, str]) -> None:
    """It would mean another moment on another machine."""
    result = audit(variables, "--before", "2026-01-01T10:00:00")
    assert result.exit_code == 2
    assert "offset" in result.output
