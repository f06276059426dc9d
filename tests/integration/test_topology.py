"""`dateline topics` and `dateline templates`, and the switch between generations, on the real servers."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from elasticsearch import Elasticsearch
from kafka import KafkaAdminClient

from consumers.index import IndexStage
from dateline import elastic, kafka
from dateline.cli import main
from dateline.errors import ServerError, Unavailable
from dateline.settings import KafkaSettings, Settings
from dateline.sink import ElasticIndexSink
from dateline.stage import Item, Message
from dateline.topology import (
    NamesInUse,
    Report,
    apply_templates,
    apply_topics,
    current_names,
    drop,
    inspect_topics,
    switch,
)
from schemas.elastic import DATED, MAPPINGS, Kind, Names
from schemas.topics import ENRICHED, NORMALIZED, TOPICS
from tests.samples import enriched

pytestmark = pytest.mark.servers

Dateline = Callable[..., Result]


@pytest.fixture
def admin(settings: Settings) -> Iterator[KafkaAdminClient]:
    """An admin client of the real broker."""
    with closing(kafka.admin(settings)) as made:
        yield made


@pytest.fixture
def client(settings: Settings) -> Iterator[Elasticsearch]:
    """A client of the real server."""
    with closing(elastic.client(settings)) as made:
        yield made


@pytest.fixture
def dateline(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Dateline:
    """The command line, pointed at this test's namespace."""
    for name in [name for name in os.environ if name.startswith("DATELINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATELINE_NAMESPACE", settings.namespace)
    monkeypatch.setenv("DATELINE_KAFKA_BOOTSTRAP_SERVERS", str(settings.kafka.bootstrap_servers))
    monkeypatch.setenv("DATELINE_ELASTIC_URL", str(settings.elastic.url))
    return lambda *arguments: CliRunner().invoke(main, arguments, catch_exceptions=False)


def _states(reports: list[Report]) -> set[str]:
    return {report.state for report in reports}


def _named(reports: list[Report], name: str) -> Report:
    (found,) = [report for report in reports if report.name == name]
    return found


# topics


def test_topics_are_created_as_the_table_says_and_only_once(
    admin: KafkaAdminClient, settings: Settings
) -> None:
    """What was missing is there with its partitions, retention and cleanup; a second run finds nothing to do."""
    assert _states(inspect_topics(admin, settings)) == {"missing"}
    assert _states(apply_topics(admin, settings)) == {"created"}
    assert apply_topics(admin, settings) == [
        Report(name=f"{settings.namespace}.{topic.name}", state="ok") for topic in TOPICS
    ]


def test_a_topic_that_differs_is_reported_and_left_alone(admin: KafkaAdminClient, settings: Settings) -> None:
    """Nobody's data is lost to a table: drift has to be decided on by a person."""
    enriched_topic = kafka.physical(settings, ENRICHED)
    admin.create_topics(
        {
            enriched_topic: {
                "num_partitions": 2,
                "replication_factor": 1,
                "configs": {"retention.ms": "60000"},
            }
        },
        wait_for_metadata=True,
    )
    for _ in range(2):
        report = _named(apply_topics(admin, settings), enriched_topic)
        assert report.state == "drift"
        assert "partitions: expected 6, found 2" in report.differences
        assert "cleanup.policy: expected compact, found delete" in report.differences


def test_a_replication_factor_that_the_cluster_cannot_give_is_explained(
    admin: KafkaAdminClient, settings: Settings
) -> None:
    """The message names the topic, the broker's reason and the setting to turn."""
    wanting = msgspec.structs.replace(
        settings,
        kafka=KafkaSettings(bootstrap_servers=settings.kafka.bootstrap_servers, replication_factor=3),
    )
    with pytest.raises(
        ServerError, match=r"articles\.raw\.v1 with 3 replica.*1 broker.*kafka\.replication_factor"
    ):
        apply_topics(admin, wanting)


def test_topics_commands_tell_their_findings_by_exit_code(dateline: Dateline, settings: Settings) -> None:
    """0: as the table says; 4: something differs or is missing."""
    assert dateline("topics", "list").exit_code == 4
    assert dateline("topics", "apply").exit_code == 0
    listed = dateline("topics", "list", "--json")
    rows: list[dict[str, Any]] = msgspec.json.decode(listed.stdout)
    assert listed.exit_code == 0
    assert [row["name"] for row in rows] == [f"{settings.namespace}.{topic.name}" for topic in TOPICS]
    assert {row["state"] for row in rows} == {"ok"}


def test_drift_is_an_exit_code_of_its_own(
    dateline: Dateline, admin: KafkaAdminClient, settings: Settings
) -> None:
    """4, with the differences on stderr; the other topics are created all the same."""
    name = kafka.physical(settings, NORMALIZED)
    admin.create_topics({name: {"num_partitions": 8, "replication_factor": 1}}, wait_for_metadata=True)
    drifted = dateline("topics", "apply")
    assert drifted.exit_code == 4
    assert f"{name}: partitions: expected 6, found 8" in drifted.stderr
    assert drifted.stdout.count("created") == len(TOPICS) - 1


def test_commands_without_a_server_say_so(dateline: Dateline, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line and exit code 3, no traceback."""
    monkeypatch.setenv("DATELINE_ELASTIC_URL", "http://127.0.0.1:1")
    result = dateline("templates", "apply")
    assert result.exit_code == 3
    assert result.stderr.startswith("dateline apply: elasticsearch: ")
    assert len(result.stderr.splitlines()) == 1


# indices


def _index(client: Elasticsearch, names: Callable[[], Names], **changes: Any) -> None:
    message = Message(
        topic=ENRICHED.name, partition=0, offset=0, key=b"k", value=b"{}", headers={}, timestamp_ms=0
    )
    stage = IndexStage(ElasticIndexSink(client), names)
    assert [type(o).__name__ for o in stage.step([Item(message, "e", enriched(**changes))])] == ["Keep"]


def _ids(client: Elasticsearch, alias: str) -> list[str]:
    client.indices.refresh(index=alias)
    return sorted(hit["_id"] for hit in client.search(index=alias)["hits"]["hits"])


def test_templates_make_the_indices_and_aliases_that_are_written_to(
    dateline: Dateline, client: Elasticsearch, settings: Settings
) -> None:
    """After `templates apply`, articles land in an index for each year behind the alias."""
    names = NamesInUse(client, settings.namespace)
    with pytest.raises(Unavailable, match="dateline templates apply"):
        names()
    assert dateline("templates", "apply").exit_code == 0
    assert {r["state"] for r in msgspec.json.decode(dateline("templates", "apply", "--json").stdout)} == {
        "ok"
    }
    _index(client, names, id="a", month="2026-02")
    _index(client, names, id="b", month="1998-11")
    alias = Names(settings.namespace).alias(Kind.ARTICLES)
    assert set(client.indices.get_alias(name=alias)) == {f"{alias}-g1-2026", f"{alias}-g1-1998"}
    assert _ids(client, alias) == ["a", "b"]


def test_a_field_added_to_the_mapping_reaches_existing_indices(
    client: Elasticsearch, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade needs no rebuild for a new field; a field that changed its type does, and is left as it is."""
    apply_templates(client, settings)
    _index(client, NamesInUse(client, settings.namespace))
    changed = dict(MAPPINGS)
    properties = changed[Kind.ARTICLES]["properties"]
    changed[Kind.ARTICLES] = changed[Kind.ARTICLES] | {
        "properties": properties | {"mood": {"type": "keyword"}}
    }
    versions = changed[Kind.VERSIONS]["properties"]
    changed[Kind.VERSIONS] = changed[Kind.VERSIONS] | {"properties": versions | {"status": {"type": "text"}}}
    monkeypatch.setattr("dateline.topology.MAPPINGS", changed)
    monkeypatch.setattr("schemas.elastic.MAPPINGS", changed)
    names = Names(settings.namespace)
    reports = apply_templates(client, settings)
    assert _named(reports, names.pattern(Kind.ARTICLES)).state == "ok"
    drifted = _named(reports, names.pattern(Kind.VERSIONS))
    assert drifted.state == "drift"
    assert "status" in drifted.differences[0]
    mapping = client.indices.get_mapping(index=names.alias(Kind.ARTICLES))
    assert all("mood" in found["mappings"]["properties"] for found in mapping.values())
    assert _ids(client, names.alias(Kind.VERSIONS)) == ["version-2"]


def test_indices_of_another_period_are_told_apart(client: Elasticsearch, settings: Settings) -> None:
    """Articles by the month, as an earlier version filed them, would be there twice when they change: `rebuild` files them anew."""
    apply_templates(client, settings)
    names = Names(settings.namespace)
    client.indices.create(index=f"{names.template(Kind.ARTICLES)}-2026.02")
    report = _named(apply_templates(client, settings), names.pattern(Kind.ARTICLES))
    assert report.state == "drift"
    assert "dateline rebuild" in report.differences[0]


def test_a_new_generation_is_read_after_the_switch_alone(client: Elasticsearch, settings: Settings) -> None:
    """A rebuild fills new indices unseen; one step later readers see them, and nothing of the old ones."""
    apply_templates(client, settings)
    names = NamesInUse(client, settings.namespace, patience=0)
    old, new = Names(settings.namespace, 1), Names(settings.namespace, 2)
    alias = old.alias(Kind.ARTICLES)
    _index(client, names, id="old")
    apply_templates(client, settings, generation=2)
    _index(client, lambda: new, id="new")
    assert _ids(client, alias) == ["old"]
    assert names() == old

    switch(client, settings, 2)
    assert names() == new
    assert _ids(client, alias) == ["new"]
    _index(client, names, id="newer", month="2026-03")
    assert _ids(client, alias) == ["new", "newer"]
    _index(client, lambda: old, id="late", month="2026-04")
    assert _ids(client, alias) == ["new", "newer"]
    assert {report.state for report in apply_templates(client, settings)} == {"ok"}


def test_a_switch_can_be_taken_back(client: Elasticsearch, settings: Settings) -> None:
    """The generation before is still there until it is dropped."""
    apply_templates(client, settings)
    _index(client, NamesInUse(client, settings.namespace), id="old")
    apply_templates(client, settings, generation=2)
    switch(client, settings, 2)
    switch(client, settings, 1)
    assert current_names(client, settings.namespace) == Names(settings.namespace, 1)
    assert _ids(client, Names(settings.namespace).alias(Kind.ARTICLES)) == ["old"]


def test_only_a_generation_out_of_use_can_be_dropped(client: Elasticsearch, settings: Settings) -> None:
    """Dropping takes the indices and templates of that generation, and touches no other's."""
    apply_templates(client, settings)
    _index(client, NamesInUse(client, settings.namespace), id="old")
    with pytest.raises(ValueError, match="generation 1 is in use"):
        drop(client, settings, 1)
    apply_templates(client, settings, generation=2)
    switch(client, settings, 2)
    old = Names(settings.namespace, 1)
    assert drop(client, settings, 1) == [
        old.index(Kind.ARTICLES, "2026-02"),
        old.index(Kind.VERSIONS, "2026-02"),
        *(old.index(kind) for kind in Kind if kind not in DATED),
    ]
    assert not client.indices.exists_index_template(name=old.template(Kind.ARTICLES))
    assert client.indices.exists(index=Names(settings.namespace, 2).index(Kind.CHANGES))


def test_namespaces_do_not_touch_each_other(client: Elasticsearch, settings: Settings) -> None:
    """One namespace's name may even be the start of another's."""
    longer = msgspec.structs.replace(settings, namespace=f"{settings.namespace}-articles-g7")
    for one in (settings, longer):
        apply_templates(client, one)
        _index(client, NamesInUse(client, one.namespace), id=one.namespace)
    apply_templates(client, settings, generation=2)
    switch(client, settings, 2)
    drop(client, settings, 1)
    assert _ids(client, Names(longer.namespace).alias(Kind.ARTICLES)) == [longer.namespace]
    assert {report.state for report in apply_templates(client, longer)} == {"ok"}
