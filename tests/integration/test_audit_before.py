"""`dateline audit --before`: documents that are still under way are nobody's fault."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dateline import kafka as clients
from dateline.app import App
from dateline.commands.accounts import audit
from dateline.settings import Settings
from dateline.topology import apply_topics
from producers.commands import ingest

pytestmark = pytest.mark.servers


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> App:
    """An app whose raw topic holds one document that no stage has read."""
    admin = clients.admin(settings)
    try:
        apply_topics(admin, settings)
    finally:
        admin.close()
    ready = App({})
    ready.with_settings(settings)
    document = tmp_path / "note.txt"
    document.write_text("Ferry back in service\n\nThe ferry sails again.\n")
    sent = CliRunner().invoke(ingest, [str(document)], obj=ready, prog_name="dateline")
    assert sent.exit_code == 0, sent.output
    return ready


def run(app: App, *arguments: str) -> Result:
    """The command."""
    return CliRunner().invoke(audit, list(arguments), obj=app, prog_name="dateline")


def test_a_document_that_came_in_later_is_left_out(app: App) -> None:
    """Accounting for the time before it arrived finds nothing amiss, for the time after does."""
    now = datetime.now(UTC)
    before = run(app, "--before", (now - timedelta(minutes=5)).isoformat())
    after = run(app, "--before", (now + timedelta(minutes=5)).isoformat())
    assert (before.exit_code, after.exit_code, run(app).exit_code) == (0, 1, 1)
    assert "waits for normalize" in after.output


def test_a_time_without_an_offset_is_refused(app: App) -> None:
    """It would mean another moment on another machine."""
    result = run(app, "--before", "2026-01-01T10:00:00")
    assert result.exit_code == 2
    assert "offset" in result.output
