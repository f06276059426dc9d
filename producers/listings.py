"""What a source lists: feeds and sitemaps read alike."""

from typing import Final

import msgspec

from producers import feeds, sitemaps
from producers.feeds import Item
from producers.responses import Response

ACCEPT: Final = feeds.ACCEPT


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Pages, and further listings to read. `complete`: it lists all there is, not just what is new (a sitemap).

    `news`: it is a sitemap that says when its pages were published. `problems` are what was wrong with a listing that
    could be read all the same, one line each.
    """

    items: tuple[Item, ...] = ()
    children: tuple[Item, ...] = ()
    complete: bool = False
    news: bool = False
    problems: tuple[str, ...] = ()


def read(response: Response) -> Listing | None:
    """The listing in a response, None if it is none (then it is a page). Raises FeedError, SitemapError."""
    url, kind, body = response.url, response.content_type, response.body
    if feeds.looks_like_feed(kind, body):
        feed = feeds.parse(body, url=url, content_type=kind)
        problems = [f"broken, and read as far as it goes: {feed.problem}"] if feed.problem else []
        if feed.without_link:
            problems.append(f"{feed.without_link} entries lead to no page")
        return Listing(items=feed.items, problems=tuple(problems))
    if sitemaps.looks_like_sitemap(url, kind, body):
        sitemap = sitemaps.parse(body, url=url)
        problems = [f"more than {sitemaps.MOST:,} entries: the rest was not read"] if sitemap.left_out else []
        return Listing(
            items=sitemap.items,
            children=sitemap.children,
            complete=True,
            news=sitemap.news,
            problems=tuple(problems),
        )
    return None
