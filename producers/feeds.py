"""Feeds: RSS 0.9 to 2.0, Atom (both by feedparser, which bears broken XML) and JSON Feed 1.x."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from xml.sax import SAXException

import feedparser
import msgspec

from dateline.errors import DatelineError
from producers import urls
from producers.documents import FeedHints

ACCEPT: Final = (
    "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,"
    "application/json;q=0.8,*/*;q=0.5"
)
_JSON_FEED: Final = "https://jsonfeed.org/version/1"
_PARSER_FAILS: Final = (ValueError, LookupError, AttributeError, TypeError, RecursionError, SAXException)
_HARMLESS: Final = (feedparser.NonXMLContentType, feedparser.CharacterEncodingOverride)
_LARGEST: Final = 16 * 1024 * 1024
_MOST_TAGS: Final = 200_000
"""Beyond these a feed takes the parser so long that it is refused; thousands of entries with their whole texts are below."""
_LONGEST_TEXT: Final = 500
_MOST_CATEGORIES: Final = 50
_LONGEST_HEAD: Final = 2048


class FeedError(DatelineError):
    """The document is no feed that can be read."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a feed that leads to a page."""

    url: str
    hints: FeedHints


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as read: each page once, in the feed's order. `without_link` counts entries that lead nowhere.

    `problem` is what was wrong with a feed that could be read all the same.
    """

    title: str | None = None
    items: tuple[Item, ...] = ()
    without_link: int = 0
    problem: str | None = None


def looks_like_feed(content_type: str, body: bytes) -> bool:
    """Whether a document is meant as a feed, by its first element rather than by its often wrong content type."""
    head = body[:_LONGEST_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"{"):
        return b"jsonfeed.org/version/" in head or "feed+json" in content_type
    return any(mark in head for mark in (b"<rss", b"<rdf:rdf", b"<feed")) and b"<html" not in head


def parse(body: bytes, *, url: str, content_type: str = "") -> Feed:
    """Read a feed; `url` is where it was found, links are resolved against it. Raises FeedError when there is none in it."""
    if len(body) > _LARGEST or body.count(b"<") > _MOST_TAGS:
        limits = f"{_LARGEST:,} bytes and {_MOST_TAGS:,} tags"
        raise FeedError(f"{url}: larger than any feed: expected at most {limits}, got {len(body):,} bytes")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(body, url)
    # a file object: feedparser would open a file or a URL that the body happens to name
    headers = {"content-type": content_type, "content-location": url}
    try:
        parsed = feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except _PARSER_FAILS as error:
        raise FeedError(f"{url}: not a feed: the parser gave up: {_line(str(error))}") from error
    if not parsed.get("version") and not parsed.entries:
        why = parsed.get("bozo_exception") or "no RSS, Atom or JSON Feed in it"
        raise FeedError(f"{url}: not a feed: {_line(str(why))}")
    one_date = str(parsed.get("version")).startswith("rss")
    entries = [(_link(entry), _hints(entry, url, one_date=one_date)) for entry in parsed.entries]
    trouble = parsed.get("bozo_exception") if parsed.get("bozo") else None
    # a wrong content type or charset in a header says nothing of the feed
    problem = None if isinstance(trouble, _HARMLESS) or not trouble else _line(str(trouble))
    return _feed(_text(parsed.feed.get("title")), entries, url, problem)


def _feed(
    title: str | None, entries: list[tuple[str | None, FeedHints]], url: str, problem: str | None
) -> Feed:
    items: dict[str, Item] = {}
    without_link = 0
    for link, hints in entries:
        absolute = urls.join(url, link) if link else None
        if absolute is None:
            without_link += 1
        else:
            items.setdefault(urls.canonical(absolute), Item(url=absolute, hints=hints))
    return Feed(title=title, items=tuple(items.values()), without_link=without_link, problem=problem)


def _link(entry: Any) -> str | None:
    for link in entry.get("links", ()):
        if link.get("rel") == "alternate" and link.get("href"):
            return str(link["href"])
    guid = entry.get("id")
    link = entry.get("link") or (guid if isinstance(guid, str) and urls.is_web(guid) else None)
    return str(link) if link else None


def _hints(entry: Any, url: str, *, one_date: bool) -> FeedHints:
    """`one_date`: in RSS a date without a meaning of its own (dc:date) is when the item was published."""
    published = _time(entry.get("published"), entry.get("published_parsed"))
    # feedparser lends `published` to `updated` when only one is there, and says so by a warning
    stated = dict.__contains__(entry, "updated")
    updated = _time(entry["updated"], entry.get("updated_parsed")) if stated else None
    tags = (_text(tag.get("term") or tag.get("label")) for tag in entry.get("tags", ()))
    return FeedHints(
        title=_text(entry.get("title")),
        published=published or (updated if one_date else None),
        updated=updated,
        guid=_text(entry.get("id")),
        author=_text(entry.get("author")),
        categories=tuple(tag for tag in tags if tag)[:_MOST_CATEGORIES],
        feed=url,
    )


def _json_feed(body: bytes, url: str) -> Feed:
    try:
        tree = json.loads(body)
    except ValueError as error:
        raise FeedError(f"{url}: not a feed: {error}") from error
    if not str(tree.get("version", "")).startswith(_JSON_FEED) or not isinstance(tree.get("items"), list):
        raise FeedError(f"{url}: not a feed: JSON without `version` {_JSON_FEED} and `items`")
    return _feed(_text(tree.get("title")), list(_json_items(tree["items"], url)), url, None)


def _json_items(items: list[Any], url: str) -> Iterator[tuple[str | None, FeedHints]]:
    for item in items:
        if not isinstance(item, dict):
            continue
        authors = item.get("authors") or [item.get("author")]
        names = [a["name"] for a in authors if isinstance(a, dict) and isinstance(a.get("name"), str)]
        tags = (_text(tag) for tag in item.get("tags") or ())
        hints = FeedHints(
            title=_text(item.get("title")),
            published=_time(item.get("date_published"), None),
            updated=_time(item.get("date_modified"), None),
            guid=_text(item.get("id")),
            author=_text(", ".join(names)),
            categories=tuple(tag for tag in tags if tag)[:_MOST_CATEGORIES],
            feed=url,
        )
        link = item.get("url") or item.get("external_url") or item.get("id")
        yield (link if isinstance(link, str) else None), hints


def _time(text: Any, parsed: Any) -> str | None:
    """RFC 3339, with the offset as given where the text is RFC 822 or ISO 8601, else in UTC as feedparser read it."""
    if isinstance(text, str) and text.strip():
        for read in (datetime.fromisoformat, parsedate_to_datetime):
            try:
                moment = read(text.strip())
            except (ValueError, IndexError, OverflowError):
                continue
            if moment.tzinfo is not None:
                return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    if parsed is None:
        return None
    try:
        year, month, day, hour, minute, second = parsed[:6]
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    """One line of bounded length, None when there is nothing in it."""
    return _line(value) or None if isinstance(value, str) else None


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_TEXT]
