"""What a stage is: a pure function over a batch, with its lanes."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from dateline.outcome import Outcome
from schemas.reasons import Beside
from schemas.reasons import Stage as StageName
from schemas.records import Record
from schemas.topics import Topic


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A Kafka message as read. `value` is None for a tombstone; header values are UTF-8 text, bad bytes escaped."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, str]
    timestamp_ms: int

    @property
    def position(self) -> str:
        """Where it stands in the log: "topic:partition:offset", the name free of any namespace."""
        return f"{self.topic}:{self.partition}:{self.offset}"


class Item(msgspec.Struct, frozen=True):
    """One element of a batch: the message, and its decoded record (None on topics of untouched bytes).

    `event_id` is the CloudEvents id, or the position where a foreign producer gave none.
    """

    message: Message
    event_id: str
    record: Record | None = None


class Lane(msgspec.Struct, frozen=True):
    """Topics that a stage reads with one priority.

    `first` lanes go before the others: while they have lag, the others are paused. A `trailing` lane holds what the
    stage itself causes, so a run until caught up measures its end anew after the other lanes are done.
    """

    topics: tuple[Topic, ...]
    trailing: bool = False


class Stage(Protocol):
    """A consumer. Guarantees it must give: the same items lead to the same outcomes (replays included), whatever the
    batch boundaries; no I/O but through its ports; one outcome per item, in the batch's order.

    A port may raise `dateline.errors.Unavailable`: the runner waits and calls the step again with the whole batch.
    """

    @property
    def name(self) -> StageName | Beside:
        """Names its group, its outcomes and its metrics."""
        ...

    @property
    def lanes(self) -> Sequence[Lane]:
        """By priority, first lane first."""
        ...

    def step(self, batch: Sequence[Item]) -> Sequence[Outcome]:
        """Decide on each item."""
        ...

    def close(self) -> None:
        """Give back what the stage holds. Called once."""
        ...
