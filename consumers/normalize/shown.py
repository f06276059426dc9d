"""Headings that a page shows as its headline: each without the kicker inside it, and what stands around it."""

import re

import msgspec

from consumers.normalize.dom import Element, finder, marks, text_of
from consumers.normalize.page import Page
from consumers.normalize.strings import words

_H1 = finder("//h1")
_HEADLINE_MARK = re.compile(r"headline|heading|title|entry|article|story|post|content")
_NOT_HEADLINE_MARK = re.compile(
    r"logo|brand|site-?(?:name|title)|masthead|visually-?hidden|sr-only|related|nav|footer|widget|cookie|modal"
)
_KICKER = re.compile(
    r"kicker|overline|eyebrow|topline|dachzeile|roof|overhead|supertitle|pre-?title|antetitulo|surtitre|occhiello|rubric|spitzmarke"
)
_AFTER_KICKER = " \t\n:|·•–—-/"
_MAX = 400
_MOST = 30
_LEVELS = 3  # how far up from the heading its kicker is looked for
_NEAR = 300  # signs before the heading


class Shown(msgspec.Struct, frozen=True):
    """A heading of the first level: its words without its kicker, and all text of it and just before it."""

    text: str
    around: str


def h1s(page: Page) -> list[Shown]:
    """The page's headings of the first level, the likeliest headline first."""
    found: list[tuple[int, Shown]] = []
    for element in _H1(page.tree)[:_MOST]:
        text = _without_kicker(element)
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
        found.append((score, Shown(text, _around(element))))
    return [shown for _, shown in sorted(found, key=lambda pair: -pair[0])]


def _around(heading: Element) -> str:
    """The heading's whole text, after the last text before it, a few levels up."""
    before = ""
    at: Element | None = heading
    for _ in range(_LEVELS):
        if at is None or at.tag == "body":
            break
        for sibling in at.itersiblings(preceding=True):
            if isinstance(sibling.tag, str) and sibling.tag not in {"script", "style"}:
                before = f"{text_of(sibling)[-_NEAR:]} {before}"
            if len(before) >= _NEAR:
                break
        at = at.getparent()
    return f"{before[-_NEAR:]} {text_of(heading)}"


def _without_kicker(heading: Element) -> str:
    """The heading's text without the kicker that stands inside it, in an element so named."""
    text = text_of(heading)
    for inner in heading.iterdescendants("span", "small", "strong", "div", "p", "b", "em"):
        if _KICKER.search(marks(inner)):
            kicker = text_of(inner)
            rest = text.removeprefix(kicker).lstrip(_AFTER_KICKER)
            if kicker and text.startswith(kicker) and len(words(rest)) > 1:
                return rest
    return text
