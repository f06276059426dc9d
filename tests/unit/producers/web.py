"""A small web server on loopback whose pages behave as told, well or badly."""

import ssl
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import trustme

Behaviour = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """What a behaviour gets: a request that it answers through the methods of the standard handler."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    server: "Server"

    def do_GET(self) -> None:
        """Do as the page does."""
        self.server.web.seen.append((self.path, dict(self.headers.items())))
        behaviour = self.server.web.pages.get(self.path.partition("?")[0])
        try:
            (behaviour or page(b"nothing here", status=404))(self)
            self.wfile.flush()
        except OSError:
            self.close_connection = True  # the client had enough

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Ends its connections with itself."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    web: "Web"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that leaves is no news."""


class Web:
    """A context manager. `pages` maps a path to what it does; `seen` lists the requests that came."""

    def __init__(
        self, pages: Mapping[str, Behaviour] | None = None, certificate: trustme.LeafCert | None = None
    ) -> None:
        self.pages: dict[str, Behaviour] = dict(pages or {})
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()
        self._server = Server(("127.0.0.1", 0), Request)
        self._server.web = self
        if certificate is not None:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(tls)
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def host(self) -> str:
        """ "127.0.0.1:PORT", as `ingest.allow_hosts` takes it."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, those left out that each site is asked for."""
        return [path for path, _ in self.seen if path not in ("/robots.txt", "/.well-known/tdmrep.json")]

    def url(self, path: str = "/") -> str:
        """The address of a path."""
        return f"http://{self.host}{path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def page(body: bytes = b"", *, status: int = 200, **headers: str) -> Behaviour:
    """Answer with this body; `content_type="text/plain"` becomes Content-Type."""

    def answer(request: Request) -> None:
        request.send_response(status)
        for name, value in ({"content_type": "text/html"} | headers).items():
            request.send_header(name.replace("_", "-").title(), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def redirect(target: str, status: int = 302) -> Behaviour:
    """Send the client elsewhere."""
    return page(status=status, location=target)


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave differently at each request; the last behaviour stays."""
    left = list(behaviours)

    def answer(request: Request) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(request)

    return answer


def hang(request: Request) -> None:
    """Never answer."""
    request.server.web.closing.wait()
    request.close_connection = True


def drip(request: Request) -> None:
    """Send one byte at a time, slowly and for ever, so that no single read times out."""
    request.send_response(200)
    request.send_header("Content-Type", "text/html")
    request.end_headers()
    while not request.server.web.closing.wait(0.1):
        request.wfile.write(b".")
        request.wfile.flush()
    request.close_connection = True


def flood(request: Request) -> None:
    """Send for ever, as fast as it is taken."""
    request.send_response(200)
    request.send_header("Content-Type", "text/plain")
    request.end_headers()
    while not request.server.web.closing.is_set():
        request.wfile.write(b"#" * 65536)
    request.close_connection = True


def raw(header: bytes, body: bytes) -> Behaviour:
    """Answer 200 with one more header, byte for byte."""

    def answer(request: Request) -> None:
        kind = b"" if header.lower().startswith(b"content-type:") else b"Content-Type: text/html\r\n"
        request.wfile.write(
            b"HTTP/1.1 200 OK\r\n%s%s\r\nContent-Length: %d\r\n\r\n" % (kind, header, len(body))
        )
        request.wfile.write(body)

    return answer


class Busy:
    """A behaviour that counts how many requests it has at a time; `most` is the largest number."""

    def __init__(self) -> None:
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> None:
        """Answer after a moment in which others may come."""
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        request.server.web.closing.wait(0.05)
        with self._lock:
            self._now -= 1
        page(b"Ok")(request)
