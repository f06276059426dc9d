"""Where topics begin and end, how far stages have committed, and whether they run: asked of the broker, nothing is read."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

import msgspec
from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import CoordinatorNotAvailableError, KafkaError

from dateline import kafka as clients
from dateline.errors import Unavailable, UsageError
from dateline.settings import Settings
from schemas.reasons import Stage
from schemas.topics import Topic

_PATIENCE: Final = 30.0
_BREATH: Final = 0.25

Offsets = dict[int, int]
"""By partition, the offset of the message that comes next."""


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """A topic as it is now. `id` is another one when a topic was deleted and made again under its name."""

    id: str
    begins: Offsets
    ends: Offsets


def extents(settings: Settings, topics: Sequence[Topic], *, uncommitted: bool = False) -> dict[str, Extent]:
    """Of those of the topics that are there, by name. With `uncommitted`, transactions under way count.

    Raises Unavailable when the broker does not answer.
    """
    isolation = "read_uncommitted" if uncommitted else "read_committed"
    named = {clients.physical(settings, topic): topic.name for topic in topics}
    with (
        _asking("where topics begin and end"),
        closing(clients.admin(settings)) as admin,
        closing(clients.consumer(settings, group_id=None, isolation_level=isolation)) as consumer,
    ):
        there = consumer.topics()
        present = [name for name in named if name in there]
        described = admin.describe_topics(present) if present else []
        tps = [
            TopicPartition(one["name"], partition["partition_index"])
            for one in described
            for partition in one["partitions"]
        ]
        begins = consumer.beginning_offsets(tps) if tps else {}
        ends = consumer.end_offsets(tps) if tps else {}
    return {
        named[one["name"]]: Extent(
            id=str(one["topic_id"]),
            begins={tp.partition: begins[tp] for tp in tps if tp.topic == one["name"]},
            ends={tp.partition: ends[tp] for tp in tps if tp.topic == one["name"]},
        )
        for one in described
    }


def committed(settings: Settings) -> dict[Stage, dict[str, Offsets]]:
    """How far each stage has come in each topic that it reads, by the topic's name; where it never was, nothing is said.

    Raises Unavailable when the broker does not answer.
    """
    groups = {clients.group(settings, stage): stage for stage in Stage}
    with _asking("how far the stages are"), closing(clients.admin(settings)) as admin:
        found = admin.list_group_offsets(list(groups))
    done: dict[Stage, dict[str, Offsets]] = {stage: {} for stage in groups.values()}
    for group, stage in groups.items():
        for tp, offset in found.get(group, {}).items():
            if offset.offset >= 0:
                done[stage].setdefault(clients.logical(settings, tp.topic), {})[tp.partition] = offset.offset
    return done


def running(settings: Settings, stages: Sequence[Stage] = tuple(Stage)) -> list[Stage]:
    """Those of the stages that a process takes part in. Raises Unavailable when the broker does not answer."""
    groups = {clients.group(settings, stage): stage for stage in stages}
    with _asking("which stages run"), closing(clients.admin(settings)) as admin:
        described = _described(admin, list(groups))
    return [stage for group, stage in groups.items() if described[group].get("members")]


def refuse_while_running(settings: Settings, doing: str, stages: Sequence[Stage] = tuple(Stage)) -> None:
    """Raises UsageError when one of the stages runs; `doing` is the command that cannot go on."""
    for stage in running(settings, stages):
        raise UsageError(f"{doing}: stage {stage} is running; stop `dateline run` first")


def _described(admin: KafkaAdminClient, groups: list[str]) -> Mapping[str, Mapping[str, Any]]:
    """A cluster in which no group ever was makes its book of groups at the first question, and answers a little later."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            described: Mapping[str, Mapping[str, Any]] = admin.describe_groups(groups)
        except CoordinatorNotAvailableError:
            if time.monotonic() > until:
                raise
            time.sleep(_BREATH)
        else:
            return described


@contextmanager
def _asking(what: str) -> Iterator[None]:
    try:
        yield
    except KafkaError as error:
        raise Unavailable(f"kafka: asking {what}: {error}") from error
