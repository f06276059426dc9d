"""Feeds of all kinds, also broken ones."""

import json

import pytest

from producers import feeds
from producers.feeds import FeedError

URL = "https://news.example/rss/all.xml"
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Example</title>
<item><title>Ferry &amp; fog</title><link>/2026/ferry?utm_source=rss</link><guid isPermaLink="false">n-1</guid>
<pubDate>Tue, 03 Mar 2026 08:24:00 +0100</pubDate><dc:creator>Ana Ferro</dc:creator>
<category>City</category><category>Sea</category></item>
<item><title>Second</title><guid>https://news.example/2026/second</guid></item>
<item><title>Ferry again</title><link>https://news.example/2026/ferry</link></item>
<item><title>Nowhere</title><link>mailto:desk@news.example</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/en/"><title>Ex</title>
<entry><title type="html">&lt;b&gt;Bold&lt;/b&gt; claim</title><id>tag:news.example,2026:7</id>
<link rel="enclosure" href="clip.mp3"/><link rel="alternate" href="story/7"/>
<published>2026-03-03T08:24:00+05:30</published><updated>2026-03-03T09:00:00Z</updated>
<author><name>B. Writer</name></author></entry></feed>"""


def test_an_rss_feed_gives_each_page_once_with_its_hints() -> None:
    """Links are absolute, a permalink guid serves as a link, offsets of dates stay, entries without a page are counted."""
    feed = feeds.parse(RSS.encode(), url=URL)
    assert [item.url for item in feed.items] == [
        "https://news.example/2026/ferry?utm_source=rss",
        "https://news.example/2026/second",
    ]
    assert feed.without_link == 1
    hints = feed.items[0].hints
    assert (hints.title, hints.guid, hints.author) == ("Ferry & fog", "n-1", "Ana Ferro")
    assert hints.published == "2026-03-03T08:24:00+01:00"
    assert hints.updated is None
    assert hints.categories == ("City", "Sea")
    assert hints.feed == URL


def test_an_atom_feed_leads_to_its_alternate_links() -> None:
    """Not to enclosures; relative to xml:base; both dates are kept."""
    item = feeds.parse(ATOM.encode(), url=URL).items[0]
    assert item.url == "https://news.example/en/story/7"
    assert item.hints.published == "2026-03-03T08:24:00+05:30"
    assert item.hints.updated == "2026-03-03T09:00:00Z"


DIALECTS = {
    "RSS 0.90": """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">
        <channel><title>Old</title></channel><item><title>A &amp; B</title><link>https://news.example/a</link></item></rdf:RDF>""",
    "RSS 0.91": """<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
        <rss version="0.91"><channel><title>Old</title><item><title>A &amp; B</title><link>https://news.example/a</link></item>
        </channel></rss>""",
    "RSS 0.92": """<rss version="0.92"><channel><title>Old</title><item><title>A &amp; B</title><link>/a</link>
        <category domain="x">Sea</category></item></channel></rss>""",
    "RSS 1.0": """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/rss"><title>F</title></channel>
        <item rdf:about="https://news.example/a"><title>A &amp; B</title><link>https://news.example/a</link>
        <dc:date>2026-03-03T08:24:00+01:00</dc:date><dc:creator>Ana Ferro</dc:creator><dc:subject>Sea</dc:subject></item></rdf:RDF>""",
    "RSS 2.0": """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>F</title><item><title>A &amp; B</title>
        <guid>https://news.example/a</guid><pubDate>Tue, 3 Mar 2026 08:24 +0100</pubDate><dc:creator>Ana Ferro</dc:creator>
        <category>Sea</category></item></channel></rss>""",
    "Atom 0.3": """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>F</title><entry><title>A &amp; B</title>
        <link rel="alternate" type="text/html" href="https://news.example/a"/><issued>2026-03-03T08:24:00+01:00</issued>
        <author><name>Ana Ferro</name></author></entry></feed>""",
    "Atom 1.0": """<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>A &amp; B</title>
        <link href="https://news.example/a"/><published>2026-03-03T08:24:00+01:00</published><author><name>Ana Ferro</name></author>
        <category term="Sea"/></entry></feed>""",
    "JSON Feed 1": """{"version": "https://jsonfeed.org/version/1", "title": "F", "items": [{"id": "1", "url": "/a", "title": "A & B",
        "date_published": "2026-03-03T08:24:00+01:00", "author": {"name": "Ana Ferro"}, "tags": ["Sea"]}]}""",
}  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_read(dialect: str) -> None:
    """The page's address and title always; date, author and category as far as the dialect has them, in one form."""
    body = DIALECTS[dialect].encode()
    assert feeds.looks_like_feed("text/plain", body)
    feed = feeds.parse(body, url=URL)
    assert feed.problem is None
    (item,) = feed.items
    assert (item.url, item.hints.title) == ("https://news.example/a", "A & B")
    assert item.hints.published in (None, "2026-03-03T08:24:00+01:00")
    assert item.hints.author in (None, "Ana Ferro")
    assert item.hints.categories in ((), ("Sea",))
    if not dialect.startswith("RSS 0"):
        assert item.hints.published
        assert item.hints.author


def test_a_json_feed_is_read() -> None:
    """Version 1.1 with authors, and what is not as it should be left out."""
    tree = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Ex",
        "items": [
            {"id": "7", "url": "/7", "title": "Seven", "date_published": "2026-03-03T08:24:00-05:00",
             "authors": [{"name": "A"}, {"name": "B"}], "tags": ["x", 3]},
            {"id": "https://news.example/8"},
            "odd",
        ],
    }  # fmt: skip
    body = b"\xef\xbb\xbf" + json.dumps(tree).encode()
    assert feeds.looks_like_feed("application/json", body)
    first, second = feeds.parse(body, url=URL).items
    assert (first.url, first.hints.author, first.hints.categories) == (
        "https://news.example/7",
        "A, B",
        ("x",),
    )
    assert first.hints.published == "2026-03-03T08:24:00-05:00"
    assert second.url == "https://news.example/8"


@pytest.mark.parametrize(
    "broken",
    [
        RSS.replace("&amp;", "&"),
        RSS.replace("</channel></rss>", ""),
        RSS.replace("<title>Second</title>", "<title>Se\x0bcond <br></title>"),
        RSS.replace("utf-8", "windows-1252"),
        "\n\n  " + RSS,
    ],
)
def test_a_broken_feed_still_leads_to_its_pages(broken: str) -> None:
    """Bare ampersands, missing ends, control characters, wrong charset, blanks before the declaration."""
    items = feeds.parse(broken.encode(), url=URL).items
    assert {"https://news.example/2026/second"} <= {item.url for item in items}


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>no feed</body></html>", b"{}", b"{broken", b'{"version": 3}', b"\x00\x01\x02" * 50],
)
def test_what_is_no_feed_is_an_error_that_names_the_address(body: bytes) -> None:
    """Never an empty feed that hides the trouble."""
    with pytest.raises(FeedError, match=r"news\.example/rss/all\.xml: not a feed"):
        feeds.parse(body, url=URL)


def test_a_body_that_names_a_file_is_not_opened(tmp_path: object) -> None:
    """A hostile server cannot make the parser read this machine's files or fetch an address."""
    for body in (str(tmp_path).encode() + b"/feed.xml", b"http://127.0.0.1:9/feed", b"feed://127.0.0.1/x"):
        with pytest.raises(FeedError):
            feeds.parse(body, url=URL)


def test_entities_do_not_explode() -> None:
    """An XML bomb stays as small as it came."""
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "x" * 100}">' for i in range(9))
    bomb = RSS.replace("<rss", f"<!DOCTYPE rss [{entities}]><rss", 1).replace("Second", "&e8;")
    feed = feeds.parse(bomb.encode(), url=URL)
    assert all(len(item.hints.title or "") <= 500 for item in feed.items)


def test_a_feed_of_a_million_tags_is_refused() -> None:
    """Before a parser spends minutes on it; one of a thousand long entries is read."""
    with pytest.raises(FeedError, match="larger than any feed"):
        feeds.parse(b"<rss version='2.0'><channel>" + b"<item>" * 1_000_000, url=URL)
    entry = (
        b"<item><link>/%d</link><description><![CDATA[" + b"<p>Text</p>" * 50 + b"]]></description></item>"
    )
    long = b"<rss version='2.0'><channel>" + b"".join(entry % n for n in range(1000)) + b"</channel></rss>"
    assert len(feeds.parse(long, url=URL).items) == 1000


def test_a_page_is_not_taken_for_a_feed() -> None:
    """By what it holds, not by its content type."""
    assert feeds.looks_like_feed("text/html", RSS.encode())
    assert not feeds.looks_like_feed(
        "application/rss+xml", b"<!doctype html><html><body><p>Sorry</p></body></html>"
    )
    assert not feeds.looks_like_feed(
        "text/html", b"<html><head><title>What <feed> means</title></head></html>"
    )
