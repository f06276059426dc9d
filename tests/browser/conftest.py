"""One Chromium, one archive and one reader for all tests of this folder."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from dateline import elastic, kafka
from dateline.embedded import Endpoints
from dateline.settings import ElasticSettings, KafkaSettings, Settings
from dateline.topology import apply_topics
from tests.browser.archive import fill
from tests.conftest import forget
from tests.reading import served

OPERATOR = "an operator's token"

_WAIT_MS = 15_000


@pytest.fixture(scope="package")
def world(endpoints: Endpoints, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a namespace with topics and a filled archive."""
    found = Settings(
        data_dir=str(tmp_path_factory.mktemp("browser")),
        namespace=f"t{uuid.uuid4().hex[:10]}",
        kafka=KafkaSettings(bootstrap_servers=endpoints.kafka_bootstrap),
        elastic=ElasticSettings(url=endpoints.elastic_url),
    )
    with closing(kafka.admin(found)) as admin, closing(elastic.client(found)) as client:
        apply_topics(admin, found)
        fill(client, found)
    yield found
    forget(found)


@pytest.fixture(scope="package")
def address(world: Settings) -> Iterator[str]:
    """Where `dateline serve` answers, without a slash at the end."""
    with served(world, DATELINE_READER_OPERATE_TOKEN=OPERATOR) as (found, _):
        yield found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that DATELINE_CHROMIUM names. `make test` installs it; in CI its absence is a failure."""
    program = os.environ.get("DATELINE_CHROMIUM") or shutil.which("chromium")
    if program is None or not Path(program).exists():
        message = "no chromium: `make test` installs it"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    unconfined = ["--no-sandbox"] if os.getuid() == 0 else []
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=unconfined) as found,
    ):
        yield found


class Visit:
    """Opens pages of the reader, and keeps what went wrong in them and what they asked of others."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self.address = address
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, path: str, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> Page:
        """A page in a context of its own (no cookie or storage shared), loaded."""
        context = self._browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(_WAIT_MS)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("dialog", lambda dialog: self._note(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(self.address) else self._note(f"asked {asked.url}"),
        )
        page.goto(path)
        return page

    @contextmanager
    def streaming(self) -> Iterator[Page]:
        """The front page, once its stream of news is open at the topic's end."""
        page = self.open("about:blank")
        with page.expect_response("**/api/v1/stream") as answer:
            page.goto("/")
        assert answer.value.ok
        page.wait_for_function("document.getElementById('live').dataset.follows")
        yield page

    def _said(self, said: ConsoleMessage) -> None:
        if not (
            said.text.startswith("Failed to load resource")
            and said.page
            and said.location["url"] == said.page.url
        ):
            self._note(f"console {said.type}: {said.text}")  # but for a page that is an error itself

    def _note(self, complaint: str) -> None:
        self.complaints.append(complaint)


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A visitor. The test fails if any page wrote to the console, failed in a script or asked another server."""
    visitor = Visit(browser, address)
    yield visitor
    for context in visitor.contexts:
        context.close()
    assert not visitor.complaints
