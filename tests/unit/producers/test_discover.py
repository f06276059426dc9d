"""`dateline sources add`, `check`, `disable` and `enable`, against a real web server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dateline.cli import main
from producers import sources
from tests.unit.producers.web import Web, page

FEED = b'<rss version="2.0"><channel><title>F</title><item><title>T</title><link>/a</link></item></channel></rss>'
SITEMAP = b"<urlset><url><loc>https://news.example/a</loc></url></urlset>"
HOME = b"""<html lang="en-GB"><head><title>The Post | Home</title><meta property="og:site_name" content="The Post">
<link rel="alternate" type="application/rss+xml" href="/rss"><link rel="alternate" type="application/rss+xml" href="/dead">
<link rel="alternate" hreflang="de" href="/de"></head><body></body></html>"""
TABLE = '# ours\n\n[[source]]\nid = "old"   # the first\nname = "Old"\nfeeds = ["https://old.example/rss"]\n'


@pytest.fixture
def web() -> Iterator[Web]:
    """A site with a linked feed, another that is dead, and a news sitemap in robots.txt."""
    with Web({"/": page(HOME), "/rss": page(FEED), "/news.xml": page(SITEMAP)}) as server:
        server.pages["/robots.txt"] = page(f"Sitemap: {server.url('/news.xml')}\n".encode())
        yield server


def run(web: Web, table: Path, *arguments: str) -> Result:
    """`dateline sources ...` with this table."""
    environment = {"DATELINE_INGEST_SOURCES": str(table), "DATELINE_INGEST_ALLOW_HOSTS": web.host}
    return CliRunner().invoke(main, ["sources", *arguments], env=environment)


def test_a_site_is_added_with_what_it_offers(web: Web, tmp_path: Path) -> None:
    """Its name, its language, the feed that works, the news sitemap; what people wrote in the table stays."""
    table = tmp_path / "sources.toml"
    table.write_text(TABLE)
    result = run(
        web, table, "add", web.url("/"), "--id", "post", "--country", "GB", "--timezone", "Europe/London"
    )
    assert result.exit_code == 0, result.output
    assert table.read_text().startswith(TABLE)
    post = sources.by_id(sources.load(table), "post")
    assert (post.name, post.language, post.country, post.timezone) == (
        "The Post",
        "en-GB",
        "GB",
        "Europe/London",
    )
    assert post.feeds == (web.url("/rss"),)
    assert post.sitemaps == (web.url("/news.xml"),)


@pytest.mark.parametrize(("place", "body"), [("/feed", FEED), ("/sitemap.xml", SITEMAP)])
def test_common_places_are_tried_where_nothing_is_named(
    web: Web, tmp_path: Path, place: str, body: bytes
) -> None:
    """And a table is made where there is none."""
    web.pages = {"/": page(b"<html><body>Welcome"), place: page(body)}
    table = tmp_path / "sources.toml"
    assert run(web, table, "add", web.url("/")).exit_code == 0
    (source,) = sources.load(table)
    assert (*source.feeds, *source.sitemaps) == (web.url(place),)
    assert source.id == "127.0.0.1"


def test_a_feed_can_be_given_itself(web: Web, tmp_path: Path) -> None:
    """--dry-run shows the entry and writes none."""
    result = run(web, tmp_path / "sources.toml", "add", web.url("/rss"), "--dry-run")
    assert json.loads(result.stdout)["feeds"] == [web.url("/rss")]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--id", "old"], "choose another --id"),
        (["--id", "post", "--timezone", "Mars"], "IANA"),
        (["--id", "post", "--country", "Britain"], "country"),
        (["--id", "Post Office"], "lower-case"),
    ],
)
def test_a_wrong_entry_is_not_written(web: Web, tmp_path: Path, arguments: list[str], said: str) -> None:
    """Exit code 2, and the table is as it was."""
    table = tmp_path / "sources.toml"
    table.write_text(TABLE)
    result = run(web, table, "add", web.url("/"), *arguments)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    assert table.read_text() == TABLE


def test_a_site_that_offers_nothing_is_told_so(web: Web, tmp_path: Path) -> None:
    """With what to do."""
    web.pages = {"/": page(b"<html><body>Welcome")}
    result = run(web, tmp_path / "sources.toml", "add", web.url("/"))
    assert (result.exit_code, "give the address of one" in result.stderr) == (2, True)


def test_a_source_is_disabled_with_a_reason_and_enabled_again(web: Web, tmp_path: Path) -> None:
    """Comments in the table stay."""
    table = tmp_path / "sources.toml"
    table.write_text(TABLE)
    assert run(web, table, "disable", "old", "--reason", "closed down").exit_code == 0
    assert sources.load(table)[0].disabled == "closed down"
    assert run(web, table, "enable", "old").exit_code == 0
    assert table.read_text() == TABLE
    assert run(web, table, "disable", "none", "--reason", "x").exit_code == 2


def test_check_says_of_each_address_whether_it_works(web: Web, tmp_path: Path) -> None:
    """Exit code 1 if one does not."""
    table = tmp_path / "sources.toml"
    table.write_text(
        f'[[source]]\nid = "post"\nname = "Post"\nfeeds = ["{web.url("/rss")}", "{web.url("/dead")}", "{web.url("/")}"]\n'
    )
    result = run(web, table, "check", "--json")
    assert result.exit_code == 1
    good, dead, home = json.loads(result.stdout)
    assert (good["pages"], good["problem"]) == (1, None)
    assert "HTTP 404" in dead["problem"]
    assert home["problem"] == "neither a feed nor a sitemap"
