"""The headline that goes before the title given out for sharing (og:title), and why it does."""

import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote

from consumers.normalize.evidence import Candidate
from consumers.normalize.shown import Shown
from consumers.normalize.strings import squash, words
from consumers.normalize.titles import OWN_NAMES

_SHARED = "meta:og:title"
_STATED = "json-ld:headline"
_WINDOW = "html:title"
_OWN = frozenset(f"meta:{name}" for name in OWN_NAMES)
_SEPARATORS = ":|–—-·"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "'": "", "’": ""})
_MIN_OLD = 2  # words of the address


def rival(
    headings: Sequence[Shown], stated: Sequence[Candidate[str]], url: str, alternatives: Sequence[str]
) -> str:
    """The key of the headline that goes before og:title; empty if there is none."""
    shared = next((one.value for one in stated if one.source == _SHARED), "")
    said = {one.source: squash(one.value) for one in reversed(stated)}
    own = said.get(_STATED, "")
    if not shared or own == squash(shared):
        return ""
    spoken = next((one.value for one in stated if one.source == _STATED), "")
    heads = [squash(one.text) for one in headings]
    return (
        _outvoted(squash(shared), heads, stated)
        or _told_apart(squash(shared), own, alternatives)
        or (own if own in heads and said.get(_WINDOW) == own and _outdated(shared, spoken, url) else "")
        or _added(shared, headings[:1])
    )


def _outvoted(key: str, heads: Sequence[str], stated: Sequence[Candidate[str]]) -> str:
    """What JSON-LD and the title element share, where nobody says the title given out: the h1 says a third headline, or
    says theirs and so does a name that only the outlet's own systems read."""
    said = {
        source: squash(one.value) for source in (_STATED, _WINDOW) for one in stated if one.source == source
    }
    own = said.get(_STATED, "")
    if not own or said.get(_WINDOW) != own or not heads or key in heads:
        return ""
    read = any(one.source in _OWN and squash(one.value) == own for one in stated)
    return own if read or own not in heads else ""


def _told_apart(key: str, own: str, alternatives: Sequence[str]) -> str:
    """JSON-LD's headline, where it also names an alternative one and the title given out is neither: data that tell the two
    apart (schema.org has a property for each) say which one is the headline."""
    if not own or not alternatives or own in key or key in own:
        return ""
    return own if not {key, own} & set(map(squash, alternatives)) else ""


def _outdated(shared: str, own: str, url: str) -> bool:
    """Whether the page's address, which keeps the words of the first publication, has words of the title given out and none
    of those that h1, JSON-LD and title element now say instead: then it was not rewritten with them."""
    address = _folded(unquote(url.split("?")[0]))
    before, now = _folded(shared), _folded(own)
    return len((before - now) & address) >= _MIN_OLD and not (now - before) & address


def _folded(text: str) -> set[str]:
    """Its words as addresses spell them: without case, marks and apostrophes."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_UMLAUTS))
    return set(words("".join(sign for sign in plain if not unicodedata.combining(sign))))


def _added(shared: str, headings: Sequence[Shown]) -> str:
    """The h1 that is all of the title given out but for a part before it, which the page does not show beside the h1, as it
    shows a kicker: that part was put there for those who meet the title elsewhere."""
    for heading in headings:
        before = shared.removesuffix(heading.text).rstrip()
        part = before.rstrip(_SEPARATORS + " ")
        if before != shared and part and part != before and len(words(heading.text)) > 1:
            return squash(heading.text) if squash(part) not in squash(heading.around) else ""
    return ""
