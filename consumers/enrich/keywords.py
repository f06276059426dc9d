"""The words and phrases that tell this article from others, best first.

Method: candidates are runs of content words between stop words and marks; a word counts in all its forms and weighs by how
often, how early and how consistently capitalised it is and whether the headline has it (the features of YAKE, Campos et
al. 2020, without its statistics of context), and by how rare it is in other articles (inverse document frequency, Spärck
Jones 1972); a phrase by its own count and the mean of its words. Chinese, Japanese and Thai, which write no
spaces, give repeated runs of characters instead.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Final

from consumers.enrich.background import Background
from consumers.enrich.lemmas import lemma
from consumers.enrich.stopwords import stop_words
from consumers.enrich.text import Paragraph

VERSION: Final = "keywords/3 simplemma"
MOST: Final = 12
_LONGEST: Final = 4
_SPARE: Final = 4  # joined into fuller names later
_VERBAL: Final = ("ed", "ing")
_VERB: Final = 0.6
_UNSPACED: Final = frozenset(("zh", "ja", "th"))
_RUN: Final = re.compile(
    r"[\u4e00-\u9fff\u3400-\u4dbf々]{2,}|[\u30a0-\u30ff]{3,}|[\u0e00-\u0e7f]{3,}|[A-Za-z][A-Za-z0-9-]+"
)
_ELIDING: Final = frozenset(("fr", "it", "ca"))
_ELIDED: Final = re.compile(r"^(?:[cdjlmnst]|qu|un|(?:d|n|s)?[aeu]ll|quest)['’](?=\w)", re.IGNORECASE)
_SHORTENED: Final = re.compile(r"[^\W\d_]{2,}\.$")  # "Oct.", not "U.S."
_CHINESE_BREAKS: Final = re.compile("[的了在是和与及或也都而被把从对为以到说这那其一]")

Key = tuple[str, ...]


def find(
    paragraphs: Sequence[Paragraph],
    *,
    headline: str,
    standfirst: str | None,
    language: str,
    background: Background | None = None,
) -> tuple[str, ...]:
    """Up to 12 keywords, written as the article most often writes them.

    `background` says how common a word is in the language's other articles. The same text and background give the same
    list.
    """
    opening = [Paragraph(-1, text) for text in (headline, standfirst) if text]
    if language in _UNSPACED:
        return _unspaced([*opening, *paragraphs], language)
    return _spaced(opening, paragraphs, stop_words(language), language, background)


class _Word:
    __slots__ = ("capitals", "count", "first", "headline", "inner")

    def __init__(self, first: int) -> None:
        self.count = 0
        self.capitals = 0
        self.inner = 0
        self.first = first
        self.headline = False

    @property
    def proper(self) -> bool:
        """Written with a capital wherever a sentence does not ask for one."""
        return self.inner > 0 and self.capitals / self.inner > 0.7

    def weight(self) -> float:
        early = 1.0 / (1.0 + 0.25 * max(0, self.first))
        return float(
            self.count**0.75 * (1.0 + early) * (1.6 if self.proper else 1.0) * (1.8 if self.headline else 1.0)
        )

    def add(self, other: "_Word") -> None:
        """Count another form of the same word."""
        self.count += other.count
        self.capitals += other.capitals
        self.inner += other.inner
        self.first = min(self.first, other.first)
        self.headline = self.headline or other.headline


def _spaced(
    opening: Sequence[Paragraph],
    paragraphs: Sequence[Paragraph],
    stops: frozenset[str],
    language: str,
    background: Background | None,
) -> tuple[str, ...]:
    forms: dict[str, _Word] = {}
    runs: list[list[str]] = []
    for paragraph in opening:
        _read(paragraph, stops, language, forms, runs)
    body = len(runs)
    for paragraph in paragraphs:
        _read(paragraph, stops, language, forms, runs)
    keys = _keys(forms, language)
    words: dict[str, _Word] = {}
    for form, word in forms.items():
        key = keys[form]
        if key in words:
            words[key].add(word)
        else:
            words[key] = word
    keyed = [[keys[text.lower()] for text in run] for run in runs]
    phrases = _phrases(keyed, words)
    weights = {key: word.weight() for key, word in words.items()}
    verbs = {key for form, key in keys.items() if language == "en" and form != key and form.endswith(_VERBAL)}
    weights |= {key: weights[key] * _VERB for key in verbs}
    if background is not None:
        weights = {key: weight * background.distinctiveness(key) for key, weight in weights.items()}
    chosen = _named(_best(phrases, weights, verbs), keyed[body:], phrases, words)[:MOST]
    return tuple(_written(chosen, runs, keyed))


def _read(
    paragraph: Paragraph, stops: frozenset[str], language: str, forms: dict[str, _Word], runs: list[list[str]]
) -> None:
    """Counts the content words of a paragraph by their form, and adds its runs of them."""
    run: list[str] = []
    first_in_sentence = True
    elides = language in _ELIDING
    for token in paragraph.tokens:
        text = _ELIDED.sub("", token.text) if elides else token.text
        low = text.lower()
        if len(text) < 2 or low in stops or not text[0].isalpha() or _SHORTENED.match(text):
            if text and not text[0].isalnum():
                first_in_sentence = first_in_sentence or text in ".!?:"
            else:
                first_in_sentence = False
            if run:
                runs.append(run)
                run = []
            continue
        word = forms.get(low)
        if word is None:
            word = forms[low] = _Word(paragraph.index)
        word.count += 1
        if paragraph.index < 0:
            word.headline = True
        elif not first_in_sentence:
            word.inner += 1
            word.capitals += text[0].isupper()
        first_in_sentence = False
        run.append(text)
    if run:
        runs.append(run)


def _keys(forms: Mapping[str, _Word], language: str) -> dict[str, str]:
    """What each form counts as: its lemma, unless it is a name (in German, which writes all nouns so, always)."""
    named = language != "de"
    return {
        form: form if named and word.proper else lemma(form, language) or form for form, word in forms.items()
    }


def _phrases(runs: Sequence[Sequence[str]], words: Mapping[str, _Word]) -> Counter[Key]:
    """Words and phrases of up to four with their counts. Of phrases, those that are repeated, and names of two."""
    counts: Counter[Key] = Counter({(key,): word.count for key, word in words.items()})
    pairs: Counter[Key] = Counter()
    for run in runs:
        pairs.update(pairwise(run))
    repeated = {pair for pair, count in pairs.items() if count > 1}
    counts.update(
        {
            pair: pairs[pair]
            for pair in pairs
            if pair in repeated or (words[pair[0]].proper and words[pair[1]].proper)
        }
    )
    for run in runs:
        for begin in range(len(run) - 2):
            for end in range(begin + 2, min(begin + _LONGEST, len(run))):
                if (run[end - 1], run[end]) not in repeated or (run[begin], run[begin + 1]) not in repeated:
                    break
                counts[tuple(run[begin : end + 1])] += 1
    return counts


def _best(phrases: Mapping[Key, int], weights: Mapping[str, float], verbs: Collection[str]) -> list[Key]:
    scored: list[tuple[float, Key]] = []
    for key, count in phrases.items():
        if len(key) > 1 and (count < 2 or key[-1] in verbs):
            continue
        mean = sum(weights[word] for word in key) / len(key)
        scored.append((mean * count**0.5 * (1.0 + 0.45 * (len(key) - 1)), key))
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    chosen: list[Key] = []
    for _, key in scored:
        if len(chosen) == MOST + _SPARE:
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
    return chosen


def _named(
    chosen: Sequence[Key],
    runs: Sequence[Sequence[str]],
    phrases: Mapping[Key, int],
    words: Mapping[str, _Word],
) -> list[Key]:
    """A name that is one word in its fuller form: news introduces people in full, or calls them so half of the time."""
    fuller: dict[str, Key] = {}
    met: set[str] = set()
    for run in runs:
        for at, name in enumerate(run):
            if name in met or not words[name].proper:
                continue
            met.add(name)
            if at and words[run[at - 1]].proper and phrases[(run[at - 1],)] <= phrases[(name,)]:
                fuller[name] = (run[at - 1], name)
    for pair, count in phrases.items():
        if (
            len(pair) == 2
            and 2 * count >= phrases[(pair[1],)]
            and words[pair[0]].proper
            and words[pair[1]].proper
        ):
            fuller[pair[1]] = pair
    full = [fuller.get(key[0], key) if len(key) == 1 else key for key in chosen]
    return [key for key in dict.fromkeys(full) if not any(_within(key, other) for other in full)]


def _written(
    chosen: Sequence[Key], runs: Sequence[Sequence[str]], keyed: Sequence[Sequence[str]]
) -> list[str]:
    """Each keyword as the article most often writes it."""
    written: dict[Key, Counter[str]] = {key: Counter() for key in chosen}
    begins: dict[str, list[Key]] = {}
    for key in chosen:
        begins.setdefault(key[0], []).append(key)
    for run, keys in zip(runs, keyed, strict=True):
        for at, first in enumerate(keys):
            for key in begins.get(first, ()):
                if tuple(keys[at : at + len(key)]) == key:
                    written[key][" ".join(run[at : at + len(key)])] += 1
    return [max(written[key].items(), key=lambda pair: (pair[1], pair[0]))[0] for key in chosen]


def _within(key: Key, other: Key) -> bool:
    return len(key) < len(other) and any(
        other[at : at + len(key)] == key for at in range(len(other) - len(key) + 1)
    )


def _overlaps(key: Key, other: Key) -> bool:
    """Two phrases that share words, neither of them part of the other: cuttings of one longer passage."""
    return (
        len(other) > 1 and bool(set(key) & set(other)) and not _within(key, other) and not _within(other, key)
    )


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
