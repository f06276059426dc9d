"""How sure an article belongs to a story: words, names, vector and time, weighed by one logistic curve.

The features are those of Miranda et al. 2018 (cosines of TF-IDF vectors of text and of entities, and distance in time to the
cluster) with the embedding added, which alone tells topics rather than events (Staykovski et al. 2019). The weights were
chosen on one half of the sets of `bench/stories.py`; that for days is smaller than its made-up dates alone would have it.
"""

import math
import operator
from collections.abc import Sequence
from typing import Final

import msgspec

from consumers.stories.traces import SCALE, Trace, cosine
from dateline.story_ports import Profile

_DAY: Final = 86_400
REACH_DAYS: Final = 8
"""An article further away in time than this belongs to no story, however alike."""


class Features(msgspec.Struct, frozen=True):
    """Cosines from 0 to 1, and days between the article and the nearest end of the story (0 within it)."""

    words: float
    names: float
    vector: float
    days: float
    named: bool


class Weights(msgspec.Struct, frozen=True):
    """Of the logistic curve. `both` is that of words times names: each alone may be chance, both are hardly."""

    bias: float
    words: float
    names: float
    vector: float
    days: float
    both: float


# two curves: names are known in some languages alone, and embeddings compare well where they are
NAMED: Final = Weights(bias=-9.5, words=22.0, names=6.0, vector=7.0, days=-0.3, both=5.0)
UNNAMED: Final = Weights(bias=-5.0, words=36.0, names=0.0, vector=0.0, days=-0.3, both=0.0)


def features(trace: Trace, time: int, profile: Profile) -> Features:
    """Of an article, published at `time` (epoch seconds), against a story."""
    return Features(
        words=cosine(trace.words, profile.words),
        names=cosine(trace.names, profile.names),
        vector=_dot(trace.vector, profile.vector),
        days=max(0, profile.first - time, time - profile.last) / _DAY,
        named=bool(trace.names and profile.names),
    )


def of_stories(one: Profile, other: Profile) -> Features:
    """Of two stories, as if one were an article of the other."""
    return Features(
        words=cosine(one.words, other.words),
        names=cosine(one.names, other.names),
        vector=_dot(one.vector, other.vector),
        days=max(0, one.first - other.last, other.first - one.last) / _DAY,
        named=bool(one.names and other.names),
    )


def likeness(found: Features) -> float:
    """From 0 to 1; 0 out of reach in time."""
    if found.days > REACH_DAYS:
        return 0.0
    weights = NAMED if found.named else UNNAMED
    score = (
        weights.bias
        + weights.words * found.words
        + weights.names * found.names
        + weights.vector * found.vector
        + weights.days * found.days
        + weights.both * found.words * found.names
    )
    return 1.0 / (1.0 + math.exp(-score))


def _dot(one: Sequence[int], other: Sequence[int]) -> float:
    """The cosine of two unit vectors in thousandths; 0 where one is missing or they are opposed."""
    if len(one) != len(other):
        return 0.0
    product: int = sum(map(operator.mul, one, other))
    return max(0, product) / float(SCALE * SCALE)
