"""The words and phrases that tell this article from others, best first.

Method: candidates are runs of content words between stop words and marks; a word weighs by how often, how early and how
consistently capitalised it is and whether the headline has it (the features of YAKE, Campos et al. 2020, without its
statistics of context); a phrase by its own count and the mean of its words. Chinese, Japanese and Thai, which write no
spaces, give repeated runs of characters instead.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from consumers.enrich.stopwords import stop_words
from consumers.enrich.text import Paragraph

VERSION: Final = "keywords/1"
MOST: Final = 12
_LONGEST: Final = 4
_UNSPACED: Final = frozenset(("zh", "ja", "th"))
_RUN: Final = re.compile(
    r"[\u4e00-\u9fff\u3400-\u4dbf々]{2,}|[\u30a0-\u30ff]{3,}|[\u0e00-\u0e7f]{3,}|[A-Za-z][A-Za-z0-9-]+"
)
_ELIDING: Final = frozenset(("fr", "it", "ca"))
_ELIDED: Final = re.compile(r"^(?:[cdjlmnst]|qu|un|(?:d|n|s)?[aeu]ll|quest)['’](?=\w)", re.IGNORECASE)
_SHORTENED: Final = re.compile(r"[^\W\d_]{2,}\.$")  # "Oct.", not "U.S."
_CHINESE_BREAKS: Final = re.compile("[的了在是和与及或也都而被把从对为以到说这那其一]")


def find(
    paragraphs: Sequence[Paragraph], *, headline: str, standfirst: str | None, language: str
) -> tuple[str, ...]:
    """Up to 12 keywords, written as the article most often writes them. The same text gives the same list."""
    opening = [Paragraph(-1, text) for text in (headline, standfirst) if text]
    if language in _UNSPACED:
        return _unspaced([*opening, *paragraphs], language)
    return _spaced(opening, paragraphs, stop_words(language), language)


class _Word:
    __slots__ = ("capitals", "count", "first", "headline", "inner")

    def __init__(self, first: int) -> None:
        self.count = 0
        self.capitals = 0
        self.inner = 0
        self.first = first
        self.headline = False

    def weight(self) -> float:
        proper = self.inner and self.capitals / self.inner > 0.7
        early = 1.0 / (1.0 + 0.25 * max(0, self.first))
        return float(
            self.count**0.75 * (1.0 + early) * (1.6 if proper else 1.0) * (1.8 if self.headline else 1.0)
        )


def _spaced(
    opening: Sequence[Paragraph], paragraphs: Sequence[Paragraph], stops: frozenset[str], language: str
) -> tuple[str, ...]:
    words: dict[str, _Word] = {}
    phrases: Counter[tuple[str, ...]] = Counter()
    written: dict[tuple[str, ...], Counter[str]] = {}
    for paragraph in (*opening, *paragraphs):
        run: list[tuple[str, str]] = []
        first_in_sentence = True
        for token in paragraph.tokens:
            text = _ELIDED.sub("", token.text) if language in _ELIDING else token.text
            if (
                not text
                or not text[0].isalpha()
                or len(text) < 2
                or text.lower() in stops
                or _SHORTENED.match(text)
            ):
                if not text[0].isalnum() and text in ".!?:":
                    first_in_sentence = True
                elif text[0].isalnum():
                    first_in_sentence = False
                _flush(run, phrases, written)
                run = []
                continue
            key = _folded(text, language)
            word = words.get(key)
            if word is None:
                word = words[key] = _Word(paragraph.index)
            word.count += 1
            word.headline = word.headline or paragraph.index < 0
            if not first_in_sentence and paragraph.index >= 0:
                word.inner += 1
                word.capitals += text[0].isupper()
            first_in_sentence = False
            run.append((key, text))
        _flush(run, phrases, written)
    weights = {key: word.weight() for key, word in words.items()}
    return _best(phrases, weights, written)


def _flush(
    run: Sequence[tuple[str, str]],
    phrases: Counter[tuple[str, ...]],
    written: dict[tuple[str, ...], Counter[str]],
) -> None:
    for begin in range(len(run)):
        for end in range(begin + 1, min(begin + _LONGEST, len(run)) + 1):
            key = tuple(pair[0] for pair in run[begin:end])
            phrases[key] += 1
            written.setdefault(key, Counter())[" ".join(pair[1] for pair in run[begin:end])] += 1


def _best(
    phrases: Mapping[tuple[str, ...], int],
    weights: Mapping[str, float],
    written: Mapping[tuple[str, ...], Counter[str]],
) -> tuple[str, ...]:
    scored: list[tuple[float, tuple[str, ...]]] = []
    for key, count in phrases.items():
        if len(key) > 1 and count < 2:
            continue
        mean = sum(weights[word] for word in key) / len(key)
        scored.append((mean * count**0.5 * (1.0 + 0.45 * (len(key) - 1)), key))
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    chosen: list[tuple[str, ...]] = []
    for _, key in scored:
        if len(chosen) == MOST:
            break
        if any(_within(key, other) and phrases[key] < 3 * phrases[other] for other in chosen):
            continue
        if len(key) > 1 and any(_overlaps(key, other) and phrases[other] >= phrases[key] for other in chosen):
            continue
        inside = [other for other in chosen if _within(other, key)]
        if inside and all(phrases[other] > 2 * phrases[key] for other in inside):
            continue
        for other in inside:
            if phrases[other] <= 2 * phrases[key]:
                chosen.remove(other)
        chosen.append(key)
    return tuple(max(written[key].items(), key=lambda pair: (pair[1], pair[0]))[0] for key in chosen)


def _within(key: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return len(key) < len(other) and any(
        other[at : at + len(key)] == key for at in range(len(other) - len(key) + 1)
    )


def _overlaps(key: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Two phrases that share words, neither of them part of the other: cuttings of one longer passage."""
    return (
        len(other) > 1 and bool(set(key) & set(other)) and not _within(key, other) and not _within(other, key)
    )


def _folded(text: str, language: str) -> str:
    """Lower case; English plurals by their singular."""
    word = text.lower()
    if language == "en" and len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word


def _unspaced(paragraphs: Sequence[Paragraph], language: str) -> tuple[str, ...]:
    stops = stop_words(language)
    counts: Counter[str] = Counter()
    early: dict[str, int] = {}
    for paragraph in paragraphs:
        for match in _RUN.finditer(paragraph.text):
            for piece in _CHINESE_BREAKS.split(match[0]) if language == "zh" else [match[0]]:
                for part in _pieces(piece, language):
                    if len(part) > 1 and part not in stops:
                        counts[part] += 1
                        early.setdefault(part, paragraph.index)
    scored = sorted(
        (
            (count * len(part) ** 0.7 * (2.0 if early[part] < 0 else 1.0), part)
            for part, count in counts.items()
            if count > 1 or early[part] < 0
        ),
        key=lambda pair: (-pair[0], pair[1]),
    )
    chosen: list[str] = []
    for _, part in scored:
        if len(chosen) == MOST:
            break
        if not any(part in other or other in part for other in chosen):
            chosen.append(part)
    return tuple(chosen)


def _pieces(piece: str, language: str) -> list[str]:
    """Whole runs in Japanese and Thai; in Chinese all runs of two to five characters."""
    if language != "zh" or piece.isascii() or len(piece) < 3:
        return [piece]
    return [
        piece[at : at + size]
        for size in range(2, min(5, len(piece)) + 1)
        for at in range(len(piece) - size + 1)
    ]
