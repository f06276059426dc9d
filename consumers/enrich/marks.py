"""Where quoted words begin and end: typographic, straight and other languages' marks, quotes that run over paragraphs.

A passage is what stands between one opening mark and its closing mark within a paragraph. A passage left open at the
end of its paragraph goes on in the next if that begins with an opening mark too, as printers do it.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from consumers.enrich.text import Paragraph

_CLOSING: Final = {
    '"': '"”',
    "“": '”"',
    "”": "”",
    "„": "“”\"",
    "«": "»",
    "»": "«",
    "‹": "›",
    "‘": "’'",
    "'": "'’",
    "‚": "‘’",
    "「": "」",
    "『": "』",
}  # fmt: skip
_SINGLE: Final = frozenset("‘'‚‹")
_OPENERS: Final = frozenset(_CLOSING)
_MARKS: Final = _OPENERS | frozenset("”»›’」』")
_BEFORE: Final = frozenset(" \t\n\u00a0([{—–-/:¿¡>…") | frozenset("「『")
_ELISION: Final = re.compile(
    r"['’‘](?:\d0s|\d\d\b|em\b|til\b|tis\b|twas\b|n\b|cause\b|bout\b|round\b)", re.IGNORECASE
)
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
FEWEST_WORDS: Final = 4


class Passage(msgspec.Struct, frozen=True):
    """Quoted words: offsets within the paragraph, marks excluded. `opened` and `closed` tell which marks are there."""

    paragraph: int
    start: int
    end: int
    text: str
    continues: bool = False  # goes on from the passage before, which was left open
    closed: bool = True


def passages(paragraphs: Sequence[Paragraph]) -> list[Passage]:
    """All quoted passages of the body, in order, however short."""
    found: list[Passage] = []
    open_mark: str | None = None
    for number, paragraph in enumerate(paragraphs):
        own = _within(
            paragraph, paragraphs[number + 1].text.lstrip()[:1] if number + 1 < len(paragraphs) else ""
        )
        if (
            own
            and open_mark
            and own[0][0] == _first_visible(paragraph.text)
            and paragraph.text[own[0][0]] in _family(open_mark)
        ):
            continues = True
        else:
            continues = False
        open_mark = None
        for place, (mark, end, closed) in enumerate(own):
            start, end = _stripped(paragraph.text, mark + 1, end)
            if start < end:
                found.append(
                    Passage(
                        paragraph.index,
                        start,
                        end,
                        paragraph.text[start:end],
                        continues=continues and place == 0,
                        closed=closed,
                    )
                )
                open_mark = None if closed else paragraph.text[mark]
    return found


def counted_words(text: str) -> int:
    """Words in quoted text; two characters of Chinese, Japanese or Korean count as one word."""
    dense = len(_CJK.findall(text))
    if dense * 2 > len(text.strip()):
        return (dense + 1) // 2
    return sum(any(char.isalnum() for char in run) for run in text.split())


def _family(mark: str) -> str:
    return '"“”„' if mark in '"“”„' else mark


def _first_visible(text: str) -> int:
    return len(text) - len(text.lstrip())


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _within(paragraph: Paragraph, follows: str) -> list[tuple[int, int, bool]]:
    """(position of the opening mark, end of the quoted words, whether a closing mark was found).

    `follows` is what the next paragraph opens with: a single mark that does not close is an apostrophe unless it goes on.
    """
    text = paragraph.text
    found: list[tuple[int, int, bool]] = []
    at = 0
    while at < len(text):
        if text[at] not in _OPENERS or not _can_open(text, at):
            at += 1
            continue
        mark = text[at]
        close = _closing(text, at)
        if close is not None:
            found.append((at, close, True))
            at = close + 1
        elif mark in _SINGLE and not (mark == follows and (not at or text[at - 1].isspace())):
            at += 1  # an apostrophe after all
        else:
            # a mark that never closes: up to the end, or to the next mark that must open
            end = next(
                (
                    n
                    for n in range(at + 1, len(text))
                    if text[n] in '“„«"' and text[n] in _family(mark) and _must_open(text, n)
                ),
                len(text),
            )
            found.append((at, end, False))
            at = end
    return found


def _can_open(text: str, at: int) -> bool:
    mark = text[at]
    after = text[at + 1] if at + 1 < len(text) else " "
    before = text[at - 1] if at else " "
    if mark in "“„«「『":
        return not after.isspace() or mark == "«" or mark == "“"
    if after.isspace() and mark != "»":
        return False
    if not (
        before in _BEFORE
        or (before in "\"“”‘'" and mark != before)
        or (before in ".,;:!?" and mark == '"' and after.isalnum())
    ):
        return False
    if mark in "'‘" and _ELISION.match(text, at):
        return False
    if mark == '"' and before.isdigit():
        return False
    if mark == "»":
        return "«" in text[at + 1 :] and "»" not in text[at + 1 : text.index("«", at + 1)]
    return True


def _must_open(text: str, at: int) -> bool:
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    return before.isspace() and not after.isspace()


def _closing(text: str, at: int) -> int | None:
    """Where the quoted words that open at `at` end: the position of the closing mark."""
    mark = text[at]
    closers = _CLOSING[mark]
    fallback: int | None = None
    for n in range(at + 1, len(text)):
        char = text[n]
        if mark not in _SINGLE:
            if char in closers:
                if char == '"' and _must_open(text, n):
                    return None
                return n
            if char == mark and mark == "“" and _must_open(text, n):
                return None
            continue
        if char in '"“”' and mark in "‘'":
            # single marks do not reach over double ones, unless those nest properly
            if char != "“" and not _must_open(text, n):
                return fallback
            continue
        if fallback is not None and char in "‘'" and _can_open(text, n):
            return fallback
        if char not in closers or not _closes_single(text, n):
            continue
        if text[n - 1] == "s" and text[n + 1 : n + 2] == " " and fallback is None:
            fallback = n  # perhaps a plural possessive: take it only if nothing better comes
            continue
        return n
    return fallback


def _closes_single(text: str, n: int) -> bool:
    before = text[n - 1]
    after = text[n + 1] if n + 1 < len(text) else " "
    return not before.isspace() and not after.isalnum()
