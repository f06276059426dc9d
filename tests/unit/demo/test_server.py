"""The demo's web server, asked over real sockets."""

import http.client
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import feedparser
import httpx
import pytest
from protego import Protego

from dateline.demo import DemoServer, Story, expected, outlets, scenes, stories


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer() as running:
        yield running


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client() as opened:
        yield opened


def named(identity: str, scene: int = 0) -> Story:
    return next(story for story in stories(scene) if story.id == identity)


def advance_to(server: DemoServer, scene: int) -> None:
    while server.scene < scene:
        server.advance()


def test_feeds_lead_to_every_story(server: DemoServer, client: httpx.Client) -> None:
    """Each feed is well-formed and its links, tracking parameters and all, lead to all the outlet's pages."""
    found: set[str] = set()
    for outlet, address in server.feeds():
        feed = feedparser.parse(client.get(address).content)
        assert not feed.bozo, (outlet.id, feed.get("bozo_exception"))
        for entry in feed.entries:
            assert "utm_source=" in entry.link
            assert client.get(entry.link).status_code == 200, entry.link
            found.add(entry.id)
    assert found == {story.url for story in stories(0)}


def test_a_page_names_its_lasting_address(server: DemoServer, client: httpx.Client) -> None:
    """Link header and page name the same .example URL, which does not depend on the server's port."""
    for story in stories(0):
        reply = client.get(server.page_url(story))
        assert reply.links["canonical"]["url"] == story.url
        if reply.headers["content-type"].startswith("text/html"):
            assert f'="{story.url}"' in reply.text
            assert str(urlsplit(server.url).port) not in story.url


def test_other_advertisements_are_no_other_page(server: DemoServer, client: httpx.Client) -> None:
    """Two requests differ in bytes and agree in their validators."""
    address = server.page_url(named("harbourpost/tram-vote"))
    first, second = client.get(address), client.get(address)
    assert first.content != second.content
    assert first.headers["etag"] == second.headers["etag"]
    assert first.headers["last-modified"] == second.headers["last-modified"]


@pytest.mark.parametrize("kind", ["etag", "last-modified"])
def test_what_is_known_is_not_sent_again(server: DemoServer, client: httpx.Client, kind: str) -> None:
    """A feed and a page answer 304 without a body to their own validators."""
    ask = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}[kind]
    for address in [server.feeds()[0][1], server.page_url(named("northlight/sponge-garden"))]:
        again = client.get(address, headers={ask: client.get(address).headers[kind]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_validator_that_makes_no_sense_is_ignored(server: DemoServer, client: httpx.Client) -> None:
    """The page comes whole."""
    address = server.page_url(named("northlight/sponge-garden"))
    for headers in ({"If-None-Match": "nonsense"}, {"If-Modified-Since": "yesterday"}):
        assert client.get(address, headers=headers).status_code == 200


def test_each_scene_changes_what_it_says_and_nothing_else(server: DemoServer, client: httpx.Client) -> None:
    """After each scene exactly the pages that were changed or sent out anew are fresh to a client that knows the rest."""
    known: dict[str, str] = {}
    for facts in expected().scenes:
        fresh, gone = set(), set()
        for identity, etag in known.items():
            address = next(server.page_url(s) for scene in (0, 2) for s in stories(scene) if s.id == identity)
            status = client.get(address, headers={"If-None-Match": etag}).status_code
            fresh |= {identity} if status == 200 else set()
            gone |= {identity} if status == 404 else set()
        assert fresh == {*facts.changed, *facts.unchanged}, scenes()[server.scene].title
        assert gone == set(facts.removed)
        readable = stories(server.scene)
        known = {story.id: client.head(server.page_url(story)).headers["etag"] for story in readable}
        assert len(known) == facts.readable
        server.advance()


def test_a_feed_is_fresh_when_its_outlet_publishes(server: DemoServer, client: httpx.Client) -> None:
    """The second scene is news at the two outlets that moved, and 304 at the others."""
    known = {address: client.get(address).headers["etag"] for _, address in server.feeds()}
    server.advance()
    fresh = {
        outlet.id
        for outlet, address in server.feeds()
        if client.get(address, headers={"If-None-Match": known[address]}).status_code == 200
    }
    assert fresh == {"harbourpost", "northlight"}


def test_a_silent_edit_leaves_the_feed_as_it_was(server: DemoServer, client: httpx.Client) -> None:
    """Only asking for the page again shows it."""
    advance_to(server, 2)
    story = named("harbourpost/housing-register", 2)
    before = client.get(server.page_url(story)).text
    entry = f"<title>{story.headline}</title>"
    address = next(address for outlet, address in server.feeds() if outlet.id == story.outlet)
    feed = client.get(address).text
    server.advance()
    later = client.get(address).text
    assert "312 flats" in before
    assert "231 flats" in client.get(server.page_url(story)).text
    assert feed.split(entry)[1].split("</item>")[0] == later.split(entry)[1].split("</item>")[0]


def test_robots_allow_all_and_sitemaps_list_all(server: DemoServer, client: httpx.Client) -> None:
    """robots.txt names one sitemap an outlet, and together they list every page that it lets anybody read."""
    robots = Protego.parse(client.get(f"{server.url}/robots.txt").text)
    sitemaps = list(robots.sitemaps)
    assert len(sitemaps) == len(outlets())
    text = "".join(client.get(sitemap).text for sitemap in sitemaps)
    for story in stories(0):
        assert f"<loc>{server.page_url(story)}</loc>" in text
        assert robots.can_fetch(server.page_url(story), "anybody")
    assert not robots.can_fetch(f"{server.url}/ledger/private/notes", "anybody")


def test_front_pages_lead_to_feeds(server: DemoServer, client: httpx.Client) -> None:
    """From the root to each outlet, whose page links its feed as browsers expect it."""
    root = client.get(server.url).text
    for outlet, address in server.feeds():
        assert f'href="/{outlet.id}/"' in root
        page = client.get(f"{server.url}/{outlet.id}/").text
        assert 'rel="alternate"' in page
        assert f'href="{address}"' in page


def test_another_process_can_move_the_world(server: DemoServer, client: httpx.Client) -> None:
    """POST /-/advance goes to the next scene and stays at the last; a GET of it moves nothing."""
    assert client.get(f"{server.url}/-/advance").status_code == 404
    for number in [*range(1, len(scenes())), len(scenes()) - 1]:
        assert client.post(f"{server.url}/-/advance", json={}).json()["scene"] == number
    assert client.get(f"{server.url}/-/scene").json() == {
        "scene": len(scenes()) - 1,
        "title": scenes()[-1].title,
        "last": len(scenes()) - 1,
    }


def test_unknown_addresses_are_not_found(server: DemoServer, client: httpx.Client) -> None:
    """404 with the address escaped."""
    for path in ("/nobody/", "/ledger/nothing", "/ledger/<script>"):
        reply = client.get(server.url + path)
        assert reply.status_code == 404
        assert "<script>" not in reply.text


def test_one_connection_serves_many_requests(server: DemoServer) -> None:
    """Pages, a 304, a 404 and a HEAD come over one connection that is kept open."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(server.url).port)
    connection.connect()
    socket = connection.sock
    page = urlsplit(server.page_url(named("ledger/battery-recycler"))).path
    etag = ""
    for method, path, status in [
        ("GET", page, 200),
        ("GET", page, 304),
        ("GET", "/x", 404),
        ("HEAD", page, 200),
    ]:
        connection.request(method, path, headers={"If-None-Match": etag} if status == 304 else {})
        reply = connection.getresponse()
        body = reply.read()
        assert reply.status == status
        assert bool(body) == (method == "GET" and status != 304)
        etag = reply.headers["ETag"] or etag
    assert connection.sock is socket
    connection.close()


def test_a_stopped_server_answers_nobody(client: httpx.Client) -> None:
    """Not even over a connection that was kept alive; asking it for its address says what to do."""
    with DemoServer() as server:
        address = server.url
        assert client.get(address).status_code == 200
    with pytest.raises(httpx.TransportError):
        client.get(address)
    with pytest.raises(RuntimeError, match="start"):
        _ = server.url


def test_the_command_prints_its_address_first_and_moves_by_itself() -> None:
    """`--every` goes through the scenes to the last and goes on serving it."""
    last = len(scenes()) - 1
    command = [sys.executable, "-m", "dateline.demo", "--scene", str(last - 1), "--every", "0.05"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert process.stdout.readline() == f"scene {last - 1} of {last}: {scenes()[last - 1].title}\n"
        assert process.stdout.readline() == f"scene {last} of {last}: {scenes()[last].title}\n"
        assert httpx.get(f"{address}/-/scene").json()["scene"] == last
        process.terminate()
