"""The headline: what the page shows as such, without the site's name and section suffixes."""

import re
from collections.abc import Sequence

from consumers.normalize.dom import finder, marks, text_of
from consumers.normalize.evidence import Candidate
from consumers.normalize.jsonld import strings
from consumers.normalize.page import Page
from consumers.normalize.strings import plain, squash, words

_H1 = finder("//h1")
_HEADLINE_MARK = re.compile(r"headline|heading|title|entry|article|story|post|content")
_NOT_HEADLINE_MARK = re.compile(
    r"logo|brand|site-?(?:name|title)|masthead|visually-?hidden|sr-only|related|nav|footer|widget|cookie|modal"
)
_SEPARATOR = re.compile(r"\s+[|–—‒―•·»›:-]{1,2}\s+|\s*[|»›]\s*|\s::\s")
_MAX = 400
_MAX_STATED = 1000


def _h1s(page: Page) -> list[Candidate[str]]:
    found: list[tuple[int, Candidate[str]]] = []
    for element in _H1(page.tree)[:30]:
        text = text_of(element)
        if not 1 < len(text) <= _MAX:
            continue
        names = marks(element) + " " + (marks(element.getparent()) if element.getparent() is not None else "")
        score = (
            bool(_HEADLINE_MARK.search(names))
            - 2 * bool(_NOT_HEADLINE_MARK.search(names))
            + 2 * ("headline" in names)
        )
        score += 2 * any(ancestor.tag in {"article", "main"} for ancestor in element.iterancestors())
        score += 2 * (element.get("itemprop") == "headline")
        found.append((score, Candidate(text, "html:h1")))
    return [candidate for _, candidate in sorted(found, key=lambda pair: -pair[0])]


def without_site(text: str, names: Sequence[str]) -> str:
    """The title without a first or last part that names the site or one of the given names."""
    keys = {squash(name) for name in names if name}
    pieces = _SEPARATOR.split(text)
    if len(pieces) < 2:
        return text
    separators = list(_SEPARATOR.finditer(text))
    while len(pieces) > 1 and squash(pieces[-1]) in keys:
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


def candidates(page: Page) -> list[Candidate[str]]:
    """In the order of trust: what the publisher gives out as the title, as far as the page bears it out; then the h1 that
    the metadata bears out; then the rest."""
    names = site_names(page)
    site = {squash(name) for name in names}
    shown = [one for one in _h1s(page) if squash(one.value) not in site]
    stated = [Candidate(text, f"meta:{name}") for text, name in page.meta("og:title")]
    stated += [Candidate(text, "json-ld:headline") for text in strings(page.article.get("headline"))[:1]]
    stated += [Candidate(text, f"meta:{name}") for text, name in page.meta("twitter:title", "dc.title")]
    stated += [Candidate(page.title, "html:title")] if page.title else []
    hint = page.document.hints.get("title")
    stated += [Candidate(plain(hint), "feed:title")] if hint else []
    stated = [
        Candidate(without_site(one.value, names), one.source)
        for one in stated
        if len(one.value) <= _MAX_STATED
    ]
    stated = [Candidate(_without_tail(one.value, [*shown, *stated]), one.source) for one in stated]
    given: list[Candidate[str]] = []
    rest: list[Candidate[str]] = []
    for one in stated:
        others = {
            word for other in (*shown, *stated) if other.source != one.source for word in words(other.value)
        }
        said = words(one.value)
        borne_out = sum(word in others for word in said) * 2 >= len(said) and squash(one.value) not in site
        (given if one.source == "meta:og:title" and (borne_out or not others) else rest).append(one)
    agreeing = [
        one for one in shown if any(_agree(squash(one.value), squash(other.value)) for other in stated)
    ]
    others_shown = [one for one in shown if one not in agreeing]
    return [one for one in (*given, *agreeing, *rest, *others_shown) if 0 < len(one.value) <= _MAX]


def _without_tail(text: str, others: Sequence[Candidate[str]]) -> str:
    """The title without what follows a separator, if what stands before it is all that another place says."""
    keys = {squash(one.value) for one in others if one.value != text}
    for separator in _SEPARATOR.finditer(text):
        if squash(text[: separator.start()]) in keys:
            return text[: separator.start()].strip()
    return text


def _agree(one: str, other: str) -> bool:
    """Whether one says the other, or most of it."""
    if not one or not other:
        return False
    short, long = sorted((one, other), key=len)
    return short in long and len(short) * 2 > len(long)
