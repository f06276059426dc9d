"""A paragraph as the rules read it: words with their offsets, and sentences."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

from consumers.enrich.lexicon import ABBREVIATIONS

_DOTTED = "|".join(sorted((re.escape(word) for word in ABBREVIATIONS), key=len, reverse=True))
# letters with the vowel signs and marks that Python's \w leaves out: Hebrew, Arabic, Indic, Thai; joiners
_LETTERS: Final = r"[^\W_](?:[^\W_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0e30-\u0e4e\u200c\u200d])*"
_TOKEN: Final = re.compile(
    rf"""
      (?:[^\W\d_]\.){{2,}}                                  # U.S.  D.C.
    | (?:{_DOTTED})\.                                       # Mr.  Lt.  Calif.
    | [^\W\d_]\.(?=\s+[^\W\d_a-z])                          # J. in J. Smith
    | \d+(?:[.,:]\d+)*(?:[-‑][^\W_]+)*\w*                   # 1,200  9:20pm  36-year-old
    | {_LETTERS}(?:(?:[-‑&]|['’](?![sS]\b)){_LETTERS})*     # Al-Arabiya  O’Brien  don’t
    | ['’][sS]\b                                            # the possessive, a token of its own
    | \.{{2,}} | --+ | [^\s]
    """,
    re.VERBOSE,
)
_END: Final = frozenset(".!?…") | {"..", "...", "...."}
_CLOSERS: Final = frozenset("\"”“’'»«)]」』")


class Token(NamedTuple):
    """A word, number or mark; offsets are characters within the paragraph."""

    text: str
    start: int
    end: int

    @property
    def is_capitalised(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()


class Paragraph:
    """One paragraph's text and its tokens, cut once and shared by all enrichments."""

    def __init__(self, index: int, text: str) -> None:
        self.index = index
        self.text = text

    @cached_property
    def tokens(self) -> list[Token]:
        return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(self.text)]

    @cached_property
    def starts(self) -> dict[int, int]:
        """The token that starts at a character."""
        return {token.start: number for number, token in enumerate(self.tokens)}

    @cached_property
    def ends(self) -> dict[int, int]:
        """The token after the one that ends at a character."""
        return {token.end: number + 1 for number, token in enumerate(self.tokens)}

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Character spans of the sentences, in order, covering all tokens."""
        spans: list[tuple[int, int]] = []
        tokens = self.tokens
        begin, number = 0, 0
        while number < len(tokens):
            if tokens[number].text in _END:
                after = number + 1
                while (
                    after < len(tokens)
                    and tokens[after].text in _CLOSERS
                    and tokens[after].start == tokens[after - 1].end
                ):
                    after += 1
                if after == len(tokens) or (
                    not tokens[after].text[0].islower() and tokens[after].start > tokens[after - 1].end
                ):
                    spans.append((tokens[begin].start, tokens[after - 1].end))
                    begin = after
                number = after
            else:
                number += 1
        if begin < len(tokens):
            spans.append((tokens[begin].start, tokens[-1].end))
        return spans

    @cached_property
    def is_shouted(self) -> bool:
        """All its letters are capitals: a cross-heading."""
        return self.text.isupper()


def read(paragraphs: Sequence[str]) -> list[Paragraph]:
    """The article's body, ready for the rules."""
    return [Paragraph(index, text) for index, text in enumerate(paragraphs)]


def word_count(paragraphs: Sequence[Paragraph]) -> int:
    """Words as a reader counts them: runs between spaces that hold a letter or digit."""
    return sum(any(char.isalnum() for char in run) for one in paragraphs for run in one.text.split())
