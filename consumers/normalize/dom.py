"""Small tools on lxml's tree."""

import functools
from collections.abc import Callable, Iterator
from typing import cast

from lxml import etree

from consumers.normalize.strings import clean

Element = etree._Element


def finder(expression: str) -> Callable[[Element], list[Element]]:
    """A compiled XPath expression that finds elements."""
    return cast("Callable[[Element], list[Element]]", etree.XPath(expression))


@functools.cache
def has_class(name: str) -> str:
    """An XPath condition: the class attribute has this very word."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def inner_text(element: Element, between: str = "", breaks: str = "br") -> str:
    """All text inside, as it stands, `between` the pieces, with a line feed for each line break element."""
    if element.find(f".//{breaks}") is None:
        return between.join(cast("Iterator[str]", element.itertext()))
    parts: list[str] = []
    for event, one in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            parts.append("\n" + (one.text or "") if one.tag == breaks else one.text or "")
        elif one is not element:
            parts.append(one.tail or "")
    return between.join(parts)


def text_of(element: Element) -> str:
    """All text inside, cleaned; line breaks count as white space."""
    return clean(inner_text(element))


def marks(element: Element | None) -> str:
    """Its class, id, role and test names as one lower-case string, for rules that look at names."""
    if element is None or not element.attrib:
        return ""
    get = element.attrib.get
    names = (get("class"), get("id"), get("role"), get("data-testid"), get("data-component"))
    return " ".join([name for name in names if name]).lower()


def drop(element: Element) -> None:
    """Take an element out of its tree; the text after it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
        element.tail = None
    parent.remove(element)
