"""Fingerprints of bodies: word shingles, and MinHash bands by which bodies that share shingles are found.

Sources: Broder, "On the resemblance and containment of documents" (1997); MinHash by rensa (R-MinHash).
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from consumers.deduplicate.boilerplate import is_boilerplate
from consumers.deduplicate.canonical import canonical_text
from consumers.deduplicate.noise import is_noise
from schemas.records import Article

SHINGLE: Final = 4
"""Words per shingle."""

SHORTEST: Final = 30
"""Bodies of fewer words have no fingerprint: their likeness to others says nothing."""

BANDS: Final = 64
ROWS: Final = 2
"""Two rows a band: bodies that share a third of their shingles share about seven bands of 64, and none in a thousand pairs."""

_SCHEME: Final = "a"  # goes before each band: change it with anything that changes the bands
_SEED: Final = 7
# scripts written without spaces: each character is a word
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_WORD: Final = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_MIX: Final = tuple(
    np.uint64(prime)
    for prime in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5)
)
_SHIFT: Final = np.uint64(29)
_SHORTEN: Final = np.uint64(
    24
)  # 40 bits tell bands apart: of a million bodies, one in a million meets another by chance

Hashes = NDArray[np.uint64]


class Fingerprint(msgspec.Struct, frozen=True):
    """`shingles` are sorted and distinct; `bands` are opaque terms, empty for a body that is too short."""

    words: int
    shingles: Any
    bands: tuple[str, ...] = ()


def words_of(text: str) -> list[str]:
    """The words of a text, case folded; a character of an unspaced script is a word."""
    return _WORD.findall(text.casefold())


def fingerprint(article: Article) -> Fingerprint:
    """Of what the body reports: headline, standfirst and captions differ between copies, boilerplate does not tell. Pure."""
    words = words_of("\n".join(_reporting(article)))
    shingles = shingle_hashes(words)
    return Fingerprint(len(words), shingles, bands_of(shingles) if len(words) >= SHORTEST else ())


def _reporting(article: Article) -> list[str]:
    """The body's paragraphs in canonical form, without furniture and boilerplate; all of them if nothing else is there."""
    kept: list[str] = []
    spare: list[str] = []
    for paragraph in article.paragraphs:
        text = canonical_text(paragraph)
        if text and not is_noise(text):
            (spare if is_boilerplate(paragraph, article.language) else kept).append(text)
    return kept or spare


def shingle_hashes(words: Sequence[str]) -> Hashes:
    """Sorted distinct hashes of all runs of SHINGLE words; empty if there are fewer words."""
    count = len(words) - SHINGLE + 1
    if count < 1:
        return np.empty(0, np.uint64)
    hashes = np.array(RMinHash.hash_token_sets([words])[0], np.uint64)
    mixed = hashes[:count] * _MIX[0]
    for offset in range(1, SHINGLE):
        mixed = (mixed ^ (mixed >> _SHIFT)) * _MIX[offset] + hashes[offset : count + offset]
    distinct: Hashes = np.unique(mixed ^ (mixed >> _SHIFT))
    return distinct


def bands_of(shingles: Hashes) -> tuple[str, ...]:
    """BANDS terms; two bodies share one where all its rows agree."""
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(shingles, [0, len(shingles)], BANDS * ROWS, _SEED)
    rows = np.array(matrix.to_rows()[0], np.uint64).reshape(BANDS, ROWS)
    mixed = rows[:, 0] * _MIX[0]
    for row in range(1, ROWS):
        mixed = (mixed ^ (mixed >> _SHIFT)) * _MIX[1] + rows[:, row]
    mixed = (mixed ^ (mixed >> _SHIFT)) >> _SHORTEN
    return tuple(f"{_SCHEME}{band:x}.{value:x}" for band, value in enumerate(mixed.tolist()))


def shared(one: Hashes, other: Hashes) -> int:
    """How many shingles two bodies have in common."""
    if len(one) > len(other):
        one, other = other, one
    if not len(one):
        return 0
    places = np.minimum(np.searchsorted(other, one), len(other) - 1)
    return int(np.count_nonzero(other[places] == one))
