"""Mentions by role: "the US president" is one more mention of the only president whom the article has named.

Only singular, definite phrases behind the place where the role was given; "the former president" and "the president of
the club" may be someone else and are left alone.
"""

from collections.abc import Sequence
from typing import Final

from consumers.enrich import lexicon as lex
from consumers.enrich.roles import Cast
from consumers.enrich.text import Paragraph, Token
from schemas.records import Mention

_LONGEST: Final = 4
_OTHERS: Final = lex.words(
    "former late next new old previous then acting future other second last outgoing vice deputy"
)
_COMPLEMENTS: Final = lex.words("of for who whose and or in at from")
# too common to point at one person by themselves
_VAGUE: Final = lex.words(
    "man woman member fan friend star user source critic student teacher parent victim resident worker"
)


def references(paragraphs: Sequence[Paragraph], cast: Cast) -> dict[int, list[Mention]]:
    """Mentions by the cluster's number, in the order of the text."""
    found: dict[int, list[Mention]] = {}
    for paragraph in paragraphs:
        tokens = paragraph.tokens
        for begin, token in enumerate(tokens):
            if token.text not in ("the", "The"):
                continue
            end = _role_end(tokens, begin)
            if end is None:
                continue
            number = cast.holder(tokens[end - 1].text.lower(), (paragraph.index, begin))
            if number is not None:
                start, stop = token.start, tokens[end - 1].end
                found.setdefault(number, []).append(
                    Mention(paragraph=paragraph.index, start=start, end=stop, text=paragraph.text[start:stop])
                )
    return found


def _role_end(tokens: Sequence[Token], begin: int) -> int | None:
    """The token after "the (modifiers) role", if nothing behind it makes it another phrase."""
    for at in range(begin + 1, min(begin + _LONGEST, len(tokens))):
        word = tokens[at].text
        lowered = word.lower()
        if not tokens[at].is_word or lowered in _OTHERS:
            return None
        if word in lex.ROLE_HEADS and not lowered.endswith("s") and lowered not in _VAGUE:
            after = tokens[at + 1] if at + 1 < len(tokens) else None
            if after is None or not (
                after.is_capitalised or after.text in _COMPLEMENTS or after.text.lower() in lex.ROLE_HEADS
            ):
                return at + 1
            return None
    return None
