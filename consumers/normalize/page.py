"""One page, parsed once: the tree, its metadata and its JSON-LD, shared by all that read it."""

import functools
import re
from collections.abc import Iterator

import lxml.html
from bs4 import BeautifulSoup, Tag
from lxml import etree

from consumers.normalize import structured
from consumers.normalize.document import Document, NormalizeError
from consumers.normalize.dom import Element, finder
from consumers.normalize.jsonld import Graph, Node
from consumers.normalize.places import Places
from consumers.normalize.strings import plain, squash
from schemas.reasons import Reason

MAX_DEPTH = 256
MAX_ELEMENTS = 60_000
_MAX_ATTRIBUTES = 2_000  # libxml2 takes time that grows with their square
_TOO_DEEP = etree.XPath(f"boolean({'/*' * MAX_DEPTH})")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{4000,}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_COUNT = etree.XPath("count(//*)")
# One step with conditions: libxml2 takes time that grows with the square of the matches to sort a union of several.
_HEAD = finder(
    "//*[(self::meta and @content and (@name or @property or @http-equiv)) or (self::link and @href and @rel"
    " and contains('canonical amphtml shortlink license author', @rel)) or (self::title and not(ancestor::*[local-name()='svg']))]"
)
_MAX_HEAD = 2_000
_SCRIPTS = finder("//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]")


def _check_tags(text: str) -> None:
    for tag in _LONG_TAG.finditer(text):
        attributes = len(_QUOTED.sub("", tag[0]).split())
        if attributes > _MAX_ATTRIBUTES:
            raise NormalizeError(
                Reason.TOO_LARGE,
                f"expected at most {_MAX_ATTRIBUTES:,} attributes in a tag, got {attributes:,}",
            )


def _parse(text: str) -> Element:
    _check_tags(text)
    parser = lxml.html.HTMLParser(
        encoding="utf-8",
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        tree: Element = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise NormalizeError(Reason.EMPTY, f"no HTML element in the document: {error}") from error
    for entry in parser.error_log:
        if entry.type_name == "ERR_RESOURCE_LIMIT":
            raise NormalizeError(
                Reason.TOO_DEEP, f"expected elements at most {MAX_DEPTH} deep: {entry.message}"
            )
    return tree


def _depth(tree: Element) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


class Page:
    """A parsed page. Raises `NormalizeError` TOO_DEEP or EMPTY when there is no tree to read."""

    def __init__(self, document: Document, text: str) -> None:
        self.document = document
        self.tree = _parse(text.replace("\0", ""))
        if _TOO_DEEP(self.tree):
            raise NormalizeError(
                Reason.TOO_DEEP, f"expected elements at most {MAX_DEPTH} deep, got {_depth(self.tree)}"
            )
        self.elements = elements = int(_COUNT(self.tree))  # type: ignore[arg-type]
        if elements > MAX_ELEMENTS:
            raise NormalizeError(
                Reason.TOO_LARGE, f"expected at most {MAX_ELEMENTS:,} elements in a page, got {elements:,}"
            )
        self.head = self._head()
        self.graph = Graph(script.text or "" for script in _SCRIPTS(self.tree))

    def _head(self) -> BeautifulSoup:
        """The metadata alone, as BeautifulSoup reads it: a full second parse would cost ten times the first."""
        pieces = (
            etree.tostring(one, encoding="unicode", method="html", with_tail=False)
            for one in _HEAD(self.tree)[:_MAX_HEAD]
        )
        return BeautifulSoup(f"<html><head>{''.join(pieces)}</head></html>", "lxml")

    @functools.cached_property
    def metas(self) -> dict[str, list[str]]:
        """Contents of meta elements by lower-case name, property or http-equiv."""
        found: dict[str, list[str]] = {}
        for meta in self.head.find_all("meta"):
            content = plain(str(meta.get("content") or ""))
            if not content:
                continue
            names = {
                str(meta.get(key)).strip().lower()
                for key in ("property", "name", "http-equiv")
                if meta.get(key)
            }
            for name in names:
                found.setdefault(name, []).append(content)
        return found

    def meta(self, *names: str) -> Iterator[tuple[str, str]]:
        """(content, name) for each content under the names, in their order."""
        for name in names:
            for content in self.metas.get(name, ()):
                yield content, name

    @functools.cached_property
    def title(self) -> str:
        """The title element's text."""
        title = self.head.find("title")
        return plain(title.get_text()) if isinstance(title, Tag) else ""

    def links(self, relation: str) -> list[str]:
        """Targets of link elements with that rel."""
        return [str(link["href"]) for link in self.head.find_all("link", rel=relation)]

    @functools.cached_property
    def places(self) -> Places:
        """The elements that rules look for, by what they are marked with."""
        return Places(self.tree)

    @functools.cached_property
    def _own(self) -> tuple[list[str], list[str]]:
        """Keys of the titles that the page goes by, and its addresses: what its own article is known by."""
        heads = [squash(text) for text, _ in self.meta("og:title", "twitter:title")] + [squash(self.title)]
        here = [self.document.url.split("?")[0], *self.links("canonical")]
        return heads, [one.rstrip("/") for one in here]

    @functools.cached_property
    def article(self) -> Node:
        """The JSON-LD node of this page's own article; empty if there is none."""
        return structured.pick(self.graph.articles(), *self._own)

    @functools.cached_property
    def nodes(self) -> list[tuple[str, Node]]:
        """(syntax, node of the own article) for JSON-LD, microdata, RDFa and microformats, as far as the page has them."""
        return structured.nodes(self.places, self.article, *self._own)

    def stated(
        self, *properties: str, syntax: str | None = None, most: int | None = None
    ) -> Iterator[tuple[str, str]]:
        """(text, source) of what the page states of the properties in data, by any syntax or one; at most `most` values of
        each."""
        nodes = [one for one in self.nodes if syntax in {None, one[0]}]
        return structured.stated(nodes, *properties, most=most)
