"""The demo's web server, asked over real sockets."""

from collections.abc import Iterator

import feedparser
import httpx
import pytest

from dateline.demo import DemoServer, scenes, stories


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer() as running:
        yield running


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client() as open_client:
        yield open_client


def test_feeds_lead_to_every_story(server: DemoServer, client: httpx.Client) -> None:
    """Each feed is well-formed and its links, tracking parameters and all, lead to all the outlet's pages."""
    found: set[str] = set()
    for outlet, address in server.feeds():
        feed = feedparser.parse(client.get(address).content)
        assert not feed.bozo, (outlet.id, feed.get("bozo_exception"))
        for entry in feed.entries:
            assert client.get(entry.link).status_code == 200, entry.link
            found.add(entry.id)
    assert found == {story.url for story in stories(0)}
