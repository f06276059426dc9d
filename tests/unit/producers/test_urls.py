"""Names of pages."""

import pytest

from dateline.errors import UsageError
from producers import urls


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTP://News.Example:80", "http://news.example/"),
        ("https://news.example/a/../b/./c.html#part", "https://news.example/b/c.html"),
        ("https://news.example/a?utm_source=feed&id=7&fbclid=x", "https://news.example/a?id=7"),
        ("https://news.example/?p=12&at_medium=rss", "https://news.example/?p=12"),
        ("https://news.example/story?20170708", "https://news.example/story?20170708"),
        ("https://bücher.example/größe", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe"),
        ("https://news.example:8443/b?z=1&a=2", "https://news.example:8443/b?z=1&a=2"),
    ],
)
def test_spellings_of_one_page_get_one_name(given: str, expected: str) -> None:
    """Trackers, fragments and spelling go; what may choose the page stays."""
    assert urls.canonical(given) == expected
    assert urls.canonical(expected) == expected


@pytest.mark.parametrize(
    "given",
    ["ftp://news.example/a", "http://", "https://me:secret@news.example/", "http://[::1/", "news.example"],
)
def test_what_is_no_web_address_is_refused(given: str) -> None:
    """The message names the URL."""
    with pytest.raises(UsageError, match=r"expected|not a URL|credentials"):
        urls.canonical(given)


@pytest.mark.parametrize("link", ["mailto:desk@news.example", "javascript:void(0)", "http://[bad"])
def test_a_link_that_leads_nowhere_joins_to_nothing(link: str) -> None:
    """A page's odd links do not raise."""
    assert urls.join("https://news.example/feed", link) is None


def test_a_relative_link_is_resolved() -> None:
    """Against the address of the document that has it."""
    assert urls.join("https://news.example/rss/a.xml", " ../b?x=1#top ") == "https://news.example/b?x=1"
