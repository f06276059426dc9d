"""A candidate for a name: a run of tokens with votes for its type."""

from collections import defaultdict
from typing import Final

from consumers.enrich.text import Paragraph, Token

PERSON: Final = "person"
ORGANIZATION: Final = "organization"
PLACE: Final = "place"
EVENT: Final = "event"
WORK: Final = "work"
TYPES: Final = (PERSON, ORGANIZATION, PLACE, EVENT, WORK)
# small words that may stand inside the name of an organization
SMALL: Final = frozenset(
    ("of", "for", "on", "at", "and", "the", "to", "between", "&", "in", "against", "with")
)


class Candidate:
    """Tokens `[begin, end)` of a paragraph as one name."""

    __slots__ = ("begin", "end", "full", "gender", "key", "paragraph", "ruled", "titles", "votes")

    def __init__(self, paragraph: Paragraph, begin: int, end: int, *, ruled: bool = False) -> None:
        self.paragraph = paragraph
        self.begin = begin
        self.end = end
        self.ruled = ruled
        self.votes: defaultdict[str, float] = defaultdict(float)
        self.titles: list[str] = []
        self.gender = 0.0
        self.key = tuple(map(plain, paragraph.tokens[begin:end]))

    @property
    def place(self) -> tuple[int, int]:
        return self.paragraph.index, self.begin

    def __repr__(self) -> str:
        return f"Candidate({' '.join(self.key)!r}, {dict(self.votes)})"


def plain(token: Token) -> str:
    """A token's text; shouted words of five letters and more as Titlecase."""
    text = token.text
    return text.title() if len(text) > 4 and text.isupper() and text.isalpha() else text


def opens_sentence(paragraph: Paragraph, at: int) -> bool:
    """Whether a token is the first of its sentence, an opening mark aside."""
    start = paragraph.tokens[at].start
    return any(begin <= start and start - begin <= 1 for begin, _ in paragraph.sentences)
