"""Fetching from a real web server that behaves well or badly."""

import asyncio
import gzip
import socket
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import brotli  # type: ignore[import-untyped]
import msgspec
import pytest
import trustme
import zstandard

from dateline.settings import IngestSettings, Settings
from producers import tdm
from producers.fetch import Fetcher
from producers.responses import Response
from producers.tdm import Reservation
from producers.trouble import FetchError, Trouble, pause_asked
from tests.unit.producers.web import Busy, Web, drip, flood, hang, in_turn, page, raw, redirect

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
    """At the limit of the settings; a circle when it closes."""
    for n in range(9):
        web.pages[f"/{n}"] = redirect(f"/{n + 1}")
    assert trouble(web, "/0", max_redirects=3).trouble is Trouble.REDIRECT
    assert web.paths == ["/0", "/1", "/2", "/3"]
    web.pages |= {"/here": redirect("/there"), "/there": redirect("/here")}
    assert "circle" in str(trouble(web, "/here", max_redirects=3))
    assert web.paths[4:] == ["/here", "/there"]


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
    """All good pages arrive while the hostile ones are still pending: those end only when the servers do."""
    bomb = page(zstandard.compress(bytes(30_000_000)), content_encoding="zstd")
    endless = {"/robots.txt": flood, "/": page()}
    pending = [
        {"/": hang},
        {"/": drip},
        {"/robots.txt": hang, "/": page()},
        {"/robots.txt": drip, "/": page()},
    ]
    ending = [
        {"/": bomb},
        {"/": redirect("/")},
        {"/robots.txt": redirect("/robots.txt"), "/": redirect("/")},
        endless,
    ]
    hostile = [Web(pages) for pages in (*pending, *ending)]
    good = [Web({"/": page(b"Fine")}) for _ in range(42)]

    async def main() -> None:
        hosts = tuple(web.host for web in (*good, *hostile))
        ingest = IngestSettings(allow_hosts=hosts, timeout=600, total_timeout=600, max_page_bytes=100_000)
        async with Fetcher(Settings(ingest=ingest)) as fetcher:
            bad = [asyncio.create_task(fetcher.get(web.url("/"))) for web in hostile]
            fine = await asyncio.gather(*(fetcher.get(web.url("/")) for web in good))
            assert [response.body for response in fine] == [b"Fine"] * len(good)
            assert not any(task.done() for task in bad[: len(pending)])
            ended = await asyncio.gather(*bad[len(pending) :], return_exceptions=True)
            found = [error.trouble for error in ended if isinstance(error, FetchError)]
            assert found == [Trouble.TOO_LARGE, Trouble.REDIRECT, Trouble.REDIRECT]
            assert isinstance(
                ended[-1], Response
            )  # half a mebibyte of an endless robots.txt is read, and says nothing
            for task in bad:
                task.cancel()
            await asyncio.gather(*bad, return_exceptions=True)

    with ExitStack() as stack:
        for web in (*hostile, *good):
            stack.enter_context(web)
        asyncio.run(main())


def test_more_hosts_that_hang_than_requests_are_allowed_hold_up_nobody(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that waits for its host counts among them only for a while."""
    monkeypatch.setattr("producers.hosts._SLOW", 0.1)

    async def main() -> None:
        hosts = tuple(one.host for one in (web, *silent))
        ingest = IngestSettings(allow_hosts=hosts, concurrency=2, timeout=600, total_timeout=600)
        async with Fetcher(Settings(ingest=ingest)) as fetcher:
            waiting = [asyncio.create_task(fetcher.get(one.url("/"))) for one in silent]
            assert (await fetcher.get(web.url("/good"))).status == 200
            assert not any(task.done() for task in waiting)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    silent = [Web({"/robots.txt": hang}) for _ in range(5)]
    with ExitStack() as stack:
        for one in silent:
            stack.enter_context(one)
        asyncio.run(main())


def test_a_host_of_bombs_is_left_alone(web: Web) -> None:
    """They are told from pages that are merely too large, after which the host is asked as before."""
    web.pages["/bomb"] = page(gzip.compress(bytes(20_000_000)), content_encoding="gzip")
    web.pages["/large"] = page(b"x" * 3_000_000)

    async def ask(fetcher: Fetcher, path: str) -> Trouble:
        with pytest.raises(FetchError) as caught:
            await fetcher.get(web.url(path))
        return caught.value.trouble

    async def work(fetcher: Fetcher) -> list[Trouble]:
        return [await ask(fetcher, path) for path in ("/large",) * 7 + ("/bomb",) * 7]

    found = run(web, work, max_page_bytes=2_500_000)
    assert found == [Trouble.TOO_LARGE] * 7 + [Trouble.BOMB] * 5 + [Trouble.HOST_CLOSED] * 2
    assert web.paths.count("/bomb") == 5


def test_a_robots_txt_of_very_many_rules_is_obeyed(web: Web) -> None:
    """Read and looked up beside the loop."""
    rules = "".join(f"Disallow: /a{n}/\n" for n in range(5_000))
    web.pages["/robots.txt"] = page(f"User-agent: *\n{rules}".encode(), content_type="text/plain")
    web.pages["/a4999/"] = web.pages["/a5000/"] = page(b"ok")
    assert get(web, "/a5000/").status == 200
    assert trouble(web, "/a4999/").trouble is Trouble.ROBOTS


def test_a_site_is_asked_once_what_it_reserves(web: Web) -> None:
    """Not where the page's own answer says it, nor against robots.txt."""
    said = b'[{"location": "/good", "tdm-reservation": 1, "tdm-policy": "/mining"}]'
    web.pages[tdm.PLACE] = page(said, content_type="application/json")
    web.pages["/told"] = page(tdm_reservation="0")
    web.pages["/silent"] = page()

    async def work(fetcher: Fetcher) -> list[Reservation | None]:
        pages = [await fetcher.get(web.url(path)) for path in ("/told", "/good", "/silent")]
        return [await fetcher.reservation(one) for one in pages]

    reserved = Reservation(True, web.url("/mining"))
    assert run(web, work) == [None, reserved, None]
    assert [path for path, _ in web.seen].count(tdm.PLACE) == 1
    web.pages["/robots.txt"] = page(b"User-agent: *\nDisallow: /.well-known/", content_type="text/plain")
    assert run(web, work) == [None] * 3


def test_retry_after_is_read_in_both_forms() -> None:
    """Seconds and dates; nonsense is no answer."""
    assert pause_asked("120") == 120
    assert pause_asked("soon") is None
    later = pause_asked(format_datetime(datetime(2100, 1, 1, tzinfo=UTC), usegmt=True))
    assert later is not None
    assert later > 1e9
    assert pause_asked("Tue, 03 Mar 2020 08:24:00 GMT") == 0


def test_every_coding_that_is_asked_for_is_unpacked(web: Web) -> None:
    """As the request says, and no other."""
    packed = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": brotli.compress,
        "zstd": zstandard.compress,
    }
    for name, pack in packed.items():
        web.pages[f"/{name}"] = page(pack(b"<p>Packed"), content_encoding=name)
        assert get(web, f"/{name}").body == b"<p>Packed"
    assert web.seen[-1][1]["Accept-Encoding"] == ", ".join(packed)
    web.pages["/other"] = page(b"...", content_encoding="compress")
    assert trouble(web, "/other", retries=0).trouble is Trouble.BODY


def test_a_host_gets_no_more_requests_at_a_time_than_allowed(web: Web) -> None:
    """Nor do all hosts together."""
    busy = Busy()
    web.pages |= {f"/{n}": busy for n in range(8)}

    async def work(fetcher: Fetcher) -> None:
        await asyncio.gather(*(fetcher.get(web.url(f"/{n}")) for n in range(8)))

    run(web, work, host_concurrency=2)
    assert busy.most == 2
    busy.most = 0
    run(web, work, host_concurrency=8, concurrency=3)
    assert busy.most == 3


def test_a_delay_of_the_source_keeps_requests_apart(web: Web) -> None:
    """However many are allowed at a time."""

    async def work(fetcher: Fetcher) -> None:
        await asyncio.gather(*(fetcher.get(web.url("/good"), delay=0.1) for _ in range(4)))

    began = monotonic()
    run(web, work, host_concurrency=4)
    assert monotonic() - began >= 0.3


def test_a_host_that_wants_its_requests_days_apart_holds_up_no_run(web: Web) -> None:
    """Its first page is fetched, the others are for later runs."""
    web.pages["/robots.txt"] = page(b"User-agent: *\nCrawl-delay: 100000\n")

    async def work(fetcher: Fetcher) -> FetchError:
        await fetcher.get(web.url("/good"))
        with pytest.raises(FetchError) as caught:
            await fetcher.get(web.url("/good"))
        return caught.value

    error = run(web, work)
    assert (error.trouble, error.temporary) == (Trouble.HOST_CLOSED, True)
    assert error.pause is not None
    assert error.pause > 90_000


def test_a_crawl_delay_is_for_its_own_host(web: Web) -> None:
    """Not for the one that it redirects to."""
    with Web({"/": page(b"Here")}) as other:
        web.pages |= {
            "/robots.txt": page(b"User-agent: *\nCrawl-delay: 100000\n"),
            "/door": redirect(other.url("/")),
        }

        async def work(fetcher: Fetcher) -> list[bytes]:
            first = await fetcher.get(web.url("/door"))
            return [first.body, (await fetcher.get(other.url("/"))).body]

        assert run(web, work, allow_hosts=(web.host, other.host)) == [b"Here", b"Here"]


def test_a_host_that_says_too_many_requests_gets_a_pause(web: Web) -> None:
    """Also when it does not say how long."""
    web.pages["/busy"] = page(status=429)
    error = trouble(web, "/busy", retries=0)
    assert error.temporary
    assert error.pause is not None
    assert error.pause >= 10


def test_a_bad_certificate_is_told_and_not_insisted_on(web: Web) -> None:
    """One request; it may be mended by the next run."""
    unknown = trustme.CA().issue_cert("127.0.0.1")
    with Web({"/": page(b"Secret")}, certificate=unknown) as other:

        async def work(fetcher: Fetcher) -> Response:
            return await fetcher.get(other.url("/").replace("http:", "https:"))

        with pytest.raises(FetchError, match="TLS") as caught:
            run(web, work, allow_hosts=(other.host,))
    assert (caught.value.trouble, caught.value.temporary, caught.value.worth_a_retry) == (
        Trouble.TLS,
        True,
        False,
    )
    assert other.seen == []


def test_a_name_cannot_change_its_address_between_check_and_connection(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a name server says is checked each time, and the connection goes to what was checked."""
    port = int(web.host.partition(":")[2])
    answers = [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["169.254.169.254"]]
    asked = list(answers)

    def lies(host: str, port: int, *_: object) -> list[tuple[object, ...]]:
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))
            for ip in asked.pop(0)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", lies)

    async def work(fetcher: Fetcher, n: int) -> Response:
        return await fetcher.get(f"http://rebound{n}.example:{port}/good")

    for n in range(len(answers)):
        with pytest.raises(FetchError):
            run(web, partial(work, n=n), retries=0, allow_hosts=(), connect_timeout=0.2)
    assert (asked, web.seen) == ([], [])


def test_a_private_address_is_open_to_the_named_host_alone(web: Web) -> None:
    """A host that may be private opens its own port, not those beside it."""
    with Web({"/": page(b"inner")}) as inner:
        web.pages["/door"] = redirect(inner.url("/"))

        async def work(fetcher: Fetcher) -> None:
            assert (await fetcher.get(web.url("/good"))).status == 200
            with pytest.raises(FetchError, match="DATELINE_INGEST_ALLOW_HOSTS"):
                await fetcher.get(web.url("/door"))

        run(web, work)
        assert inner.seen == []


@pytest.mark.parametrize(
    "name", ["link", "etag", "location", "content-type", "retry-after", "x-robots-tag", "set-cookie"]
)
def test_a_header_that_nobody_can_read_stops_nothing(web: Web, name: str) -> None:
    """Bytes beyond ASCII, broken addresses, thousands of characters: the page is fetched."""
    for value in (b"<http://[oops>; rel=canonical", b"\xff\xfe\x80", b"x" * 20_000, b"=;,<>;;"):
        web.pages["/odd"] = raw(b"%s: %s" % (name.encode(), value), b"<p>Body")
        if name == "content-type":
            trouble(web, "/odd", retries=0)
        else:
            response = get(web, "/odd", retries=0)
            assert response.body == b"<p>Body"
            assert msgspec.json.encode(response)  # it can be written down


def test_who_asks_without_a_contact_is_told(web: Web) -> None:
    """Once a host of others was asked; one's own servers need none."""

    async def anonymous(fetcher: Fetcher) -> bool:
        with suppress(FetchError):
            await fetcher.get("http://no-such-host.invalid/")
        return fetcher.anonymous

    async def own(fetcher: Fetcher) -> bool:
        await fetcher.get(web.url("/good"))
        return fetcher.anonymous

    assert run(web, anonymous, retries=0)
    assert not run(web, anonymous, retries=0, user_agent="Archive/2 (+https://archive.example/bot)")
    assert not run(web, own)
