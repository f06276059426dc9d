"""Whether two bodies are copies: containment of word shingles, in both directions."""

from typing import Final

import msgspec

from consumers.deduplicate.fingerprint import Fingerprint, shared
from dateline.ports import Head
from schemas.records import CopyOf

CONTAINED: Final = 0.6
"""Share of the shorter body's shingles that must stand in the other one."""
LEAST_SHARED: Final = 20
"""Shingles in common below which two bodies are no copies, however short they are."""


class Match(msgspec.Struct, frozen=True):
    """How much of each of two bodies stands in the other (shares of shingles, 0 to 1)."""

    here: float
    there: float
    shared: int

    @property
    def is_copy(self) -> bool:
        """Whether one body is taken from the other, whole or in part."""
        return self.shared >= LEAST_SHARED and max(self.here, self.there) >= CONTAINED

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
