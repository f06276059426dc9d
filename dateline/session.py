"""A stage's membership in its group: the consumer and producer, the lanes, and how far a run has to read."""

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from kafka import TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import (
    CommitFailedError,
    FencedInstanceIdError,
    IllegalGenerationError,
    KafkaError,
    KafkaTimeoutError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
from kafka.structs import OffsetAndMetadata

from dateline import kafka as clients
from dateline.errors import UsageError
from dateline.settings import Settings
from dateline.stage import Lane, Stage

_CHECK_GROUP_EVERY: Final = 0.5
_LOOK_EVERY: Final = 0.25
_WATCH_EVERY: Final = 5.0
_STUCK_AFTER: Final = 10.0
_POSITION_PATIENCE_MS: Final = 1000
# the group moved on without us: abort, go back to what is committed, carry on
LOST_PARTITIONS: Final = (
    CommitFailedError,
    FencedInstanceIdError,
    IllegalGenerationError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)


class Session:
    """A consumer in the stage's group and a transactional producer; both are made anew after a Kafka error."""

    def __init__(self, settings: Settings, stage: Stage, transactional_id: str, member: str | None) -> None:
        """`member` makes the membership static (KIP-345): a restart under the same name takes its partitions at once."""
        self._settings = settings
        self.lanes = stage.lanes
        self._committed: dict[TopicPartition, int] = {}
        self._ends: dict[TopicPartition, int] = {}
        self._next_look = 0.0
        self._next_watch = 0.0
        self._waiting: dict[TopicPartition, tuple[int, float]] = {}
        self.topics = [clients.physical(settings, topic) for lane in stage.lanes for topic in lane.topics]
        self.consumer = clients.consumer(
            settings, group_id=clients.group(settings, stage.name), group_instance_id=member
        )
        try:
            missing = set(self.topics) - self.consumer.topics()
            if missing:
                raise UsageError(f"{stage.name}: no topics {sorted(missing)}; run `dateline topics apply`")
            self.producer = clients.producer(settings, transactional_id=transactional_id)
            self.transactions = clients.Transactions(self.producer, settings.runner.transaction_timeout)
        except BaseException:
            self._leave()
            raise
        try:
            self.producer.init_transactions()
        except BaseException:
            self.close()
            raise
        self.consumer.subscribe(self.topics)

    def close(self) -> None:
        """Leave the group and let go of both clients. What a lost broker hinders, it ends itself by its timeouts."""
        clients.close(self.producer, 2)
        self._leave()

    def _leave(self) -> None:
        with suppress(KafkaError):
            self.consumer.close(autocommit=False, timeout_ms=2000)

    def partitions(self, lanes: Sequence[Lane]) -> list[TopicPartition]:
        """Every partition of the lanes' topics, assigned here or not."""
        names = [clients.physical(self._settings, topic) for lane in lanes for topic in lane.topics]
        return [
            TopicPartition(name, p) for name in names for p in self.consumer.partitions_for_topic(name) or ()
        ]

    def position(self, tp: TopicPartition) -> int | None:
        """The offset that this process reads next; None while the broker does not say."""
        position: int | None = self.consumer.position(tp, timeout_ms=_POSITION_PATIENCE_MS)
        return position

    def poll(self, timeout_ms: int, max_records: int) -> list[ConsumerRecord]:
        """What is to be worked on next, by the lanes' priority. Empty when nothing came in time."""
        self.give_way()
        before = self.consumer.assignment()
        clients.unpark(self.consumer)
        polled = self.consumer.poll(timeout_ms=timeout_ms, max_records=max_records)
        if polled and self.consumer.assignment() != before:
            # partitions came with this very poll: what has to wait is read again when its turn comes
            self.give_way()
            for tp in self.consumer.paused() & polled.keys():
                self.consumer.seek(tp, polled.pop(tp)[0].offset)
        if not polled:
            self._watch()
        return [record for records in polled.values() for record in records]

    def _watch(self) -> None:
        """Raises KafkaTimeoutError when nothing comes of a partition that holds more and need not wait.

        kafka-python 3.0.12 now and then never reads a partition on whose broker was restarted; a new session does.
        """
        if time.monotonic() < self._next_watch:
            return
        self._next_watch = time.monotonic() + _WATCH_EVERY
        waiting: dict[TopicPartition, tuple[int, float]] = {}
        if partitions := self.consumer.assignment() - self.consumer.paused():
            for tp, end in self.consumer.end_offsets(list(partitions)).items():
                position = self.position(tp) or 0
                if position < end:
                    before = self._waiting.get(tp)
                    waiting[tp] = before if before and before[0] == position else (position, time.monotonic())
        self._waiting = waiting
        for tp, (position, since) in waiting.items():
            if time.monotonic() - since >= _STUCK_AFTER:
                raise KafkaTimeoutError(
                    f"{tp.topic}[{tp.partition}]: nothing came from offset {position} on in {_STUCK_AFTER:.0f} s"
                )

    def give_way(self) -> None:
        """Pause each lane while a lane before it has lag; resume what need not wait."""
        lanes = [lane for lane in self.lanes if not lane.trailing]
        paused = self.consumer.paused()
        if len(lanes) < 2:
            self.consumer.resume(*paused)
            return
        assigned = self.consumer.assignment()
        wait = False
        for lane in lanes:
            mine = [tp for tp in self.partitions((lane,)) if tp in assigned]
            if wait:
                self.consumer.pause(*[tp for tp in mine if tp not in paused])
            else:
                self.consumer.resume(*[tp for tp in mine if tp in paused])
                wait = lane is not lanes[-1] and self._has_lag(mine)

    def _has_lag(self, partitions: Sequence[TopicPartition]) -> bool:
        """Whether any of them holds what is not yet read; asked of the broker at most every quarter of a second."""
        if not partitions:
            return False
        if time.monotonic() >= self._next_look or not self._ends.keys() >= set(partitions):
            self._ends.update(self.consumer.end_offsets(partitions))
            self._next_look = time.monotonic() + _LOOK_EVERY
        return any((self.position(tp) or 0) < self._ends[tp] for tp in partitions)

    def stay_in_group(self) -> None:
        """Serve heartbeats and rebalances without taking messages."""
        self.consumer.pause(*self.consumer.assignment())
        self.consumer.poll(timeout_ms=0)

    def commit_positions(self) -> None:
        """Commit how far this process has read, past the transaction markers that are no messages."""
        moved = {}
        for tp in self.consumer.assignment():
            position = self.position(tp)
            if position is not None and self._committed.get(tp) != position:
                moved[tp] = OffsetAndMetadata(position, "", -1)
        if not moved:
            return
        try:
            self.consumer.commit(moved)
        except LOST_PARTITIONS:
            return
        self._committed.update({tp: offset.offset for tp, offset in moved.items()})

    def rewind(self) -> None:
        """Read on from what is committed: what was polled but not committed comes again."""
        self._committed.clear()
        for tp in self.consumer.assignment():
            committed = self.consumer.committed(tp)
            if committed is None:
                self.consumer.seek_to_beginning(tp)
            else:
                self.consumer.seek(tp, committed)


class Targets:
    """How far a run until caught up has to read: the ends of the topics as they were when it began.

    Trailing lanes, which the stage itself fills, are measured once more when the others are done.
    """

    def __init__(self) -> None:
        self._ends: dict[TopicPartition, int] = {}
        self._trailing_measured = False
        self._next_check = 0.0

    def measure(self, session: Session, *, first: bool) -> None:
        if first and self._ends:
            return  # a new session after a Kafka error: the first measure stands
        lanes = [lane for lane in session.lanes if lane.trailing is not first]
        if partitions := session.partitions(lanes):
            self._ends.update(session.consumer.end_offsets(partitions))

    def reached(self, session: Session) -> bool:
        """Whether every partition is read to its target, by this process or another of the group."""
        assigned = session.consumer.assignment()
        for tp, end in self._ends.items():
            if tp in assigned and (session.position(tp) or 0) < end:
                return False
        others = [(tp, end) for tp, end in self._ends.items() if tp not in assigned and end > 0]
        if others:
            if time.monotonic() < self._next_check:
                return False
            self._next_check = time.monotonic() + _CHECK_GROUP_EVERY
            if any((session.consumer.committed(tp) or 0) < end for tp, end in others):
                return False
        if not self._trailing_measured:
            self._trailing_measured = True
            self.measure(session, first=False)
            return self.reached(session)
        return True
