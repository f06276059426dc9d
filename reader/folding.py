"""Long runs of paragraphs that are the same, left out of a comparison."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Final, Protocol, TypeVar

import msgspec

_AROUND: Final = 3  # paragraphs kept beside what changed
_LONGEST: Final = 40  # paragraphs that are the same; ordinary articles have no more


class Block(Protocol):
    """A field or paragraph compared, as `dateline.app.DiffBlock`."""

    @property
    def where(self) -> str: ...
    @property
    def kind(self) -> str: ...


B = TypeVar("B", bound=Block)


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """In place of so many paragraphs."""

    count: int
    kind: str = "gap"


def folded(blocks: Iterable[B]) -> list[B | Gap]:
    """The comparison with a gap in each run of more than 40 paragraphs that are the same."""
    found: list[B | Gap] = []
    for same, run in groupby(blocks, key=lambda one: one.kind == "same" and one.where.startswith("para")):
        together = list(run)
        if not same or len(together) <= _LONGEST:
            found += together
            continue
        found += together[:_AROUND]
        found.append(Gap(count=len(together) - 2 * _AROUND))
        found += together[-_AROUND:]
    return found
