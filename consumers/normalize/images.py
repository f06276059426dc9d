"""The pictures of an article: those in its part of the page with the words beside them, and those that its data name."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from consumers.normalize.dom import Element, marks
from consumers.normalize.jsonld import Node, strings
from consumers.normalize.names import verdict
from consumers.normalize.page import Page
from consumers.normalize.strings import clean, plain, squash, words
from schemas.records import Image

_METAS = (
    "og:image",
    "og:image:url",
    "og:image:secure_url",
    "twitter:image",
    "twitter:image:src",
    "parsely-image-url",
    "sailthru.image.full",
)
_LAZY = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-img-src",
    "data-image",
    "data-full-src",
    "data-url",
)
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_NO_PICTURE = re.compile(
    r"logo|sprite|icon|avatar|gravatar|emoji|placeholder|spacer|blank\.|pixel|1x1|tracking|badge|button|default[-_]?(?:image|og|share)|fallback|/ads?/|/profiles?/|/authors?/|[-_]bio[-_]|headshot",
    re.IGNORECASE,
)
_AD = frozenset({"related", "chrome", "comments", "consent", "aside"})
_CREDIT_MARK = re.compile(
    r"credit|copyright|source|photographer|rights|attribution|quelle|urheber|fotograf|cr[eé]dito|auteur|author"
)
_CREDIT_LABEL = (
    r"(?:(?:image|photo|picture) (?:source|credits?)|photographs?|photos?|fotos?|fotograf(?:i[ae]|ie|en|ii)?|bild(?:er|rechte|quelle)?|images?|pictures?|pics?|illustrations?|graphics?|grafik|"
    r"cr[ée]dits?(?: (?:photos?|image))?|cr[ée]ditos?|copyright|quelle|source|fuente|fonte|kilde|källa|kuva|zdj[ęe]cie|фото|写真|撮影|圖|图片?来源|©|\(c\))"
)
_LABELLED = re.compile(
    rf"^\W*{_CREDIT_LABEL}\s*(?:(?:by|von|par|de|di|af|av|door)\b)?\s*[:：,|/]?\s*(?=\S)", re.IGNORECASE
)
_AT_END = re.compile(
    rf"[\s(\[|–—-]*(?:(?<=[\s(\[|.])|^)(?P<labelled>{_CREDIT_LABEL}\s*(?:by|von|par|de|di|af|av|door)?\s*[:：]\s*[^.:;]{{2,80}}|(?:photo|photograph|picture|foto)s?\s(?:by|von|di|de)\s[^.:;]{{2,60}}|©\s?[^.:;]{{2,80}})[)\].\s]*$"
    r"|\s*[(\[](?P<bracketed>[^()\[\]]{0,30}(?:photo|foto|images?|getty|reuters|ap|afp|epa|dpa|pa|efe|ansa|xinhua|shutterstock|istock|alamy|imago|apa)\b[^()\[\]]{0,50})[)\]]\.?\s*$"
    r"|\s+(?P<agency>(?:REUTERS|AFP|EPA|AP Photo|Getty Images|EFE|ANSA|dpa|picture alliance)\s?/\s?[^.:;]{2,50})\.?\s*$",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"[-_]?\d{2,5}x\d{2,5}|@\dx|[-_](?:w|h|width|height)?[-_]?\d{2,5}$|[-_](?:scaled|large|medium|small|thumb(?:nail)?|full|xl|l|m|s)$"
)
_SIDE = re.compile(r"([0-9]{1,5})(?:px)?")
_MIN_SIDE = 100
_MAX_IMAGES = 30
_MAX_LOOKED_AT = 120
_LONG_NAME = 8
_MAX_CAPTION = 800
_MAX_CREDIT = 120
_NOT_SHOWN = frozenset({"script", "style", "noscript", "svg", "button", "template"})
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])", re.IGNORECASE)
_LEVELS = 7
_MAX_URL = 2000


def credit_apart(caption: str) -> tuple[str | None, str | None]:
    """A caption and the credit at its end ("… (Photo: Ada Pell)"), each None if there is none."""
    text = clean(caption)
    labelled = _LABELLED.match(text)
    if labelled and len(text) <= 90 and len(words(text)) <= 10:
        return None, text[labelled.end() :].strip(" .)]") or None
    found = _AT_END.search(text[-_MAX_CREDIT:])
    if not found:
        return text or None, None
    credit = found["labelled"] or found["bracketed"] or found["agency"] or ""
    before = text[: max(0, len(text) - _MAX_CREDIT) + found.start()]
    return before.strip(" |–—-([") or None, _LABELLED.sub("", credit).strip(" .)]©") or None


def _key(url: str) -> str:
    """The same for renditions of one picture in other sizes."""
    path = urlsplit(url).path.rstrip("/")
    name = path.rsplit("/", 1)[-1].lower()
    stem = name.rsplit(".", 1)[0]
    previous = ""
    while previous != stem:
        previous, stem = stem, _SIZE.sub("", stem)
    return stem if len(stem) > _LONG_NAME else f"{path.rpartition('/')[0]}/{stem}"


def _absolute(url: str, base: str) -> str | None:
    try:
        found = urljoin(base, url.strip())
        fits = urlsplit(found).scheme in {"http", "https"} and len(found) <= _MAX_URL
    except ValueError:
        return None
    return found if fits and not _NO_PICTURE.search(urlsplit(found).path) else None


def _largest(srcset: str) -> str | None:
    """The address with the greatest width or density in a srcset."""
    best: tuple[float, str] | None = None
    for part in re.split(r",\s+", srcset.strip()):
        address, _, size = part.strip().partition(" ")
        number = re.match(r"[\d.]+", size.strip())
        try:
            weight = float(number[0]) if number else 1.0
        except ValueError:
            weight = 1.0
        if address and not address.startswith("data:") and (best is None or weight > best[0]):
            best = (weight, address.rstrip(","))
    return best[1] if best else None


def _source(image: Element) -> str | None:
    """The picture's address: the largest of its set, where it loads later, else its src."""
    elements = [image]
    parent = image.getparent()
    if parent is not None and parent.tag == "picture":
        elements += [one for one in parent if one.tag == "source"]
    for one in elements:
        for name in _SETS:
            listed = one.get(name)
            if listed and (found := _largest(listed)):
                return found
    for name in (*_LAZY, "src"):
        stated = image.get(name)
        if stated and not stated.startswith("data:"):
            return stated
    return None


def _is_small(image: Element) -> bool:
    sides = (_SIDE.fullmatch(image.get(name, "")) for name in ("width", "height"))
    return any(int(side[1]) < _MIN_SIDE for side in sides if side)


def _container(image: Element) -> Element | None:
    """The figure, or the box of picture and caption, around a picture."""
    above = image.getparent()
    for _ in range(5):
        if above is None or above.tag in {"body", "article", "main", "section"}:
            return None
        if above.tag == "figure" or verdict(above, str(above.tag)) == "caption":
            return above
        above = above.getparent()
    return None


def _named_credits(container: Element) -> Iterator[str]:
    for element in container.iterdescendants("span", "div", "p", "small", "cite", "em", "i", "a", "li"):
        if element.tag == "cite" or _CREDIT_MARK.search(
            f"{marks(element)} {element.get('itemprop', '')}".lower()
        ):
            yield _shown(element)


def _shown(element: Element) -> str:
    """Its text without scripts and the like."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _NOT_SHOWN:
            parts.append(_shown(child))
        parts.append(child.tail or "")
    return clean(" ".join(parts))


def _beside(container: Element) -> tuple[str | None, str | None]:
    """Caption and credit in a figure: the credit in an element so named, else at the end of the caption."""
    captions = list(container.iter("figcaption"))
    credited = min(
        (text for text in _named_credits(container) if 1 < len(text) <= _MAX_CREDIT), key=len, default=None
    )
    whole = _shown(captions[0] if captions else container)
    if not whole or len(whole) > _MAX_CAPTION:
        return None, None
    if credited:
        caption = whole.replace(credited, "", 1) if whole != credited else ""
        credit = _LABELLED.sub("", credited.strip(" ()[]|")).strip(" .()[]|©")
        caption = clean(caption).rstrip(" |([–-")
        return (caption if squash(caption) != squash(credit) else "") or None, credit or None
    return credit_apart(whole)


def _scope(root: Element) -> Element:
    """The element around the running text that holds the headline too: there stand the article's pictures."""
    scope = root
    for above, _ in zip(root.iterancestors(), range(_LEVELS), strict=False):
        if scope.tag == "article" or above.tag in {"body", "html"} or scope.find(".//h1") is not None:
            break
        scope = above
    return scope


def _condemned(image: Element, scope: Element) -> bool:
    for above in image.iterancestors():
        if above is scope:
            return False
        if above.tag in {"nav", "footer", "header", "form"} and above.find(".//h1") is None:
            return True
        if verdict(above, str(above.tag)) in _AD:
            return True
    return False


def _is_teaser(image: Element) -> bool:
    """Whether it stands in a link to a page: then it is that page's picture."""
    above = image.getparent()
    for _ in range(4):
        if above is None:
            return False
        if above.tag == "a":
            href = above.get("href") or "#"
            return not href.startswith(("#", "javascript:")) and not _PICTURE_FILE.search(href)
        above = above.getparent()
    return False


def _is_portrait(image: Element, url: str, authors: Sequence[str]) -> bool:
    """Whether it shows an author, by its alternative text or its file's name."""
    said = squash(image.get("alt", "")) or "-"
    name = squash(urlsplit(url).path.rsplit("/", 1)[-1])
    return any(key and (key in said or key in name) for key in map(squash, authors))


def _on_page(root: Element, base: str, authors: Sequence[str]) -> Iterator[Image]:
    scope = _scope(root)
    for image, _ in zip(scope.iter("img"), range(_MAX_LOOKED_AT), strict=False):
        stated = _source(image)
        url = _absolute(stated, base) if stated and not _is_small(image) else None
        if url is None or _condemned(image, scope):
            continue
        container = _container(image)
        if container is None and (_is_teaser(image) or _is_portrait(image, url, authors)):
            continue
        caption, credit = _beside(container) if container is not None else (None, None)
        yield Image(url=url, caption=caption, credit=credit)


def _of_node(value: Any, page: Page) -> Iterator[Image]:
    """The pictures in a property of JSON-LD: addresses, objects, lists of both."""
    value = page.graph.resolve(value)
    if isinstance(value, list):
        for one in value[:10]:
            yield from _of_node(one, page)
    elif isinstance(value, str):
        if url := _absolute(plain(value), page.document.url):
            yield Image(url=url)
    elif isinstance(value, dict):
        first = {
            name: next(iter(strings(value.get(name))), None)
            for name in ("contentUrl", "url", "@id", "caption", "description")
        }
        stated = first["contentUrl"] or first["url"] or first["@id"]
        url = _absolute(stated, page.document.url) if stated else None
        if url:
            credits_ = [
                text
                for name in ("creditText", "copyrightHolder", "author", "creator")
                for text in strings(value.get(name))[:1]
            ]
            caption, credit = credit_apart(first["caption"] or first["description"] or "")
            yield Image(
                url=url, caption=caption, credit=_LABELLED.sub("", next(iter(credits_), credit or "")) or None
            )


def _stated(page: Page) -> Iterator[tuple[Image, str]]:
    nodes: list[tuple[str, Node]] = page.nodes
    for syntax, node in nodes:
        for image in _of_node(node.get("image"), page):
            yield image, f"{syntax}:image"
    for text, name in page.meta(*_METAS):
        if url := _absolute(plain(text), page.document.url):
            yield Image(url=url), f"meta:{name}"


def _joined(one: Image, other: Image) -> Image:
    return Image(url=one.url, caption=one.caption or other.caption, credit=one.credit or other.credit)


def read(page: Page, root: Element | None, authors: Sequence[str]) -> tuple[tuple[Image, ...], list[str]]:
    """The article's pictures, the one that its data name first, then those of the page in order; each once, whatever its
    sizes; and where they were found."""
    shown = (
        [(one, "html:img") for one in _on_page(root, page.document.url, authors)] if root is not None else []
    )
    stated = list(_stated(page))
    found: dict[str, tuple[Image, str]] = {}
    for image, source in [*stated[:1], *shown][:_MAX_IMAGES]:
        found.setdefault(_key(image.url), (image, source))
    for image, _ in [*shown, *stated]:
        key = _key(image.url)
        if key in found:
            found[key] = (_joined(found[key][0], image), found[key][1])
    return tuple(image for image, _ in found.values()), list(
        dict.fromkeys(source for _, source in found.values())
    )
