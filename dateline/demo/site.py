"""What the demo's web server answers, as values: no sockets here."""

import hashlib
import html
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import msgspec

from dateline.demo import pages
from dateline.demo.scenes import scenes, stories
from dateline.demo.world import Outlet, Story, outlets

_HTML: Final = "text/html; charset=utf-8"
_TEXT: Final = "text/plain; charset=utf-8"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer with its validators. `etag` is weak for pages: it names the story, not the advertisements around it."""

    status: int = 200
    content_type: str = _HTML
    body: bytes = b""
    etag: str | None = None
    modified: datetime | None = None
    canonical: str | None = None

    def known_to(self, request: Message) -> bool:
        """Whether the request's validators say that the client has this already.

        Source: RFC 9110, 13.2.2; If-None-Match goes first and is compared weakly.
        """
        if (given := request.get("If-None-Match")) is not None:
            tags = {tag.strip().removeprefix("W/") for tag in given.split(",")}
            return self.etag is not None and not tags.isdisjoint({self.etag.removeprefix("W/"), "*"})
        if (since := request.get("If-Modified-Since")) is not None and self.modified:
            try:
                return self.modified <= parsedate_to_datetime(since)
            except ValueError:
                return False
        return False


def answer(target: str, *, scene: int, root: str, tick: int) -> Reply:
    """The reply to a GET of `target` ("/harbourpost/rss.xml"). `root` is the server's URL, `tick` moves the clutter."""
    path = urlsplit(target).path
    if path == "/":
        links = "".join(f'<li><a href="/{o.id}/">{html.escape(o.name)}</a></li>' for o in outlets())
        return Reply(body=f"<!doctype html><title>Demo world</title><ul>{links}</ul>".encode())
    if path == "/robots.txt":
        return Reply(content_type=_TEXT, body=pages.robots(root))
    name, _, rest = path.removeprefix("/").partition("/")
    for outlet in outlets():
        if outlet.id == name:
            return _of_outlet(outlet, "/" + rest, scene, f"{root}/{name}", tick)
    return not_found(path)


def not_found(path: str) -> Reply:
    """A 404 that says what was asked for."""
    text = f"<!doctype html><title>Not found</title><p>Nothing at {html.escape(path)}</p>"
    return Reply(status=404, body=text.encode())


def _of_outlet(outlet: Outlet, path: str, scene: int, base: str, tick: int) -> Reply:
    if path == "/":
        return Reply(body=pages.front_page(outlet, scene, base=base))
    if path == outlet.feed:
        kind = f"application/{outlet.feed_format}+xml; charset=utf-8"
        return _listing(outlet, scene, pages.feed(outlet, scene, base=base), kind)
    if path == "/sitemap.xml":
        kind = "application/xml; charset=utf-8"
        return _listing(outlet, scene, pages.sitemap(outlet, scene, base=base), kind)
    story = _by_path(scene).get((outlet.id, path))
    if story is None:
        return not_found(path)
    return Reply(
        content_type=outlet.content_type,
        body=pages.article(story, scene, base=base, tick=tick),
        etag=f'W/"{_short(msgspec.json.encode(story))}"',
        modified=story.touched,
        canonical=story.url,
    )


def _listing(outlet: Outlet, scene: int, body: bytes, content_type: str) -> Reply:
    last = max((s.touched for s in stories(scene) if s.outlet == outlet.id), default=scenes()[0].at)
    return Reply(content_type=content_type, body=body, etag=f'"{_short(body)}"', modified=last)


@cache
def _by_path(scene: int) -> dict[tuple[str, str], Story]:
    return {(story.outlet, story.path): story for story in stories(scene)}


def _short(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]
