"""Maps on the tiles of a server that the settings name, in a browser that obeys the content security policy."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
from playwright.sync_api import Browser

from dateline.settings import Settings
from tests.browser.archive import TIDES
from tests.browser.conftest import Visit
from tests.reading import served

_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_SIZES = """() => Promise.all([...document.querySelectorAll(".world image")].map(async (one) => {
  const picture = new Image();
  picture.src = one.href.baseVal;
  await picture.decode();
  return picture.naturalWidth;
}))"""


@contextmanager
def tile_server() -> Iterator[tuple[str, list[str]]]:
    """(its origin, the paths that it was asked for)."""
    asked: list[str] = []

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("content-type", "image/png")
            self.send_header("cache-control", "max-age=60")
            self.end_headers()
            self.wfile.write(_PIXEL)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def test_maps_are_drawn_on_tiles(browser: Browser, world: Settings, tmp_path: Path) -> None:
    """Pictures of the one server that is named come in, with its credit; pictures of any other server do not."""
    apart = msgspec.structs.replace(world, data_dir=str(tmp_path))
    with tile_server() as (tiles, asked), tile_server() as (other, never):
        template = f"{tiles}/{{z}}/{{x}}/{{y}}.png"
        with served(apart, DATELINE_READER_TILES=template, DATELINE_READER_TILES_CREDIT="© Nobody") as (
            address,
            _,
        ):
            visitor = Visit(browser, address)
            page = visitor.open(f"/articles/{TIDES[0].id}", width=360)
            sizes = page.evaluate(_SIZES)
            assert sizes
            assert set(sizes) == {1}
            assert all(path.count("/") == 3 for path in asked)
            assert page.locator(".map figcaption").inner_text() == "© Nobody"
            assert page.evaluate("document.documentElement.scrollWidth") == 360
            assert {
                one.removeprefix("asked ").rpartition("/")[0].split("/")[2] for one in visitor.complaints
            } == {tiles.removeprefix("http://")}
            blocked = page.evaluate(
                """(from) => new Promise((resolve) => {
                    const picture = new Image();
                    picture.onload = () => resolve("shown");
                    picture.onerror = () => resolve("blocked");
                    picture.src = `${from}/1/1/1.png`;
                })""",
                other,
            )
            assert (blocked, never) == ("blocked", [])
            visitor.contexts[0].close()
