"""Snapshots on a real Elasticsearch and a real Kafka: what was there is there again, and the account agrees."""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from elasticsearch import Elasticsearch

from consumers.index.documents import actions
from dateline import elastic, kafka
from dateline.cli import main
from dateline.demo import raw_documents, scenes
from dateline.embedded import EmbeddedServers, Endpoints
from dateline.settings import ElasticSettings, KafkaSettings, Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates, apply_topics, current_names
from schemas.acquisition import acquisition_index
from schemas.elastic import Kind, Names
from schemas.topics import ENRICHED, TOPICS
from tests.conftest import forget
from tests.environ import environ
from tests.pipeline import Pipeline
from tests.samples import CHANGE, enriched

Document = tuple[Any, str, str, bytes]
ARTICLE = enriched()

pytestmark = [pytest.mark.servers, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def elastic_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, so that a repository can be made in its folder."""
    own = EmbeddedServers(tmp_path_factory.mktemp("snapshots"))
    yield own.up(["elastic"]).elastic_url
    own.down()


@pytest.fixture(scope="module")
def home(
    endpoints: Endpoints, elastic_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Settings that the tests of this module share: one namespace."""
    found = Settings(
        data_dir=str(tmp_path_factory.mktemp("home")),
        namespace=f"t{uuid.uuid4().hex[:10]}",
        kafka=KafkaSettings(bootstrap_servers=endpoints.kafka_bootstrap),
        elastic=ElasticSettings(url=elastic_url),
    )
    with closing(kafka.admin(found)) as admin, closing(elastic.client(found)) as client:
        apply_topics(admin, found)
        apply_templates(client, found)
    yield found
    forget(found)


@pytest.fixture
def own(home: Settings) -> Settings:
    """With a repository that no other test uses."""
    repository = f"r{uuid.uuid4().hex[:10]}"
    server = ElasticSettings(url=home.elastic.url, snapshot_repository=repository, snapshot_folder=repository)
    return msgspec.structs.replace(home, elastic=server)


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environ(settings), catch_exceptions=False)


def process(settings: Settings) -> None:
    for stage in ("normalize", "deduplicate", "enrich", "index"):
        done = run(settings, "stage", stage, "--until-caught-up")
        assert done.exit_code == 0, done.output


@pytest.fixture
def filled(own: Settings) -> Iterator[Elasticsearch]:
    """Holds an article that no topic has, and what a producer knows of its address."""
    with closing(elastic.client(own)) as client:
        names = current_names(client, own.namespace)
        assert names
        ElasticIndexSink(client).write(
            [one for record in (ARTICLE, CHANGE) for one in actions(record, names)]
        )
        client.index(
            index=acquisition_index(own.namespace), id="seen", document={"etag": "then"}, refresh=True
        )
        client.indices.refresh(index=f"{own.namespace}-*")
        yield client


def taken(settings: Settings, *options: str) -> str:
    """The name of a snapshot that was just taken."""
    done = run(settings, "snapshot", "create", "--json", *options)
    assert done.exit_code == 0, done.output
    name: str = json.loads(done.stdout)["snapshot"]["name"]
    return name


def send(pipeline: Pipeline, documents: Sequence[Document]) -> None:
    pipeline.send((outlet.id, url, kind, body) for outlet, url, kind, body in documents)


def test_an_archive_comes_back_with_what_came_in_since(
    settings: Settings, elastic_url: str, tmp_path: Path
) -> None:
    """All indices lost: what the snapshot held and what came after it is found as before, the sums agree, nothing is new again."""
    server = ElasticSettings(url=elastic_url, snapshot_repository=settings.namespace)
    own = msgspec.structs.replace(settings, elastic=server)
    pipeline = Pipeline(own, tmp_path)
    before, last = (raw_documents(number)[:6] for number in (0, len(scenes()) - 1))
    send(pipeline, before)
    process(own)
    taken(own)
    send(pipeline, last)
    process(own)
    held = {kind: pipeline.count(kind) for kind in Kind}
    shown = run(own, "show", last[0][1], "--json").output
    with closing(elastic.client(own)) as client:
        client.indices.delete(index=list(client.indices.get(index=f"{own.namespace}-*")))

    done = run(own, "snapshot", "restore", "latest", "--json")
    assert done.exit_code == 0, done.output
    assert (
        0 < json.loads(done.stdout)["since"]["versions"] < held[Kind.VERSIONS]
    )  # the rest was in the snapshot
    assert {kind: pipeline.count(kind) for kind in Kind} == held
    assert run(own, "show", last[0][1], "--json").output == shown
    assert pipeline.audit().clean
    send(pipeline, last)
    process(own)
    assert pipeline.count(Kind.VERSIONS) == held[Kind.VERSIONS]
    assert pipeline.audit().clean


def test_indices_in_use_are_replaced_only_when_told_to(filled: Elasticsearch, own: Settings) -> None:
    """Without --replace nothing changes; with it what is in use goes when the snapshot is whole beside it."""
    taken(own)
    before = _behind(filled, own)
    lost = Names(own.namespace).alias(Kind.VERSIONS)
    filled.delete(index=next(name for name in before if lost in name), id=ARTICLE.version_id, refresh=True)
    refused = run(own, "snapshot", "restore", "latest")
    assert refused.exit_code == 2
    assert "--replace" in refused.stderr
    assert _behind(filled, own) == before
    assert not _holds(filled, own, Kind.VERSIONS)
    assert run(own, "snapshot", "restore", "latest", "--replace").exit_code == 0
    assert _holds(filled, own, Kind.VERSIONS)
    assert not before & set(filled.indices.get(index=f"{own.namespace}-*"))


def test_where_kafka_was_made_anew_it_is_said_what_is_lost(filled: Elasticsearch, own: Settings) -> None:
    """The archive is back, exit code 1 says that the topics cannot complete it, and producers fetch again what they had fetched since."""
    taken(own)
    filled.index(index=acquisition_index(own.namespace), id="seen", document={"etag": "since"}, refresh=True)
    with closing(kafka.admin(own)) as admin:
        admin.delete_topics([kafka.physical(own, topic) for topic in TOPICS])
        apply_topics(admin, own)
    done = run(own, "snapshot", "restore", "latest", "--replace", "--json")
    assert done.exit_code == 1, done.output
    assert "articles.versions.v1" in json.loads(done.stdout)["gaps"]["replaced"]
    assert _holds(filled, own, Kind.ARTICLES)
    assert filled.get(index=acquisition_index(own.namespace), id="seen")["_source"] == {"etag": "then"}
    refused = run(own, "rebuild")
    assert refused.exit_code == 2
    assert "--allow-fewer" in refused.stderr
    assert _holds(filled, own, Kind.VERSIONS)


def test_only_the_newest_are_kept(filled: Elasticsearch, own: Settings) -> None:
    """`create --keep` and `prune --yes` delete the oldest; a name that is taken or cannot be is refused."""
    assert json.loads(run(own, "snapshot", "list", "--json").stdout) == []
    for name in ("one", "two", "three"):
        taken(own, "--name", name)
    assert run(own, "snapshot", "create", "--name", "two").exit_code == 2
    assert run(own, "snapshot", "create", "--name", "Not So").exit_code == 2
    taken(own, "--name", "four", "--keep", "3")
    assert _names(own) == ["two", "three", "four"]
    shown = json.loads(run(own, "snapshot", "prune", "--keep", "1", "--json").stdout)
    assert [one["name"] for one in shown["deleted"]] == ["two", "three"]
    assert len(_names(own)) == 3
    run(own, "snapshot", "prune", "--keep", "1", "--yes")
    assert _names(own) == ["four"]


def test_what_cannot_be_restored_is_refused_and_nothing_changes(filled: Elasticsearch, own: Settings) -> None:
    """A snapshot that is not there; one of a version with other fields. One that another program made is not shown."""
    assert run(own, "snapshot", "restore", "latest").exit_code == 2
    good = taken(own)
    before = _behind(filled, own)
    changes = Names(own.namespace).alias(Kind.CHANGES)
    filled.indices.put_mapping(index=changes, properties={"mood": {"type": "keyword"}})
    other = taken(own, "--name", "other")
    filled.snapshot.create(repository=own.elastic.snapshot_repository, snapshot="x", wait_for_completion=True)
    assert _names(own) == [good, other]
    refused = run(own, "snapshot", "restore", other, "--replace")
    assert refused.exit_code == 2
    assert "unknown field mood" in refused.stderr
    assert _behind(filled, own) == before
    assert run(own, "snapshot", "restore", good, "--replace").exit_code == 0


def test_waits_for_the_stages_to_stop(filled: Elasticsearch, own: Settings) -> None:
    """What a stage writes meanwhile would be missing: the command says what to do."""
    taken(own)
    with closing(kafka.consumer(own, group_id=kafka.group(own, "index"))) as member:
        member.subscribe([kafka.physical(own, ENRICHED)])
        while not member.assignment():
            member.poll(timeout_ms=100)
        refused = run(own, "snapshot", "restore", "latest", "--replace")
    assert refused.exit_code == 2
    assert "stop `dateline run` first" in refused.stderr


def _names(settings: Settings) -> list[str]:
    return [one["name"] for one in json.loads(run(settings, "snapshot", "list", "--json").stdout)]


def _behind(client: Elasticsearch, settings: Settings) -> set[str]:
    """The indices that readers see."""
    found = client.indices.get_alias(index=f"{settings.namespace}-*")
    return {name for name, index in found.items() if index["aliases"]}


def _holds(client: Elasticsearch, settings: Settings, kind: Kind) -> bool:
    """Whether the article is found."""
    found = client.count(index=Names(settings.namespace).alias(kind), query={"term": {"id": ARTICLE.id}})
    return bool(found["count"])
