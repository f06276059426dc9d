"""The ledger of quotations on real Elasticsearch."""

import json
from collections.abc import Iterator

import msgspec
import pytest
from click.testing import CliRunner, Result
from elasticsearch import Elasticsearch

from consumers.index.documents import actions
from dateline import elastic
from dateline.cli import main
from dateline.quotes import Ledger
from dateline.settings import Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates
from schemas.elastic import Names
from schemas.records import EnrichedArticle, Quote
from tests.environ import environ
from tests.samples import ENRICHED, enriched

WAIT = "We will wait for the others until the storm is over"


def _quoting(
    number: int, text: str, *, source: str, order: int, speaker: str = "Ilse Tarn"
) -> EnrichedArticle:
    quote: Quote = msgspec.structs.replace(ENRICHED.quotes[0], text=text, speaker=speaker)
    reported = msgspec.structs.replace(quote, text="the boats were late again", direct=False)
    return enriched(
        id=f"article-{number}",
        version_id=f"version-{number}-{order}",
        version_order=order,
        source=source,
        url=f"https://{source}.example/{number}",
        modified=f"2026-03-0{order}T09:00:00Z",
        quotes=(quote, reported),
    )


@pytest.fixture
def client(settings: Settings) -> Iterator[Elasticsearch]:
    """An archive in which three outlets quote one harbour master, one of them twice and one with other words."""
    made = elastic.client(settings)
    apply_templates(made, settings)
    names = Names(settings.namespace)
    for article in (
        _quoting(1, WAIT, source="courier", order=3),
        _quoting(1, WAIT, source="courier", order=2),
        _quoting(2, f"{WAIT}.", source="ledger", order=1),
        _quoting(3, "We will wait for the others till the storm is over", source="post", order=4),
        _quoting(4, "The quay needs a new light and a new wall", source="courier", order=5),
        _quoting(5, "The quay has never been safe in a storm", source="post", order=6, speaker="Odo Fennick"),
    ):
        results = ElasticIndexSink(made).write(actions(article, names))
        assert {result.status for result in results} <= {"written", "stale"}
    made.indices.refresh(index=f"{settings.namespace}-*")
    yield made
    made.close()


def _run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["quotes", *arguments], env=environ(settings), catch_exceptions=False)


def test_a_saying_has_its_first_appearance_and_all_who_carry_it(
    client: Elasticsearch, settings: Settings
) -> None:
    """The earliest version of each article counts; altered words are linked, and what is only reported is no quotation."""
    said = Ledger(client, settings.namespace).like("wait for the others until the storm")
    assert said is not None
    assert (said.first.source, said.first.version_id) == ("ledger", "version-2-1")
    assert [(one.saying.version_id, one.altered) for one in said.others] == [
        ("version-1-2", False),
        ("version-3-4", True),
    ]
    assert said.outlets == 3
    assert Ledger(client, settings.namespace).like("the boats were late again") is None


def test_a_speakers_sayings_come_newest_first_and_can_be_narrowed(
    client: Elasticsearch, settings: Settings
) -> None:
    """By name, by words, and by time; another's words on the same matter do not come."""
    ledger = Ledger(client, settings.namespace)
    assert [said.first.text[:8] for said in ledger.by("Tarn")] == ["The quay", "We will "]
    assert [said.outlets for said in ledger.by("Ilse Tarn", about="storm")] == [3]
    assert [said.first.text[:8] for said in ledger.by("Tarn", since="2026-03-05")] == ["The quay"]
    assert [said.first.speaker for said in ledger.by("Fennick", about="quay")] == ["Odo Fennick"]


def test_the_command_tells_it(client: Elasticsearch, settings: Settings) -> None:
    """For people, for programs, and by its exit code."""
    told = _run(settings, "--text", WAIT)
    assert told.exit_code == 0
    assert "https://ledger.example/2" in told.stdout.replace("\n", "")
    (said,) = json.loads(_run(settings, "Ilse Tarn", "--about", "light wall", "--json").stdout)
    assert (said["outlets"], said["first"]["source"]) == (1, "courier")
    assert _run(settings, "Nobody Known").exit_code == 1


@pytest.mark.parametrize(
    "arguments", [(), ("Ilse Tarn", "--text", "wait"), ("Ilse Tarn", "--since", "soon"), ("…",)]
)
def test_wrong_use_is_refused(settings: Settings, arguments: tuple[str, ...]) -> None:
    """Before anything is asked of a server."""
    assert _run(settings, *arguments).exit_code == 2
