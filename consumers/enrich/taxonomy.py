"""IPTC Media Topics as data: the subjects that articles are filed under, and the words that speak for each.

Codes, names and hierarchy are IPTC's: all of the first two levels, and what the news names most of the third. Descriptions
and words are this project's own (topics.toml, sections.toml).
"""

import tomllib
from collections import defaultdict
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import msgspec

from consumers.enrich.lemmas import lemma

RELEASE: Final = "2025-03-31"
_URI: Final = "http://cv.iptc.org/newscodes/mediatopic/"
_STRENGTHS: Final = {"!": 1.0, "~": 0.2}
_PLAIN: Final = 0.5
_KNOWN: Final = 100_000

Term = tuple[str, ...]
Begun = tuple[tuple[Term, tuple[tuple[str, float], ...]], ...]


class Subject(msgspec.Struct, frozen=True):
    """One Media Topic. `words` maps terms (tuples of lemmas, or of words as they stand) to their strength, 0 to 1."""

    code: str
    name: str
    broader: str | None
    about: str
    words: dict[Term, float]

    @property
    def qcode(self) -> str:
        """The code as NewsML and ninjs write it."""
        return f"medtop:{self.code}"

    @property
    def uri(self) -> str:
        """The concept's address at IPTC."""
        return _URI + self.code


@cache
def subjects() -> dict[str, Subject]:
    """Every subject by its code, broader ones first. The words of a subject hold those of all narrower ones."""
    table = tomllib.loads(files(__package__).joinpath("topics.toml").read_text(encoding="utf-8"))
    words = {code: _terms(row["words"]) for code, row in table.items()}
    for code, own in list(words.items()):
        above = table[code].get("broader")
        while above:
            for term, strength in own.items():
                words[above][term] = max(strength, words[above].get(term, 0.0))
            above = table[above].get("broader")
    found = {
        code: Subject(code, row["name"], row.get("broader"), row["about"], words[code])
        for code, row in table.items()
    }
    return dict(sorted(found.items(), key=lambda pair: level(pair[0], found)))


def level(code: str, among: dict[str, Subject] | None = None) -> int:
    """1 for the seventeen top subjects, 2 and 3 below them."""
    broader = (among or subjects())[code].broader
    return 1 if broader is None else 1 + level(broader, among)


@cache
def narrower() -> dict[str | None, tuple[str, ...]]:
    """The codes right below each code; those of the top level below None."""
    below: defaultdict[str | None, list[str]] = defaultdict(list)
    for subject in subjects().values():
        below[subject.broader].append(subject.code)
    return {code: tuple(codes) for code, codes in below.items()}


@cache
def sections() -> dict[str, str]:
    """The top subject that a section's name stands for, by the name in lower case."""
    table = tomllib.loads(files(__package__).joinpath("sections.toml").read_text(encoding="utf-8"))
    return {
        name.strip(): code for code, names in table.items() for name in names.replace("\n", " ").split(",")
    }


@cache
def _begins() -> dict[str, Begun]:
    owners: defaultdict[Term, list[tuple[str, float]]] = defaultdict(list)
    for subject in subjects().values():
        for term, strength in subject.words.items():
            owners[term].append((subject.code, strength))
    begins: defaultdict[str, list[tuple[Term, tuple[tuple[str, float], ...]]]] = defaultdict(list)
    for term in sorted(owners, key=lambda term: (-len(term), term)):
        begins[term[0]].append((term, tuple(owners[term])))
    return {first: tuple(found) for first, found in begins.items()}


@lru_cache(maxsize=_KNOWN)
def begun(word: str) -> Begun:
    """The terms that a word of a text begins, by its lemma or as it stands, longest first, with their subjects."""
    listed = _begins()
    return tuple(found for form in dict.fromkeys(forms(word)) for found in listed.get(form, ()))


@lru_cache(maxsize=_KNOWN)
def forms(word: str) -> tuple[str, str]:
    """The two ways in which a word of a text may be listed: by its lemma, and as it stands."""
    return lemma(word, "en"), word


def _terms(text: str) -> dict[Term, float]:
    found: dict[Term, float] = {}
    for written in text.replace("\n", " ").split(","):
        term = written.strip()
        strength = _STRENGTHS.get(term[-1:], _PLAIN)
        words = term.rstrip("!~").split()
        found[tuple(word if word != word.lower() else lemma(word, "en") for word in words)] = strength
    return found
