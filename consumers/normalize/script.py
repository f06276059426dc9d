"""Which script a text is written in, and whether a decoded text can be writing at all.

Unicode gives each letter one script; Python's tables do not hold it, so the ranges that news is written in stand here.
Source: Unicode 15, Scripts.txt; names: ISO 15924.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import Final

_RANGES: Final[tuple[tuple[int, int, str], ...]] = (
    (0x41, 0x24F, "Latn"), (0x250, 0x2AF, "Latn"), (0x370, 0x3FF, "Grek"), (0x400, 0x52F, "Cyrl"), (0x531, 0x58F, "Armn"),
    (0x591, 0x5FF, "Hebr"), (0x600, 0x6FF, "Arab"), (0x700, 0x74F, "Syrc"), (0x750, 0x77F, "Arab"), (0x780, 0x7BF, "Thaa"),
    (0x8A0, 0x8FF, "Arab"), (0x900, 0x97F, "Deva"), (0x980, 0x9FF, "Beng"), (0xA00, 0xA7F, "Guru"), (0xA80, 0xAFF, "Gujr"),
    (0xB00, 0xB7F, "Orya"), (0xB80, 0xBFF, "Taml"), (0xC00, 0xC7F, "Telu"), (0xC80, 0xCFF, "Knda"), (0xD00, 0xD7F, "Mlym"),
    (0xD80, 0xDFF, "Sinh"), (0xE00, 0xE7F, "Thai"), (0xE80, 0xEFF, "Laoo"), (0xF00, 0xFFF, "Tibt"), (0x1000, 0x109F, "Mymr"),
    (0x10A0, 0x10FF, "Geor"), (0x1100, 0x11FF, "Hang"), (0x1200, 0x139F, "Ethi"), (0x1780, 0x17FF, "Khmr"), (0x1800, 0x18AF, "Mong"),
    (0x1C90, 0x1CBF, "Geor"), (0x1E00, 0x1EFF, "Latn"), (0x1F00, 0x1FFF, "Grek"), (0x3041, 0x30FF, "Kana"), (0x3130, 0x318F, "Hang"),
    (0x31F0, 0x31FF, "Kana"), (0x3400, 0x4DBF, "Hani"), (0x4E00, 0x9FFF, "Hani"), (0xAC00, 0xD7AF, "Hang"), (0xF900, 0xFAFF, "Hani"),
    (0xFB1D, 0xFB4F, "Hebr"), (0xFB50, 0xFDFF, "Arab"), (0xFE70, 0xFEFC, "Arab"), (0xFF21, 0xFF5A, "Latn"), (0xFF66, 0xFF9D, "Kana"),
    (0x20000, 0x323AF, "Hani"),
)  # fmt: skip
_STARTS: Final = [start for start, _, _ in _RANGES]
_SAMPLE: Final = 4000
_LEAST_KANA: Final = 0.03  # of Japanese text at least so much is kana
DENSE: Final = frozenset({"Hans", "Hant", "Jpan", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"})
"""Scripts that put no spaces between words."""

RIGHT_TO_LEFT: Final = frozenset({"Arab", "Hebr", "Syrc", "Thaa"})

_ODD_WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f\W\d_][^\W\d_]*")
_WORDS_JUDGED: Final = 400


def _of(char: str) -> str | None:
    code = ord(char)
    at = bisect_right(_STARTS, code) - 1
    if at < 0:
        return None
    _, end, name = _RANGES[at]
    return name if code <= end and char.isalpha() else None


def _counts(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for char, count in Counter(text).items():
        name = _of(char)
        if name:
            found[name] += count
    return found


def of_text(paragraphs: Sequence[str]) -> str | None:
    """The ISO 15924 code of the script that most of the text's letters are in; None without letters.

    Japanese (Jpan) is told from Chinese by its kana, simplified (Hans) from traditional characters (Hant) by which of the two
    national character sets holds more of the text.
    """
    letters = _sampled(paragraphs)
    if letters.isascii():
        return "Latn" if any(char.isalpha() for char in letters) else None
    counts = _counts(letters)
    if not counts:
        return None
    kana = counts["Kana"]
    east = counts["Hani"] + kana
    counts["Hani"], counts["Kana"] = east, 0  # one writing
    name = max(counts, key=lambda one: counts[one])
    if name == "Hang":
        return "Kore"
    if name != "Hani":
        return name
    return "Jpan" if kana > _LEAST_KANA * east else _chinese(letters)


def _sampled(paragraphs: Sequence[str]) -> str:
    """The beginning of each paragraph, so that a foreign quotation at the top does not speak for all."""
    each = max(80, _SAMPLE // max(1, len(paragraphs)))
    return "".join(one[:each] for one in paragraphs)[: 2 * _SAMPLE]


def _chinese(text: str) -> str:
    simplified = traditional = 0
    for char in set(text):
        if _of(char) == "Hani":
            here, there = _holds("gb2312", char), _holds("big5", char)
            simplified += here and not there
            traditional += there and not here
    return "Hant" if traditional > simplified else "Hans"


def is_han(char: str) -> bool | None:
    """Whether a Chinese character is one in use: in the national set of China, Taiwan or Japan. None for any other letter."""
    if _of(char) != "Hani":
        return None
    return any(_holds(charset, char) for charset in ("gb2312", "big5", "euc_jp"))


def _holds(charset: str, char: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def believable(text: str) -> bool:
    """Whether its words beyond ASCII can be words: what a wrong charset makes of bytes cannot.

    Not believed are Latin words of accented letters alone (Cyrillic read as windows-1252), words of two alphabets (accents read
    as Cyrillic), small letters followed by capitals (one Cyrillic charset read as another), and single Chinese characters within
    Latin words. Each must hold for a good part of the words beyond ASCII.
    """
    judged = accented = mixed = turned = 0
    for found in _ODD_WORD.finditer(text):
        word = found[0]
        judged += 1
        if judged > _WORDS_JUDGED:
            break
        scripts = {name for char in word if (name := _of(char))}
        if scripts == {"Latn"}:
            accented += len(word) > 2 and sum(not char.isascii() for char in word) >= 0.7 * len(word)
        elif len(scripts) > 1:
            foreign = sum(_of(char) != "Latn" for char in word)
            mixed += not scripts & {"Hani", "Kana", "Hang", "Thai"} or (foreign == 1 and len(word) > 2)
        elif len(word) > 2:
            turned += word[0].islower() and word[1:].isupper()
    least = max(2, judged // 3)
    return not (accented >= least or mixed >= least or turned >= least)
