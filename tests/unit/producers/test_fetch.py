"""Fetching from a real web server that behaves well or badly."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, TypeVar

import pytest

from dateline.settings import IngestSettings, Settings
from producers.fetch import Fetcher, Response
from producers.trouble import FetchError, Trouble, pause_asked
from tests.unit.producers.web import Web, drip, hang, in_turn, page, redirect

T = TypeVar("T")


@pytest.fixture
def web() -> Iterator[Web]:
    """A server with one good page."""
    with Web(
        {"/good": page(b"<p>Good", etag='"v1"', last_modified="Tue, 03 Mar 2026 08:24:00 GMT")}
    ) as server:
        yield server


def run(web: Web, work: Callable[[Fetcher], Awaitable[T]], **settings: Any) -> T:
    """Do something with a fetcher that may reach the server."""

    async def main() -> T:
        ingest = IngestSettings(**({"allow_hosts": (web.host,)} | settings))
        async with Fetcher(Settings(ingest=ingest)) as fetcher:
            return await work(fetcher)

    return asyncio.run(main())


def get(web: Web, path: str, *, options: dict[str, Any] | None = None, **settings: Any) -> Response:
    """Fetch one path."""
    return run(web, lambda fetcher: fetcher.get(web.url(path), **(options or {})), **settings)


def trouble(web: Web, path: str, **settings: Any) -> FetchError:
    """Fetch one path in vain."""
    with pytest.raises(FetchError) as caught:
        get(web, path, **settings)
    assert web.url(path) in str(caught.value)
    return caught.value


def test_a_page_comes_with_what_the_server_said_of_it(web: Web) -> None:
    """Body, status, validators, and who asked."""
    response = get(web, "/good", user_agent="Archive/2 (desk@archive.example)")
    assert (response.status, response.body, response.headers["etag"]) == (200, b"<p>Good", '"v1"')
    assert web.seen[-1][1]["User-Agent"] == "Archive/2 (desk@archive.example)"


def test_validators_make_the_request_conditional(web: Web) -> None:
    """Both are sent, and 304 is an answer, not an error."""
    web.pages["/same"] = page(status=304)
    response = get(web, "/same", options={"etag": '"v1"', "last_modified": "Tue, 03 Mar 2026 08:24:00 GMT"})
    assert response.not_modified
    sent = web.seen[-1][1]
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"v1"', "Tue, 03 Mar 2026 08:24:00 GMT")


def test_redirects_are_followed_and_recorded(web: Web) -> None:
    """With where the page lives from now on only if all of them are permanent."""
    web.pages |= {"/a": redirect("/b", 301), "/b": redirect("good?x=1", 308), "/c": redirect("/a", 302)}
    response = get(web, "/a")
    assert response.url == web.url("/good?x=1")
    assert [(hop.status, hop.url) for hop in response.hops] == [(301, web.url("/a")), (308, web.url("/b"))]
    assert response.moved_to == response.url
    assert get(web, "/c").moved_to is None


def test_redirects_for_ever_end(web: Web) -> None:
    """At the limit of the settings."""
    web.pages["/round"] = redirect("/round")
    assert trouble(web, "/round", max_redirects=3).trouble is Trouble.REDIRECT
    assert web.paths == ["/round"] * 4


def test_compressed_pages_are_unpacked(web: Web) -> None:
    """What travels on is the page, not its transport."""
    web.pages["/gz"] = page(gzip.compress(b"<p>Packed"), content_encoding="gzip")
    assert get(web, "/gz").body == b"<p>Packed"


def test_a_bomb_and_a_body_that_is_too_large_are_stopped(web: Web) -> None:
    """One clear line names the limit; neither is tried again."""
    web.pages["/bomb"] = page(gzip.compress(bytes(30_000_000)), content_encoding="gzip")
    web.pages["/large"] = page(bytes(200_000))
    for path in ("/bomb", "/large"):
        error = trouble(web, path, max_page_bytes=100_000)
        assert error.trouble is Trouble.TOO_LARGE
        assert "DATELINE_INGEST_MAX_PAGE_BYTES" in str(error)
    assert web.paths == ["/bomb", "/large"]


def test_pictures_are_refused_before_they_are_read(web: Web) -> None:
    """By the declared content type."""
    web.pages["/photo"] = page(bytes(1000), content_type="image/jpeg")
    assert trouble(web, "/photo").trouble is Trouble.CONTENT_TYPE


@pytest.mark.parametrize("behaviour", [hang, drip])
def test_a_server_that_stalls_or_drips_times_out(web: Web, behaviour: Any) -> None:
    """The limit for the whole exchange holds even while bytes keep coming."""
    web.pages["/slow"] = behaviour
    error = trouble(web, "/slow", timeout=0.4, total_timeout=0.6, retries=0)
    assert error.trouble is Trouble.TIMEOUT
    assert error.temporary


def test_what_may_succeed_later_is_tried_again(web: Web) -> None:
    """As long as the attempts last, and when the server says."""
    web.pages["/busy"] = in_turn(
        page(status=503, retry_after="0"), page(status=429, retry_after="0"), page(b"Ok")
    )
    assert get(web, "/busy", retries=2).body == b"Ok"
    assert web.paths == ["/busy"] * 3


@pytest.mark.parametrize("status", [404, 410, 403, 501])
def test_what_will_not_succeed_is_asked_once(web: Web, status: int) -> None:
    """The error has the status."""
    web.pages["/no"] = page(status=status)
    error = trouble(web, "/no")
    assert (error.status, error.temporary, error.gone) == (status, False, status in (404, 410))
    assert web.paths == ["/no"]


def test_a_host_that_asks_for_a_long_pause_gets_it(web: Web) -> None:
    """Its other pages are not asked for meanwhile."""
    web.pages["/busy"] = page(status=429, retry_after="3600")

    async def work(fetcher: Fetcher) -> list[Trouble]:
        found = []
        for path in ("/busy", "/good"):
            with pytest.raises(FetchError) as caught:
                await fetcher.get(web.url(path))
            found.append(caught.value.trouble)
        return found

    assert run(web, work) == [Trouble.STATUS, Trouble.HOST_CLOSED]
    assert web.paths == ["/busy"]


def test_a_dead_host_is_left_alone_after_a_few_failures(web: Web) -> None:
    """A hundred pages of it cost five requests."""
    web.pages |= {f"/{n}": page(status=500) for n in range(100)}

    async def work(fetcher: Fetcher) -> list[object]:
        return await asyncio.gather(
            *(fetcher.get(web.url(f"/{n}")) for n in range(100)), return_exceptions=True
        )

    results = run(web, work, retries=0)
    assert all(isinstance(result, FetchError) for result in results)
    assert 5 <= len(web.paths) <= 7


def test_robots_txt_is_obeyed_and_asked_once(web: Web) -> None:
    """By our own name before "*", for the target of a redirect, too."""
    web.pages |= {
        "/robots.txt": page(b"User-agent: *\nDisallow: /\n\nUser-agent: dateline\nDisallow: /closed\n"),
        "/closed/a": page(b"secret"),
        "/door": redirect("/closed/a"),
    }

    async def work(fetcher: Fetcher) -> None:
        assert (await fetcher.get(web.url("/good"))).status == 200
        for path in ("/closed/a", "/door"):
            with pytest.raises(FetchError, match="refused by robots") as caught:
                await fetcher.get(web.url(path))
            assert caught.value.trouble is Trouble.ROBOTS

    run(web, work)
    assert [path for path, _ in web.seen] == ["/robots.txt", "/good", "/door"]


@pytest.mark.parametrize(
    ("behaviour", "allowed"),
    [
        (page(status=404), True),
        (page(status=403), True),
        (page(status=500), False),
        (redirect("/robots.txt"), True),
        (page(b"\x00\xff<html>lies</html>"), True),
        (page(b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /\n"), True),
        (page(b"User-agent: *\nDisallow: /\n" + b"#" * 600_000), False),
        (
            page(gzip.compress(b"User-agent: *\nDisallow: /\n" + bytes(30_000_000)), content_encoding="gzip"),
            False,
        ),
    ],
)
def test_a_robots_txt_that_cannot_be_had_means_what_the_standard_says(
    web: Web, behaviour: Any, allowed: bool
) -> None:
    """RFC 9309: none is no rule, a server's failure is a no, and half a mebibyte is read of a long one."""
    web.pages["/robots.txt"] = behaviour
    if allowed:
        assert get(web, "/good").status == 200
    else:
        assert trouble(web, "/good", retries=0).trouble in (Trouble.ROBOTS, Trouble.STATUS)
        assert "/good" not in web.paths


def test_crawl_delay_keeps_requests_apart(web: Web) -> None:
    """Also where the settings ask for none."""
    web.pages["/robots.txt"] = page(b"User-agent: *\nCrawl-delay: 0.2\n")
    times: list[float] = []

    async def work(fetcher: Fetcher) -> None:
        async def one() -> None:
            await fetcher.get(web.url("/good"))
            times.append(asyncio.get_running_loop().time())

        await asyncio.gather(*(one() for _ in range(4)))

    run(web, work)
    assert times[-1] - times[0] >= 0.5


def test_inner_addresses_are_refused_however_they_are_written(web: Web) -> None:
    """The server gets no request, and the line names the switch."""
    port = web.host.partition(":")[2]
    for host in (
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::ffff:127.0.0.1]",
    ):

        async def work(fetcher: Fetcher, host: str = host) -> Response:
            return await fetcher.get(f"http://{host}:{port}/good")

        with pytest.raises(FetchError) as caught:
            run(web, work, allow_hosts=(), retries=0)
        assert caught.value.trouble in (Trouble.ADDRESS, Trouble.NAME, Trouble.URL, Trouble.PROTOCOL), host
    assert web.seen == []
    with pytest.raises(FetchError, match="DATELINE_INGEST_ALLOW_HOSTS"):
        get(web, "/good", allow_hosts=())


def test_a_redirect_cannot_lead_inside(web: Web) -> None:
    """The address is checked at every hop: a public page cannot make us ask a neighbour of ours."""
    with Web({"/secret": page(b"inner")}) as inner:
        web.pages["/door"] = redirect(inner.url("/secret"))
        assert trouble(web, "/door").trouble is Trouble.ADDRESS
        assert inner.seen == []


def test_a_name_that_does_not_resolve_is_told_so(web: Web) -> None:
    """Without a stack trace, as temporary trouble."""

    async def work(fetcher: Fetcher) -> Response:
        return await fetcher.get("http://no-such-host.invalid/")

    with pytest.raises(FetchError, match="no such host") as caught:
        run(web, work, retries=0)
    assert caught.value.temporary


def test_hostile_hosts_do_not_hold_up_the_others() -> None:
    """Good pages arrive while other hosts hang, drip, explode, redirect for ever and lie in robots.txt."""
    bomb = page(gzip.compress(bytes(30_000_000)), content_encoding="gzip")
    bad = [{"/": hang}, {"/": drip}, {"/": bomb}, {"/": redirect("/")}, {"/robots.txt": drip, "/": page()}]
    good_first: list[str] = []

    async def main(good: list[Web], hostile: list[Web]) -> None:
        hosts = tuple(web.host for web in (*good, *hostile))
        ingest = IngestSettings(
            allow_hosts=hosts, timeout=2, total_timeout=2, retries=0, max_page_bytes=100_000, concurrency=20
        )

        async def one(fetcher: Fetcher, web: Web) -> None:
            try:
                await fetcher.get(web.url("/"))
            except FetchError:
                good_first.append("bad")
            else:
                good_first.append("good")

        async with Fetcher(Settings(ingest=ingest)) as fetcher:
            await asyncio.gather(*(one(fetcher, web) for web in (*hostile, *good)))

    servers = [Web(pages) for pages in bad] + [Web({"/": page(b"Fine")}) for _ in range(10)]
    for server in servers:
        server.__enter__()
    try:
        asyncio.run(main(servers[5:], servers[:5]))
    finally:
        for server in servers:
            server.__exit__(None, None, None)
    assert good_first.count("good") == 10
    assert good_first[-3:] == ["bad"] * 3


def test_retry_after_is_read_in_both_forms() -> None:
    """Seconds and dates; nonsense is no answer."""
    assert pause_asked("120") == 120
    assert pause_asked("soon") is None
    later = pause_asked(format_datetime(datetime(2100, 1, 1, tzinfo=UTC), usegmt=True))
    assert later is not None
    assert later > 1e9
    assert pause_asked("Tue, 03 Mar 2020 08:24:00 GMT") == 0
