"""Whether two bodies are copies: containment of word shingles, in both directions."""

from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np

from consumers.deduplicate.fingerprint import Fingerprint, Hashes, shared
from dateline.ports import Head
from schemas.records import CopyOf

CONTAINED: Final = 0.6
"""Share of the shorter body's shingles that must stand in the other one."""
LARGE: Final = 60
LARGE_CONTAINED: Final = 0.45
"""From so many shingles in common on, a smaller share is enough: quotes and set phrases alone do not make so many."""
LEAST_SHARED: Final = 20
"""Shingles in common below which two bodies are no copies, however short they are."""

FRAME: Final = 160
"""Shingles up to which a text that several articles share may be a template."""
_FRAMED: Final = 3  # articles with parts of their own that show it
_OWN: Final = 0.1  # share of an article that makes a part of its own


class Match(msgspec.Struct, frozen=True):
    """How much of each of two bodies stands in the other (shares of shingles, 0 to 1)."""

    here: float
    there: float
    shared: int

    @property
    def is_copy(self) -> bool:
        """Whether one body is taken from the other, whole or in part."""
        return self.shared >= LEAST_SHARED and self.score >= (
            CONTAINED if self.shared < LARGE else LARGE_CONTAINED
        )

    @property
    def has_frame(self) -> bool:
        """Whether what the two share is short, and each has a part of its own beside it."""
        return self.shared <= FRAME and max(self.here, self.there) < 1 - _OWN

    @property
    def score(self) -> float:
        """The larger containment: 1 when one body stands whole in the other."""
        return max(self.here, self.there)

    def reversed(self) -> "Match":
        """The same, seen from the other side."""
        return Match(self.there, self.here, self.shared)


def match(here: Fingerprint, there: Fingerprint) -> Match:
    """Compare two bodies."""
    common = shared(here.shingles, there.shingles)
    if not common:
        return Match(0.0, 0.0, 0)
    return Match(common / len(here.shingles), common / len(there.shingles), common)


def confirmed(mine: Fingerprint, near: Mapping[str, Fingerprint]) -> dict[str, Match]:
    """Which of the articles near in fingerprint are copies of this one, in either direction.

    A short text that stands in several articles, each with a part of its own that no other has, is a template (a column's
    frame, a notice, a company's description of itself): sharing it makes no copy.
    """
    found = {id_: one for id_, theirs in near.items() if (one := match(mine, theirs)).is_copy}
    framed = [id_ for id_, one in found.items() if one.has_frame]
    if len(framed) >= _FRAMED - 1:
        own = [np.setdiff1d(near[id_].shingles, mine.shingles, assume_unique=True) for id_ in framed]
        apart: list[Hashes] = []
        for part in own:
            if all(shared(part, other) <= _OWN * min(len(part), len(other)) for other in apart):
                apart.append(part)
        if len(apart) >= _FRAMED - 1:
            return {id_: one for id_, one in found.items() if id_ not in framed}
    return found


def copy_of(origin: Head, evidence: Match) -> CopyOf:
    """The edge to an origin."""
    return CopyOf(
        article_id=origin.article_id,
        version_id=origin.versions[-1].version_id,
        source=origin.source,
        url=origin.url,
        containment_here=round(evidence.here, 4),
        containment_there=round(evidence.there, 4),
        score=round(evidence.score, 4),
    )


def seniority(head: Head) -> tuple[int, str]:
    """Of several copies the smallest is the origin: earliest by its own account; ties by id, so that all agree."""
    return head.since, head.article_id
