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


def read(settings: Settings, topics: Sequence[Topic]) -> Iterator[Message]:
    """Every message that the topics hold now, partition by partition in order; ends at the ends seen at the start.

    Raises Unavailable when the broker does not answer.
    """
    try:
        with closing(clients.consumer(settings, group_id=None)) as consumer:
            partitions = _partitions(settings, consumer, topics)
            ends = consumer.end_offsets(partitions) if partitions else {}
            left = {tp for tp, end in ends.items() if end > 0}
            if not left:
                return
            consumer.assign(sorted(left))
            consumer.seek_to_beginning(*left)
            while left:
                for records in consumer.poll(timeout_ms=_POLL_MS, max_records=2000).values():
                    for record in records:
                        if record.offset < ends[TopicPartition(record.topic, record.partition)]:
                            yield clients.message(settings, record)
                done = {tp for tp in left if (consumer.position(tp) or 0) >= ends[tp]}
                consumer.pause(*done)
                left -= done
    except KafkaError as error:
        raise Unavailable(f"kafka: reading {[topic.name for topic in topics]}: {error}") from error


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
