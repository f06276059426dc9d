"""Making the topics and indices that the tables of `schemas` describe, and telling where the servers differ.

Nothing here destroys or alters what is there, except `switch` and `drop`, which say what they do.
"""

import time
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from elasticsearch import BadRequestError, Elasticsearch, NotFoundError
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, TopicAlreadyExistsError

from dateline.elastic import translated
from dateline.errors import ServerError, Unavailable
from dateline.kafka import physical
from dateline.settings import Settings
from schemas.elastic import DATED, MAPPINGS, YEARLY, Kind, Names, generation_of, period_of, templates
from schemas.topics import TOPICS, Topic

State = Literal["missing", "created", "ok", "drift"]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One topic or kind of index as it is on the server. `differences` say "what: expected …, found …"."""

    name: str
    state: State
    differences: tuple[str, ...] = ()


def drifted(reports: Sequence[Report]) -> bool:
    """Whether any differs from its table."""
    return any(report.state == "drift" for report in reports)


# topics


def inspect_topics(admin: KafkaAdminClient, settings: Settings) -> list[Report]:
    """Every topic of the table as the broker has it. Changes nothing."""
    try:
        return _inspect_topics(admin, settings)
    except KafkaError as error:
        raise Unavailable(f"kafka: describing topics: {error}") from error


def apply_topics(admin: KafkaAdminClient, settings: Settings) -> list[Report]:
    """Create what is missing and wait until it can be used; what differs is reported and left as it is.

    Safe to repeat and to run twice at once. Raises ServerError when the broker refuses a topic.
    """
    missing = [report.name for report in inspect_topics(admin, settings) if report.state == "missing"]
    wanted = {
        physical(settings, topic): {
            "num_partitions": topic.partitions,
            "replication_factor": settings.kafka.replication_factor,
            "configs": topic.config,
        }
        for topic in TOPICS
    }
    if missing:
        _create_topics(admin, settings, {name: wanted[name] for name in missing})
    return [
        msgspec.structs.replace(report, state="created")
        if report.name in missing and report.state == "ok"
        else report
        for report in inspect_topics(admin, settings)
    ]


def _create_topics(admin: KafkaAdminClient, settings: Settings, wanted: dict[str, Any]) -> None:
    try:
        answer = admin.create_topics(wanted, raise_errors=False)
        for topic in answer["topics"]:
            if topic["error_code"] not in (0, TopicAlreadyExistsError.errno):
                raise ServerError(
                    f"kafka: creating {topic['name']} with {settings.kafka.replication_factor} replica(s): "
                    f"{topic['error_message']}; see kafka.replication_factor"
                )
        admin.wait_for_topics(list(wanted))
    except KafkaError as error:
        raise Unavailable(f"kafka: creating topics: {error}") from error


def _inspect_topics(admin: KafkaAdminClient, settings: Settings) -> list[Report]:
    existing = set(admin.list_topics())
    topics = {physical(settings, topic): topic for topic in TOPICS}
    present = [name for name in topics if name in existing]
    described = {d["name"]: d for d in admin.describe_topics(present)} if present else {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, None) for name in present]
    configs = admin.describe_configs(resources, config_filter="all")["topic"] if present else {}
    reports = []
    for name, topic in topics.items():
        if name not in existing:
            reports.append(Report(name=name, state="missing"))
            continue
        differences = _topic_differences(topic, settings, described[name], configs[name])
        reports.append(
            Report(name=name, state="drift" if differences else "ok", differences=tuple(differences))
        )
    return reports


def _topic_differences(
    topic: Topic, settings: Settings, described: dict[str, Any], config: dict[str, Any]
) -> list[str]:
    partitions = described["partitions"]
    replicas = {len(partition["replica_nodes"]) for partition in partitions}
    pairs: list[tuple[str, object, object]] = [("partitions", topic.partitions, len(partitions))]
    pairs += [("replicas", settings.kafka.replication_factor, count) for count in sorted(replicas)]
    pairs += [(key, value, config.get(key, {}).get("value")) for key, value in topic.config.items()]
    return [f"{what}: expected {want}, found {have}" for what, want, have in pairs if want != have]


# indices


def current_names(client: Elasticsearch, namespace: str = "") -> Names | None:
    """The names of the generation in use, or None where `apply_templates` never ran. See schemas.elastic."""
    alias = Names(namespace).alias(Kind.CHANGES)
    with translated(f"reading alias {alias}"):
        try:
            behind = client.indices.get_alias(name=alias)
        except NotFoundError:
            return None
    return Names(namespace, max(generation_of(index) for index in behind))


class NamesInUse:
    """The names of the generation in use, asked again after `patience` seconds: a switch is noticed without a restart."""

    def __init__(self, client: Elasticsearch, namespace: str = "", *, patience: float = 2.0) -> None:
        self._client = client
        self._namespace = namespace
        self._patience = patience
        self._names: Names | None = None
        self._until = 0.0

    def __call__(self) -> Names:
        """Raises Unavailable where there is no generation yet, or no answer."""
        if self._names is None or time.monotonic() >= self._until:
            self._names = current_names(self._client, self._namespace)
            self._until = time.monotonic() + self._patience
        if self._names is None:
            raise Unavailable("elasticsearch: the indices are not there yet; run `dateline templates apply`")
        return self._names


def apply_templates(
    client: Elasticsearch, settings: Settings, *, generation: int | None = None
) -> list[Report]:
    """Put the templates of a generation (default: the one in use, else 1) and make its indices that are not dated.

    Fields that were added to a mapping are added to existing indices; a mapping that can't become what it should be is
    reported as drift and left as it is: `dateline rebuild` fills new indices. A generation that is not in use stays out of
    the aliases. Safe to repeat and to run twice at once.
    """
    current = current_names(client, settings.namespace) or Names(settings.namespace)
    names = Names(settings.namespace, generation or current.generation)
    live = names == current
    _put_templates(client, settings, names, live=live)
    return [_apply_kind(client, kind, names, live=live) for kind in Kind]


def switch(client: Elasticsearch, settings: Settings, generation: int) -> None:
    """Point every alias at `generation`, in one step, and at nothing else. The generation before stays, unread.

    Months that begin meanwhile join or leave with their template, which changes first.
    """
    before = current_names(client, settings.namespace)
    after = Names(settings.namespace, generation)
    _put_templates(client, settings, after, live=True)
    if before is not None and before != after:
        _put_templates(client, settings, before, live=False)
    with translated("switching aliases"):
        actions: list[dict[str, Any]] = []
        for kind in Kind:
            alias = after.alias(kind)
            for name in client.indices.get_alias(index=f"{alias}-g*", allow_no_indices=True):
                if _belongs(name, alias):
                    verb = "add" if generation_of(name) == generation else "remove"
                    extra = {"must_exist": False} if verb == "remove" else {}
                    actions.append({verb: {"index": name, "alias": alias, **extra}})
        client.indices.update_aliases(actions=actions)


def drop(client: Elasticsearch, settings: Settings, generation: int) -> list[str]:
    """Delete the indices and templates of a generation that is not in use; the names of the indices.

    Raises ValueError for the generation in use.
    """
    names = Names(settings.namespace, generation)
    if names == current_names(client, settings.namespace):
        raise ValueError(f"generation {generation} is in use")
    dropped = []
    with translated(f"dropping generation {generation}"):
        for kind in Kind:
            found = sorted(client.indices.get(index=names.pattern(kind), ignore_unavailable=True))
            for index in found:
                client.indices.delete(index=index, ignore_unavailable=True)
            dropped += found
            client.options(ignore_status=404).indices.delete_index_template(name=names.template(kind))
    return dropped


def _belongs(index: str, alias: str) -> bool:
    """Whether `index` is one of the alias's own: the wildcard may catch a longer namespace's."""
    try:
        generation_of(index)
    except ValueError:
        return False
    return index.rsplit("-g", 1)[0] == alias


def _put_templates(client: Elasticsearch, settings: Settings, names: Names, *, live: bool) -> None:
    elastic = settings.elastic
    bodies = templates(
        names.namespace,
        generation=names.generation,
        shards=elastic.shards,
        replicas=elastic.replicas,
        live=live,
    )
    with translated("putting index templates"):
        for name, body in bodies.items():
            try:
                client.indices.put_index_template(
                    name=name,
                    index_patterns=body["index_patterns"],
                    priority=body["priority"],
                    template=body["template"],
                    meta=body["_meta"],
                )
            except BadRequestError as error:
                raise ServerError(f"elasticsearch: refuses index template {name}: {_why(error)}") from error


def _apply_kind(client: Elasticsearch, kind: Kind, names: Names, *, live: bool) -> Report:
    pattern = names.pattern(kind)
    alias = names.alias(kind)
    with translated(f"applying {pattern}"):
        existing = client.indices.get(index=pattern, ignore_unavailable=True, features=["aliases"])
        if not existing and kind not in DATED:
            try:
                client.indices.create(index=names.index(kind))
            except BadRequestError as error:
                if error.error != "resource_already_exists_exception":
                    raise
        if not existing:
            return Report(name=pattern, state="ok" if kind in DATED else "created")
        mapping = MAPPINGS[kind]
        try:
            client.indices.put_mapping(
                index=pattern,
                dynamic=mapping["dynamic"],
                properties=mapping["properties"],
                allow_no_indices=True,
            )
        except BadRequestError as error:
            return Report(name=pattern, state="drift", differences=(f"mapping: {_why(error)}",))
    outside = sorted(name for name, index in existing.items() if (alias in index["aliases"]) is not live)
    expected = "in" if live else "not in"
    differences = [f"{name}: expected {expected} alias {alias}" for name in outside]
    differences += [
        f"{name}: expected an index for each {'year' if kind in YEARLY else 'month'}; run `dateline rebuild`"
        for name in sorted(existing)
        if kind in DATED and len(period_of(name) or "") != len("2017" if kind in YEARLY else "2017-07")
    ]
    return Report(name=pattern, state="drift" if differences else "ok", differences=tuple(differences))


def _why(error: BadRequestError) -> str:
    """The innermost cause, as Elasticsearch words it."""
    cause = error.body.get("error", {}) if isinstance(error.body, dict) else {}
    while isinstance(cause.get("caused_by"), dict):
        cause = cause["caused_by"]
    return str(cause.get("reason") or error)
