"""What a site offers: its name and language, its feeds by link tags and common places, its sitemaps by robots.txt."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from lxml import etree, html

from producers import urls
from producers.feeds import FeedError
from producers.fetch import Fetcher
from producers.listings import ACCEPT, Listing, read
from producers.responses import Response
from producers.sitemaps import LARGEST, SitemapError
from producers.trouble import FetchError

_FEED_TYPES: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
)
_MAYBE_FEED_TYPES: Final = frozenset({"application/json", "application/xml", "text/xml"})
_FEED_PLACES: Final = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
_SITEMAP_PLACES: Final = (
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap_news.xml",
    "/sitemap.xml",
    "/sitemap_index.xml",
)
# a link that a reader would take for a feed: a part of its path says so, or it ends as feeds do
_LOOKS_LIKE_FEED: Final = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?|rdf)(?:$|[/._-])")
_OF_COMMENTS: Final = re.compile(r"\bcomments?\b|\bkommentare?\b|\bcommentaires?\b|\bcomentarios?\b")
_OF_NEWS: Final = re.compile(r"(?:^|[/._-])news(?:$|[/._-])|googlenews|newssitemap|sitemapnews")
_MOST: Final = 20


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A site as it presents itself. Each feed and sitemap was fetched and lists pages or further sitemaps.

    `news_sitemaps` are those of `sitemaps` that say of their pages when they were published.
    """

    homepage: str
    name: str
    language: str | None = None
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    news_sitemaps: tuple[str, ...] = ()


class _Found(msgspec.Struct, frozen=True):
    address: str
    listing: Listing


async def discover(fetcher: Fetcher, url: str) -> Site:
    """Look at a homepage, or at a feed or sitemap itself. Raises FetchError when the address cannot be fetched.

    Feeds that the page's head names go before those that its text links to, and these before common places, which are
    asked only where nothing else is found. Feeds of comments are left out. Of an index of sitemaps, those of news are
    taken by themselves. Of the sitemaps of a host that several sites share, those in the site's own folder are taken.
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
            news_sitemaps=itself if listing.news else (),
        )
    page = _parsed(response.body)
    feeds: list[_Found] = []
    for candidates in (
        [] if page is None else _named_feeds(page, response.url),
        [] if page is None else _linked_feeds(page, response.url),
        _places(response.url, _FEED_PLACES),
    ):
        feeds = feeds or await _that_list(fetcher, candidates, complete=False)
    named = _in_folder(response.url, await _named_sitemaps(fetcher, response.url))
    sitemaps = await _that_list(fetcher, named, complete=True)
    if not sitemaps:
        sitemaps = await _that_list(fetcher, _places(response.url, _SITEMAP_PLACES), complete=True)
    news = [one for one in sitemaps if one.listing.news] or await _news_within(fetcher, sitemaps)
    return Site(
        homepage=response.url,
        name=(_name(page) if page is not None else None) or urls.host(response.url),
        language=page.get("lang") if page is not None else None,
        feeds=tuple(one.address for one in feeds),
        sitemaps=tuple(one.address for one in sitemaps),
        news_sitemaps=tuple(one.address for one in news),
    )


async def _that_list(fetcher: Fetcher, addresses: Iterable[str], *, complete: bool) -> list[_Found]:
    """Those of the addresses that list something, each once, under its final address."""
    some = list(dict.fromkeys(addresses))[:_MOST]
    found = await asyncio.gather(*(_that_lists(fetcher, address, complete=complete) for address in some))
    return list({one.address: one for one in found if one is not None}.values())


async def _that_lists(fetcher: Fetcher, address: str, *, complete: bool) -> _Found | None:
    try:
        response = await fetcher.get(address, accept=ACCEPT, textual=False, limit=LARGEST)
    except FetchError:
        return None
    listing = _listing(response)
    if listing is None or listing.complete is not complete or not (listing.items or listing.children):
        return None
    return _Found(response.url, listing)


async def _news_within(fetcher: Fetcher, sitemaps: Sequence[_Found]) -> list[_Found]:
    """The news sitemaps that an index names among others."""
    named = [
        child.url
        for one in sitemaps
        for child in one.listing.children
        if _OF_NEWS.search(urls.path(child.url))
    ]
    return [one for one in await _that_list(fetcher, named, complete=True) if one.listing.news]


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


def _named_feeds(page: html.HtmlElement, url: str) -> list[str]:
    """What link elements of the page call a feed, by their type or by rel=feed."""
    links: list[str] = []
    for link in page.xpath("//link[@href and @rel]"):
        relations, kind = link.get("rel", "").lower().split(), link.get("type", "").lower().partition(";")[0]
        stated = "alternate" in relations and kind.strip() in _FEED_TYPES
        likely = "alternate" in relations and kind.strip() in _MAYBE_FEED_TYPES and not link.get("hreflang")
        if (stated or likely or "feed" in relations) and not _of_comments(link):
            links.append(link.get("href", ""))
    return _absolute(page, url, links)


def _linked_feeds(page: html.HtmlElement, url: str) -> list[str]:
    """What the page's text links to that looks like a feed of this site."""
    found = [
        link.get("href", "")
        for link in page.xpath("//a[@href]")
        if _LOOKS_LIKE_FEED.search(link.get("href", "").lower()) and not _of_comments(link)
    ]
    return [link for link in _absolute(page, url, found) if urls.host(link) == urls.host(url)]


def _of_comments(link: html.HtmlElement) -> bool:
    said = f"{link.get('title', '')} {link.get('href', '')}".lower()
    return _OF_COMMENTS.search(said) is not None


def _absolute(page: html.HtmlElement, url: str, links: Iterable[str]) -> list[str]:
    base = next((urls.join(url, found) for found in page.xpath("//base/@href")), None) or url
    return [address for link in links if (address := urls.join(base, link))]


def _name(page: html.HtmlElement) -> str | None:
    stated = (
        page.xpath("//meta[@property='og:site_name']/@content")
        or page.xpath("//meta[@name='application-name']/@content")
        or page.xpath("//title/text()")
    )
    return " ".join(str(stated[0]).split())[:100] or None if stated else None


def _places(url: str, places: Iterable[str]) -> list[str]:
    """Common places in the site's own folder, then at the root of its host."""
    some = tuple(places)
    bases = dict.fromkeys((urls.join(url, "."), urls.root(url)))
    return [
        address for base in bases if base for place in some if (address := urls.join(base, place.lstrip("/")))
    ]


def _in_folder(url: str, addresses: Sequence[str]) -> Sequence[str]:
    """Those in the folder of a homepage that has one, or all where none is."""
    folder = urls.join(url, ".") or url
    if folder == urls.root(url):
        return addresses
    return [address for address in addresses if address.startswith(folder)] or addresses
