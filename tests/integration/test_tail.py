"""Following a topic with a query."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dateline.cli import main
from dateline.settings import Settings
from tests.enriched_topic import send
from tests.environ import environ
from tests.pipeline import Pipeline
from tests.samples import ENRICHED, enriched

SUBJECT = ENRICHED.topics[0].name


def _run(settings: Settings, *arguments: str) -> Result:
    options = ("--from-beginning", "--until-caught-up", "--json")
    return CliRunner().invoke(
        main, ["tail", *arguments, *options], env=environ(settings), catch_exceptions=False
    )


def _ids(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return sorted(json.loads(line)["id"] for line in result.stdout.splitlines())


@pytest.mark.timeout(120)
def test_a_subscriber_gets_what_a_query_asks_for(settings: Settings, tmp_path: Path) -> None:
    """In the language of search: people and topics, words, dates; the older FIELD=TEXT does as well, and both together."""
    Pipeline(settings, tmp_path)
    send(
        settings,
        enriched(id="a"),
        enriched(id="b", topics=()),
        enriched(id="c", entities=(), source="ledger"),
    )
    person = next(one.name for one in ENRICHED.entities if one.type == "person")
    assert _ids(_run(settings, "enriched", "--where", f'people:"{person}" AND topics:"{SUBJECT}"')) == ["a"]
    assert _ids(_run(settings, "enriched", "--where", f'-people:"{person}"')) == ["c"]
    assert _ids(_run(settings, "enriched", "--where", "source=ledger")) == ["c"]
    assert _ids(_run(settings, "enriched", "--where", "source=led", "--where", "topic:weather")) == ["c"]
    assert _ids(_run(settings, "enriched", "--where", "unheard OR source:ledger")) == ["c"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("enriched", "--where", "(people:Brandt"), "a “(” is not closed"),
        (("enriched", "--where", "peeple:Brandt"), "no field 'peeple'"),
        (("versions", "--where", "published:soon"), "published: expected 2017"),
        (("changes", "--where", "people:Brandt"), "FIELD=TEXT is expected"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(
    settings: Settings, arguments: tuple[str, ...], message: str
) -> None:
    """At once, with what was expected, and exit code 2."""
    result = _run(settings, *arguments)
    assert result.exit_code == 2
    assert message in result.output
