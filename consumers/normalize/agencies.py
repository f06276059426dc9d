"""News agencies, by the names and signs under which outlets credit them; the list is in agencies.json.

There, `also` holds other names of the same agency, `general` marks words that credit agencies without saying which, and
`code: false` an agency whose short sign is a common word, so that only its other names count.
"""

import functools
import re
from importlib.resources import files
from typing import Final

import msgspec

from consumers.normalize.strings import clean

GENERAL: Final = "agencies"
_AROUND = " .,;:()[]/©–—-"
_PARTS = re.compile(r"\s*(?:[/,;|+&()\[\]]|(?<!\w)(?:and|und|et|y|e|en|og|och|with|mit|avec|con|via)\s)\s*")


class _Agency(msgspec.Struct, frozen=True):
    name: str
    also: tuple[str, ...] = ()
    general: bool = False
    code: bool = True


@functools.cache
def _names() -> dict[str, str]:
    """The agency's name by each name, case-folded."""
    listed = msgspec.json.decode(
        files(__package__).joinpath("agencies.json").read_bytes(), type=tuple[_Agency, ...]
    )
    table: dict[str, str] = {}
    for agency in listed:
        for name in (*((agency.name,) if agency.code else ()), *agency.also):
            table.setdefault(name.casefold(), GENERAL if agency.general else agency.name)
    return table


def named(text: str) -> str | None:
    """The agency that the whole text names, brackets and full stops aside; None if it names none."""
    key = clean(text).casefold().strip(_AROUND)
    table = _names()
    return table.get(key) or table.get(key.removeprefix("the "))


def credited(text: str) -> list[str]:
    """The agencies among the parts of a credit ("Jane Roe, dpa/lnw", "AFP, Reuters"), in order, each once."""
    whole = named(text)
    if whole:
        return [whole]
    found = (named(part) for part in _PARTS.split(clean(text).strip(_AROUND)))
    return list(dict.fromkeys(name for name in found if name))


@functools.cache
def at_end() -> re.Pattern[str]:
    """A credit that ends a text: "(dpa)", "(AFP, Reuters)", "– dpa", "/APA/", "dpa/lnw", with a sign of up to five letters
    for who edited it."""
    every = sorted(_names(), key=len, reverse=True)
    names = "|".join(re.escape(name) for name in every if len(name) > 2)
    sign = r"(?:\s*[/,;–-]\s*[\w-]{2,5})?"
    one = rf"(?:{names}){sign}"
    listed = rf"{one}(?:\s*(?:[/,;]|\band\b|\bund\b|\bet\b)\s*{one})*"
    return re.compile(
        rf"(?:[(\[](?:\w{{2,5}}/\s?)?(?P<bracketed>{listed})[)\]]|[–—]\s(?P<dashed>{listed})|/(?P<slashed>{names})/)[.\s]*$"
        rf"|^(?:\w{{2,5}}/\s?)?(?P<whole>{listed})[.\s]*$",
        re.IGNORECASE,
    )
