"""Titles that places give, held against each other: which agree, which breaks off, whose spelling counts."""

from collections import Counter
from collections.abc import Sequence

from consumers.normalize.evidence import Candidate
from consumers.normalize.strings import squash, words

_SHARED = "meta:og:title"
_STATED = "json-ld:headline"
_WINDOW = "html:title"
_SHOWN = "html:h1"
OWN_NAMES = (
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "citation_title",
    "headline",
    "title",
)
"""Of meta elements that only an outlet's own systems read; those of networks ("twitter:title") repeat og:title."""


def agreed(shown: Sequence[Candidate[str]], stated: Sequence[Candidate[str]]) -> str:
    """The key of a headline that both an h1 and JSON-LD give; empty if there is none."""
    heads = {squash(one.value) for one in shown}
    return next(
        (key for one in stated if one.source == _STATED and (key := squash(one.value)) in heads),
        "",
    )


def broken_off(text: str, shown: Sequence[Candidate[str]]) -> bool:
    """Whether an h1 goes on where the text breaks off: at an ellipsis, or at a quotation mark that ended the attribute."""
    bare = text.rstrip(" .…")
    for one in shown:
        rest = one.value[len(bare) :].lstrip() if one.value.startswith(bare) else ""
        if rest and (
            (bare != text.rstrip() and text.rstrip().endswith(("…", "..."))) or rest.startswith(('"', "'"))
        ):
            return True
    return False


def borne_out(one: Candidate[str], others: Sequence[Candidate[str]], site: set[str]) -> bool:
    """Whether other places share a fair part of its words, and it is not the site's name; if none says anything, it is."""
    elsewhere = {word for other in others if other.source != one.source for word in words(other.value)}
    said = words(one.value)
    shared = [word for word in said if word in elsewhere]
    enough = len(shared) * 2 >= len(said) or sum(len(word) > 4 for word in shared) >= 2
    return (not elsewhere or enough) and squash(one.value) not in site


def agree(one: str, other: str) -> bool:
    """Whether one says the other, or most of it."""
    if not one or not other:
        return False
    short, long = sorted((one, other), key=len)
    return short in long and len(short) * 2 > len(long)


def spelled(one: Candidate[str], others: Sequence[Candidate[str]]) -> Candidate[str]:
    """The same words as most of h1, JSON-LD, title element and og:title spell them; as it is where that is undecided."""
    key = squash(one.value)
    first: dict[str, str] = {}
    for other in (one, *others):
        if other.source in {_SHARED, _STATED, _WINDOW, _SHOWN} and squash(other.value) == key:
            first.setdefault(other.source, other.value)
    votes = Counter(first.values())
    spelling, count = votes.most_common(1)[0] if votes else (one.value, 0)
    if count <= votes[one.value]:
        return one
    return Candidate(
        spelling, f"{one.source}, spelled as in {next(at for at in first if first[at] == spelling)}"
    )
