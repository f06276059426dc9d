"""Sitemaps of all kinds."""

import gzip

import pytest

from producers import sitemaps
from producers.documents import FeedHints
from producers.feeds import Item
from producers.sitemaps import SitemapError

URL = "https://news.example/sitemap.xml"
NEWS = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://news.example/a </loc><lastmod>2026-03-03T09:00:00+01:00</lastmod>
 <news:news><news:publication><news:name>Ex</news:name><news:language>en</news:language></news:publication>
 <news:publication_date>2026-03-03T08:24:00+01:00</news:publication_date><news:title>Ferry &amp; fog</news:title>
 <news:keywords>sea, city</news:keywords></news:news>
 <image:image><image:loc>https://news.example/a.jpg</image:loc></image:image></url>
<url><loc>/b</loc><lastmod>yesterday</lastmod></url>
<url><loc>mailto:x@news.example</loc></url>
</urlset>"""
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://news.example/s1.xml.gz</loc><lastmod>2026-03-03</lastmod></sitemap>
<sitemap><loc>https://news.example/s2.xml</loc></sitemap></sitemapindex>"""


def test_a_news_sitemap_tells_of_each_page() -> None:
    """Its own dates and title, and the page's address rather than its picture's."""
    first, second = sitemaps.parse(NEWS, url=URL).items
    assert first.url == "https://news.example/a"
    assert first.hints.title == "Ferry & fog"
    assert first.hints.published == "2026-03-03T08:24:00+01:00"
    assert first.hints.updated == "2026-03-03T09:00:00+01:00"
    assert first.hints.categories == ("sea", "city")
    assert (second.url, second.hints.updated) == ("https://news.example/b", None)


def test_pictures_and_videos_say_nothing_of_their_page() -> None:
    """Neither their addresses, wherever they stand, nor their titles and dates."""
    (item,) = sitemaps.parse(
        b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:v="http://www.google.com/schemas/sitemap-video/1.1"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url>
        <image:image><image:loc>https://news.example/a.jpg</image:loc><image:title>A mast</image:title></image:image>
        <v:video><v:title>Clip</v:title><v:publication_date>2020-01-01T00:00:00Z</v:publication_date></v:video>
        <loc>https://news.example/a</loc></url></urlset>""",
        url=URL,
    ).items
    assert item == Item(url="https://news.example/a", hints=FeedHints(feed=URL))


def test_an_index_names_further_sitemaps() -> None:
    """With their dates, so that old ones can be left alone."""
    sitemap = sitemaps.parse(INDEX, url=URL)
    assert sitemap.items == ()
    assert [(child.url, child.hints.updated) for child in sitemap.children] == [
        ("https://news.example/s1.xml.gz", "2026-03-03"),
        ("https://news.example/s2.xml", None),
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_text_and_gzip_are_read(packed: bool) -> None:
    """One address a line; what is none is left out."""
    text = b"\xef\xbb\xbfhttps://news.example/a\r\nnot an address\nhttps://news.example/b\n"
    body = gzip.compress(text) if packed else text
    items = sitemaps.parse(body, url="https://news.example/sitemap.txt.gz").items
    assert [item.url for item in items] == ["https://news.example/a", "https://news.example/b"]


def test_a_damaged_sitemap_gives_what_came_before_the_damage() -> None:
    """A cut-off download is no reason to lose all."""
    assert next(item.url for item in sitemaps.parse(NEWS[:-300], url=URL).items) == "https://news.example/a"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Sorry</body></html>",
        b"<",
        gzip.compress(NEWS)[:-30],
        gzip.compress(bytes(60_000_000)),
    ],
)
def test_what_is_no_sitemap_is_an_error_or_empty(body: bytes) -> None:
    """The message names the address; a bomb is not unpacked."""
    try:
        assert sitemaps.parse(body, url=URL) == sitemaps.Sitemap()
    except SitemapError as error:
        assert URL in str(error)  # noqa: PT017


def test_entities_and_files_are_not_read() -> None:
    """Neither bombs nor this machine's files come in by way of XML."""
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "x" * 100}">' for i in range(9))
    doctype = f'<!DOCTYPE urlset [{entities}<!ENTITY f SYSTEM "file:///etc/hostname">]>'.encode()
    body = NEWS.replace(b"<urlset", doctype + b"<urlset").replace(b"Ferry", b"&e8;&f;")
    try:
        items = sitemaps.parse(body, url=URL).items
    except SitemapError:
        return
    assert all(len(item.hints.title or "") <= 500 for item in items)


def test_sitemaps_are_told_from_pages_and_feeds() -> None:
    """By the root element; text by its name."""
    assert sitemaps.looks_like_sitemap(URL, "text/html", NEWS)
    assert sitemaps.looks_like_sitemap("https://x.example/sitemap.txt", "text/plain", b"https://x.example/a")
    assert not sitemaps.looks_like_sitemap(
        "https://x.example/story.txt", "text/plain", b"https://x.example/a"
    )
    assert not sitemaps.looks_like_sitemap(URL, "application/xml", b"<rss></rss>")
