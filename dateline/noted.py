"""Where Kafka stood when a snapshot was taken, and from where to read on when it is restored.

What lies before a mark is in the snapshot: the marks are made first, and every write to an index is done before the offset
that it belongs to is committed. What lies after it may be in the snapshot too; putting it in again changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from rich.progress import Progress

from dateline.log import read
from dateline.positions import Extent, Offsets, committed, extents, running
from dateline.settings import Settings
from schemas.reasons import Stage
from schemas.topics import CHANGES, ENRICHED, OUTCOMES, STORIES, VERSIONS

TOPICS: Final = (VERSIONS, ENRICHED, STORIES, CHANGES, OUTCOMES)
_PATIENCE: Final = 30.0
_POLL: Final = 0.5
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A topic by its id, and where to read on: the offset of each partition, in base 36, dots between; "" the beginning."""

    id: str
    at: str

    @staticmethod
    def of(extent: Extent, offsets: Mapping[int, int]) -> Mark:
        """Of a partition that `offsets` does not name, the beginning."""
        at = ".".join(_base36(offsets.get(partition, 0)) for partition in sorted(extent.ends))
        return Mark(id=extent.id, at=at if any(offsets.values()) else "")

    @property
    def offsets(self) -> Offsets:
        return dict(enumerate(int(one, 36) for one in self.at.split("."))) if self.at else {}


class Gaps(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot cannot be completed by. `replaced` are topics that were made anew since, or emptied; `trimmed` counts
    the messages by topic that were deleted since.
    """

    replaced: tuple[str, ...] = ()
    trimmed: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self.replaced or self.trimmed)


def marks(settings: Settings, progress: Progress) -> dict[str, Mark]:
    """Where to read on in each topic after a snapshot that is taken next. Waits up to 30 s for the index stage, if it runs.

    Enriched articles that are not indexed yet may lose their place in the topic to later versions; so where the index stage
    is behind, versions are to be read from the beginning.
    """
    before = committed(settings)[Stage.ENRICH].get(VERSIONS.name, {})
    goal = extents(settings, [ENRICHED], uncommitted=True).get(ENRICHED.name)
    settled = goal is None or _settled(settings, goal.ends, progress)
    found = extents(settings, TOPICS)
    done = committed(settings)[Stage.INDEX]
    offsets = {topic.name: done.get(topic.name, {}) for topic in (ENRICHED, CHANGES, OUTCOMES)}
    offsets[VERSIONS.name] = before if settled else {}
    if STORIES.name in found:
        offsets[STORIES.name] = found[STORIES.name].ends
    return {name: Mark.of(extent, offsets[name]) for name, extent in found.items()}


def since(marks: Mapping[str, Mark], found: Mapping[str, Extent]) -> tuple[dict[str, Offsets], Gaps]:
    """From where to read each topic on, as it is now, and what it no longer has of what came in since."""
    begin: dict[str, Offsets] = {}
    replaced = []
    trimmed = {}
    for name, mark in marks.items():
        extent = found.get(name)
        if extent is None or extent.id != mark.id or _beyond(mark.offsets, extent.ends):
            replaced.append(name)
            continue
        begin[name] = mark.offsets
        gone = sum(max(extent.begins.get(p, 0) - offset, 0) for p, offset in mark.offsets.items())
        if gone:
            trimmed[name] = gone
    return begin, Gaps(replaced=tuple(replaced), trimmed=trimmed)


def _settled(settings: Settings, goal: Mapping[int, int], progress: Progress) -> bool:
    """Whether all enriched articles before `goal` are in the index."""
    task = progress.add_task("waiting for the index stage", total=None)
    until = time.monotonic() + _PATIENCE
    while not (settled := _indexed(settings, goal)):
        if time.monotonic() > until or not running(settings, [Stage.INDEX]):
            break
        time.sleep(_POLL)
    progress.update(task, total=1, completed=1, visible=False)
    return settled


def _indexed(settings: Settings, goal: Mapping[int, int]) -> bool:
    done = committed(settings)[Stage.INDEX].get(ENRICHED.name, {})
    if not _beyond(goal, done):
        return True
    # the marks at the ends of transactions have offsets, too, and are no messages
    left = read(settings, [ENRICHED], {ENRICHED.name: done})
    return not any(message.offset < goal.get(message.partition, 0) for message in left)


def _beyond(offsets: Mapping[int, int], ends: Mapping[int, int]) -> bool:
    return any(offset > ends.get(partition, 0) for partition, offset in offsets.items())


def _base36(number: int) -> str:
    return "".join(_digits(number)) or "0"


def _digits(number: int) -> Iterable[str]:
    return [*_digits(number // 36), _DIGITS[number % 36]] if number else []
