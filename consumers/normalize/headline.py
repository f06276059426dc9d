"""The headline: what the page shows as such, without the site's name and section suffixes."""

import re
from collections.abc import Sequence

from consumers.normalize.evidence import Candidate
from consumers.normalize.jsonld import strings
from consumers.normalize.page import Page
from consumers.normalize.rivals import rival
from consumers.normalize.shown import h1s
from consumers.normalize.strings import plain, squash, words
from consumers.normalize.titles import OWN_NAMES, agree, agreed, borne_out, broken_off, spelled

_METAS = ("twitter:title", *OWN_NAMES)
_SEPARATOR = re.compile(r"\s+[|–—‒―•·»›:-]{1,2}\s+|\s*\|\s*|\s[»›]\s*|\s::\s")
_MAX = 400
_MAX_STATED = 1000


def _names_site(piece: str, keys: set[str]) -> bool:
    """Whether a title's last part is one of the names, or one of them with a word after it ("CBC" and "CBC News")."""
    key = squash(piece)
    return key in keys or (
        len(words(piece)) <= 2 and any(len(one) > 2 and key.startswith(one) for one in keys)
    )


def without_site(text: str, names: Sequence[str]) -> str:
    """The title without a first or last part that names the site or one of the given names."""
    keys = {squash(name) for name in names if name}
    pieces = _SEPARATOR.split(text)
    if len(pieces) < 2:
        return text
    separators = list(_SEPARATOR.finditer(text))
    while len(pieces) > 1 and _names_site(pieces[-1], keys):
        pieces.pop()
        text = text[: separators.pop().start()]
    if len(pieces) > 1 and squash(pieces[0]) in keys:
        text = text[separators[0].end() :]
    return text.strip()


def site_names(page: Page) -> list[str]:
    """What the site calls itself, and its host's name."""
    names = [
        text
        for text, _ in page.meta(
            "og:site_name", "application-name", "publisher", "twitter:domain", "al:iphone:app_name"
        )
    ]
    publisher = page.graph.resolve(page.article.get("publisher"))
    names += strings(publisher)
    for node in page.graph.of_type("WebSite", "NewsMediaOrganization", "Organization"):
        names += strings(node.get("name"))
    host = page.document.url.split("/")[2].removeprefix("www.") if page.document.url.count("/") > 2 else ""
    names += [host, host.rsplit(".", 1)[0]] if host else []
    return [name for name in names if len(name) < 60]


def _stated(page: Page, names: Sequence[str]) -> list[tuple[str, str]]:
    """(text, source) of every title that the page's data give."""
    found = [(text, f"meta:{name}") for text, name in page.meta("og:title")]
    found += list(page.stated("headline", most=1))
    if not any(source.endswith(":headline") for _, source in found):
        found += [one for one in page.stated("name", most=1) if squash(one[0]) not in map(squash, names)]
    found += [(text, f"meta:{name}") for text, name in page.meta(*_METAS)]
    found += [(page.title, "html:title")] if page.title else []
    hint = page.document.hints.get("title")
    found += [(plain(hint), "feed:title")] if hint else []
    return [(text, source) for text, source in found if len(text) <= _MAX_STATED]


def candidates(page: Page) -> list[Candidate[str]]:
    """In the order of trust: what the publisher gives out as the title (og:title), as far as the page bears it out; then
    the h1 that the metadata bear out; then the rest.

    A title given out is not the headline when the page's data call it the alternative one, when it carries the site's name
    while h1 and JSON-LD agree on another, when it breaks off where the h1 goes on, or when another goes before it (see
    `rival`). Of the chosen words, the spelling of the most places counts.
    """
    names = site_names(page)
    site = {squash(name) for name in names}
    headings = [one for one in h1s(page) if squash(one.text) not in site]
    shown = [Candidate(one.text, "html:h1") for one in headings]
    raw = _stated(page, names)
    stated = [Candidate(without_site(text, names), source) for text, source in raw]
    named = {source for text, source in raw if without_site(text, names) != text}
    heads = {squash(one.value) for one in shown}
    stated = [
        one
        if squash(one.value) in heads
        else Candidate(_without_tail(one.value, [*shown, *stated]), one.source)
        for one in stated
    ]
    other = rival(
        headings, stated, page.document.url, [text for text, _ in page.stated("alternativeHeadline")]
    )
    alternatives = {squash(text) for text, _ in page.stated("alternativeHeadline", "alternateName")}
    both = agreed(shown, stated)
    given: list[Candidate[str]] = []
    rest: list[Candidate[str]] = []
    for one in stated:
        first = one.source == "meta:og:title" and not (
            other
            or broken_off(one.value, shown)
            or (
                both
                and (squash(one.value) in alternatives or one.source in named)
                and squash(one.value) != both
            )
        )
        (given if first and borne_out(one, [*shown, *stated], site) else rest).append(one)
    agreeing = [one for one in shown if any(agree(squash(one.value), squash(said.value)) for said in stated)]
    others_shown = [one for one in shown if one not in agreeing]
    winning = [one for one in (*stated, *shown) if other and squash(one.value) == other]
    ranked = dict.fromkeys((*given, *winning, *agreeing, *rest, *others_shown))
    usable = [one for one in ranked if 0 < len(one.value) <= _MAX]
    return list(dict.fromkeys((spelled(usable[0], usable), *usable))) if usable else []


def _without_tail(text: str, others: Sequence[Candidate[str]]) -> str:
    """The title without what follows a separator, if what stands before it is all that another place says."""
    keys = {squash(one.value) for one in others if one.value != text}
    for separator in _SEPARATOR.finditer(text):
        if squash(text[: separator.start()]) in keys:
            return text[: separator.start()].strip()
    return text
