"""Archives to the backfill lane, each from where it was left.

What is promised: a document is in the topic at least once, and once only but for what a crash leaves between a send and the next
save of the position; that is looked for in the topic and not sent again. Any number of processes may run the same backfill: each
archive is read by one of them.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec
from kafka.errors import KafkaError

from dateline.errors import DatelineError, Unavailable, UsageError
from dateline.settings import Settings
from producers import inputs, sent
from producers.blobs import Blob
from producers.documents import RawDocument
from producers.fetch import Fetcher
from producers.kinds import FileKind
from producers.marks import Watermark
from producers.pagelists import Entry, PageList, fetch
from producers.positions import Position
from producers.progress import LEASE, Ledger, Progress
from producers.reading import Reading
from producers.sender import Sender
from producers.tally import Tally
from producers.trouble import FetchError
from schemas.topics import RAW_BACKFILL

_SAVE_EVERY: Final = 2.0
_LOOK_EVERY: Final = 256
"""How many records go by between two looks at the clock."""
_FAILED_KEPT: Final = 10_000


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
        self._begun = datetime.now(UTC)
        self._held: list[tuple[str, str, Callable[[], str], Callable[[Progress], None]]] = []
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
        """Read one archive to its end. `key` is what it is remembered by, `name` what its documents call it.

        One that another process has is left for `finish`.
        """
        self._do(blob.name, key, blob.state, lambda progress: self._read(blob, kind, name, progress))
        blob.close()

    def pages(self, entries: PageList, name: str) -> None:
        """Fetch the pages of a list; those that failed, but may answer another time, are asked again by the next run."""

        def read(progress: Progress) -> None:
            # those are tried again, and counted again if they fail again
            failed = progress.counts.get("failed", 0) - len(progress.failed)
            counts = {**progress.counts, "failed": failed}
            _run(self._fetch(entries, name, msgspec.structs.replace(progress, counts=counts)))

        self._do(str(entries.path), str(entries.path.resolve()), lambda: entries.state, read)

    def finish(self) -> None:
        """Read what other processes had, and have no more: each is waited for until it is seen to be alive."""
        held, self._held = self._held, []
        for shown, key, state, read in held:
            self._do(shown, key, state, read, waits=True)

    def _do(
        self,
        shown: str,
        key: str,
        state: Callable[[], str],
        read: Callable[[Progress], None],
        *,
        waits: bool = False,
    ) -> None:
        try:
            before = self._awaited(key, shown) if waits else self._ledger.known(key, self._choice)
            if before is not None and not before.free(datetime.now(UTC)):
                self._leave(shown, key, state, read, waits=waits)
                return
            now = state()
            if before is not None and before.done and before.state == now and not self._reads_again(before):
                self._tell(shown, before)
                return
            afresh = before is not None and (before.done or self._again)
            progress = self._ledger.claim(key, self._choice, now, before, afresh=afresh)
            if progress is None:
                self._leave(shown, key, state, read, waits=waits)
            else:
                read(progress)
        except (UsageError, FetchError) as error:
            self._tally.failed(shown, str(error))

    def _leave(
        self, shown: str, key: str, state: Callable[[], str], read: Callable[[Progress], None], *, waits: bool
    ) -> None:
        if waits:
            self._tally.note(f"{shown}: another process is at it")
        else:
            self._held.append((shown, key, state, read))

    def _reads_again(self, before: Progress) -> bool:
        """Whether --again is for this one: not if another process has read it meanwhile."""
        return self._again and before.saved < self._begun

    def _tell(self, shown: str, before: Progress) -> None:
        troubles = sum(before.counts.get(name, 0) for name in ("failed", "unreadable"))
        told = f"was read to its end on {before.saved:%Y-%m-%d %H:%M} UTC; --again reads it again"
        if troubles:
            self._tally.failed(shown, f"{told}; {troubles:,} things in it could not be read then")
        else:
            self._tally.note(f"{shown}: {told}")
            self._tally.unchanged()

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
        known = sent.since(progress, name, self._settings) if progress.interrupted else frozenset()
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

    def _awaited(self, key: str, shown: str) -> Progress | None:
        """What is known of an archive as soon as it is free, or its holder shows that it is alive."""
        current = self._ledger.known(key, self._choice)
        held = current.leased_until if current else None
        deadline = time.monotonic() + LEASE.total_seconds()
        while current and not current.free(datetime.now(UTC)) and time.monotonic() < deadline:
            self._tally.at(f"waiting for {shown}")
            time.sleep(1)
            current = self._ledger.known(key, self._choice)
            if current is not None and current.leased_until != held and not current.done:
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
