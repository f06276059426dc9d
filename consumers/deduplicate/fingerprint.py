"""Fingerprints of bodies: word shingles, and terms by which bodies that share shingles are found.

Terms are of two kinds. MinHash bands find what is alike as a whole. Passages, chosen by their own hash alone, find a part
in a whole: a short extract keeps its share of the original's passages, whatever the lengths.

Sources: Broder, "On the resemblance and containment of documents" (1997): MinHash, by rensa (R-MinHash), and samples of
shingles whose hash is 0 modulo a number; docs/adr/candidates.md has the figures.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from consumers.deduplicate.boilerplate import is_boilerplate
from consumers.deduplicate.canonical import UNSPACED, canonical_text
from consumers.deduplicate.noise import is_noise
from schemas.records import Article

SHINGLE: Final = 4
"""Words per shingle."""

SHORTEST: Final = 30
"""Bodies of fewer words have no fingerprint: their likeness to others says nothing."""

BANDS: Final = 32
ROWS: Final = 2
"""Two rows a band: bodies that share half of their shingles share about eight bands of 32."""

PASSAGE: Final = 8
"""Words of a passage: so many in a row are hardly ever the same by chance."""
SAMPLED: Final = 8
"""One passage in so many is a term."""
MOST_PASSAGES: Final = 96
"""Of the sampled passages of a long body those with the smallest hashes."""

_SCHEME: Final = "b"  # goes before each term: change it with anything that changes the terms
_SEED: Final = 7
_WORD: Final = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
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
    """`shingles` are sorted and distinct, `run` is all of them in the order of the text; `bands` are opaque terms
    (bands and passages), empty for a body that is too short. `starts` says for each paragraph of the article at which word of the text it begins, -1 for
    one that was left out as furniture or boilerplate."""

    words: int
    shingles: Any
    bands: tuple[str, ...] = ()
    run: Any = None
    starts: tuple[int, ...] = ()


def words_of(text: str) -> list[str]:
    """The words of a text, case folded; a character of an unspaced script is a word."""
    return _WORD.findall(text.casefold())


def fingerprint(article: Article) -> Fingerprint:
    """Of what the body reports: headline, standfirst and captions differ between copies, boilerplate does not tell. Pure."""
    words: list[str] = []
    starts: list[int] = []
    for text in _reporting(article):
        starts.append(len(words) if text else -1)
        words += words_of(text)
    run = shingle_run(words)
    shingles: Hashes = np.unique(run)
    bands = (*bands_of(shingles), *passages_of(run)) if len(words) >= SHORTEST else ()
    return Fingerprint(len(words), shingles, bands, run, tuple(starts))


def _reporting(article: Article) -> list[str]:
    """The body's paragraphs in canonical form, "" for furniture and boilerplate; boilerplate too if nothing else is there."""
    kept: list[str] = []
    spare: list[str] = []
    for paragraph in article.paragraphs:
        text = canonical_text(paragraph)
        reports = bool(text) and not is_noise(text)
        spoken = reports and is_boilerplate(paragraph, article.language)
        kept.append(text if reports and not spoken else "")
        spare.append(text if spoken else "")
    return kept if any(kept) else spare


def shingle_run(words: Sequence[str]) -> Hashes:
    """Hashes of all runs of SHINGLE words, in order; empty if there are fewer words."""
    count = len(words) - SHINGLE + 1
    if count < 1:
        return np.empty(0, np.uint64)
    hashes = np.array(RMinHash.hash_token_sets([words])[0], np.uint64)
    mixed = hashes[:count] * _MIX[0]
    for offset in range(1, SHINGLE):
        mixed = (mixed ^ (mixed >> _SHIFT)) * _MIX[offset] + hashes[offset : count + offset]
    run: Hashes = mixed ^ (mixed >> _SHIFT)
    return run


def bands_of(shingles: Hashes) -> tuple[str, ...]:
    """BANDS terms; two bodies share one where all its rows agree."""
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(shingles, [0, len(shingles)], BANDS * ROWS, _SEED)
    rows = np.array(matrix.to_rows()[0], np.uint64).reshape(BANDS, ROWS)
    mixed = rows[:, 0] * _MIX[0]
    for row in range(1, ROWS):
        mixed = (mixed ^ (mixed >> _SHIFT)) * _MIX[1] + rows[:, row]
    mixed = (mixed ^ (mixed >> _SHIFT)) >> _SHORTEN
    return tuple(f"{_SCHEME}{band:x}.{value:x}" for band, value in enumerate(mixed.tolist()))


def passages_of(run: Hashes) -> tuple[str, ...]:
    """Terms for a sample of the passages, up to MOST_PASSAGES; two bodies share those of each passage that both have."""
    if len(run) <= PASSAGE - SHINGLE:
        return ()
    mixed = (run[: SHINGLE - PASSAGE] * _MIX[0]) ^ run[PASSAGE - SHINGLE :]
    mixed = (mixed ^ (mixed >> _SHIFT)) * _MIX[2]
    mixed ^= mixed >> _SHIFT
    chosen = np.unique(mixed[mixed % np.uint64(SAMPLED) == 0])[:MOST_PASSAGES] >> _SHORTEN
    return tuple(f"{_SCHEME}p.{value:x}" for value in chosen.tolist())


def common(one: Hashes, other: Hashes) -> Hashes:
    """For each of `one`, in its order, whether it is among the sorted `other`."""
    if not len(other):
        return np.zeros(len(one), bool)
    places = np.minimum(np.searchsorted(other, one), len(other) - 1)
    found: Hashes = other[places] == one
    return found


def shared(one: Hashes, other: Hashes) -> int:
    """How many shingles two bodies have in common."""
    if len(one) > len(other):
        one, other = other, one
    return int(np.count_nonzero(common(one, other)))
