"""The only loop: poll, step, then outputs, outcomes and offsets in one Kafka transaction.

Guarantees, for any stage:

- Effectively once. What a batch leads to becomes visible to readers of committed messages together with its consumed
  offsets, or not at all (KIP-98); a process that lost its partitions is fenced by the group's metadata (KIP-447).
- Nothing is lost. A step that raises is called again on halves of its batch until the item at fault is alone; that one
  goes to quarantine, as it was. A server that does not answer holds the stage back, for as long as it takes.
- Lanes by priority. A lane is paused while one before it has lag.
- A stop is clean: the batch in hand is finished or left untouched.
"""

import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from kafka import TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from dateline import kafka as clients
from dateline.clock import Clock, now
from dateline.decode import Undecodable, decode
from dateline.dispatch import Dispatch
from dateline.errors import Unavailable
from dateline.outcome import Outcome, Reject, Retry
from dateline.session import LOST_PARTITIONS, Session, Targets
from dateline.settings import Settings
from dateline.stage import Item, Message, Stage
from dateline.telemetry import Telemetry
from schemas.reasons import Reason

_POLL_MS: Final = 250


class Stats(msgspec.Struct):
    """What one run did. CPU seconds are of the loop's own thread; `step_cpu` is the part spent in the stage."""

    items: int = 0
    batches: int = 0
    cpu: float = 0.0
    step_cpu: float = 0.0
    wall: float = 0.0


class _Stopped(Exception):
    """Asked to stop while waiting."""


class Runner:
    """Runs one stage in this process. Any number of processes may run the same stage: they share its partitions."""

    def __init__(
        self, settings: Settings, stage: Stage, *, worker: str, static: bool = False, clock: Clock = now
    ) -> None:
        """`worker` is unique among the running processes of the stage; a restart under the same name fences the dead one.

        A `static` worker also takes over the dead one's partitions at once; without that the group waits until it misses
        the dead one, `runner.session_timeout`.
        """
        self._settings = settings
        self._stage = stage
        self._transactional_id = f"{clients.group(settings, stage.name)}.{worker}"
        self._member = worker if static else None
        self._dispatch = Dispatch(settings, stage.name, clock)
        self._telemetry = Telemetry(stage=str(stage.name), worker=worker)
        self._stop = threading.Event()
        self.stats = Stats()

    def stop(self) -> None:
        """Ask the run to end after the batch in hand. Safe in a signal handler and from any thread."""
        self._stop.set()

    def run(self, *, until_caught_up: bool = False) -> Stats:
        """Run until stopped, or until all is read that the topics held when the run began (then return)."""
        begin_wall, begin_cpu = time.monotonic(), time.thread_time()
        targets = Targets() if until_caught_up else None
        delay = self._settings.runner.backoff
        try:
            while not self._stop.is_set():
                session: Session | None = None
                try:
                    session = Session(self._settings, self._stage, self._transactional_id, self._member)
                    self._telemetry.event("started", until_caught_up=until_caught_up)
                    self._consume(session, targets)
                    break
                except KafkaError as error:
                    self._telemetry.event(
                        "kafka_unavailable", level="warning", error=repr(error), retry_in=delay
                    )
                    self._stop.wait(delay)
                    delay = min(delay * 2, self._settings.runner.backoff_max)
                finally:
                    if session is not None:
                        session.close()
        except _Stopped:
            pass
        self.stats.wall = time.monotonic() - begin_wall
        self.stats.cpu = time.thread_time() - begin_cpu
        self._telemetry.event("stopped", **msgspec.structs.asdict(self.stats))
        return self.stats

    def _consume(self, session: Session, targets: Targets | None) -> None:
        if targets is not None:
            targets.measure(session, first=True)
        while not self._stop.is_set():
            records = session.poll(_POLL_MS, self._settings.runner.batch_size)
            if not records:
                session.commit_positions()
                if targets is not None and targets.reached(session):
                    return
                continue
            messages = [clients.message(self._settings, record) for record in records]
            for chunk in _chunks(messages, self._settings.runner.batch_bytes):
                if self._stop.is_set() or not self._process(session, chunk):
                    break  # stopped: the rest was polled but not processed, so its positions must not be committed

    def _process(self, session: Session, messages: Sequence[Message]) -> bool:
        """One batch, all the way. False when the group took the partitions away: nothing of it was written."""
        items: list[Item] = []
        outcomes: list[Outcome] = []
        readable: list[int] = []
        for index, message in enumerate(messages):
            try:
                items.append(decode(message))
                readable.append(index)
                outcomes.append(Retry(0, "undecided"))
            except Undecodable as error:
                items.append(Item(message, error.event_id))
                outcomes.append(Reject(error.reason, str(error)))
        if readable:
            for index, outcome in zip(
                readable, self._decide(session, [items[i] for i in readable]), strict=True
            ):
                outcomes[index] = outcome
        offsets = {
            TopicPartition(
                clients.physical(self._settings, message.topic), message.partition
            ): OffsetAndMetadata(message.offset + 1, "", -1)
            for message in messages
        }
        try:
            session.transactions.begin()
            counts = self._dispatch.send(session.producer, items, outcomes)
            session.transactions.add_offsets(offsets, session.consumer.group_metadata())
            session.transactions.commit()
        except LOST_PARTITIONS as error:
            self._telemetry.event("partitions_lost", level="warning", error=repr(error))
            session.transactions.abort()
            session.rewind()
            return False
        self.stats.items += len(messages)
        self.stats.batches += 1
        self._telemetry.event("batch", level="debug", items=len(messages), **counts)
        return True

    def _decide(self, session: Session, items: Sequence[Item]) -> list[Outcome]:
        """Call the step until no item asks for another try."""
        outcomes = self._call(session, items)
        for attempt in range(1, self._settings.runner.max_attempts + 1):
            waiting = [(i, outcome) for i, outcome in enumerate(outcomes) if isinstance(outcome, Retry)]
            if not waiting:
                break
            if attempt == self._settings.runner.max_attempts:
                for i, retry in waiting:
                    tries = f"gave up after {attempt} attempts (runner.max_attempts): {retry.error}"
                    outcomes[i] = Reject(Reason.RETRIES_EXHAUSTED, tries)
                break
            self._telemetry.event(
                "retry", level="warning", count=len(waiting), items=len(waiting), attempt=attempt
            )
            self._wait(session, max(retry.after for _, retry in waiting) * 2 ** (attempt - 1))
            again = self._call(session, [items[i] for i, _ in waiting])
            for (i, _), outcome in zip(waiting, again, strict=True):
                outcomes[i] = outcome
        return outcomes

    def _call(self, session: Session, items: Sequence[Item]) -> list[Outcome]:
        delay = self._settings.runner.backoff
        while True:
            begin = time.thread_time()
            try:
                outcomes = list(self._stage.step(items))
                if len(outcomes) != len(items):
                    raise AssertionError(
                        f"{self._stage.name}: {len(items)} items in, {len(outcomes)} outcomes out"
                    )
            except Unavailable as error:
                self._telemetry.event(
                    "held_back", level="warning", error=str(error), retry_in=delay, items=len(items)
                )
                self._wait(session, delay)
                delay = min(delay * 2, self._settings.runner.backoff_max)
            except (
                Exception
            ) as error:  # whatever it was, the item at fault ends in quarantine and the others go on
                text = "".join(traceback.format_exception(error, limit=-6, chain=False))
                return self._isolate(session, items, text)
            else:
                return outcomes
            finally:
                self.stats.step_cpu += time.thread_time() - begin

    def _isolate(self, session: Session, items: Sequence[Item], error: str) -> list[Outcome]:
        if len(items) == 1:
            self._telemetry.event("step_failed", level="error", event_id=items[0].event_id, error=error)
            return [Reject(Reason.STEP_FAILED, error)]
        middle = len(items) // 2
        return [*self._call(session, items[:middle]), *self._call(session, items[middle:])]

    def _wait(self, session: Session, seconds: float) -> None:
        """Wait without leaving the group; raises `_Stopped` when asked to stop meanwhile."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if self._stop.wait(min(left, 1.0)):
                raise _Stopped
            session.stay_in_group()


def _chunks(messages: Sequence[Message], limit: int) -> Iterator[list[Message]]:
    """Consecutive messages of at most `limit` bytes together, but at least one."""
    chunk: list[Message] = []
    size = 0
    for message in messages:
        length = len(message.value or b"")
        if chunk and size + length > limit:
            yield chunk
            chunk, size = [], 0
        chunk.append(message)
        size += length
    if chunk:
        yield chunk
