"""What a site's tdmrep.json says of its pages."""

import json

import pytest

from producers import tdm
from producers.tdm import Reservation, Reservations

HERE = "https://weirgazette.example/.well-known/tdmrep.json"


def _said(location: str, url: str) -> Reservation | None:
    rule = {"location": location, "tdm-reservation": 1}
    return tdm.parse(json.dumps([rule]).encode(), HERE).of(url)


@pytest.mark.parametrize(
    ("location", "path", "matches"),
    [
        ("/", "/news/1.html", True),
        ("/news/", "/news/1.html", True),
        ("/news/", "/sport/1.html", False),
        ("/News/", "/news/1.html", False),
        ("*", "/anything", True),
        ("/*.jpg", "/a/b.jpg?w=1", True),
        ("/*.jpg$", "/a/b.jpg?w=1", False),
        ("/*.jpg$", "/a/b.jpg.jpg", True),
        ("/a*b*c$", "/aXbc", True),
        ("/a*bc*c$", "/abc", False),
        ("/exactly$", "/exactly", True),
        ("/exactly$", "/exactly/not", False),
        ("/foo-%24", "/foo-$", True),
        ("/cost$s", "/cost$s/1", True),
        ("/%2a", "/x", False),
        ("/%7Edesk", "/~desk", True),
        ("/été", "/%C3%A9t%c3%a9/1", True),
    ],
)
def test_paths_match_as_in_robots_txt(location: str, path: str, matches: bool) -> None:
    """With wildcards, an end, and escapes that make no difference."""
    assert (_said(location, f"https://weirgazette.example{path}") is not None) is matches


def test_the_first_rule_that_matches_counts() -> None:
    """Also when it says nothing that can be understood; a policy's address may be relative."""
    file = [
        {"location": "/open/", "tdm-reservation": 0},
        {"location": "/odd/", "tdm-reservation": 7},
        {"no": "location"},
        {"location": "/", "tdm-reservation": "1", "tdm-policy": "/mining.json"},
    ]
    found = tdm.parse(b"\xef\xbb\xbf" + json.dumps(file).encode(), HERE)
    assert found.of("https://weirgazette.example/open/1") == Reservation(False)
    assert found.of("https://weirgazette.example/odd/1") is None
    assert found.of("https://weirgazette.example/") == Reservation(
        True, "https://weirgazette.example/mining.json"
    )


@pytest.mark.parametrize(
    "body", [b"", b"<html>404", b"7", b"[7]", b"[" * 100_000, b'"\xff"', b'{"location": 1}']
)
def test_what_is_no_such_file_says_nothing(body: bytes) -> None:
    """And stops nothing."""
    assert tdm.parse(body, HERE) == Reservations()


def test_a_hostile_pattern_takes_no_time() -> None:
    """Hundreds of wildcards against a long path."""
    assert _said("/" + "*a" * 500 + "*b$", "https://weirgazette.example/" + "a" * 5000) is None
