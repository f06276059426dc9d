"""What is compared of an article when it may be a copy: its fingerprint, its headline, whom it credits and whom it names."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

import msgspec

from consumers.deduplicate.canonical import canonical_text
from consumers.deduplicate.fingerprint import Fingerprint, fingerprint
from schemas.records import Article

MOST_CREDITS: Final = 4
_WORD: Final = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_SPLIT: Final = re.compile(r"\s*(?:[,/;|&+]|\band\b|\bund\b|\bet\b|\by\b)\s*")
_FILED: Final = re.compile(r"^[^\W\d_][\w .,'’-]{1,40} \(([^()]{2,40})\)\s*[-–—:]")
_SECOND_LEVEL: Final = frozenset(["co", "com", "org", "net", "ac", "gov", "edu"])
_SHORTEST: Final = 4  # letters of a name that is looked for in running text, unless it is all capitals
_NAME_WORDS: Final = 3
_ENDS: Final = 2  # paragraphs at each end of a text in which an outlet credits another


class Profile(msgspec.Struct, frozen=True):
    """`credits` are names as credited; `names` are the capitalised words, in order, of byline, credit and the text's two ends,
    in lines; `hosts` are those that the text links to."""

    print: Fingerprint
    headline: str
    credits: tuple[str, ...]
    names: str
    hosts: frozenset[str]


def profile(article: Article) -> Profile:
    """Pure."""
    ends = [*article.paragraphs[:_ENDS], *article.paragraphs[_ENDS:][-_ENDS:]]
    lines = [*article.authors, article.credit or "", article.dateline.text if article.dateline else "", *ends]
    return Profile(
        print=fingerprint(article),
        headline=canonical_text(article.headline).casefold(),
        credits=credited(article),
        names="\n".join(" ".join(_capitals(line)) for line in lines if line),
        hosts=frozenset(_host(link.url) for link in article.links),
    )


def credited(article: Article) -> tuple[str, ...]:
    """Whom an article credits by its credit line and its dateline, as written, each once."""
    named = _SPLIT.split(article.credit) if article.credit else []
    if article.dateline and article.dateline.agency:
        named += _SPLIT.split(article.dateline.agency)
    elif article.paragraphs and (filed := _FILED.match(article.paragraphs[0])):
        named += _SPLIT.split(filed[1])
    kept = [name for name in dict.fromkeys(named) if name[:1].isupper() or name.isupper() or name.islower()]
    return tuple(name for name in kept if name)[:MOST_CREDITS]


def outlet_names(source: str, url: str) -> frozenset[str]:
    """What an outlet is called, in lower case without spaces: its source id, and the name in its host."""
    labels = _host(url).split(".")
    place = -3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else -2
    found = {_squeezed(source)} | ({_squeezed(labels[place])} if len(labels) >= -place else set())
    return frozenset(found - {""})


def is_named(credit: str, names: Iterable[str]) -> bool:
    """Whether a credit means the outlet: its first words, or the first letters of all of them, are one of its names."""
    words = [word.casefold() for word in _WORD.findall(credit)]
    if words[:1] == ["the"]:
        words = words[1:]
    begun = {_squeezed("".join(words[:count])) for count in range(1, len(words) + 1)}
    if len(words) > 1:
        begun.add("".join(word[0] for word in words))
    return not begun.isdisjoint(names)


def credits_outlet(mine: Profile, source: str, url: str) -> bool:
    """Whether an article says that it has something from that outlet: in a credit, its byline, a link, or the ends of its text."""
    names = outlet_names(source, url)
    if any(is_named(credit, names) for credit in mine.credits) or _host(url) in mine.hosts:
        return True
    for line in mine.names.split("\n"):
        words = line.split(" ")
        for start in range(len(words)):
            for count in range(1, _NAME_WORDS + 1):
                found = words[start : start + count]
                if _squeezed("".join(found).casefold()) in names and (
                    len("".join(found)) >= _SHORTEST or "".join(found).isupper()
                ):
                    return True
    return False


def _capitals(line: str) -> list[str]:
    return [word for word in _WORD.findall(line) if word[0].isupper()]


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()
