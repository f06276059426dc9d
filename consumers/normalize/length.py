"""How long a text is: words, and minutes of reading."""

import math
import re
from collections.abc import Iterable
from typing import Final

# Silent reading of an adult: 238 words a minute in English (Brysbaert 2019); for Chinese and Japanese about 500 characters.
_WORDS_A_MINUTE: Final = 238
_SIGNS_A_MINUTE: Final = 500
# Scripts that put no spaces between words: each sign counts.
_SIGN = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]"
)
_WORD = re.compile(r"[^\W_]+(?:['’\-.,][^\W_]+)*")


def measured(paragraphs: Iterable[str]) -> tuple[int, int]:
    """Words (in scripts without spaces, signs) and minutes of reading, at least one where there is any word."""
    signs = spaced = 0
    for text in paragraphs:
        if text.isascii():
            spaced += len(_WORD.findall(text))
            continue
        here = len(_SIGN.findall(text))
        signs += here
        spaced += len(_WORD.findall(_SIGN.sub(" ", text) if here else text))
    minutes = spaced / _WORDS_A_MINUTE + signs / _SIGNS_A_MINUTE
    return spaced + signs, max(1, math.ceil(minutes - 0.5)) if spaced + signs else 0
