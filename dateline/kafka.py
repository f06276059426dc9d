"""Kafka clients with Dateline's settings: one place for names, limits and guarantees."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaTimeoutError
from kafka.producer.transaction_manager import TransactionalRequestResult
from kafka.structs import OffsetAndMetadata

from dateline.endpoints import kafka_connection
from dateline.settings import Settings
from dateline.stage import Message
from schemas.topics import Topic

LARGEST_REQUEST: Final = 68 * 1024 * 1024  # a whole document of 64 MiB, its headers and the frame
_ACK_TIMEOUT_MS: Final = 30_000


def physical(settings: Settings, topic: Topic | str) -> str:
    """The topic's name on the broker: with the settings' namespace before it."""
    name = topic if isinstance(topic, str) else topic.name
    return f"{settings.namespace}.{name}" if settings.namespace else name


def logical(settings: Settings, name: str) -> str:
    """The reverse of `physical`."""
    return name.removeprefix(f"{settings.namespace}.") if settings.namespace else name


def group(settings: Settings, stage: str) -> str:
    """The consumer group of a stage."""
    return f"{settings.namespace}.{stage}" if settings.namespace else f"dateline.{stage}"


def admin(settings: Settings) -> KafkaAdminClient:
    """An admin client. Close it."""
    return KafkaAdminClient(**kafka_connection(settings), client_id="dateline-admin")


def producer(settings: Settings, *, transactional_id: str | None = None, **overrides: Any) -> KafkaProducer:
    """An idempotent producer, acknowledged by all replicas, values compressed.

    With `transactional_id`, transactions time out after `runner.transaction_timeout`; call `init_transactions` first.
    """
    config: dict[str, Any] = {
        **kafka_connection(settings),
        "client_id": "dateline",
        "acks": "all",
        "enable_idempotence": True,
        "compression_type": "zstd",
        "linger_ms": 5,
        "batch_size": 512 * 1024,
        "max_request_size": LARGEST_REQUEST,
        "request_timeout_ms": _ACK_TIMEOUT_MS,
        "allow_auto_create_topics": False,
        "metrics_enabled": False,
    }
    if transactional_id:
        config["transactional_id"] = transactional_id
        config["transaction_timeout_ms"] = int(settings.runner.transaction_timeout * 1000)
    return KafkaProducer(**(config | overrides))


def consumer(settings: Settings, *, group_id: str | None, **overrides: Any) -> KafkaConsumer:
    """A consumer that reads committed messages from the earliest on and commits nothing by itself."""
    config: dict[str, Any] = {
        **kafka_connection(settings),
        "client_id": "dateline",
        "group_id": group_id,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "isolation_level": "read_committed",
        "allow_auto_create_topics": False,
        "fetch_max_bytes": 16 * 1024 * 1024,
        "max_partition_fetch_bytes": 2 * 1024 * 1024,
        "receive_message_max_bytes": 2 * LARGEST_REQUEST,
        "fetch_max_wait_ms": 250,
        "metrics_enabled": False,
    }
    if group_id is not None:
        session_ms = int(settings.runner.session_timeout * 1000)
        config["session_timeout_ms"] = session_ms
        config["heartbeat_interval_ms"] = max(1000, session_ms // 4)
    return KafkaConsumer(**(config | overrides))


def close(producer: KafkaProducer, limit: float) -> None:
    """Close a producer within about `limit` seconds; what it has not sent by then is given up.

    Whoever waits for such a record has the error from there. kafka-python's own `close` raises it once more and stays open.
    """
    try:
        producer.close(timeout=limit)
    except KafkaTimeoutError:
        producer._sender.force_close()
        producer._sender.join(limit)
        with suppress(KafkaTimeoutError):
            producer.close(timeout=limit)


def unpark(consumer: KafkaConsumer) -> None:
    """Let a consumer give what it had fetched for partitions that were paused and are resumed. Call it before each poll.

    kafka-python 3.0.12 parks such records and takes them back only when its slot for the partition in hand is None; a
    partition that was read to its end leaves an empty object there, and the parked ones then wait for ever.
    """
    fetcher = consumer._fetcher
    if fetcher._next_partition_records is not None and not fetcher._next_partition_records:
        fetcher._next_partition_records = None


class Transactions:
    """A producer's transactions with a limit to each wait: KafkaTimeoutError after `limit` seconds.

    kafka-python's own methods wait without one, and 3.0.12 never answers some of them when the broker was restarted in
    between. After the error the producer is of no more use: close it; its successor of the same name ends what was open.
    """

    def __init__(self, producer: KafkaProducer, limit: float) -> None:
        self._producer = producer
        self._manager = producer._transaction_manager
        self._limit_ms = limit * 1000

    def begin(self) -> None:
        """As `KafkaProducer.begin_transaction`."""
        self._producer.begin_transaction()

    def add_offsets(
        self, offsets: Mapping[TopicPartition, OffsetAndMetadata], group_metadata: object
    ) -> None:
        """As `KafkaProducer.send_offsets_to_transaction`."""
        self._await(self._manager.send_offsets_to_transaction(offsets, group_metadata), "sending offsets")

    def commit(self) -> None:
        """As `KafkaProducer.commit_transaction`."""
        self._await(self._manager.begin_commit(), "committing")

    def abort(self) -> None:
        """As `KafkaProducer.abort_transaction`."""
        self._await(self._manager.begin_abort(), "aborting")

    def _await(self, result: TransactionalRequestResult, doing: str) -> None:
        self._producer._sender.wakeup()
        if not result.wait(timeout_ms=self._limit_ms):
            raise KafkaTimeoutError(f"{doing} a transaction: no answer within {self._limit_ms / 1000:.0f} s")


def text_headers(headers: Iterable[tuple[str, bytes | None]] | None) -> dict[str, str]:
    """Header values as text: UTF-8, bytes that are not become escapes. The last of a repeated header wins."""
    return {name: (value or b"").decode("utf-8", "backslashreplace") for name, value in headers or ()}


def byte_headers(headers: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """The reverse of `text_headers`."""
    return [(name, value.encode("utf-8", "surrogateescape")) for name, value in headers.items()]


def message(settings: Settings, record: ConsumerRecord) -> Message:
    """A record as stages see it: the topic under its logical name."""
    return Message(
        topic=logical(settings, record.topic),
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=text_headers(record.headers),
        timestamp_ms=record.timestamp,
    )
