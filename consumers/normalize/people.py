"""Bylines split into people: without "By", agencies, job titles, addresses and the site's own name."""

import re
from collections.abc import Iterable, Sequence

from consumers.normalize import agencies
from consumers.normalize.naming import eastern, set_in_capitals, without_titles
from consumers.normalize.strings import clean, squash, words
from consumers.normalize.vocabulary import AND, BYLINE, JOBS, NOBODY, PARTICLES, RANKS, leading

_BY = leading(BYLINE)
_AND = rf"(?:{'|'.join(AND)})\s"
_SPLIT_CAPITALS = re.compile(r"\s+(?:AND|UND|ET|Y|OG|OCH|WITH|MIT|AVEC|CON)\s+")
_SPLIT = re.compile(rf"\s*(?:[,;|•·/&＆،、+]\s*(?:{_AND})?|\s{_AND}|\n)\s*")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|(?<!\w)@\w+|\(.*?\)|\[.*?\]")
_EDITED = re.compile(
    r"[;.,|]?\s*\b(?:(?:additional |with )?(?:reporting|research|editing|writing|translation|photographs?|video)|edited|translated|compiled|"
    r"photos?|fotos?|mitarbeit|redigatur|übersetz\w+|traducción|traduction|traduzione)\s*(?:by|von|de|di|par|:)\s.*$|\bcontributed to this\b.*$",
    re.IGNORECASE,
)
_STARTS_EDITED = re.compile(r"^\s*(?:reporting|written|photos?|translated|edited)\s+by\b", re.IGNORECASE)
# "Jane Roe in Berlin", "Jane Roe for The Paper": what follows two or more words of a name.
_WHENCE = re.compile(r"^(\S+\s+\S.*?)\s+(?:in|aus|from|for|für|à|desde|uit|près|bei|at)\s+[^\Wa-zß-ÿ].*$")
_PROMPT = re.compile(
    r"\b(?:e-?mail|contact|follow|message)\s+(?:the\s+)?(?:author|writer|reporter|me)\b|\b(?:follow|folgen)\b(?:\s+\S+)?\s+(?:on|auf)\s+\S+"
    r"|\b(?:view|see|read|more)\s+(?:all\s+|more\s+)?(?:posts|articles|stories|bio|profile|from|by)\b.*$|\b(?:author|full) (?:bio|profile)\b|(?:Follow|Folgen|Seguir|Suivre|Segui)$",
    re.IGNORECASE,
)
_SHORT_NAME = re.compile(r"^[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,5}$")
_SIGN = re.compile(r"^[^\Wa-zß-ÿ_]{2,5}$")  # an abbreviation in capitals
_CALLED = re.compile(
    r"^(?:本報|本报)?(?:記者|记者|作者|撰文|文)[\s/／:：]*(?=\w{2,4}$)|\s*(?:記者|记者|기자|特派員|特派员|論説委員)$"
)
_MAX_BYLINE = 1_000  # characters; no byline is as long, and broken metadata is
_MAX_NAME_WORDS = 6
_EDGES = " .:-–—"
_MAX_NAME = 60


def is_agency(name: str) -> bool:
    """Whether the credit is a news agency's."""
    return agencies.named(name) is not None


def _bare(name: str) -> str:
    """The name without where it was written, and without a job after it ("Jane Roe Chief Political Correspondent"); nothing
    of what is a job alone."""
    name = _CALLED.sub("", name)
    whence = _WHENCE.match(name)
    if whence:
        name = whence[1]
    job = JOBS.search(name)
    if job is None:
        return name
    other = [word for word in JOBS.sub(" ", name).casefold().split() if word not in RANKS]
    if not other:
        return ""
    before = name[: job.start()].split()
    while before and before[-1].casefold().strip(",") in RANKS:
        before.pop()
    return " ".join(before) if len(before) >= 2 else name


def _without_whereabouts(names: Sequence[str]) -> list[str]:
    """Names without the outlet and the place that follow a person ("Jane Roe, BBC News, Paris")."""
    if len(names) < 2 or not looks_like_person(names[0], capitals=True):
        return list(names)
    return [
        name
        for name in names
        if not (len(name.split()) == 1 and name.isascii())
        and not (not name.isupper() and any(_SIGN.match(word) for word in name.split()))
    ]


def split(byline: str) -> list[str]:
    """The names in a byline, in order: without "By", addresses, places, jobs, and who edited, translated or took pictures."""
    if named := eastern(clean(byline[:_MAX_BYLINE])):
        return list(named)
    text = clean(_PROMPT.sub(" ", _ADDRESS.sub(" ", byline[:_MAX_BYLINE])))
    if not _STARTS_EDITED.match(text):
        text = _EDITED.sub("", text)
    previous = None
    while previous != text:
        previous, text = text, _BY.sub("", text) if " " in text else text
    text = _EDITED.sub("", text)
    if text.isupper():
        text = _SPLIT_CAPITALS.sub(", ", text)
    names = (clean(part).strip(_EDGES) for part in _SPLIT.split(text))
    bare = (set_in_capitals(without_titles(_bare(name).strip(_EDGES))) for name in names if name)
    return _without_whereabouts([name for name in bare if name])


def inverted(text: str) -> str:
    """A name written as catalogues do, "Roe, Jane", the right way round; any other text as it is."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 2 and all(0 < len(part.split()) <= 3 and part[0].isupper() for part in parts):
        return f"{parts[1]} {parts[0]}"
    return text


def is_name(name: str) -> bool:
    """Whether it can be a person's or a desk's name: short, no digits, no address, not a sentence."""
    return (
        1 < len(name) <= _MAX_NAME
        and 0 < len(words(name)) <= _MAX_NAME_WORDS
        and not any(char.isdigit() for char in name)
        and not re.search(r"https?:|www\.|[@_<>{}=]", name)
        and name[-1] not in "!?"
        and name.casefold() not in NOBODY
    )


def is_short_name(name: str) -> bool:
    """Whether it can be a name in Chinese, Japanese or Korean, which are written in one word of two to five signs."""
    return _SHORT_NAME.match(name) is not None


def looks_like_person(name: str, *, capitals: bool = False) -> bool:
    """Two to four words that begin with capitals (or letters of a script without them), none of them a job; all in capitals
    only if `capitals` says that names may be so written there."""
    parts = name.split()
    return (
        2 <= len(parts) <= 4
        and is_name(name)
        and (capitals or not name.isupper())
        and not JOBS.search(name)
        and all(part[0].isupper() or not part[0].isascii() or part in PARTICLES for part in parts)
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
