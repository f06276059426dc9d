"""Links out of the running text."""

from collections.abc import Iterable, Sequence

from consumers.normalize.address import absolute
from consumers.normalize.dom import Element, text_of
from consumers.normalize.names import verdict
from schemas.records import Link

_CONDEMNED = frozenset({"related", "chrome", "comments", "consent", "caption"})
_MAX_LINKS = 200
_MAX_LOOKED_AT = 600


def _outside(anchor: Element, root: Element) -> bool:
    for above in anchor.iterancestors():
        if above is root:
            return False
        if above.tag in {"nav", "footer", "form"} or verdict(above, str(above.tag)) in _CONDEMNED:
            return True
    return True


def read(root: Element | None, paragraphs: Sequence[str], base: str) -> tuple[Link, ...]:
    """The links whose words stand in the paragraphs, in order, each address once; absolute, without tracking parameters."""
    if root is None:
        return ()
    text = "\n".join(paragraphs)
    here = base.partition("#")[0]
    found: dict[str, Link] = {}
    for anchor, _ in zip(root.iter("a"), range(_MAX_LOOKED_AT), strict=False):
        href = (anchor.get("href") or "").strip()
        words = text_of(anchor) if href and not href.startswith("#") else ""
        if not words or words not in text or _outside(anchor, root):
            continue
        url = absolute(href, base)
        if url and url != here and len(found) < _MAX_LINKS:
            found.setdefault(url, Link(url=url, text=words))
    return tuple(found.values())


def stated(links: Iterable[tuple[str, str]], paragraphs: Sequence[str], base: str) -> tuple[Link, ...]:
    """The same of links that a text writes out, (target, words)."""
    text = "\n".join(paragraphs)
    found: dict[str, Link] = {}
    for href, words in links:
        url = absolute(href, base) if words and words in text and not href.startswith("#") else None
        if url and len(found) < _MAX_LINKS:
            found.setdefault(url, Link(url=url, text=words))
    return tuple(found.values())
