"""Retention on a real Elasticsearch: what is too old goes with all that hangs on it, and the account knows."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime

import msgspec
import pytest
from click.testing import CliRunner, Result
from elasticsearch import Elasticsearch
from rich.progress import Progress

from consumers.index.documents import actions
from dateline import elastic, kafka, lifecycle
from dateline.audit import audit
from dateline.cli import main
from dateline.errors import UsageError
from dateline.log import read
from dateline.retention import cutoff, expired, remove
from dateline.settings import ElasticSettings, Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates, apply_topics
from schemas.elastic import Kind, Names
from schemas.records import encode
from schemas.topics import OUTCOMES, RAW
from tests.environ import environ
from tests.integration.managed import cluster
from tests.samples import CHANGE, OUTCOME, enriched


@pytest.fixture
def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elasticsearch]:
    """An archive with an article of 2005 and one of a month that never gets old, each with a change and an outcome."""
    for name, value in environ(settings).items():
        monkeypatch.setenv(name, value)
    names = Names(settings.namespace)
    with closing(elastic.client(settings)) as client:
        apply_templates(client, settings)
        for name, month in (("old", "2005-03"), ("new", "2998-01")):
            article = enriched(
                id=name, version_id=f"{name}-v", published=f"{month}-02T09:00:00Z", month=month, changes=()
            )
            change = msgspec.structs.replace(CHANGE, id=f"{name}-c", article_id=name)
            outcome = msgspec.structs.replace(OUTCOME, origin=name, time=f"{month}-02T09:00:00Z")
            written = [action for record in (article, change, outcome) for action in actions(record, names)]
            ElasticIndexSink(client).write(written)
        client.indices.refresh(index=f"{settings.namespace}-*")
        yield client


def retention(*options: str) -> Result:
    return CliRunner().invoke(main, ["retention", "apply", *options], catch_exceptions=False)


def held(client: Elasticsearch, settings: Settings, kind: Kind) -> int:
    alias = Names(settings.namespace).alias(kind)
    client.indices.refresh(index=alias)
    count: int = client.count(index=alias)["count"]
    return count


def test_only_shown_unless_told_to_do_it(client: Elasticsearch, settings: Settings) -> None:
    """Without --yes the months that would go are listed and nothing is changed."""
    shown = json.loads(retention("--older-than", "2y", "--json").stdout)
    assert {(one["kind"], one["period"], one["documents"]) for one in shown["expired"]} == {
        ("articles", "2005", 1),
        ("outcomes", "2005-03", 1),
        ("versions", "2005-03", 1),
    }
    assert shown["removed"] is None
    assert shown["ilm"] is False  # the embedded node has none
    assert held(client, settings, Kind.ARTICLES) == 2


def test_old_months_go_with_what_hangs_on_their_articles(client: Elasticsearch, settings: Settings) -> None:
    """Articles, versions, quotations, changes and outcomes of the old month go, the others stay; again, nothing is left to do."""
    done = json.loads(retention("--older-than", "2y", "--yes", "--json").stdout)
    assert (done["removed"]["articles"], done["removed"]["quotes"], done["removed"]["changes"]) == (1, 1, 1)
    kinds = (Kind.ARTICLES, Kind.VERSIONS, Kind.OUTCOMES, Kind.CHANGES, Kind.QUOTES)
    assert [held(client, settings, kind) for kind in kinds] == [1] * 5
    assert json.loads(retention("--older-than", "2y", "--yes", "--json").stdout)["expired"] == []


def test_of_a_year_that_is_not_over_the_old_months_go(client: Elasticsearch, settings: Settings) -> None:
    """Articles share an index with those of their year: the old ones leave it, with what hangs on them, and may come again at once."""
    names = Names(settings.namespace)
    later = enriched(
        id="later", version_id="later-v", published="2005-11-02T09:00:00Z", month="2005-11", changes=()
    )
    ElasticIndexSink(client).write(actions(later, names))
    client.indices.refresh(index=f"{settings.namespace}-*")
    too_old = expired(client, names, date(2005, 7, 1))
    assert [(one.kind, one.period, one.documents, one.whole) for one in too_old] == [
        ("articles", "2005-03", 1, False),
        ("outcomes", "2005-03", 1, True),
        ("versions", "2005-03", 1, True),
    ]
    done = remove(client, names, too_old, Progress(disable=True), datetime(2005, 7, 1, tzinfo=UTC))
    assert (done.articles, done.quotes, done.changes, len(done.indices)) == (1, 1, 1, 2)
    assert ids_of(client, names.alias(Kind.ARTICLES)) == {"later", "new"}
    assert expired(client, names, date(2005, 7, 1)) == []
    old = enriched(id="old", version_id="old-v", published="2005-03-02T09:00:00Z", month="2005-03")
    ElasticIndexSink(client).write(actions(old, names))
    assert ids_of(client, names.alias(Kind.ARTICLES)) == {"later", "new", "old"}


def ids_of(client: Elasticsearch, alias: str) -> set[str]:
    client.indices.refresh(index=alias)
    return {hit["_id"] for hit in client.search(index=alias)["hits"]["hits"]}


def test_the_audit_stays_clean(client: Elasticsearch, settings: Settings) -> None:
    """A document whose version retention removed is accounted for; one whose version got lost is not."""
    with closing(kafka.admin(settings)) as admin:
        apply_topics(admin, settings)
    with closing(kafka.producer(settings)) as producer:
        for name in ("old", "new"):
            producer.send(kafka.physical(settings, RAW), key=name.encode(), value=b"page")
        producer.flush()
        for message in read(settings, [RAW]):
            assert message.key is not None
            ended = msgspec.structs.replace(
                OUTCOME,
                stage="index",
                fate="indexed",
                reason=None,
                attempt=1,
                origin=message.position,
                version_id=f"{message.key.decode()}-v",
            )
            producer.send(kafka.physical(settings, OUTCOMES), key=b"event", value=encode(ended))
        producer.flush()
    retention("--older-than", "2y", "--yes")
    assert audit(settings, client).clean
    client.indices.delete(index=Names(settings.namespace).index(Kind.VERSIONS, "2998-01"))
    (finding,) = audit(settings, client).findings
    assert "new-v" in finding.problem


def test_outcomes_can_have_an_age_of_their_own(client: Elasticsearch, settings: Settings) -> None:
    """Articles may stay longer than the account of how they came in."""
    retention("--older-than", "900y", "--outcomes", "90d", "--yes")
    assert held(client, settings, Kind.ARTICLES) == 2
    assert held(client, settings, Kind.OUTCOMES) == 1


@pytest.mark.parametrize("age", ["2", "soon", "-1d", "0d"])
def test_an_age_that_is_none_is_refused(age: str) -> None:
    """The message has the forms that are understood."""
    with pytest.raises(UsageError, match="18m"):
        cutoff(age, date(2026, 3, 31))


def test_ages_count_back_from_today() -> None:
    """A month back from the 31st is the last day of a shorter month; what is older than all time removes nothing."""
    today = date(2026, 3, 31)
    assert [cutoff(age, today) for age in ("1d", "2w", "1m", "2y", "9999y")] == [
        date(2026, 3, 30),
        date(2026, 3, 17),
        date(2026, 2, 28),
        date(2024, 3, 31),
        date.min,
    ]


def test_without_an_age_all_stays(client: Elasticsearch, settings: Settings) -> None:
    """Neither an option nor a setting: nothing goes, and that is said; a schedule may run all the same."""
    done = retention("--yes")
    assert done.exit_code == 0
    assert "retention.older_than" in done.stderr
    assert held(client, settings, Kind.ARTICLES) == held(client, settings, Kind.OUTCOMES) == 2


def test_the_settings_can_say_the_age(
    client: Elasticsearch, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `retention apply` is to do every day need not be said every day."""
    monkeypatch.setenv("DATELINE_RETENTION_OUTCOMES", "90d")
    retention("--yes")
    assert (held(client, settings, Kind.ARTICLES), held(client, settings, Kind.OUTCOMES)) == (2, 1)
    monkeypatch.setenv("DATELINE_RETENTION_OLDER_THAN", "2y")
    retention("--yes")
    assert held(client, settings, Kind.ARTICLES) == 1


def test_where_there_is_lifecycle_management_months_are_handed_to_its_policies() -> None:
    """An index is as old as its month, whenever it was made; outcomes are deleted, articles are not: that has to be noted."""
    with cluster() as (url, told), closing(elastic.client(at(url))) as client:
        assert lifecycle.available(client)
        lifecycle.apply_policies(client, Names("wire"), 90)
        articles, outcomes = told.policies["wire-dateline-articles"], told.policies["wire-dateline-outcomes"]
        assert articles.delete is None
        assert articles.warm is not None
        assert articles.warm.actions.readonly is None  # what comes late still belongs there
        assert outcomes.delete is not None
        assert outcomes.delete.min_age == "90d"
        assert outcomes.delete.actions.delete is not None
        of_index = {name: (one.name, one.origination_date) for name, one in told.lifecycles.items()}
        assert of_index == {
            f"wire-{index}": (f"wire-dateline-{policy}", 1514764800000)
            for index, policy in (
                ("articles-g1-2017", "articles"),
                ("versions-g1-2017.12", "articles"),
                ("outcomes-g1-2017.12", "outcomes"),
            )
        }
        lifecycle.apply_policies(client, Names("wire"), None)
        assert told.policies["wire-dateline-outcomes"].delete is None


def test_a_key_that_may_not_manage_lifecycles_is_told_so() -> None:
    """The privilege that is missing, and the way around."""
    with (
        cluster(readable=False) as (url, _),
        closing(elastic.client(at(url))) as client,
        pytest.raises(UsageError, match=r"manage_ilm.*--no-ilm"),
    ):
        lifecycle.available(client)


def at(url: str) -> Settings:
    return Settings(elastic=ElasticSettings(url=url))
