"""What acronyms stand for, by the article's own words."""

from collections.abc import Iterator, Sequence
from typing import Final

from consumers.enrich.text import Paragraph

FILLERS: Final = frozenset(("of", "the", "for", "and", "on", "in", "at", "to", "&", "de", "du", "des", "The"))
_LONGEST: Final = 8


def stands_for(acronym: str, name: Sequence[str]) -> bool:
    """Whether the letters are the name's initials: small words in or out, numbers whole, hyphenated parts apart."""
    words = [word for word in name if word[0].isalnum()]
    content = [word for word in words if word not in FILLERS]
    readings = (
        [word[0] for word in content],
        [word if word.isdigit() else word[0] for word in content],
        [word if word.isdigit() else word[0] for word in words],
        [part[0] for word in content for part in word.split("-") if part[:1].isupper()],
    )
    return any("".join(letters).upper() == acronym.upper() for letters in readings)


def definitions(paragraph: Paragraph) -> Iterator[tuple[str, int, int]]:
    """ "Name of It (NOI)": the acronym and the tokens `[begin, end)` of its name."""
    tokens = paragraph.tokens
    for at in range(2, len(tokens) - 1):
        acronym = tokens[at].text
        if not (acronym.isupper() and 1 < len(acronym) <= _LONGEST):
            continue
        if tokens[at - 1].text != "(" or tokens[at + 1].text != ")":
            continue
        for size in range(2, min(len(acronym) + 4, at)):
            begin = at - 1 - size
            name = [token.text for token in tokens[begin : at - 1]]
            if any(not word[0].isalnum() and word not in ("-", "&", ",", "'s", "’s") for word in name):
                break
            if name[0][0].isupper() and stands_for(acronym, name):
                yield acronym, begin, at - 1
                break
