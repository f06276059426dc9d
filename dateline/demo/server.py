"""The demo world on loopback: a web server whose outlets publish, update, correct and withdraw while it runs."""

import contextlib
import itertools
import json
import socket
import sys
import threading
from datetime import UTC
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from dateline.demo.scenes import scenes
from dateline.demo.site import Reply, answer, not_found
from dateline.demo.world import Outlet, Story, outlets

_Request = socket.socket | tuple[bytes, socket.socket]


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
            self._http.hang_up()
            self._thread.join()
            self._http = self._thread = None

    def wait(self) -> None:
        """Block until the server is stopped."""
        if self._thread:
            self._thread.join()

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
        """The reply to a request, its validators not yet weighed."""
        if not target.startswith("/-/"):
            return answer(target, scene=self._scene, root=self.url, tick=next(self._ticks))
        if (method, target) == ("POST", "/-/advance"):
            self.advance()
        elif target != "/-/scene":
            return not_found(target)
        state = {"scene": self._scene, "title": scenes()[self._scene].title, "last": len(scenes()) - 1}
        return Reply(content_type="application/json", body=json.dumps(state).encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    demo: DemoServer

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._open: set[socket.socket] = set()

    def process_request(self, request: _Request, client_address: Any) -> None:
        if isinstance(request, socket.socket):
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Request) -> None:
        if isinstance(request, socket.socket):
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that clients keep alive, so that a stopped server answers nobody."""
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: _Request, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that hangs up is no error
            super().handle_error(request, client_address)


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
        fresh = reply.status == 200 and reply.known_to(self.headers)
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
