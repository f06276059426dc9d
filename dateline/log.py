"""Reading topics from the outside: no group, nothing committed, only what is committed by others."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Final

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from dateline import kafka as clients
from dateline.errors import Unavailable
from dateline.settings import Settings
from dateline.stage import Message
from schemas.topics import Topic

_POLL_MS: Final = 500


def read(
    settings: Settings, topics: Sequence[Topic], since: Mapping[str, Mapping[int, int]] | None = None
) -> Iterator[Message]:
    """Every message that the topics hold now, partition by partition in order; ends at the ends seen at the start.

    `since` (topic → partition → offset) begins there; a partition that it does not name, or that no longer holds that
    offset, begins where it does. Raises Unavailable when the broker does not answer.
    """
    try:
        with closing(clients.consumer(settings, group_id=None)) as consumer:
            partitions = _partitions(settings, consumer, topics)
            starts = consumer.beginning_offsets(partitions) if partitions else {}
            for tp, begin in starts.items():
                wanted = (since or {}).get(clients.logical(settings, tp.topic), {})
                starts[tp] = max(begin, wanted.get(tp.partition, begin))
            yield from _between(settings, consumer, starts)
    except KafkaError as error:
        raise Unavailable(f"kafka: reading {[topic.name for topic in topics]}: {error}") from error


def recent(settings: Settings, topic: Topic, since_ms: int, until_ms: int | None = None) -> Iterator[Message]:
    """As `read`, from what the topic got at or after `since_ms` (epoch milliseconds), and before `until_ms` if given."""
    try:
        with closing(clients.consumer(settings, group_id=None)) as consumer:
            partitions = _partitions(settings, consumer, [topic])
            begins = consumer.offsets_for_times(dict.fromkeys(partitions, since_ms)) if partitions else {}
            starts = {tp: found.offset for tp, found in begins.items() if found is not None}
            stops = (
                consumer.offsets_for_times(dict.fromkeys(starts, until_ms))
                if starts and until_ms is not None
                else {}
            )
            ends = {tp: found.offset for tp, found in stops.items() if found is not None}
            yield from _between(settings, consumer, starts, ends)
    except KafkaError as error:
        raise Unavailable(f"kafka: reading {topic.name}: {error}") from error


def _between(
    settings: Settings,
    consumer: KafkaConsumer,
    starts: Mapping[TopicPartition, int],
    stops: Mapping[TopicPartition, int] = {},
) -> Iterator[Message]:
    """From these offsets to `stops`, or to the ends that the partitions have now."""
    ends = (consumer.end_offsets(list(starts)) if starts else {}) | dict(stops)
    left = {tp for tp, start in starts.items() if start < ends[tp]}
    if not left:
        return
    consumer.assign(sorted(left))
    for tp in left:
        consumer.seek(tp, starts[tp])
    while left:
        for records in consumer.poll(timeout_ms=_POLL_MS, max_records=2000).values():
            for record in records:
                if record.offset < ends[TopicPartition(record.topic, record.partition)]:
                    yield clients.message(settings, record)
        done = {tp for tp in left if (consumer.position(tp) or 0) >= ends[tp]}
        consumer.pause(*done)
        left -= done


def follow(
    settings: Settings, topic: Topic, *, from_beginning: bool, positions: Mapping[int, int] | None = None
) -> Iterator[Message | None]:
    """Messages as they are committed, for ever; None twice a second when there is none, so that a caller can stop.

    `positions` (partition → offset) begins there instead; a partition that it does not name begins at its end.
    """
    try:
        with closing(clients.consumer(settings, group_id=None)) as consumer:
            partitions = _partitions(settings, consumer, [topic])
            consumer.assign(partitions)
            if from_beginning:
                consumer.seek_to_beginning(*partitions)
            else:
                consumer.seek_to_end(*partitions)
            for tp in partitions:
                if positions and tp.partition in positions:
                    consumer.seek(tp, positions[tp.partition])
            if not from_beginning:
                for tp in partitions:
                    consumer.position(tp)  # the end is where it is now, not at the first poll
            yield None
            while True:
                polled = consumer.poll(timeout_ms=_POLL_MS)
                for records in polled.values():
                    for record in records:
                        yield clients.message(settings, record)
                if not polled:
                    yield None
    except KafkaError as error:
        raise Unavailable(f"kafka: following {topic.name}: {error}") from error


def ends(settings: Settings, topic: Topic) -> dict[int, int]:
    """Where each partition ends now: partition → the offset that its next message will have."""
    try:
        with closing(clients.consumer(settings, group_id=None)) as consumer:
            found = consumer.end_offsets(_partitions(settings, consumer, [topic]))
            return {tp.partition: offset for tp, offset in found.items()}
    except KafkaError as error:
        raise Unavailable(f"kafka: reading where {topic.name} ends: {error}") from error


def _partitions(settings: Settings, consumer: KafkaConsumer, topics: Sequence[Topic]) -> list[TopicPartition]:
    names = [clients.physical(settings, topic) for topic in topics]
    consumer.topics()
    return [
        TopicPartition(name, p) for name in names for p in sorted(consumer.partitions_for_topic(name) or ())
    ]
