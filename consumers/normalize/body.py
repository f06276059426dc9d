"""The running text of a page: trafilatura finds it, own rules keep what belongs and put the rest in its own field."""

import re
from collections.abc import Iterator

import msgspec
import trafilatura
from trafilatura.metadata import Document as TrafilaturaDocument
from trafilatura.settings import Extractor

from consumers.normalize.dom import Element, drop, finder, inner_text, marks, text_of
from consumers.normalize.page import Page
from consumers.normalize.related import looks_like_headline
from consumers.normalize.strings import clean, squash, words
from consumers.normalize.vocabulary import CHROME
from schemas.records import PullQuote, RelatedLink

_CAPTIONS = finder("//figcaption | //*[contains(concat(' ', @class, ' '), ' wp-caption-text ')]")
_QUOTES = finder("//aside | //blockquote | //figure[.//blockquote] | //div[contains(@class, 'pull')]")
_PULL_MARK = re.compile(r"pull-?_?quote|pullout|quote--pull")
_UNSEEN = finder(
    "//script | //style | //noscript | //template | //svg | //iframe | //form | //button | //input | //select | //object"
)
_RELATED = finder("//aside | //div | //section | //ul | //p | //nav")
_RELATED_MARK = re.compile(
    r"(?:^|[\s_-])(?:related|read-?more|see-?also|recommended|more-?stories|embedded-?headline|inline-?link|further-?reading)(?:$|[\s_-])"
)
_MAX_RELATED_WORDS = 120
_MAX_QUOTE_WORDS = 90


class Body(msgspec.Struct, frozen=True):
    """What the body of a page holds, in order."""

    blocks: tuple[str, ...]
    captions: tuple[str, ...]
    pull_quotes: tuple[PullQuote, ...]
    related: tuple[RelatedLink, ...]


def _captions(tree: Element) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for element in _CAPTIONS(tree):
        if text := text_of(element):
            found.setdefault(text)
        drop(element)
    return tuple(found)


def _quote(element: Element) -> PullQuote | None:
    attribution = None
    for credit in element.iter("cite", "footer", "figcaption"):
        attribution = text_of(credit).lstrip("—–- ") or None
        drop(credit)
        break
    text = text_of(element)
    return PullQuote(text=text, attribution=attribution) if text else None


def _pull_quotes(tree: Element) -> tuple[PullQuote, ...]:
    found: list[PullQuote] = []
    for element in _QUOTES(tree):
        if element.getroottree().getroot() is not tree or not _PULL_MARK.search(marks(element)):
            continue
        if len(words(text_of(element))) <= _MAX_QUOTE_WORDS:
            quote = _quote(element)
            drop(element)
            if quote:
                found.append(quote)
    return tuple(found)


def _related(tree: Element) -> tuple[RelatedLink, ...]:
    found: list[RelatedLink] = []
    for element in _RELATED(tree):
        if element.getparent() is None or not _RELATED_MARK.search(marks(element)):
            continue
        if len(words(text_of(element))) > _MAX_RELATED_WORDS:
            continue
        found.extend(
            RelatedLink(headline=text, url=anchor.get("href"))
            for anchor in element.iter("a")
            if len(words(text := text_of(anchor))) > 2
        )
        drop(element)
    return tuple(found)


def _texts(element: Element) -> Iterator[str]:
    """The blocks under an element of trafilatura's output."""
    if element.tag == "list":
        for item in element.iter("item"):
            yield clean(inner_text(item, " "))
    elif element.tag == "table":
        for row in element.iter("row"):
            yield " | ".join(text for cell in row if (text := clean(inner_text(cell, " "))))
    elif element.tag == "quote" and len(element):
        if element.text and element.text.strip():
            yield clean(element.text)
        for child in element:
            yield from _texts(child)
    else:
        yield "\n".join(
            line for part in inner_text(element, breaks="lb").split("\n") if (line := clean(part))
        )


def extract(page: Page) -> Body:
    """Read the body. Takes the page's tree apart: nothing else may read it afterwards."""
    tree = page.tree
    quotes = _pull_quotes(tree)
    captions = _captions(tree)
    related = _related(tree)
    for element in _UNSEEN(tree):
        drop(element)
    options = Extractor(fast=True, comments=False, with_metadata=False, tables=True)
    found = trafilatura.bare_extraction(tree, options=options)
    blocks = (
        []
        if not isinstance(found, TrafilaturaDocument) or found.body is None
        else [text for child in found.body for text in _texts(child)]
    )
    kept = [text for text in blocks if text and not CHROME.fullmatch(text.casefold().strip(" .:…>»→!"))]
    known = {squash(quote.text) for quote in quotes}
    return Body(tuple(text for text in kept if squash(text) not in known), captions, quotes, related)


__all__ = ["Body", "extract", "looks_like_headline"]
