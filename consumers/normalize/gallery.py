"""Pictures one after another, each with its text: what is told below them, where it is all or most of what a page tells."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from consumers.normalize.dom import Element, finder, inner_text
from consumers.normalize.images import credit_apart
from consumers.normalize.names import verdict
from consumers.normalize.second import Piece
from consumers.normalize.strings import clean, squash, words

_IMAGES = finder(".//img[not(ancestor::noscript)]")
_AROUND: Final = frozenset({"nav", "footer", "header", "body", "html", "main", "article"})
_OUTSIDE: Final = frozenset({"nav", "footer", "header", "aside"})
_BESIDE: Final = frozenset({"related", "comments", "consent"})
_UNSHOWN: Final = frozenset({"script", "style", "noscript", "button", "template"})
_COUNTER: Final = re.compile(
    r"^\W*\d{1,3}\s*(?:/|of|von|de|sur|di|van|av|z|из)\s*\d{1,3}\b\W*", re.IGNORECASE
)
_FEWEST: Final = 4
_LEAST_WORDS: Final = 3
_MOST_IMAGES: Final = 300
_LONGEST: Final = 500
_NEARLY_ALL: Final = 0.8


def slides(root: Element) -> list[str]:
    """The texts of the pictures of the page's gallery, in order, without their numbers and credits; none if there is no gallery:
    four pictures or more that stand beside one another, each with a text of its own that leads nowhere."""
    images = _IMAGES(root)[:_MOST_IMAGES]
    held = Counter(above for image in images for above in image.iterancestors())
    groups: dict[Element, list[str]] = {}
    for image in images:
        slide = _slide(image, held)
        around = slide.getparent()
        text = _COUNTER.sub("", clean(" ".join(_texts(slide))))
        if around is None or not text or len(text) > _LONGEST or _leads_away(slide):
            continue
        told = credit_apart(text)[0]
        if told and len(words(told)) >= _LEAST_WORDS:
            groups.setdefault(around, []).append(told)
    for around, found in sorted(groups.items(), key=lambda group: -len(group[1])):
        if len(found) < _FEWEST:
            break
        if not _is_beside(around):
            return list(dict.fromkeys(found))
    return []


def told(pieces: Sequence[Piece], texts: Sequence[str]) -> list[Piece] | None:
    """The running text of a page that tells more below its pictures than elsewhere: each of those texts a paragraph, in its
    place among the others, unless they are paragraphs already; None for any other page."""
    keys = [squash(one) for one in texts]
    own = [not _repeats(squash(one.text), keys) for one in pieces]
    rest = [one for one, kept in zip(pieces, own, strict=True) if kept]
    if sum(map(len, texts)) <= sum(len(one.text) for one in rest):
        return None
    found = sum(len(key) for one in pieces if any((key := squash(one.text)) in other for other in keys))
    if found >= _NEARLY_ALL * sum(map(len, keys)):
        return list(pieces)
    before = sum(own[: own.index(False)]) if False in own else len(rest)
    return [*rest[:before], *map(Piece, texts), *rest[before:]]


def _repeats(key: str, keys: Sequence[str]) -> bool:
    """Whether a text is one of the pictures', a part of one, or some of them run together."""
    if any(key in one for one in keys):
        return True
    return 2 * sum(len(one) for one in keys if one in key) > len(key)


def beside(captions: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The captions that do not hold any of the gallery's texts."""
    keys = [squash(one) for one in texts]
    return [one for one in captions if not any(key in squash(one) for key in keys)]


def _slide(image: Element, held: Counter[Element]) -> Element:
    """The outermost element around a picture that holds no other one."""
    slide = image
    for above in image.iterancestors():
        if above.tag in _AROUND or held[above] > 1:
            break
        slide = above
    return slide


def _texts(element: Element) -> Iterator[str]:
    if element.tag in _UNSHOWN or not isinstance(element.tag, str):
        return
    if element.text:
        yield element.text
    for child in element:
        yield from _texts(child)
        if child.tail:
            yield child.tail


def _is_beside(around: Element) -> bool:
    return any(
        above.tag in _OUTSIDE or verdict(above, str(above.tag)) in _BESIDE
        for above in (around, *around.iterancestors())
    )


def _leads_away(slide: Element) -> bool:
    """Whether it is a teaser: it stands in a link, or has one with words in it."""
    if any(above.tag == "a" for above in slide.iterancestors()):
        return True
    return any(clean(inner_text(link)) for link in slide.iter("a"))
