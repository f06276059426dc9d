"""What an article is about as a vector: the mean of static word-piece embeddings of headline, standfirst and lead.

Model: WordLlama l2_supercat with 256 dimensions (Miller 2024; MIT), whose weights lie inside its package; nothing is
downloaded. It was trained on English: vectors of other languages are comparable among themselves, less across languages.
"""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

DIMENSIONS: Final = 256
MODEL: Final = "l2_supercat/256"
VERSION: Final = f"embedding/1 {MODEL}"
_LEAD_WORDS: Final = 120
_DIGITS: Final = 4


@cache
def _model() -> Any:
    """The model, read from its package's folder. Its import sets up the root logger, which is put back as it was."""
    handlers, level = logging.root.handlers[:], logging.root.level
    import wordllama  # type: ignore[import-untyped]  # it ships no types

    logging.root.handlers[:], logging.root.level = handlers, level
    folder = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=folder, dim=DIMENSIONS, disable_download=True)


def vectors(texts: Sequence[str]) -> Any:
    """A unit vector for each text, as rows of a float32 array; zeros for a text without words.

    Each text is embedded alone, so that a vector does not depend on its neighbours.
    """
    import numpy

    rows = numpy.zeros((len(texts), DIMENSIONS), dtype=numpy.float32)
    model = _model()
    for number, text in enumerate(texts):
        if any(char.isalnum() for char in text):
            pooled = model.embed(text)[0]
            rows[number] = pooled / (numpy.linalg.norm(pooled) or 1.0)
    return rows


def opening(headline: str, standfirst: str | None, paragraphs: Sequence[str]) -> str:
    """What is embedded: headline, standfirst and the first words of the body, in whole paragraphs."""
    parts = [part for part in (headline, standfirst) if part]
    words = 0
    for paragraph in paragraphs:
        parts.append(paragraph)
        words += len(paragraph.split())
        if words >= _LEAD_WORDS:
            break
    return "\n".join(parts)


def find(headline: str, standfirst: str | None, paragraphs: Sequence[str]) -> tuple[float, ...] | None:
    """The article's unit vector, rounded to four digits; None for an article without words."""
    vector = vectors([opening(headline, standfirst, paragraphs)])[0]
    return tuple(round(float(value), _DIGITS) for value in vector) if vector.any() else None
