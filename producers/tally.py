"""What a run did: counts, one clear line for each failure, and a display of progress on standard error."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from producers.documents import RawDocument

_LISTED: Final = 1000
_TOLD: Final = ("failed", "unreadable", "postponed", "refused", "gone", "skipped")


class Tally:
    """Safe to use from several threads. `failures` keeps the first thousand, `counts` counts all."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._lock = threading.Lock()
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task("starting", total=None)
        self.counts = dict.fromkeys(("sent", "bytes", "unchanged", *_TOLD), 0)
        self.failures: list[dict[str, str]] = []

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show progress meanwhile."""
        with self._progress:
            yield

    def sent(self, document: RawDocument, problem: str | None) -> None:
        """A document was sent, or was not because of `problem` (fits `producers.sender.Done`)."""
        if problem is not None:
            self.failed(document.url, problem)
            return
        self._count(sent=1, bytes=len(document.body))

    def skipped(self) -> None:
        """Something that is no article was left out."""
        self._count(skipped=1)

    def unchanged(self) -> None:
        """An address was asked and had nothing new."""
        self._count(unchanged=1)

    def postponed(self, where: str, why: str) -> None:
        """A page did not answer now and will be asked again in time."""
        self._say("postponed", where, why)
        self._count(postponed=1)

    def gone(self, where: str, why: str) -> None:
        """A page that was ingested before is not there any more."""
        self._say("gone", where, why)
        self._count(gone=1)

    def refused(self, where: str, why: str) -> None:
        """A page was not fetched because its host does not want it: no failure of ours."""
        self._say("refused", where, why)
        self._count(refused=1)

    def failed(self, where: str, why: str) -> None:
        """Something asked for was not sent. `where` is a path or URL."""
        self._say("failed", where, why)
        with self._lock:
            if len(self.failures) < _LISTED:
                self.failures.append({"document": where, "error": why})
        self._count(failed=1)

    def unreadable(self, where: str, why: str) -> None:
        """Something is sent as it is, to end in quarantine. `where` is a path or URL, with a line or an offset."""
        self._say("unreadable", where, why)
        self._count(unreadable=1)

    def note(self, text: str) -> None:
        """Say something that is worth knowing and changes nothing."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def summary(self) -> dict[str, Any]:
        """For machines: the counts and the failures."""
        return {**self.counts, "failures": self.failures}

    def __str__(self) -> str:
        """For people."""
        counts = self.counts
        more = [f"{counts[name]:,} {name}" for name in ("unchanged", *_TOLD) if counts[name]]
        return ", ".join([f"{counts['sent']:,} sent ({counts['bytes'] / 1e6:,.1f} MB)", *more])

    def _say(self, word: str, where: str, why: str) -> None:
        said = why if why.startswith(where) else f"{where}: {why}"
        self.note(f"{word}  {said}")

    def _count(self, **more: int) -> None:
        with self._lock:
            for name, number in more.items():
                self.counts[name] += number
            self._progress.update(self._task, description=str(self))
