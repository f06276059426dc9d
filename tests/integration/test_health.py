"""`dateline sources health` on real Kafka and Elasticsearch: what is measured, told, and announced."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from consumers.index.documents import actions
from dateline.elastic import client
from dateline.settings import Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates
from producers import visits
from producers.memory import Memory
from producers.visits import Kind
from schemas.acquisition import acquisition_index
from schemas.elastic import Names
from schemas.health import health_index
from schemas.records import EnrichedArticle, OutcomeRecord, Record, Rights, SourceHealth
from schemas.topics import HEALTH
from tests.integration.test_ingest import messages, ready, run

__all__ = ["ready"]
pytestmark = pytest.mark.servers

NOW = datetime.now(UTC).replace(microsecond=0)
DAYS = 36


def article(source: str, number: int, captured: datetime, **fields: object) -> EnrichedArticle:
    """One first version."""
    bare = EnrichedArticle(
        id=f"{source}-{number}",
        version_id=f"{source}-{number}-1",
        url=f"https://{source}.example/{number}",
        source=source,
        headline="The tide was late",
        paragraphs=("It came.",),
        published=captured.isoformat(),
        fetched=captured.isoformat(),
        month=f"{captured:%Y-%m}",
        word_count=300,
    )
    return msgspec.structs.replace(bare, **fields)


def outcome(source: str, number: int, at: datetime, reason: str | None, topic: str) -> OutcomeRecord:
    """What normalize made of one document."""
    return OutcomeRecord(
        event_id=f"{source}-{number}",
        stage="normalize",
        fate="quarantined" if reason else "kept",
        reason=reason,
        origin=f"{topic}:0:{source}-{number}",
        source=source,
        time=at.isoformat(),
    )


def history(source: str, *, until: timedelta, changed: bool = False) -> Iterator[Record]:
    """Three articles a day until that long ago; of the last week's, if it changed, most differ from those before."""
    for number in range(DAYS * 3):
        captured = NOW - timedelta(days=number // 3, hours=1 + 4 * (number % 3))
        if NOW - captured < until:
            continue
        odd = changed and captured > NOW - timedelta(days=7) and number % 4 > 0
        oddly = {"published": None, "rights": Rights(is_accessible_for_free=False), "word_count": 40}
        yield article(source, number, captured, **(oddly if odd else {}))
        yield outcome(source, number, captured, "no_body" if odd else None, "articles.raw.v1")
        # an archive that is read meanwhile says nothing of how the source does
        yield outcome(source, number, captured, "no_body", "articles.raw.backfill.v1")


@pytest.fixture
def world(ready: Settings, tmp_path: Path) -> Settings:
    """Four sources: one as ever, one silent for three days, one that changed, one whose feeds are dead; and a new one."""
    names = ("steady", "silent", "changed", "dead", "new")
    entries = [{"id": name, "name": name, "feeds": [f"https://{name}.example/rss"]} for name in names]
    (tmp_path / "sources.yaml").write_bytes(msgspec.json.encode({"sources": entries}))
    with closing(client(ready)) as elastic:
        apply_templates(elastic, ready)
        where = Names(ready.namespace)
        written = [
            action
            for source, until, changed in (
                ("steady", timedelta(0), False),
                ("silent", timedelta(days=3), False),
                ("changed", timedelta(0), True),
                ("dead", timedelta(0), False),
            )
            for record in history(source, until=until, changed=changed)
            for action in actions(record, where)
        ]
        assert {result.status for result in ElasticIndexSink(elastic).write(written)} == {"written"}
        memory = Memory(elastic, ready.namespace)
        for name in names:
            seen = NOW - timedelta(days=0 if name == "new" else 90)
            visit = visits.first(Kind.LISTING, name, f"https://{name}.example/rss", seen)
            visit = msgspec.structs.replace(visit, succeeded=NOW - timedelta(hours=1), fetched=NOW)
            if name == "dead":
                visit = msgspec.structs.replace(
                    visit, failures=4, trouble="timeout", reason="no answer in time"
                )
            memory.save([visit])
        elastic.indices.refresh(index=f"{ready.namespace}-*")
        elastic.indices.refresh(index=acquisition_index(ready.namespace))
    return ready


def test_health_is_measured_told_and_announced(world: Settings, tmp_path: Path) -> None:
    """From versions, outcomes and the producers' memory; an event for each source whose warnings begin or end, once."""
    table = str(tmp_path / "sources.yaml")
    done = run(world, "sources", "health", "--warn", "--json", sources=table)
    assert done.exit_code == 1, done.output
    found = {one["source"]: one for one in json.loads(done.stdout)}
    kinds = {name: sorted(w["kind"] for w in one["warnings"]) for name, one in found.items()}
    assert kinds == {
        "steady": [],
        "silent": ["silent"],
        "changed": ["no_body", "no_date", "paywalled", "shorter"],
        "dead": ["unreachable"],
        "new": [],
    }
    assert [found[name]["state"] for name in ("steady", "dead", "new")] == ["ok", "warning", "new"]
    steady = msgspec.convert(found["steady"], SourceHealth)
    assert (steady.articles, steady.articles_usual, steady.documents) == (3, 3.0, 21)
    assert (steady.without_body, steady.without_date, steady.median_words) == (0.0, 0.0, 300.0)
    assert steady.last_success == (NOW - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert (found["dead"]["failing"], found["dead"]["troubles"]) == (1, {"timeout": 1})
    sent = [msgspec.json.decode(m.value or b"", type=SourceHealth) for m in messages(world, HEALTH)]
    assert sorted(one.source for one in sent) == ["changed", "dead", "silent"]

    run(world, "sources", "health", "--warn", sources=table)
    assert len(messages(world, HEALTH)) == 3
    with closing(client(world)) as elastic:
        assert elastic.count(index=health_index(world.namespace))["count"] == 5
        fresh = article("silent", 10_000, NOW - timedelta(minutes=5))
        ElasticIndexSink(elastic).write(list(actions(fresh, Names(world.namespace))))
        elastic.indices.refresh(index=f"{world.namespace}-*")
    mended = run(world, "sources", "health", "silent", "--warn", sources=table)
    assert (mended.exit_code, "silent" in mended.stdout) == (0, True), mended.output
    assert len(messages(world, HEALTH)) == 4


def test_a_table_without_any_past_has_no_warnings(ready: Settings, tmp_path: Path) -> None:
    """Before anything was polled; for people as well."""
    (tmp_path / "sources.yaml").write_text("sources: [{id: a, name: A, feeds: [http://a.example/]}]")
    done = run(ready, "sources", "health", "--all", sources=str(tmp_path / "sources.yaml"))
    assert (done.exit_code, "never" in done.stdout) == (0, True), done.output
