"""Whether two bodies are copies: containment of word shingles, in both directions."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from consumers.deduplicate.fingerprint import SHINGLE, Fingerprint, Hashes, common, shared

CONTAINED: Final = 0.6
"""Share of the shorter body's shingles that must stand in the other one."""
LARGE: Final = 60
LARGE_CONTAINED: Final = 0.45
"""From so many shingles in common on, a smaller share is enough: quotes and set phrases alone do not make so many."""
LEAST_SHARED: Final = 20
"""Shingles in common below which two bodies are no copies, however short they are."""

FRAME: Final = 160
FRAMING: Final = 0.6
"""Shingles, and share of the shorter body, up to which a text that several articles share may be a template."""
MOST: Final = 0.75
"""Share of one of the bodies from which a text is that body, wherever it stands."""
LATE: Final = 0.4
"""Place (0 to 1) after which a text must begin in both bodies to be what stands below news, not the news itself."""
BELOW: Final = 0.25
"""The same for a text that also ends both bodies."""
LEAD: Final = 0.15
"""Place after which a text begins that stands below a lead."""
_LAST: Final = 0.9  # place from which a text ends a body
MOST_CUT: Final = 200
_STRAY: Final = 0.1  # share of what is in common that passages at either end must make to be more than chance
_EMPTY: Final = 0.2  # share of words in common up to which two passages are apart
_KEPT: Final = 0.3  # share of a paragraph that must be left for it to count as kept
_FRAMED: Final = 3  # articles with parts of their own that show it
_OWN: Final = 0.1  # share of an article that makes a part of its own
_MANY: Final = 8  # such articles that show it whatever share of them it is
MANY_FRAME: Final = 220
"""Shingles up to which a text that so many share may be what stands around or below short reports, or a form."""
_OWN_ALIKE: Final = (
    0.35  # share of a part of its own that another of so many may have: forms are filled with the same words
)
PASSAGE: Final = 8
"""Shingles in a row that make a passage: eleven words. Fewer may be a phrase that anybody writes."""


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
    def score(self) -> float:
        """The larger containment: 1 when one body stands whole in the other."""
        return max(self.here, self.there)

    def reversed(self) -> "Match":
        """The same, seen from the other side."""
        return Match(self.there, self.here, self.shared)


def match(here: Fingerprint, there: Fingerprint) -> Match:
    """Compare two bodies."""
    count = shared(here.shingles, there.shingles)
    if not count:
        return Match(0.0, 0.0, 0)
    return Match(count / len(here.shingles), count / len(there.shingles), count)


class Place(NamedTuple):
    """Where what two bodies share stands, in the one where it begins earlier and in the one where it ends earlier (0 to 1)."""

    begin: float
    end: float


def place(here: Fingerprint, there: Fingerprint) -> Place:
    """Where the text that two bodies share begins and ends; a phrase before or after it does not count."""
    spans = [_span(here.run, there.shingles), _span(there.run, here.shingles)]
    return Place(min(begin for begin, _ in spans), min(end for _, end in spans))


def _span(run: Hashes, other: Hashes) -> tuple[float, float]:
    """Of the passages in common, a stray one before or after the others left out; where there are only phrases, of those."""
    inside = common(run, other)
    edges = np.flatnonzero(np.diff(inside.astype(np.int8), prepend=0, append=0))
    begins, ends = edges[::2], edges[1::2]
    passages = ends - begins >= PASSAGE
    if passages.any():
        begins, ends = begins[passages], ends[passages]
    begin = _after_stray(inside, begins, ends)
    end = _after_stray(inside[::-1], len(run) - ends[::-1], len(run) - begins[::-1])
    return begin / len(run), 1 - end / len(run)


def _after_stray(inside: Hashes, begins: NDArray[np.intp], ends: NDArray[np.intp]) -> int:
    """Where the first passage begins that is no chance. A small one is, when hardly anything in common follows it for a while."""
    sofar = np.cumsum(ends - begins)
    first = int(np.argmax(sofar > _STRAY * sofar[-1]))
    if first and inside[ends[first - 1] : begins[first]].mean() >= _EMPTY:
        first = 0
    return int(begins[first])


def _is_background(where: Place) -> bool:
    """Whether what two bodies share (less than MOST) stands below news of its own in both: what was known before, a company's words on itself.

    News comes first, and a copy keeps the order: whoever puts a lead of his own above a report, the report's own lead
    still begins it at the outlet that he has it from.
    """
    return where.begin > LATE or (where.begin > BELOW and where.end > _LAST)


def _may_be_frame(found: Match, where: Place) -> bool:
    """Whether each body has a part of its own beside what they share, and that is short, or stands below a lead in both."""
    if max(found.here, found.there) >= 1 - _OWN:
        return False
    return (found.shared <= FRAME and found.score < FRAMING) or where.begin > LEAD


def confirmed(mine: Fingerprint, near: Mapping[str, Fingerprint]) -> dict[str, Match]:
    """Which of the articles near in fingerprint are copies of this one, in either direction.

    A short text that stands in several articles, each with a part of its own that no other has, is a template (a column's
    frame, a notice, a company's description of itself): sharing it makes no copy. The more of the articles it is, the more of
    them must show it.
    """
    found: dict[str, Match] = {}
    framed: list[str] = []
    for id_, theirs in near.items():
        one = match(mine, theirs)
        if not one.is_copy:
            continue
        if one.score >= MOST:  # no frame and no background, wherever it stands
            found[id_] = one
            continue
        where = place(mine, theirs)
        if _is_background(where):
            continue
        found[id_] = one
        if _may_be_frame(one, where):
            framed.append(id_)
    frames = [(framed, _FRAMED, _OWN)]
    if all(
        min(one.here, one.there) < 1 - _OWN for one in found.values()
    ):  # else what is beside the text is shared, too
        wide = [id_ for id_, one in found.items() if one.score < 1 - _OWN and one.shared <= MANY_FRAME]
        frames.append((wide, _MANY, _OWN_ALIKE))
    for frame, least, alike in frames:
        if len(frame) >= least - 1 and _apart(mine, [near[id_] for id_ in frame], alike) >= least - 1:
            found = {id_: one for id_, one in found.items() if id_ not in frame}
    return found


def _apart(mine: Fingerprint, others: Sequence[Fingerprint], alike: float) -> int:
    """How many of the others have, beside what they share with this body, something of which none of the rest has more than `alike`."""
    apart: list[Hashes] = []
    for other in others:
        own = np.setdiff1d(other.shingles, mine.shingles, assume_unique=True)
        if all(shared(own, part) <= alike * min(len(own), len(part)) for part in apart):
            apart.append(own)
    return len(apart)


def cut_paragraphs(origin: Fingerprint, copy: Fingerprint) -> tuple[int, ...]:
    """Indices of the origin's paragraphs of which the copy has hardly anything, up to MOST_CUT."""
    told = [(index, start) for index, start in enumerate(origin.starts) if start >= 0]
    kept = common(origin.run, copy.shingles)
    cut = []
    for place, (index, start) in enumerate(told):
        end = told[place + 1][1] if place + 1 < len(told) else origin.words
        inside = kept[start : max(start + 1, end - SHINGLE + 1)]
        if len(inside) and np.count_nonzero(inside) < _KEPT * len(inside):
            cut.append(index)
    return tuple(cut[:MOST_CUT])
