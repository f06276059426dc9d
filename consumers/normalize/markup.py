"""Microdata and RDFa as nodes of the shape that JSON-LD has, so that the same rules read all three.

Source: the HTML Living Standard's microdata algorithm (scopes, itemref, the value of an element by its tag) and RDFa Lite,
both lenient as pages need it: properties outside of any scope belong to a node of type "Orphan".
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from consumers.normalize.dom import Element, text_of
from consumers.normalize.jsonld import Node
from consumers.normalize.places import Places

AT = "@element"  # the node's own element: where on the page it stands
ORPHAN = "Orphan"
_MAX_ELEMENTS = 3_000
_MAX_DEPTH = 200
_MAX_TEXT = 20_000
_TARGET = {"a": "href", "area": "href", "link": "href", "img": "src", "source": "src", "iframe": "src", "video": "src", "audio": "src",
           "embed": "src", "object": "data", "data": "value", "meter": "value", "time": "datetime", "meta": "content"}  # fmt: skip
_NAMED_BY_TEXT = frozenset(
    {"author", "creator", "publisher", "name", "headline", "articleSection", "keywords", "editor"}
)
# Properties of other vocabularies that say what a property of schema.org says.
_SAME = {
    "dc:title": "headline", "dcterms:title": "headline", "rnews:headline": "headline", "dc:creator": "author",
    "dcterms:creator": "author", "dc:date": "datePublished", "dcterms:date": "datePublished", "dc:issued": "datePublished",
    "dcterms:issued": "datePublished", "dc:created": "dateCreated", "dcterms:created": "dateCreated",
    "dc:modified": "dateModified", "dcterms:modified": "dateModified", "dc:subject": "keywords", "foaf:name": "name",
    "article:author": "author", "article:published_time": "datePublished", "article:modified_time": "dateModified",
    "article:section": "articleSection", "og:title": "headline", "sioc:num_replies": "", "content:encoded": "",
}  # fmt: skip


def _value(element: Element, name: str) -> str:
    """What an element says as a property's value: its content attribute, what its tag says by, else its text."""
    content = element.get("content")
    if content is not None:
        return content
    tag = str(element.tag)
    by = _TARGET.get(tag)
    if by and not (tag == "a" and name in _NAMED_BY_TEXT):
        stated = element.get(by)
        if stated or tag not in {"time", "data", "a"}:
            return stated or ""
    return text_of(element)[:_MAX_TEXT]


class _Reader:
    """Reads one syntax. `types` gives the types of an element that opens a scope, None for others; `properties` the names of
    the properties that it is a value of."""

    def __init__(
        self, types: Callable[[Element], list[str] | None], properties: Callable[[Element], list[str]]
    ) -> None:
        self._types = types
        self._properties = properties
        self.nodes: list[Node] = []
        self._scopes: dict[Element, Node] = {}
        self._referred: dict[str, Node] = {}
        self._orphan: Node = {"@type": [ORPHAN]}

    def read(self, elements: Iterable[Element]) -> list[Node]:
        listed = list(elements)
        for element in listed:
            types = self._types(element)
            if types is not None:
                node: Node = {"@type": types, AT: element}
                identity = element.get("itemid") or element.get("about") or element.get("resource")
                if identity:
                    node["@id"] = identity
                self._scopes[element] = node
                for one in (element.get("itemref") or "").split():
                    self._referred.setdefault(one, node)
        for element in listed:
            for name in self._properties(element):
                own = self._scopes.get(element)
                owner = self._owner(element)
                if own is None:
                    value: Any = _value(element, name)
                    if not value:
                        continue
                else:
                    value = own
                owner.setdefault(name, []).append(value)
        found = list(self._scopes.values())
        return [*found, self._orphan] if len(self._orphan) > 1 else found

    def _owner(self, element: Element) -> Node:
        above = element.getparent()
        for _ in range(_MAX_DEPTH):
            if above is None:
                break
            if self._referred and (node := self._referred.get(above.get("id", ""))) is not None:
                return node
            found = self._scopes.get(above)
            if found is not None:
                return found
            above = above.getparent()
        return self._referred.get(element.get("id", ""), self._orphan)


def _item_types(element: Element) -> list[str] | None:
    return element.get("itemtype", "").split() if element.get("itemscope") is not None else None


def _item_properties(element: Element) -> list[str]:
    return [name.rsplit("/", 1)[-1] for name in element.get("itemprop", "").split()]


def _short(name: str) -> str:
    """schema:headline, http://schema.org/headline and headline are one; names that mean the same are renamed."""
    bare = name.rsplit("/", 1)[-1] if "://" in name else name.removeprefix("schema:")
    return _SAME.get(bare, bare if ":" not in bare else "")


def _rdfa_types(element: Element) -> list[str] | None:
    stated = element.get("typeof")
    return None if stated is None else [name.rsplit(":", 1)[-1] for name in stated.split()]


def _rdfa_properties(element: Element) -> list[str]:
    stated = (
        element.get("property") or (element.get("rel") if element.get("typeof") is not None else "") or ""
    )
    return list(dict.fromkeys(short for name in stated.split() if (short := _short(name))))


def microdata(places: Places) -> list[Node]:
    """The items of a page in document order, each a node with lists of values."""
    return _Reader(_item_types, _item_properties).read(places.items[:_MAX_ELEMENTS])


def rdfa(places: Places) -> list[Node]:
    """What RDFa says in the page's body, in document order, under the names of schema.org."""
    return _Reader(_rdfa_types, _rdfa_properties).read(places.rdfa[:_MAX_ELEMENTS])


def texts(node: Node, name: str) -> Iterator[str]:
    """The plain values of a property."""
    for value in node.get(name, ()):
        if isinstance(value, str):
            yield value
