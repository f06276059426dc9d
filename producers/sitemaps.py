"""Sitemaps: XML with the news extension, plain text, indices of sitemaps; gzip taken off. Protocol: sitemaps.org 0.9."""

import io
from collections.abc import Iterator
from typing import Final

import msgspec
from lxml import etree

from dateline.errors import DatelineError
from producers import urls
from producers.coding import CodingError, Decoder, TooLargeError
from producers.documents import FeedHints
from producers.feeds import Item
from producers.visits import moment

ACCEPT: Final = "application/xml,text/xml,text/plain;q=0.8,application/gzip;q=0.8,*/*;q=0.5"
LARGEST: Final = 52_428_800
"""Bytes of a sitemap once unpacked (the protocol's own limit)."""
MOST: Final = 50_000
"""Entries that are read of one sitemap (the protocol's own limit)."""
_GZIP: Final = b"\x1f\x8b"
_HEAD: Final = 4096


class SitemapError(DatelineError):
    """The document is no sitemap that can be read."""


class Sitemap(msgspec.Struct, frozen=True, kw_only=True):
    """A sitemap as read: pages with what it says of them, and, of an index, the sitemaps it names with their dates.

    `left_out` is whether there was more in it than is read of one sitemap.
    """

    items: tuple[Item, ...] = ()
    children: tuple[Item, ...] = ()
    left_out: bool = False

    @property
    def news(self) -> bool:
        """Whether it is a news sitemap: it says when pages were published."""
        return any(item.hints.published for item in self.items)


def looks_like_sitemap(url: str, content_type: str, body: bytes) -> bool:
    """Whether a document is meant as a sitemap: by its root element, or as text by its name and first line."""
    if body.startswith(_GZIP):
        return urls.path(url).endswith((".gz", ".xml"))
    head = body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        return b"<urlset" in head or b"<sitemapindex" in head
    return (
        content_type.startswith("text/plain") and "sitemap" in urls.path(url) and head[:4].lower() == b"http"
    )


def parse(body: bytes, *, url: str) -> Sitemap:
    """Read a sitemap. What follows damage in an XML sitemap is lost, what went before is not. Raises SitemapError."""
    plain = _unpacked(body, url)
    if not plain.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Sitemap(items=tuple(_from_text(plain, url)), left_out=plain.count(b"\n") > MOST)
    pages: list[Item] = []
    children: list[Item] = []
    recognized = False
    # no entities, no network: a sitemap is data of a stranger
    events = etree.iterparse(
        io.BytesIO(plain), events=("start", "end"), recover=True, resolve_entities=False, no_network=True
    )
    try:
        for event, element in events:
            name = _local(element)
            recognized = recognized or name in ("urlset", "sitemapindex")
            if event == "end" and name in ("url", "sitemap"):
                item = _item(element, url)
                if item is not None:
                    (pages if name == "url" else children).append(item)
                element.clear()
            if len(pages) >= MOST or len(children) >= MOST:
                break
    except etree.XMLSyntaxError as error:
        if not recognized:
            raise SitemapError(f"{url}: not a sitemap: {error}") from error
    if not recognized:
        raise SitemapError(f"{url}: not a sitemap: neither urlset nor sitemapindex in it")
    return Sitemap(
        items=tuple(pages), children=tuple(children), left_out=max(len(pages), len(children)) >= MOST
    )


def _unpacked(body: bytes, url: str) -> bytes:
    if not body.startswith(_GZIP):
        return body
    decoder = Decoder("gzip", LARGEST)
    try:
        decoder.feed(body)
        return decoder.finish()
    except TooLargeError as error:
        raise SitemapError(
            f"{url}: unpacks to more than {LARGEST:,} bytes, which no sitemap may have"
        ) from error
    except CodingError as error:
        raise SitemapError(f"{url}: not a sitemap: {error}") from error


def _from_text(text: bytes, url: str) -> Iterator[Item]:
    for line in text.decode("utf-8-sig", "replace").splitlines()[:MOST]:
        if urls.is_web(line.strip()) and (address := urls.join(url, line)):
            yield Item(url=address, hints=FeedHints(feed=url))


def _item(element: etree._Element, url: str) -> Item | None:
    """Its own address and date, and what is said of it as news: pictures and videos have addresses, titles and dates, too."""
    own = _texts(element)
    news = own | next((_texts(child) for child in element if _local(child) == "news"), {})
    address = urls.join(url, own["loc"]) if "loc" in own else None
    if address is None:
        return None
    keywords = tuple(word.strip() for word in news.get("keywords", "").split(",") if word.strip())
    hints = FeedHints(
        title=news.get("title", "")[:500] or None,
        published=_time(news.get("publication_date")),
        updated=_time(own.get("lastmod")),
        categories=keywords[:50],
        feed=url,
    )
    return Item(url=address, hints=hints)


def _texts(element: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in element:
        text = (child.text or "").strip()
        if text:
            found.setdefault(_local(child), text)
    return found


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _time(text: str | None) -> str | None:
    """A W3C date as it is, if it can be read."""
    return text if text and moment(text) else None
