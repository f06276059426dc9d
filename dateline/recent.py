"""What a topic got lately."""

from collections.abc import Iterator
from contextlib import closing
from typing import Final

from kafka import TopicPartition
from kafka.errors import KafkaError

from dateline import kafka as clients
from dateline.errors import Unavailable
from dateline.settings import Settings
from dateline.stage import Message
from schemas.topics import Topic

_POLL_MS: Final = 500


def recent(settings: Settings, topic: Topic, since_ms: int) -> Iterator[Message]:
    """Every committed message that the topic got at or after that time (epoch milliseconds), to the ends it has now.

    No group, nothing committed. Raises Unavailable when the broker does not answer.
    """
    name = clients.physical(settings, topic)
    try:
        with closing(clients.consumer(settings, group_id=None)) as consumer:
            consumer.topics()
            partitions = [TopicPartition(name, p) for p in sorted(consumer.partitions_for_topic(name) or ())]
            begins = consumer.offsets_for_times(dict.fromkeys(partitions, since_ms)) if partitions else {}
            starts = {tp: found.offset for tp, found in begins.items() if found is not None}
            ends = consumer.end_offsets(list(starts)) if starts else {}
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
    except KafkaError as error:
        raise Unavailable(f"kafka: reading {topic.name}: {error}") from error
