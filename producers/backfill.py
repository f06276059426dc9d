"""Archives to the backfill lane, each from where it was left.

What is promised: a document is in the topic at least once, and once only but for what a crash leaves between a send and the next
save of the position; that is looked for in the topic and not sent again. Any number of processes may run the same backfill: each
archive is read by one of them.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from collections.abc import Set as AbstractSet
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from kafka import TopicPartition
from kafka.errors import KafkaError

from dateline import kafka as clients
from dateline.errors import DatelineError, Unavailable, UsageError
from dateline.settings import Settings
from producers import inputs
from producers.blobs import Blob
from producers.documents import RawDocument
from producers.fetch import Fetcher
from producers.kinds import FileKind
from producers.pagelists import Entry, PageList, fetch
from producers.positions import Position
from producers.progress import LEASE, Ledger, Progress
from producers.reading import Reading
from producers.sender import Sender
from producers.tally import Tally
from producers.trouble import FetchError
from schemas import envelope
from schemas.topics import RAW_BACKFILL

_SAVE_EVERY: Final = 2.0
_LOOK_EVERY: Final = 256
"""How many records go by between two looks at the clock."""
_FAILED_KEPT: Final = 10_000
_SLACK: Final = timedelta(seconds=5)
_POLL_MS: Final = 500


class Backfill:
    """One run. Troubles with an archive go to the tally and the next one is read; Unavailable ends the run."""

    def __init__(
        self, settings: Settings, ledger: Ledger, reading: Reading, choice: str, *, again: bool
    ) -> None:
        """`choice` names what is taken of each archive and as whose: with another one, archives are read from their beginning.

        `again` reads from the beginning what was read before.
        """
        self._settings = settings
        self._ledger = ledger
        self._reading = reading
        self._tally: Tally = reading.tally
        self._choice = choice
        self._again = again
        self._problem: str | None = None
        self._sender: Sender | None = None

    def __enter__(self) -> "Backfill":
        """Raises Unavailable without Kafka, UsageError without the topic."""
        self._sender = Sender(self._settings, RAW_BACKFILL, self._sent, bulk=True)
        return self

    def __exit__(self, *error: object) -> None:
        assert self._sender is not None
        self._sender.__exit__(*error)  # type: ignore[arg-type]

    def archive(self, blob: Blob, kind: FileKind, key: str, name: str) -> None:
        """Read one archive to its end. `key` is what it is remembered by, `name` what its documents call it."""
        try:
            progress = self._claimed(blob.name, key, blob.state())
            if progress is not None:
                self._read(blob, kind, name, progress)
        except (UsageError, FetchError) as error:
            self._tally.failed(blob.name, str(error))
        finally:
            blob.close()

    def pages(self, entries: PageList, name: str) -> None:
        """Fetch the pages of a list; those that failed, but may answer another time, are asked again by the next run."""
        try:
            progress = self._claimed(str(entries.path), str(entries.path.resolve()), entries.state)
            if progress is not None:
                # those are tried again, and counted again if they fail again
                failed = progress.counts.get("failed", 0) - len(progress.failed)
                progress = msgspec.structs.replace(progress, counts={**progress.counts, "failed": failed})
                _run(self._fetch(entries, name, progress))
        except UsageError as error:
            self._tally.failed(str(entries.path), str(error))

    async def _fetch(self, entries: PageList, name: str, progress: Progress) -> None:
        assert self._sender is not None
        marks = Watermark(progress)
        run = _Run(self, progress, None)

        def wanted() -> Iterator[Entry]:
            for entry in entries:
                if marks.wants(entry.number):
                    marks.begun(entry.number)
                    yield entry

        def done(entry: Entry, settled: bool) -> None:
            marks.ended(entry.number, settled)
            run.at(marks.all_before, marks.failed)

        try:
            async with Fetcher(self._settings) as fetcher:
                await fetch(wanted(), fetcher, self._reading, self._sender.deliver, done, name)
        except BaseException:
            run.leave(done=False)
            raise
        run.leave(done=not marks.failed)

    def send(self, document: RawDocument) -> None:
        """Hand over one document."""
        assert self._sender is not None
        self._sender.send(document)

    def _read(self, blob: Blob, kind: FileKind, name: str, progress: Progress) -> None:
        run = _Run(self, progress, blob)
        known = self._sent_after(progress, name) if progress.interrupted else frozenset()
        try:
            for position, document in inputs.archive(blob, kind, name, self._reading, progress.position):
                if document is not None and not (known and document.event_id in known):
                    self.send(document)
                if not run.passed(position):
                    self._tally.note(f"{blob.name}: another process has taken it over")
                    return
        except BaseException:
            run.leave(done=False)
            raise
        run.leave(done=True)

    def _claimed(self, shown: str, key: str, state: str) -> Progress | None:
        before = self._ledger.known(key, self._choice)
        if before is not None and before.done and before.state == state and not self._again:
            troubles = sum(before.counts.get(name, 0) for name in ("failed", "unreadable"))
            told = f"was read to its end on {before.saved:%Y-%m-%d %H:%M} UTC; --again reads it again"
            if troubles:
                self._tally.failed(shown, f"{told}; {troubles:,} things in it could not be read then")
            else:
                self._tally.note(f"{shown}: {told}")
                self._tally.unchanged()
            return None
        if before is not None:
            before = self._awaited(before, key)
        if before is not None and not before.free(datetime.now(UTC)):
            self._tally.note(f"{shown}: another process is at it")
            return None
        start_over = before is not None and (before.done or self._again)
        if before is not None and start_over:
            before = msgspec.structs.replace(before, state="")
        progress = self._ledger.claim(key, self._choice, state, before)
        if progress is None:
            self._tally.note(f"{shown}: another process is at it")
        return progress

    def _awaited(self, progress: Progress, key: str) -> Progress | None:
        """Wait until it is free, or until its holder shows that it is alive."""
        held = progress.leased_until
        deadline = time.monotonic() + LEASE.total_seconds()
        if not progress.free(datetime.now(UTC)):
            self._tally.note(f"{progress.archive}: another process had it last; waiting until it is free")
        current: Progress | None = progress
        while current and not current.free(datetime.now(UTC)) and time.monotonic() < deadline:
            time.sleep(1)
            current = self._ledger.known(key, self._choice)
            if current is not None and current.leased_until > held:
                break
        return current

    def _sent(self, document: RawDocument, problem: str | None) -> None:
        self._problem = problem or self._problem
        self._tally.sent(document, problem)

    def save(self, progress: Progress) -> Progress | None:
        """Save a position, once all before it is safe. Raises Unavailable when something is not."""
        assert self._sender is not None
        try:
            self._sender.flush()
        except KafkaError as error:
            raise Unavailable(f"kafka: not all documents were taken in time: {error!r}") from error
        if self._problem is not None:
            raise Unavailable(self._problem)
        return self._ledger.save(progress)

    def counts(self) -> dict[str, int]:
        """What the tally has counted so far."""
        return dict(self._tally.counts)

    def show(self, where: str) -> None:
        """Let the display say what is being read."""
        self._tally.at(where)

    def _sent_after(self, progress: Progress, name: str) -> AbstractSet[str]:
        """The event ids of what was sent of an archive after its position was last saved, by a process that then died."""
        assert progress.last_lease is not None
        begin, end = progress.saved - _SLACK, progress.last_lease + _SLACK
        topic = clients.physical(self._settings, RAW_BACKFILL)
        found = set[str]()
        try:
            with closing(clients.consumer(self._settings, group_id=None)) as consumer:
                partitions = [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]
                consumer.assign(partitions)
                ends = consumer.end_offsets(partitions)
                first = consumer.offsets_for_times({p: int(begin.timestamp() * 1000) for p in partitions})
                last = consumer.offsets_for_times({p: int(end.timestamp() * 1000) for p in partitions})
                until = {p: last[p].offset if last.get(p) else ends[p] for p in partitions}
                for partition in partitions:
                    consumer.seek(
                        partition, first[partition].offset if first.get(partition) else ends[partition]
                    )
                while any(consumer.position(p) < until[p] for p in partitions):
                    clients.unpark(consumer)
                    for records in consumer.poll(timeout_ms=_POLL_MS).values():
                        for record in records:
                            headers = clients.text_headers(record.headers)
                            if headers.get(envelope.ARCHIVE) == name:
                                found.add(headers.get(envelope.CE_ID, ""))
        except KafkaError as error:
            raise Unavailable(f"kafka: looking for what was sent last: {error}") from error
        return found


class Watermark:
    """Which entries of a list are done, though they end in any order."""

    def __init__(self, progress: Progress) -> None:
        """`progress` says what is done already, and which of it failed."""
        self._first = progress.nth
        self._again = frozenset(progress.failed)
        self._under_way: dict[int, None] = {}
        self._highest = progress.nth - 1
        self.failed: tuple[int, ...] = progress.failed

    def wants(self, number: int) -> bool:
        """Whether it is still to be done."""
        return number >= self._first or number in self._again

    def begun(self, number: int) -> None:
        """It is under way. Numbers come in their order."""
        if number >= self._first:
            self._under_way[number] = None
            self._highest = number

    def ended(self, number: int, settled: bool) -> None:
        """It was done; if not `settled`, the next run shall try it again."""
        self._under_way.pop(number, None)
        if settled and number in self._again:
            self.failed = tuple(other for other in self.failed if other != number)
        elif not settled and number not in self.failed:
            self.failed = (*self.failed, number)

    @property
    def all_before(self) -> int:
        """The first number that is not done yet."""
        return next(iter(self._under_way), self._highest + 1)


def _run(work: Coroutine[None, None, None]) -> None:
    """Run to the end; of several errors at once, the first of ours is raised alone."""
    try:
        asyncio.run(work)
    except BaseExceptionGroup as group:
        ours = group.subgroup(lambda error: isinstance(error, DatelineError))
        error: BaseException = ours or group
        while isinstance(error, BaseExceptionGroup) and ours is not None:
            error = error.exceptions[0]
        raise error from group


class _Run:
    """The progress of one archive in one run."""

    def __init__(self, backfill: Backfill, progress: Progress, blob: Blob | None) -> None:
        self._backfill = backfill
        self._progress = progress
        self._blob = blob
        self._before = backfill.counts()
        self._after = progress.position
        self._failed = progress.failed
        self._seen = 0
        self._due = time.monotonic() + _SAVE_EVERY

    def passed(self, position: Position) -> bool:
        """All up to a position was read, and handed over if it is a document. False when another process has the archive now."""
        self._after = position.next
        return self._look()

    def at(self, first: int, failed: tuple[int, ...]) -> bool:
        """All before an entry of a list is safe, but for those that `failed`."""
        self._after, self._failed = Position(0, first), failed
        return self._look()

    def _look(self) -> bool:
        self._seen += 1
        if self._seen % _LOOK_EVERY and time.monotonic() < self._due and self._seen > 1:
            return True
        self._show()
        if time.monotonic() < self._due:
            return True
        self._due = time.monotonic() + _SAVE_EVERY
        saved = self._backfill.save(self._now())
        if saved is None:
            return False
        # counts go on from what is saved
        self._progress, self._before = saved, self._backfill.counts()
        return True

    def leave(self, *, done: bool) -> None:
        """Save how far it came and let go of it."""
        try:
            self._backfill.save(msgspec.structs.replace(self._now(), done=done, holder=""))
        except DatelineError:
            if done:
                raise

    def _now(self) -> Progress:
        after = self._after
        counts = {
            name: number - self._before.get(name, 0) + self._progress.counts.get(name, 0)
            for name, number in self._backfill.counts().items()
        }
        return msgspec.structs.replace(
            self._progress,
            offset=after.offset,
            nth=after.nth,
            counts=counts,
            failed=self._failed[:_FAILED_KEPT],
        )

    def _show(self) -> None:
        if self._blob is None:
            return
        size = self._blob.size
        share = f" {self._blob.reached / size:.0%}" if size and self._blob.reached else ""
        self._backfill.show(f"{self._blob.name.rpartition('/')[2]}{share}")
