"""How far each stage is behind: messages of its topics that its group has not committed."""

from contextlib import closing
from typing import Final

import msgspec
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from dateline import kafka as clients
from dateline.errors import Unavailable
from dateline.settings import Settings
from schemas.reasons import Stage
from schemas.topics import (
    CHANGES,
    ENRICHED,
    NORMALIZED,
    OUTCOMES,
    RAW,
    RAW_BACKFILL,
    VERSIONS,
    Topic,
)

READS: Final[dict[Stage, tuple[Topic, ...]]] = {
    Stage.NORMALIZE: (RAW, RAW_BACKFILL),
    Stage.DEDUPLICATE: (NORMALIZED,),
    Stage.ENRICH: (VERSIONS,),
    Stage.INDEX: (ENRICHED, CHANGES, OUTCOMES),
}
"""What each stage reads: the topics of its lanes."""


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """One topic of one stage. `behind` counts messages; transaction markers count too, so a few may always be left."""

    stage: str
    topic: str
    behind: int


def lags(settings: Settings) -> tuple[Lag, ...]:
    """Of every stage and topic, in the order of the stages. Raises Unavailable when the broker does not answer."""
    groups = {clients.group(settings, stage): stage for stage in READS}
    try:
        with (
            closing(clients.admin(settings)) as admin,
            closing(clients.consumer(settings, group_id=None)) as consumer,
        ):
            committed = admin.list_group_offsets(list(groups))
            consumer.topics()
            named = [topic for topics in READS.values() for topic in topics]
            partitions = {topic.name: _partitions(settings, consumer, topic) for topic in named}
            every = [tp for tps in partitions.values() for tp in tps]
            begins = consumer.beginning_offsets(every) if every else {}
            ends = consumer.end_offsets(every) if every else {}
    except KafkaError as error:
        raise Unavailable(f"kafka: reading how far the stages are: {error}") from error
    found: list[Lag] = []
    for group, stage in groups.items():
        done = committed.get(group, {})
        for topic in READS[stage]:
            behind = 0
            for tp in partitions[topic.name]:
                position = done[tp].offset if tp in done and done[tp].offset >= 0 else 0
                behind += max(ends[tp] - max(position, begins[tp]), 0)
            found.append(Lag(stage=stage, topic=topic.name, behind=behind))
    return tuple(found)


def _partitions(settings: Settings, consumer: KafkaConsumer, topic: Topic) -> list[TopicPartition]:
    name = clients.physical(settings, topic)
    return [TopicPartition(name, number) for number in sorted(consumer.partitions_for_topic(name) or ())]
