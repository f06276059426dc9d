"""hAtom and hNews (microformats 1) and h-entry (microformats 2) as nodes of the shape that JSON-LD has.

Source: microformats.org, h-entry, hAtom and hNews, with the value-class and date rules that pages use (abbr title, time
datetime). Only the entries themselves are read: a feed of entries gives a node for each.
"""

from consumers.normalize.dom import Element, finder, has_class, text_of
from consumers.normalize.jsonld import Node
from consumers.normalize.markup import AT
from consumers.normalize.places import Places

# Steps along one axis: libxml2 takes time that grows with the square of the matches to sort those of ".//*".
_INSIDE = finder("descendant::*[@class or @rel]")
_ROOTS = frozenset({"hentry", "h-entry"})
_PROPERTIES = {
    "entry-title": "headline", "p-name": "headline", "published": "datePublished", "dt-published": "datePublished",
    "updated": "dateModified", "dt-updated": "dateModified", "entry-summary": "description", "p-summary": "description",
    "p-category": "keywords", "p-author": "author", "author": "author", "source-org": "sourceOrganization", "dateline": "dateline",
    "u-photo": "image", "u-url": "url",
}  # fmt: skip
_DATES = frozenset({"datePublished", "dateModified"})
_MAX_ROOTS = 30
_MAX_INSIDE = 1_500
_MAX_TEXT = 400


def _value(element: Element, name: str) -> str:
    tag = element.tag
    if name in _DATES:
        stated = element.get("datetime") or (element.get("title") if tag in {"abbr", "span"} else None)
        if stated:
            return stated
        inner = element.find(".//time[@datetime]")
        if inner is not None:
            return inner.get("datetime", "")
        titled = element.find(".//*[@title]")
        if titled is not None and any(map(str.isdigit, titled.get("title", ""))):
            return titled.get("title", "")
    if name == "image":
        return element.get("src") or ""
    if name == "url":
        return element.get("href") or ""
    text = text_of(element)
    return text if len(text) <= _MAX_TEXT else ""


_CARD_NAME = finder(f"descendant::*[{has_class('fn')} or {has_class('p-name')}]")


def _names(element: Element) -> list[str]:
    """The names in a card: fn or p-name inside it, else its own text."""
    inner = _CARD_NAME(element)
    return [text for one in (inner or [element]) if 0 < len(text := text_of(one)) <= _MAX_TEXT]


def _node(root: Element) -> Node:
    node: Node = {"@type": ["BlogPosting"], AT: root}
    nested = None
    for element in _INSIDE(root)[:_MAX_INSIDE]:
        if nested is not None and nested in element.iterancestors():
            continue
        classes = element.get("class", "").split()
        if not _ROOTS.isdisjoint(classes):
            nested = element  # an entry inside an entry: a comment, or another article
            continue
        for name in dict.fromkeys(_PROPERTIES[one] for one in classes if one in _PROPERTIES):
            values = _names(element) if name == "author" else [_value(element, name)]
            node.setdefault(name, []).extend(value for value in values if value)
        if "tag" in element.get("rel", "").split():
            node.setdefault("keywords", []).append(text_of(element))
    if "hentry" in root.get("class", "").split() and not node.get("datePublished"):
        node["datePublished"] = node.get("dateModified", [])  # so hAtom says, for entries with one date
    return {name: value for name, value in node.items() if name == AT or value}


def microformats(places: Places) -> list[Node]:
    """The entries of a page in document order."""
    return [_node(root) for root in places.classed(_ROOTS, _MAX_ROOTS)]
