"""Captures in the Wayback style, and whose they are."""

import os
import socket
from datetime import UTC, datetime, timedelta

import pytest

from producers import captures
from producers.owners import Owners, source_id
from producers.progress import Progress
from producers.sources import Source, check_id

PAGE = "https://news.example/a?b=c"


@pytest.mark.parametrize(
    ("address", "untouched"),
    [
        (
            f"https://archive.example/web/20190506070809/{PAGE}",
            f"https://archive.example/web/20190506070809id_/{PAGE}",
        ),
        (
            f"https://archive.example/web/20190506070809id_/{PAGE}",
            f"https://archive.example/web/20190506070809id_/{PAGE}",
        ),
        (
            f"http://localhost:8080/coll/20190506070809mp_/{PAGE}",
            f"http://localhost:8080/coll/20190506070809mp_/{PAGE}",
        ),
    ],
)
def test_the_address_of_a_capture_names_page_and_time(address: str, untouched: str) -> None:
    """And leads to the bytes as they were captured, unless it asks for another form of them."""
    assert captures.wayback(address) == ("2019-05-06T07:08:09Z", PAGE, untouched)


@pytest.mark.parametrize(
    "address",
    [
        PAGE,
        "https://news.example/2019/05/06/https-everywhere",
        f"https://archive.example/web/20191399999999/{PAGE}",
        f"https://news.example/share?u=/web/20190506070809/{PAGE}",
    ],
)
def test_other_addresses_are_no_captures(address: str) -> None:
    """A time that is none, a page's own path, a parameter."""
    assert captures.wayback(address) is None


@pytest.mark.parametrize(
    "host",
    [
        "news.example",
        "[2001:db8::1]",
        "a" * 60 + ".example",
        "_dmarc.news.example",
        "zeitung-für-alle.example",
    ],
)
def test_every_host_makes_an_id_of_a_source(host: str) -> None:
    """One that is long or odd gets a digest, so that no two get the same."""
    assert check_id(source_id(host)) == source_id(host)
    assert source_id(host) != source_id(host + "x")


def test_a_source_that_is_named_takes_only_its_own_pages() -> None:
    """Where the table knows its site; a source of no known site takes all."""
    paper = Source(id="paper", name="Paper", homepage="https://www.paper.example/")
    owners = Owners([paper], only=paper)
    assert owners.of("https://sport.paper.example/1") == paper
    assert owners.of("https://other.example/1") is None
    desk = Source(id="desk", name="Desk")
    assert Owners([paper], only=desk).of("https://other.example/1") == desk


def test_an_archive_is_free_when_its_holder_is_silent_or_seen_to_be_dead() -> None:
    """On another machine only silence tells."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    here, held, over = socket.gethostname(), now + timedelta(seconds=30), now - timedelta(seconds=1)

    def free(holder: str, until: datetime, *, done: bool = False) -> bool:
        return Progress(archive="a", begun=now, saved=now, holder=holder, leased_until=until, done=done).free(
            now
        )

    assert not free("elsewhere 1 1.0", held)
    assert free("elsewhere 1 1.0", over)
    assert free("elsewhere 1 1.0", held, done=True)
    assert free(f"{here} {os.getppid()} 1.0", held)  # a process of that number, but another one
    assert free("", held)
