"""What every reader of files and archives is given, and what it gives."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from dateline.clock import Clock, now
from dateline.settings import IngestSettings
from producers.documents import RawDocument
from producers.owners import Owners
from producers.positions import Position
from producers.sources import Source
from producers.tally import Tally

Documents = Iterator[tuple[Position, RawDocument | None]]
"""Where each thing lies, and the document if it is one. When all up to a position are safe, a later run begins at its `next`."""


class Window(msgspec.Struct, frozen=True):
    """Times of capture that are wanted: from `since` on, before `until`."""

    since: datetime | None = None
    until: datetime | None = None

    def takes(self, at: datetime) -> bool:
        """Whether a capture of that time is wanted."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)

    @property
    def limits(self) -> bool:
        """Whether anything is left out."""
        return self.since is not None or self.until is not None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Whose documents are (`own`: those that name no address), which are wanted, how large things may be, who is told.

    `fetched` is the time of capture of what states none.
    """

    owners: Owners
    own: Source
    tally: Tally
    settings: IngestSettings
    window: Window = Window()
    fetched: Clock = now
    every: bool = False

    def takes_undated(self) -> bool:
        """Whether a document that states no time of capture is wanted: not where only some times are. That is counted."""
        if self.window.limits:
            self.tally.skipped()
        return not self.window.limits
