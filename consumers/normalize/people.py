"""Bylines split into people: without "By", agencies, job titles, addresses and the site's own name."""

import re
from collections.abc import Iterable

from consumers.normalize.strings import clean, squash, words
from consumers.normalize.vocabulary import AGENCIES, AND, BYLINE, leading

_BY = leading(BYLINE)
_SPLIT = re.compile(rf"\s*(?:[,;|•·/&＆،、]|\s(?:{'|'.join(AND)})\s|\n)\s*")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|(?<!\w)@\w+|\(.*?\)|\[.*?\]")
_MAX_NAME_WORDS = 6
_MAX_NAME = 60


def is_agency(name: str) -> bool:
    """Whether the credit is a news agency's."""
    return clean(name).casefold().strip(".") in AGENCIES


def split(byline: str) -> list[str]:
    """The names in a byline, in order."""
    text = clean(_ADDRESS.sub(" ", byline))
    previous = None
    while previous != text:
        previous, text = text, _BY.sub("", text) if " " in text else text
    return [name for name in (clean(part).strip(" .:-–—") for part in _SPLIT.split(text)) if name]


def is_name(name: str) -> bool:
    """Whether it can be a person's or a desk's name: short, no digits, no address, not a sentence."""
    return (
        1 < len(name) <= _MAX_NAME
        and 0 < len(words(name)) <= _MAX_NAME_WORDS
        and not any(char.isdigit() for char in name)
        and not re.search(r"https?:|www\.|[@_<>{}=]", name)
        and name[-1] not in "!?"
    )


def people(names: Iterable[str], not_people: Iterable[str] = ()) -> tuple[str, ...]:
    """Names without repetition, agencies and the names given as nobody's (the site's, the publisher's)."""
    nobody = {squash(one) for one in not_people}
    found: dict[str, str] = {}
    for name in names:
        key = squash(name)
        if is_name(name) and key not in nobody and not is_agency(name):
            found.setdefault(key, name)
    return tuple(found.values())
