"""What a source lists: feeds and sitemaps read alike."""

from typing import Final

import msgspec

from producers import feeds, sitemaps
from producers.feeds import Item
from producers.fetch import Response

ACCEPT: Final = feeds.ACCEPT


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Pages, and further listings to read. `complete`: it lists all there is, not just what is new (a sitemap)."""

    items: tuple[Item, ...] = ()
    children: tuple[Item, ...] = ()
    complete: bool = False


def read(response: Response) -> Listing | None:
    """The listing in a response, None if it is none (then it is a page). Raises FeedError, SitemapError."""
    url, kind, body = response.url, response.content_type, response.body
    if feeds.looks_like_feed(kind, body):
        return Listing(items=feeds.parse(body, url=url, content_type=kind).items)
    if sitemaps.looks_like_sitemap(url, kind, body):
        sitemap = sitemaps.parse(body, url=url)
        return Listing(items=sitemap.items, children=sitemap.children, complete=True)
    return None
