"""The raw documents once more, in a namespace of their own, to be read there from the start.

Why so: docs/adr/re-extraction.md. Exactly once: each transaction holds copies and how far they were read, so a run that was
stopped goes on where it ended, and a later run adds what came in meanwhile.
"""

from collections.abc import Callable
from contextlib import closing
from typing import Final

import msgspec
from elasticsearch import Elasticsearch
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from dateline import elastic
from dateline import kafka as clients
from dateline.elastic import ensure_index, translated
from dateline.errors import Unavailable, UsageError
from dateline.settings import Settings
from dateline.topology import apply_templates, apply_topics
from schemas import envelope
from schemas.acquisition import ACQUISITION_MAPPING, acquisition_index
from schemas.topics import RAW, RAW_BACKFILL

_POLL_MS: Final = 500
_AT_ONCE: Final = 200  # messages a transaction


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """What one run did: documents copied, replays left out (they are copies of others), addresses remembered."""

    namespace: str
    documents: int
    replays: int
    addresses: int


def replant(
    settings: Settings, namespace: str, *, advance: Callable[[int], object] = lambda count: None
) -> Copied:
    """Copy the raw topics of the settings' namespace into another, with their headers, keys and partitions.

    Makes topics and indices there. Changes nothing here. Raises UsageError when both are one, Unavailable when a server does
    not answer.
    """
    if namespace == settings.namespace:
        raise UsageError(f"renormalize: --into {namespace or '(none)'} is the namespace in use; name another")
    there = msgspec.structs.replace(settings, namespace=namespace)
    with closing(elastic.client(there)) as client:
        apply_templates(client, there)
        addresses = _remember(client, settings.namespace, namespace)
    try:
        with closing(clients.admin(there)) as admin:
            apply_topics(admin, there)
        documents, replays = _copy(settings, there, advance)
    except KafkaError as error:
        raise Unavailable(f"kafka: copying raw documents into {namespace}: {error}") from error
    return Copied(namespace=namespace, documents=documents, replays=replays, addresses=addresses)


def _copy(here: Settings, there: Settings, advance: Callable[[int], object]) -> tuple[int, int]:
    group = clients.group(there, f"replant-from-{here.namespace or 'default'}")
    with (
        closing(clients.consumer(here, group_id=group)) as consumer,
        closing(clients.producer(there, transactional_id=group)) as producer,
    ):
        producer.init_transactions()
        transactions = clients.Transactions(producer, here.runner.transaction_timeout)
        ends = _begin(here, consumer)
        documents = replays = 0
        while left := [tp for tp, end in ends.items() if (consumer.position(tp) or 0) < end]:
            consumer.pause(*(tp for tp in ends if tp not in left))
            polled = consumer.poll(timeout_ms=_POLL_MS, max_records=_AT_ONCE)
            if not polled:
                continue
            transactions.begin()
            for tp, records in polled.items():
                for record in records:
                    message = clients.message(here, record)
                    if message.headers.get(envelope.ATTEMPT, "1") != "1":
                        replays += 1
                        continue
                    producer.send(
                        clients.physical(there, message.topic),
                        key=message.key,
                        value=message.value,
                        headers=list(record.headers),
                        partition=tp.partition,
                        timestamp_ms=message.timestamp_ms,
                    )
                    documents += 1
            positions = {tp: OffsetAndMetadata(consumer.position(tp) or 0, "", -1) for tp in polled}
            transactions.add_offsets(positions, consumer.group_metadata())
            transactions.commit()
            advance(sum(map(len, polled.values())))
    return documents, replays


def _begin(here: Settings, consumer: KafkaConsumer) -> dict[TopicPartition, int]:
    """Assign every raw partition from where the last run ended; the ends to read up to."""
    consumer.topics()
    names = [clients.physical(here, topic) for topic in (RAW, RAW_BACKFILL)]
    partitions = [
        TopicPartition(name, p) for name in names for p in sorted(consumer.partitions_for_topic(name) or ())
    ]
    if not partitions:
        raise UsageError("renormalize: there are no raw topics; run `dateline topics apply`")
    consumer.assign(partitions)
    for tp in partitions:
        committed = consumer.committed(tp)
        if committed is None:
            consumer.seek_to_beginning(tp)
        else:
            consumer.seek(tp, committed)
    return dict(consumer.end_offsets(partitions))


def _remember(client: Elasticsearch, here: str, there: str) -> int:
    """Copy what producers know of each address, so that the other namespace asks no server again for what did not change."""
    source, target = acquisition_index(here), acquisition_index(there)
    with translated(f"copying {source}"):
        if not client.indices.exists(index=source):
            return 0
        ensure_index(client, target, mappings=ACQUISITION_MAPPING)
        client.indices.refresh(index=source)
        answer = client.options(request_timeout=3600).reindex(
            source={"index": source}, dest={"index": target}, wait_for_completion=True, refresh=True
        )
    return int(answer["total"])
