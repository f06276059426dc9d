"""What a page states in data: JSON-LD, microdata, RDFa and microformats, each reduced to the node of the page's own article."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from consumers.normalize.dom import Element, marks
from consumers.normalize.jsonld import Node, is_article, strings, types
from consumers.normalize.markup import AT, ORPHAN, microdata, rdfa
from consumers.normalize.microformats import microformats
from consumers.normalize.places import Places
from consumers.normalize.strings import plain, squash

# Types that may stand for an article where no better one does.
_STAND_INS = frozenset(
    {"CreativeWork", "WebPage", "ItemPage", "Document", "Item", ORPHAN, "Thing", "Webpage", "Page", "Content"}
)
_DETAILS = ("headline", "datePublished", "author", "articleBody", "dateModified")
_ELSEWHERE = re.compile(
    r"comment|related|sidebar|widget|teaser|recommend|footer|latest|popular|recent|trending|promo|card|calendar"
)
_LEVELS = 10


def elsewhere(element: Element) -> bool:
    """Whether it stands in a part of the page that speaks of other things than this article: so named, and without the
    page's heading in it or beside it ("comment" may name an opinion, "latest" the newest article itself)."""
    around = zip((element, *element.iterancestors()), range(_LEVELS), strict=False)
    named = [one for one, _ in around if one.tag not in {"body", "html"} and _ELSEWHERE.search(marks(one))]
    return any(not _has_heading(one.getparent() if one is element else one) for one in named)


def _has_heading(element: Element | None) -> bool:
    return element is not None and element.find(".//h1") is not None


def _named(node: Node, heads: Iterable[str]) -> bool:
    stated = strings(node.get("headline")) or strings(node.get("name"))
    headline = squash(plain(stated[0])) if stated else ""
    return bool(headline) and any(headline in head or head in headline for head in heads if head)


def _places(node: Node) -> list[Any]:
    places = []
    for key in ("url", "@id", "mainEntityOfPage"):
        value = node.get(key)
        listed = value if isinstance(value, list) else [value]
        places += [one.get("@id") or one.get("url") if isinstance(one, dict) else one for one in listed]
    return places


def pick(nodes: Sequence[Node], heads: Iterable[str], addresses: Iterable[str]) -> Node:
    """The node of this page's own article; empty if there is none.

    Pages describe others' articles too: those named by this page's address or title go first, then the most detailed of the
    first level.
    """
    if len(nodes) <= 1:
        return nodes[0] if nodes else {}
    named, here = set(heads), set(addresses)

    def rank(node: Node) -> tuple[int, int]:
        at_home = any(isinstance(one, str) and one.split("#")[0].rstrip("/") in here for one in _places(node))
        detail = sum(bool(node.get(key)) for key in _DETAILS)
        weight = 2 * _named(node, named) + 2 * at_home + (not types(node) & {"WebPage", ORPHAN})
        return weight, detail

    return max(nodes, key=rank)


def _of_markup(nodes: list[Node], heads: Sequence[str], addresses: Sequence[str]) -> Node:
    """The own article among the nodes of the page's markup: not in a box about other things, and said to be an article
    where any is."""
    told = [one for one in nodes if any(one.get(key) for key in _DETAILS)]
    here = [one for one in told if AT not in one or not elsewhere(one[AT])]
    articles = [one for one in here if is_article(one)]
    if len(articles) > 1 and not any(_named(one, heads) for one in articles):
        articles = []  # a list of others' articles, none of them this page's
    chosen = pick(articles, heads, addresses)
    stand_ins = pick([one for one in here if types(one) & _STAND_INS], heads, addresses)
    if chosen and stand_ins:
        return {**stand_ins, **chosen}
    return chosen or stand_ins


def nodes(
    places: Places, article: Node, heads: Sequence[str], addresses: Sequence[str]
) -> list[tuple[str, Node]]:
    """(syntax, the own article's node) for each syntax that the page uses, in the order of trust."""
    found = [
        ("json-ld", article),
        ("microdata", _of_markup(microdata(places), heads, addresses)),
        ("rdfa", _of_markup(rdfa(places), heads, addresses)),
        ("microformats", _of_markup(microformats(places), heads, addresses)),
    ]
    return [(syntax, node) for syntax, node in found if node]


def stated(
    nodes: Iterable[tuple[str, Node]], *properties: str, most: int | None = None
) -> Iterator[tuple[str, str]]:
    """(text, source) of each value of the properties, in the order of trust: by syntax, then as given."""
    for syntax, node in nodes:
        for name in properties:
            for text in strings(node.get(name))[:most]:
                yield text, f"{syntax}:{name}"
