"""What an article leaves of itself in a story: its rare words, its names and its vector, small enough to be kept.

Method: TF-IDF vectors of title and body and of the entities, beside a dense one, as the streams of Miranda et al. 2018
("Multilingual Clustering of Streaming News") and Staykovski et al. 2019 have them: sparse features tell events apart, dense
ones hardly do. Words are cut to their first letters, which serves as a stemmer in any language with spaces (McNamee and
Mayfield 2004); scripts without spaces give pairs of characters.
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from consumers.stories.rarity import rarity
from schemas.records import EnrichedArticle

MOST_WORDS: Final = 48
MOST_NAMES: Final = 24
SCALE: Final = 1000
_STEM: Final = 6
_BODY_WORDS: Final = 320
_HEADLINE: Final = 3.0
_STANDFIRST: Final = 2.0
_NAMED: Final = frozenset(("person", "organization", "place", "event", "work"))
_RUN: Final = re.compile(
    r"[\u3400-\u9fff\u3040-\u30ff\u0e00-\u0e7f]+|[^\W\d_](?:[^\W_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff])+"
)
_UNSPACED: Final = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\u0e00-\u0e7f]")


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """An article as stories compare it. Both sparse vectors have length 1, or are empty; `vector` is the embedding
    in thousandths, or empty."""

    words: dict[str, float]
    names: dict[str, float]
    vector: tuple[int, ...] = ()

    def terms(self, limit: int) -> list[str]:
        """The terms that tell it best, best first: names and words as one."""
        both = dict(self.words)
        for term, weight in self.names.items():
            both[term] = max(weight, both.get(term, 0.0))
        return strongest(both, limit)


def trace(article: EnrichedArticle) -> Trace:
    """The article's trace: of the headline, the standfirst and the first 320 words. The same article gives the same."""
    tongue = base(article.language)
    counts: dict[str, float] = {}
    for text, weight in ((article.headline, _HEADLINE), (article.standfirst or "", _STANDFIRST)):
        for term in stems(text):
            counts[term] = counts.get(term, 0.0) + weight
    left = _BODY_WORDS
    for paragraph in article.paragraphs:
        found = stems(paragraph)
        for term in found[:left]:
            counts[term] = counts.get(term, 0.0) + 1.0
        left -= len(found)
        if left <= 0:
            break
    weighed = {term: (1.0 + math.log(count)) * rarity(term, tongue) for term, count in counts.items()}
    return Trace(
        words=unit(top(weighed, MOST_WORDS)),
        names=unit(top(_names(article, tongue), MOST_NAMES)),
        vector=tuple(round(number * SCALE) for number in article.embedding or ()),
    )


def _names(article: EnrichedArticle, tongue: str) -> dict[str, float]:
    """The words of the names, so that "Olena Rask" and "Rask" meet, each by its salience and its rarity."""
    found: dict[str, float] = {}
    for entity in article.entities:
        if entity.type in _NAMED:
            for term in stems(entity.name):
                weight = (0.25 + entity.salience) * rarity(term, tongue)
                found[term] = max(weight, found.get(term, 0.0))
    return found


def stems(text: str) -> list[str]:
    """The words of a text, case folded and cut to six letters; pairs of characters where no spaces are written."""
    found: list[str] = []
    for run in _RUN.findall(text):
        if _UNSPACED.match(run):
            found += [run[at : at + 2] for at in range(max(1, len(run) - 1))]
        else:
            found.append(run.casefold()[:_STEM])
    return found


def base(language: str | None) -> str:
    """The language without its region; "und" where it is unknown."""
    return (language or "und").partition("-")[0].lower()


def top(weights: Mapping[str, float], limit: int) -> dict[str, float]:
    """The heaviest terms; ties by the term, so that the same weights give the same terms."""
    return {term: weights[term] for term in strongest(weights, limit) if weights[term] > 0}


def strongest(weights: Mapping[str, float], limit: int) -> list[str]:
    """Terms by weight, heaviest first."""
    return sorted(weights, key=lambda term: (-weights[term], term))[:limit]


def unit(weights: Mapping[str, float]) -> dict[str, float]:
    """The vector at length 1; empty as it is."""
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: round(weight / length, 4) for term, weight in weights.items()} if length else {}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Of two vectors of length 1."""
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other[term] for term, weight in one.items() if term in other)


def mixed(parts: Iterable[tuple[float, Mapping[str, float]]], limit: int) -> dict[str, float]:
    """The weighted sum of vectors, its heaviest terms, at length 1."""
    total: dict[str, float] = {}
    for share, vector in parts:
        for term, weight in vector.items():
            total[term] = total.get(term, 0.0) + share * weight
    return unit(top(total, limit))
