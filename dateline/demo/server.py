"""The demo world on loopback: a web server whose outlets publish, update, correct and withdraw while it runs."""

import hashlib
import html
import itertools
import json
import threading
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import msgspec

from dateline.demo import pages
from dateline.demo.world import Outlet, Story, by_id, outlets, scenes, stories

_XML: Final = "application/xml; charset=utf-8"
_HTML: Final = "text/html; charset=utf-8"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What the server answers. `etag` is weak for pages: it names the story, not the advertisements around it."""

    status: int = 200
    content_type: str = _HTML
    body: bytes = b""
    etag: str | None = None
    modified: datetime | None = None
    canonical: str | None = None


class DemoServer:
    """Serves the world on 127.0.0.1, all outlets on one port: `{url}/{outlet}/...`.

    Everything in a scene is fixed but what surrounds an article, which moves with each request. Pages and feeds carry
    ETag and Last-Modified; a conditional request for a page that tells the same story gets a 304. Scenes only go
    forward. `POST /-/advance` goes to the next one from another process, `GET /-/scene` says which it is.
    """

    def __init__(self, port: int = 0, scene: int = 0) -> None:
        """Does not listen before `start` (or `with`); port 0 takes a free one."""
        self._wanted = port
        self._scene = scene
        self._lock = threading.Lock()
        self._ticks = itertools.count(1)
        self._http: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; returns when requests are answered. Raises OSError when the port is taken."""
        self._http = _Server(("127.0.0.1", self._wanted), _Handler)
        self._http.demo = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and wait for it."""
        if self._http and self._thread:
            self._http.shutdown()
            self._http.server_close()
            self._thread.join()
            self._http = self._thread = None

    @property
    def url(self) -> str:
        """The server's root, without a slash at its end."""
        if self._http is None:
            raise RuntimeError("the demo server is not started: use it in a with statement or call start()")
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def scene(self) -> int:
        """The scene that is being served."""
        return self._scene

    def advance(self) -> int:
        """Go to the next scene and return its number; the last scene stays."""
        with self._lock:
            self._scene = min(self._scene + 1, len(scenes()) - 1)
            return self._scene

    def feeds(self) -> list[tuple[Outlet, str]]:
        """Each outlet with the address of its feed on this server."""
        return [(outlet, f"{self.url}/{outlet.id}{outlet.feed}") for outlet in outlets()]

    def page_url(self, story: Story) -> str:
        """Where this server serves that story."""
        return f"{self.url}/{story.outlet}{story.path}"

    def answer(self, method: str, target: str) -> Reply:
        """The reply to a request, validators not yet weighed."""
        path = urlsplit(target).path
        scene = self._scene
        if path.startswith("/-/"):
            return self._control(method, path)
        if path == "/robots.txt":
            return Reply(content_type="text/plain; charset=utf-8", body=pages.robots(self.url))
        if path == "/":
            links = "".join(f'<li><a href="/{o.id}/">{o.name}</a></li>' for o in outlets())
            return Reply(body=f"<!doctype html><title>Demo world</title><ul>{links}</ul>".encode())
        name, _, rest = path.removeprefix("/").partition("/")
        if any(outlet.id == name for outlet in outlets()):
            return self._outlet(by_id(name), "/" + rest, scene)
        return _not_found(path)

    def _outlet(self, outlet: Outlet, path: str, scene: int) -> Reply:
        base = f"{self.url}/{outlet.id}"
        if path == outlet.feed:
            body = pages.feed(outlet, scene, base=base)
            kind = f"application/{outlet.feed_format}+xml; charset=utf-8"
            return Reply(
                content_type=kind, body=body, etag=f'"{_short(body)}"', modified=_last(outlet, scene)
            )
        if path == "/":
            return Reply(body=pages.front_page(outlet, scene, base=base))
        if path == "/sitemap.xml":
            body = pages.sitemap(outlet, scene, base=base)
            return Reply(
                content_type=_XML, body=body, etag=f'"{_short(body)}"', modified=_last(outlet, scene)
            )
        story = _by_path(scene).get((outlet.id, path))
        if story is None:
            return _not_found(path)
        return Reply(
            content_type=outlet.content_type,
            body=pages.article(story, scene, base=base, tick=next(self._ticks)),
            etag=f'W/"{_short(msgspec.json.encode(story))}"',
            modified=story.touched,
            canonical=story.url,
        )

    def _control(self, method: str, path: str) -> Reply:
        if path == "/-/advance" and method == "POST":
            self.advance()
        elif path != "/-/scene":
            return _not_found(path)
        state = {"scene": self._scene, "title": scenes()[self._scene].title, "last": len(scenes()) - 1}
        return Reply(content_type="application/json", body=json.dumps(state).encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    demo: DemoServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "DatelineDemo"
    wbufsize = 1 << 20  # head and body leave in one piece
    timeout = 60
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._reply()

    def do_HEAD(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._reply()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the demo's own output is what the user reads."""

    def _reply(self) -> None:
        assert isinstance(self.server, _Server)
        reply = self.server.demo.answer(self.command, self.path)
        fresh = reply.status == 200 and _unchanged(reply, self.headers)
        self.send_response(304 if fresh else reply.status)
        if reply.etag:
            self.send_header("ETag", reply.etag)
        if reply.modified:
            self.send_header("Last-Modified", format_datetime(reply.modified.astimezone(UTC), usegmt=True))
        if reply.canonical:
            self.send_header("Link", f'<{reply.canonical}>; rel="canonical"')
        if not fresh:
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if not fresh and self.command != "HEAD":
            self.wfile.write(reply.body)
        self.wfile.flush()


def _unchanged(reply: Reply, headers: Message) -> bool:
    """Whether the validators of a request still hold: RFC 9110, 13.2.2 (If-None-Match goes first, compared weakly)."""
    if (given := headers.get("If-None-Match")) is not None:
        tags = {tag.strip().removeprefix("W/") for tag in given.split(",")}
        return reply.etag is not None and (reply.etag.removeprefix("W/") in tags or "*" in tags)
    if (since := headers.get("If-Modified-Since")) is not None and reply.modified:
        try:
            return reply.modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        except ValueError:
            return False
    return False


@cache
def _by_path(scene: int) -> dict[tuple[str, str], Story]:
    return {(story.outlet, story.path): story for story in stories(scene)}


def _last(outlet: Outlet, scene: int) -> datetime:
    return max((s.touched for s in stories(scene) if s.outlet == outlet.id), default=scenes()[0].at)


def _short(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]


def _not_found(path: str) -> Reply:
    return Reply(
        status=404,
        body=f"<!doctype html><title>Not found</title><p>Nothing at {html.escape(path)}</p>".encode(),
    )
