"""What the rules know of a language: words and patterns as data, one JSON file a language beside this one."""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Final

import msgspec

DEFAULT: Final = "en"


class Scale(msgspec.Struct, frozen=True):
    """Words that say the same in a harder and in a softer way."""

    hard: tuple[str, ...]
    soft: tuple[str, ...]


class Pack(msgspec.Struct, frozen=True):
    """A language's data, in lower case (but for words such as "May"). `*_notes` are regular expressions; numbers
    dates, times (as written) and units map to a common form; `unit_heads` stand before a unit as a figure does ("next week"),
    `counts` may stand in place of one ("a", "no"). `addressed_verbs` are followed by who is told, `no_speakers` are words of
    which none says who spoke. `dotted_ordinals`: a figure with a full stop ("3. März") ends no sentence."""

    nouns_capitalised: bool = True
    dotted_ordinals: bool = False
    abbreviations: frozenset[str] = frozenset()
    number_words: dict[str, str] = {}
    date_words: dict[str, str] = {}
    times: dict[str, str] = {}
    units: dict[str, str] = {}
    unit_heads: frozenset[str] = frozenset()
    counts: dict[str, str] = {}
    pronouns: frozenset[str] = frozenset()
    determiners: frozenset[str] = frozenset()
    attribution_verbs: frozenset[str] = frozenset()
    attribution_phrases: tuple[list[str], ...] = ()
    addressed_verbs: frozenset[str] = frozenset()
    no_speakers: frozenset[str] = frozenset()
    hedges: frozenset[str] = frozenset()
    intensifiers: frozenset[str] = frozenset()
    scales: tuple[Scale, ...] = ()
    correction_notes: tuple[str, ...] = ()
    update_notes: tuple[str, ...] = ()
    retraction_notes: tuple[str, ...] = ()


def pack(language: str | None) -> Pack:
    """The pack of a language tag ("en-GB" → en); of none, English; of one without a pack, an empty one."""
    return _load((language or DEFAULT).partition("-")[0].lower())


@cache
def _load(language: str) -> Pack:
    file = resources.files(__package__) / f"{language}.json"
    if not language.isalpha() or not file.is_file():
        return Pack()
    return msgspec.json.decode(file.read_bytes(), type=Pack)


def count(words: str, phrases: Iterable[str]) -> int:
    """How many of the phrases stand among words that are in lower case, with a space around each."""
    return sum(f" {phrase} " in words for phrase in phrases)


def padded(words: Iterable[str]) -> str:
    """Words as `count` takes them."""
    return f" {' '.join(words).lower()} "


def on_scale(before: Iterable[str], after: Iterable[str], language: Pack) -> int:
    """Above 0 where the words of `after` say in a harder way what those of `before` say, below 0 where in a softer one."""
    old, new = padded(before), padded(after)
    total = 0
    for scale in language.scales:
        if count(old, scale.hard) and count(new, scale.soft):
            total -= 1
        elif count(old, scale.soft) and count(new, scale.hard):
            total += 1
    return total


@cache
def any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for a pack's list; it matches nothing if the list is empty."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)", re.IGNORECASE)
