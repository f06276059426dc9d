"""Quarantine: what could not be processed, kept as it was, to be looked at and sent again."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Final

import msgspec
from kafka.errors import KafkaError

from dateline import kafka as clients
from dateline.clock import now
from dateline.decode import event_id
from dateline.errors import Unavailable
from dateline.log import read
from dateline.settings import Settings
from dateline.stage import Message
from schemas import envelope
from schemas.reasons import Fate
from schemas.records import OutcomeRecord, encode
from schemas.topics import OUTCOMES, REJECTED

_AT_ONCE: Final = 100  # replays a transaction


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One quarantined input. `size` is in bytes; `position` is where it stands in the quarantine topic."""

    event_id: str
    stage: str
    reason: str
    error: str
    time: str
    topic: str
    origin: str
    attempt: int
    source: str | None
    url: str | None
    size: int
    position: str
    replayed: bool


def entries(settings: Settings) -> Iterator[tuple[Entry, Message]]:
    """Everything ever quarantined, oldest first in each partition, with the message as it is kept."""
    replayed = _replayed(settings)
    for message in read(settings, [REJECTED]):
        entry = _entry(message)
        done = (entry.origin, entry.attempt) in replayed
        yield msgspec.structs.replace(entry, replayed=done), message


def replay(settings: Settings, messages: Sequence[Message]) -> int:
    """Send inputs again to the topics they came from, as a further attempt; each at most once. Returns how many.

    Each transaction holds inputs and the records that say so: an input is sent again and known to be, or neither.
    """
    try:
        producer = clients.producer(
            settings, transactional_id=f"{clients.group(settings, 'quarantine')}.replay"
        )
        with closing(producer):
            producer.init_transactions()
            transactions = clients.Transactions(producer, settings.runner.transaction_timeout)
            for begin in range(0, len(messages), _AT_ONCE):
                transactions.begin()
                for message in messages[begin : begin + _AT_ONCE]:
                    entry = _entry(message)
                    producer.send(
                        clients.physical(settings, OUTCOMES),
                        key=entry.event_id.encode(),
                        value=encode(_note(entry)),
                        headers=clients.byte_headers({envelope.CE_TYPE: envelope.record_type(OUTCOMES.name)}),
                    )
                    producer.send(
                        clients.physical(settings, entry.topic),
                        key=message.headers.get(envelope.Q_KEY, "").encode() or None,
                        value=message.value,
                        headers=clients.byte_headers(_headers(message, entry)),
                    )
                transactions.commit()
    except KafkaError as error:
        raise Unavailable(f"kafka: replaying: {error}") from error
    return len(messages)


def _headers(message: Message, entry: Entry) -> dict[str, str]:
    kept = {name: value for name, value in message.headers.items() if name not in envelope.QUARANTINE_HEADERS}
    return kept | {envelope.ORIGIN: entry.origin, envelope.ATTEMPT: str(entry.attempt + 1)}


def _note(entry: Entry) -> OutcomeRecord:
    return OutcomeRecord(
        event_id=entry.event_id,
        stage=entry.stage,
        fate=Fate.REPLAYED,
        origin=entry.origin,
        attempt=entry.attempt,
        source=entry.source,
        url=entry.url,
        time=now(),
    )


def _entry(message: Message) -> Entry:
    headers = message.headers
    return Entry(
        event_id=event_id(message),
        stage=headers.get(envelope.Q_STAGE, "?"),
        reason=headers.get(envelope.Q_REASON, "?"),
        error=headers.get(envelope.Q_ERROR, ""),
        time=headers.get(envelope.Q_TIME, ""),
        topic=headers.get(envelope.Q_TOPIC, ""),
        origin=headers.get(envelope.ORIGIN, message.position),
        attempt=int(headers.get(envelope.ATTEMPT, "1")),
        source=headers.get(envelope.SOURCE_ID),
        url=headers.get(envelope.CE_SUBJECT),
        size=len(message.value or b""),
        position=message.position,
        replayed=False,
    )


def _replayed(settings: Settings) -> set[tuple[str, int]]:
    decoder = msgspec.json.Decoder(OutcomeRecord)
    outcomes = (decoder.decode(message.value or b"") for message in read(settings, [OUTCOMES]))
    return {(outcome.origin, outcome.attempt) for outcome in outcomes if outcome.fate == Fate.REPLAYED}
