"""What an interrupted run had sent of an archive beyond the position that it saved: found in the topic itself."""

from contextlib import closing
from datetime import timedelta
from typing import Final

from kafka import TopicPartition
from kafka.errors import KafkaError

from dateline import kafka as clients
from dateline.errors import Unavailable
from dateline.settings import Settings
from producers.progress import Progress
from schemas import envelope
from schemas.topics import RAW_BACKFILL

_SLACK: Final = timedelta(seconds=5)
"""How far the clocks of two machines may be apart."""
_POLL_MS: Final = 500


def since(progress: Progress, name: str, settings: Settings) -> frozenset[str]:
    """The event ids of the archive called `name` that were sent since its position was saved, while the run held it.

    Reads that stretch of the backfill lane and no more. Raises Unavailable.
    """
    assert progress.last_lease is not None
    begin = int((progress.saved - _SLACK).timestamp() * 1000)
    end = int((progress.last_lease + _SLACK).timestamp() * 1000)
    topic = clients.physical(settings, RAW_BACKFILL)
    found = set[str]()
    try:
        with closing(clients.consumer(settings, group_id=None)) as consumer:
            partitions = [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]
            consumer.assign(partitions)
            ends = consumer.end_offsets(partitions)
            first = consumer.offsets_for_times(dict.fromkeys(partitions, begin))
            last = consumer.offsets_for_times(dict.fromkeys(partitions, end))
            until = {p: last[p].offset if last.get(p) else ends[p] for p in partitions}
            for partition in partitions:
                consumer.seek(partition, first[partition].offset if first.get(partition) else ends[partition])
            while any(consumer.position(p) < until[p] for p in partitions):
                clients.unpark(consumer)
                for records in consumer.poll(timeout_ms=_POLL_MS).values():
                    for record in records:
                        headers = clients.text_headers(record.headers)
                        if headers.get(envelope.ARCHIVE) == name:
                            found.add(headers.get(envelope.CE_ID, ""))
    except KafkaError as error:
        raise Unavailable(f"kafka: looking for what was sent last: {error}") from error
    return frozenset(found)
