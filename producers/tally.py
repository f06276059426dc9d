"""What a run did: counts, one clear line for each failure, and a display of progress on standard error."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from producers.documents import RawDocument

_LISTED: Final = 1000
_LOOK_EVERY: Final = 0.1
"""Seconds between two changes of the display."""
_TOLD: Final = ("failed", "unreadable", "postponed", "refused", "gone", "skipped")


class Tally:
    """Safe to use from several threads. `failures` keeps the first thousand, `counts` and `troubles` (by kind) count all."""

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
        self.troubles: Counter[str] = Counter()
        self.failures: list[dict[str, str]] = []
        self._where = ""
        self._next_look = 0.0

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

    def postponed(self, where: str, why: str, kind: str | None = None) -> None:
        """A page did not answer now and will be asked again in time."""
        self._say("postponed", where, why, kind)
        self._count(postponed=1)

    def gone(self, where: str, why: str) -> None:
        """A page that was ingested before is not there any more."""
        self._say("gone", where, why)
        self._count(gone=1)

    def refused(self, where: str, why: str) -> None:
        """A page was not fetched because its host does not want it: no failure of ours."""
        self._say("refused", where, why, "robots")
        self._count(refused=1)

    def failed(self, where: str, why: str, kind: str | None = None) -> None:
        """Something asked for was not sent. `where` is a path or URL, `kind` one of `producers.trouble`."""
        self._say("failed", where, why, kind)
        self._list(where, why)
        self._count(failed=1)

    def unreadable(self, where: str, why: str) -> None:
        """Something is sent as it is, to end in quarantine. `where` is a path or URL, with a line or an offset."""
        self._say("unreadable", where, why)
        self._list(where, why)
        self._count(unreadable=1)

    def at(self, where: str) -> None:
        """Say in the display what is being read, as in "crawl.warc.gz 40%"."""
        self._where = f"{where}: "

    def note(self, text: str) -> None:
        """Say something that is worth knowing and changes nothing."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def summary(self) -> dict[str, Any]:
        """For machines: the counts and the failures."""
        return {**self.counts, "troubles": dict(self.troubles), "failures": self.failures}

    def __str__(self) -> str:
        """For people."""
        counts = self.counts
        more = [f"{counts[name]:,} {name}" for name in ("unchanged", *_TOLD) if counts[name]]
        return ", ".join([f"{counts['sent']:,} sent ({counts['bytes'] / 1e6:,.1f} MB)", *more])

    def _say(self, word: str, where: str, why: str, kind: str | None = None) -> None:
        if kind is not None:
            with self._lock:
                self.troubles[kind] += 1
        said = why if why.startswith(where) else f"{where}: {why}"
        self.note(f"{word}  {said}")

    def _list(self, where: str, why: str) -> None:
        with self._lock:
            if len(self.failures) < _LISTED:
                self.failures.append({"document": where, "error": why})

    def _count(self, **more: int) -> None:
        with self._lock:
            for name, number in more.items():
                self.counts[name] += number
            if time.monotonic() >= self._next_look:
                self._next_look = time.monotonic() + _LOOK_EVERY
                self._progress.update(self._task, description=f"{self._where}{self}")
