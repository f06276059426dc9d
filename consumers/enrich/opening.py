"""The dateline that a body opens with: "CITY (Agency) —", "CITY, Nov. 3 —", "CITY:"."""

from typing import Final, NamedTuple

from consumers.enrich.gazetteer import lookup
from consumers.enrich.text import Paragraph, Token

_ENDS: Final = frozenset(("—", "–", "--", "-", ":"))
_BETWEEN: Final = frozenset(",()/.")
_LAST_PARAGRAPH: Final = 3
_LONGEST_PLACE: Final = 4
_LONGEST_REST: Final = 10


class Opening(NamedTuple):
    """Tokens `[0, place)` name the place; the report begins at token `text`."""

    place: int
    text: int


def opening(paragraph: Paragraph) -> Opening | None:
    """The dateline of one of the first paragraphs, its place in capitals; None where there is none."""
    if paragraph.index > _LAST_PARAGRAPH or paragraph.is_shouted:
        return None
    tokens = paragraph.tokens
    place = 0
    while (
        place < min(len(tokens), _LONGEST_PLACE)
        and tokens[place].text.isupper()
        and tokens[place].text.isalpha()
        and len(tokens[place].text) > 1
    ):
        place += 1
    if not place or place == len(tokens):
        return None
    at = place
    while at < min(place + _LONGEST_REST, len(tokens)) and _may_stand_between(tokens[at]):
        at += 1
    if at == len(tokens) or tokens[at].text not in _ENDS:
        return None
    if tokens[at].text == ":" and not lookup(" ".join(token.text for token in tokens[:place]).title()):
        return None
    return Opening(place, at + 1)


def _may_stand_between(token: Token) -> bool:
    """A wider place, a date, an agency: capitals, numbers, commas, parentheses."""
    return token.is_capitalised or token.text[0].isdigit() or token.text in _BETWEEN


def text_begin(paragraph: Paragraph, filed: str | None) -> int:
    """The token at which a paragraph's own text begins. `filed` is the body's dateline as printed, if it is known."""
    if filed and not paragraph.index and paragraph.text.startswith(filed):
        return next(
            (at for at, token in enumerate(paragraph.tokens) if token.start >= len(filed)),
            len(paragraph.tokens),
        )
    found = opening(paragraph)
    return found.text if found else 0


def without_dateline(paragraph: Paragraph, filed: str | None) -> Paragraph:
    """The paragraph from where its own text begins; itself where that is the beginning, or nowhere."""
    begin = text_begin(paragraph, filed)
    if not 0 < begin < len(paragraph.tokens):
        return paragraph
    return Paragraph(paragraph.index, paragraph.text[paragraph.tokens[begin].start :])
