"""The elements of a page that rules look for, found in one pass over the tree: a dozen searches of it cost more."""

import functools
import re

from consumers.normalize.dom import Element

_LISTS = {
    "itemprop": "items", "itemscope": "items", "typeof": "rdfa", "property": "rdfa", "rel": "rel", "class": "named", "id": "named",
    "pubdate": "pubdate",
}  # fmt: skip
_IN_HEAD = frozenset({"meta", "link"})


class Places:
    """Elements by what they are marked with, each list in document order and without repetition."""

    def __init__(self, tree: Element) -> None:
        self._tree = tree
        lists: dict[str, list[Element]] = {name: [] for name in _LISTS.values()}
        add = {attribute: lists[name].append for attribute, name in _LISTS.items()}
        for element in tree.iter("*"):
            for key in element.keys():  # noqa: SIM118  # an element is no mapping: it holds its children
                if key in add:
                    add[key](element)
        self._lists = {name: list(dict.fromkeys(found)) for name, found in lists.items()}

    @property
    def items(self) -> list[Element]:
        """Elements with microdata."""
        return self._lists["items"]

    @property
    def rdfa(self) -> list[Element]:
        """Elements with RDFa; in the head, meta elements say the same in their own way."""
        return [one for one in self._lists["rdfa"] if one.tag not in _IN_HEAD or _is_in_body(one)]

    @functools.cached_property
    def times(self) -> list[Element]:
        """Time elements, then others with a pubdate."""
        return [*self._tree.iter("time"), *(one for one in self._lists["pubdate"] if one.tag != "time")]

    def links(self, relation: str) -> list[Element]:
        """Links in the text with that rel."""
        return [
            one for one in self._lists["rel"] if one.tag == "a" and relation in one.get("rel", "").split()
        ]

    def named(self, classes: re.Pattern[str], most: int, ids: re.Pattern[str] | None = None) -> list[Element]:
        """The first elements whose class, or whose id, its pattern finds; one pattern is for both where `ids` is not given."""
        found: list[Element] = []
        for element in self._lists["named"]:
            if classes.search(element.get("class", "")) or (ids or classes).search(element.get("id", "")):
                found.append(element)
                if len(found) == most:
                    break
        return found

    def classed(self, names: frozenset[str], most: int) -> list[Element]:
        """The first elements that have any of the classes."""
        found: list[Element] = []
        for element in self._lists["named"]:
            stated = element.get("class")
            if stated and not names.isdisjoint(stated.split()):
                found.append(element)
                if len(found) == most:
                    break
        return found


def _is_in_body(element: Element) -> bool:
    return any(above.tag == "body" for above in element.iterancestors())
