"""Where in an archive a document lies: what a run that was stopped begins from."""

from typing import Self

import msgspec


class Position(msgspec.Struct, frozen=True, order=True):
    """After `offset` bytes of the archive as stored, the `nth` thing from 0 that begins there: a record, a line, an entry.

    Only WARC files have offsets: of a gzip member or, uncompressed, of a record.
    """

    offset: int = 0
    nth: int = 0

    @property
    def next(self) -> Self:
        """Where to begin when this one is done."""
        return type(self)(self.offset, self.nth + 1)

    def __str__(self) -> str:
        return f"{self.offset}+{self.nth}" if self.nth else str(self.offset)
