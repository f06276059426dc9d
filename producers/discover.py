"""What a site offers: its name and language, its feeds by link tags and common places, its sitemaps by robots.txt."""

import asyncio
from collections.abc import Iterable
from typing import Final

import msgspec
from lxml import etree, html

from producers import urls
from producers.feeds import FeedError
from producers.fetch import Fetcher, Response
from producers.listings import ACCEPT, Listing, read
from producers.sitemaps import LARGEST, SitemapError
from producers.trouble import FetchError

_FEED_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_FEED_PLACES: Final = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
_SITEMAP_PLACES: Final = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml")
_MOST: Final = 20


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A site as it presents itself. Each feed and sitemap was fetched and lists pages or further sitemaps."""

    homepage: str
    name: str
    language: str | None = None
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


async def discover(fetcher: Fetcher, url: str) -> Site:
    """Look at a homepage, or at a feed or sitemap itself. Raises FetchError when the address cannot be fetched.

    The common places are tried only where the page and robots.txt name none.
    """
    response = await fetcher.get(url, accept=ACCEPT, textual=False, limit=LARGEST)
    listing = _listing(response)
    if listing is not None:
        itself = (response.url,)
        return Site(
            homepage=urls.root(response.url),
            name=urls.host(response.url),
            feeds=() if listing.complete else itself,
            sitemaps=itself if listing.complete else (),
        )
    page = _parsed(response.body)
    linked = [] if page is None else _linked_feeds(page, response.url)
    feeds = await _lists(fetcher, linked, complete=False)
    if not feeds:
        feeds = await _lists(fetcher, _places(response.url, _FEED_PLACES), complete=False)
    sitemaps = await _lists(fetcher, await _named_sitemaps(fetcher, response.url), complete=True)
    if not sitemaps:
        sitemaps = await _lists(fetcher, _places(response.url, _SITEMAP_PLACES), complete=True)
    return Site(
        homepage=response.url,
        name=(_name(page) if page is not None else None) or urls.host(response.url),
        language=page.get("lang") if page is not None else None,
        feeds=feeds,
        sitemaps=sitemaps,
    )


async def _lists(fetcher: Fetcher, addresses: Iterable[str], *, complete: bool) -> tuple[str, ...]:
    """Those of the addresses that list something, each once, under its final address."""
    some = list(dict.fromkeys(addresses))[:_MOST]
    found = await asyncio.gather(*(_lists_pages(fetcher, address, complete=complete) for address in some))
    return tuple(dict.fromkeys(address for address in found if address))


async def _lists_pages(fetcher: Fetcher, address: str, *, complete: bool) -> str | None:
    try:
        response = await fetcher.get(address, accept=ACCEPT, textual=False, limit=LARGEST)
    except FetchError:
        return None
    listing = _listing(response)
    fits = listing is not None and listing.complete is complete and (listing.items or listing.children)
    return response.url if fits else None


async def _named_sitemaps(fetcher: Fetcher, url: str) -> list[str]:
    try:
        named = await fetcher.sitemaps(url)
    except FetchError:
        return []
    return [address for name in named if (address := urls.join(url, name))]


def _listing(response: Response) -> Listing | None:
    try:
        return read(response)
    except (FeedError, SitemapError):
        return None


def _parsed(body: bytes) -> html.HtmlElement | None:
    try:
        page = html.document_fromstring(body)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return page if isinstance(page, html.HtmlElement) else None


def _linked_feeds(page: html.HtmlElement, url: str) -> list[str]:
    base = next((urls.join(url, found) for found in page.xpath("//base/@href")), None) or url
    links = [
        link.get("href", "")
        for link in page.xpath("//link[@href and @type]")
        if "alternate" in link.get("rel", "").lower().split() and link.get("type", "").lower() in _FEED_TYPES
    ]
    return [address for link in links if (address := urls.join(base, link))]


def _name(page: html.HtmlElement) -> str | None:
    stated = page.xpath("//meta[@property='og:site_name']/@content") or page.xpath("//title/text()")
    return " ".join(str(stated[0]).split())[:100] or None if stated else None


def _places(url: str, places: Iterable[str]) -> list[str]:
    return [address for place in places if (address := urls.join(urls.root(url), place))]
