"""How much a word says of one article: its inverse document frequency, from a table of counts that comes along.

The table (`rarity.json`, made by `python -m bench.rarity`) holds, by language, in how many of some hundreds of news articles
a stem stood, for stems that stood in several; one that it does not know is as rare as can be. Counts are of a fixed table and
not of the archive, so that a decision does not depend on what else came in before.
"""

import math
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

_TABLE: Final = "rarity.json"
_KNOWN_FROM: Final = 2
_STOP_SHARE: Final = 0.25
"""A stem in more than a quarter of all articles tells nothing."""
_FLAT: Final = 4.0
_SHORT: Final = 4


class Counts(msgspec.Struct, frozen=True):
    """Of one language: articles counted, and in how many of them each stem stood."""

    articles: int
    stems: dict[str, int]


@cache
def _tables() -> dict[str, Counts]:
    text = (files("consumers.stories") / _TABLE).read_bytes()
    return msgspec.json.decode(text, type=dict[str, Counts])


def rarity(stem: str, language: str) -> float:
    """0 for a word of every article, about 6 for one of its own. In a language without a table, short words count for nothing."""
    counts = _tables().get(language)
    if counts is None:
        return _FLAT if len(stem) >= _SHORT or not stem.isascii() else 0.0
    seen = counts.stems.get(stem, _KNOWN_FROM - 1)
    if seen > _STOP_SHARE * counts.articles:
        return 0.0
    return math.log(counts.articles / seen)
