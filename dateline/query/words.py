"""Words of a text as a query compares them in memory: folded, and by their dictionary form in the text's language."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD: Final = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’.][^\W_{_CJK}]+)*")
_KNOWN: Final = 100_000
_FUZZY: Final = ((9, 2), (5, 1))  # from so many letters on, so many may be wrong: Elasticsearch's AUTO:5,9


@lru_cache(_KNOWN)
def fold(text: str) -> str:
    """Without case, accents and compatibility forms."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text, folded; each Chinese or Japanese character is one."""
    return tuple(map(fold, split(text)))


def split(text: str) -> list[str]:
    """The words of a text as they are written."""
    return _WORD.findall(text)


@lru_cache(_KNOWN)
def stem(word: str, language: str | None) -> str:
    """The dictionary form of a word as it is written, folded (simplemma); itself, folded, where none is known."""
    from simplemma import lemmatize

    if language is None or language not in _languages():
        return fold(word)
    return fold(lemmatize(word.lower(), lang=language))


@cache
def _languages() -> frozenset[str]:
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    return frozenset(SUPPORTED_LANGUAGES)


def runs(wanted: Sequence[str], words: Sequence[str], *, prefix: bool = False) -> bool:
    """Whether `wanted` stands in `words` as it is; with `prefix`, the last one may go on."""
    size = len(wanted)
    if not size:
        return False
    for at in range(len(words) - size + 1):
        last = words[at + size - 1]
        if (last.startswith(wanted[-1]) if prefix else last == wanted[-1]) and tuple(
            words[at : at + size - 1]
        ) == tuple(wanted[:-1]):
            return True
    return False


def alike(one: str, other: str) -> bool:
    """Whether two words are the same but for small misspellings, the first letter apart."""
    if one == other:
        return True
    most = next((edits for length, edits in _FUZZY if len(one) >= length), 0)
    return (
        bool(most)
        and one[:1] == other[:1]
        and abs(len(one) - len(other)) <= most
        and edits(one, other) <= most
    )


def edits(one: str, other: str) -> int:
    """Letters inserted, left out, replaced or swapped with their neighbour (optimal string alignment distance)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, start=1):
        last, before, row = before, row, [at]
        for to, letter in enumerate(other, start=1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (char != letter))
            if last and to > 1 and char == other[to - 2] and one[at - 2] == letter:
                cost = min(cost, last[to - 2] + 1)
            row.append(cost)
    return row[-1]
