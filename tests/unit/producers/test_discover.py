"""`dateline sources add`, `check`, `disable` and `enable`, against a real web server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dateline.cli import main
from dateline.demo import DemoServer
from producers import sources
from tests.unit.producers.web import Web, page

FEED = b'<rss version="2.0"><channel><title>F</title><item><title>T</title><link>/a</link></item></channel></rss>'
SITEMAP = b"<urlset><url><loc>https://news.example/a</loc></url></urlset>"
HOME = b"""<html lang="en-GB"><head><title>The Post | Home</title><meta property="og:site_name" content="The Post">
<link rel="alternate" type="application/rss+xml" href="/rss"><link rel="alternate" type="application/rss+xml" href="/dead">
<link rel="alternate" hreflang="de" href="/de"></head><body></body></html>"""
TABLE = "# ours\nsources:\n  - id: old   # the first\n    name: Old\n    feeds: [https://old.example/rss]\n"
NEWS = b"""<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/a</loc><news:news>
<news:publication_date>2026-03-03</news:publication_date></news:news></url></urlset>"""


@pytest.fixture
def web() -> Iterator[Web]:
    """A site with a linked feed, another that is dead, and a news sitemap in robots.txt."""
    with Web(
        {"/": page(HOME), "/rss": page(FEED), "/n.xml": page(NEWS), "/all.xml": page(SITEMAP)}
    ) as server:
        named = f"Sitemap: {server.url('/all.xml')}\nSitemap: {server.url('/n.xml')}\n"
        server.pages["/robots.txt"] = page(named.encode())
        yield server


def run(web: Web, table: Path, *arguments: str) -> Result:
    """`dateline sources ...` with this table."""
    environment = {"DATELINE_INGEST_SOURCES": str(table), "DATELINE_INGEST_ALLOW_HOSTS": web.host}
    return CliRunner().invoke(main, ["sources", *arguments], env=environment)


def test_a_site_is_added_with_what_it_offers(web: Web, tmp_path: Path) -> None:
    """Its name, its language, the feed that works, the news sitemap; what people wrote in the table stays."""
    table = tmp_path / "sources.yaml"
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
    assert post.sitemaps == (web.url("/n.xml"),)


@pytest.mark.parametrize(("place", "body"), [("/feed", FEED), ("/sitemap.xml", SITEMAP)])
def test_common_places_are_tried_where_nothing_is_named(
    web: Web, tmp_path: Path, place: str, body: bytes
) -> None:
    """And a table is made where there is none."""
    web.pages = {"/": page(b"<html><body>Welcome"), place: page(body)}
    table = tmp_path / "sources.yaml"
    assert run(web, table, "add", web.url("/")).exit_code == 0
    (source,) = sources.load(table)
    assert (*source.feeds, *source.sitemaps) == (web.url(place),)
    assert source.id == "127.0.0.1"


def test_links_in_the_page_are_tried_before_common_places(web: Web, tmp_path: Path) -> None:
    """Those that look like feeds of this site; feeds of comments are none of news."""
    home = b"""<link rel="alternate" type="application/rss+xml" href="/comments/feed" title="Comments">
    <body><a href="/service/rss.html">RSS</a> <a href="/service/all.rss">All</a> <a href="/press/">Press</a>"""
    web.pages |= {
        "/": page(home),
        "/service/all.rss": page(FEED),
        "/comments/feed": page(FEED),
        "/feed": page(FEED),
    }
    assert json.loads(run(web, tmp_path / "none", "add", web.url("/"), "--dry-run").stdout)["feeds"] == [
        web.url("/service/all.rss")
    ]


def test_the_news_sitemap_of_an_index_is_taken_by_itself(web: Web, tmp_path: Path) -> None:
    """The rest of the index is what has been."""
    children = "".join(
        f"<sitemap><loc>{web.url(path)}</loc></sitemap>" for path in ("/2019.xml", "/news-1.xml")
    )
    web.pages |= {
        "/all.xml": page(f"<sitemapindex>{children}</sitemapindex>".encode()),
        "/n.xml": page(status=404),
        "/news-1.xml": page(NEWS),
    }
    result = run(web, tmp_path / "none", "add", web.url("/"), "--dry-run")
    assert json.loads(result.stdout)["sitemaps"] == [web.url("/news-1.xml")]
    assert "/2019.xml" not in web.paths


def test_every_outlet_of_the_demo_world_is_found_by_itself(tmp_path: Path) -> None:
    """Although all share a host and its robots.txt: each gets its own feed and its own sitemap."""
    table = tmp_path / "sources.yaml"
    with DemoServer() as world:
        environment = {
            "DATELINE_INGEST_SOURCES": str(table),
            "DATELINE_INGEST_ALLOW_HOSTS": world.url.removeprefix("http://"),
        }
        for outlet, _ in world.feeds():
            home = f"{world.url}/{outlet.id}/"
            arguments = ["sources", "add", home, "--id", outlet.id, "--country", outlet.country]
            result = CliRunner().invoke(main, arguments, env=environment)
            assert result.exit_code == 0, result.output
        checked = CliRunner().invoke(main, ["sources", "check", "--json"], env=environment)
        assert checked.exit_code == 0, checked.output
        found = {source.id: source for source in sources.load(table)}
        for outlet, feed in world.feeds():
            assert found[outlet.id].feeds == (feed,)
            assert found[outlet.id].sitemaps == (f"{world.url}/{outlet.id}/sitemap.xml",)


def test_a_feed_can_be_given_itself(web: Web, tmp_path: Path) -> None:
    """--dry-run shows the entry and writes none."""
    result = run(web, tmp_path / "sources.yaml", "add", web.url("/rss"), "--dry-run")
    assert json.loads(result.stdout)["feeds"] == [web.url("/rss")]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--id", "old"], "choose another --id"),
        (["--id", "post", "--timezone", "Mars"], "IANA"),
        (["--id", "post", "--country", "Britain"], "country: expected"),
        (["--id", "post", "--language", "english"], "language: expected"),
        (["--id", "Post Office"], "lower-case"),
    ],
)
def test_a_wrong_entry_is_not_written(web: Web, tmp_path: Path, arguments: list[str], said: str) -> None:
    """Exit code 2, and the table is as it was."""
    table = tmp_path / "sources.yaml"
    table.write_text(TABLE)
    result = run(web, table, "add", web.url("/"), *arguments)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    assert table.read_text() == TABLE


def test_a_site_that_offers_nothing_is_told_so(web: Web, tmp_path: Path) -> None:
    """With what to do."""
    web.pages = {"/": page(b"<html><body>Welcome")}
    result = run(web, tmp_path / "sources.yaml", "add", web.url("/"))
    assert (result.exit_code, "give the address of one" in result.stderr) == (2, True)


def test_a_source_is_disabled_with_a_reason_and_enabled_again(web: Web, tmp_path: Path) -> None:
    """Comments in the table stay."""
    table = tmp_path / "sources.yaml"
    table.write_text(TABLE)
    assert run(web, table, "disable", "old", "--reason", "closed down").exit_code == 0
    assert sources.load(table)[0].disabled == "closed down"
    assert run(web, table, "enable", "old").exit_code == 0
    assert table.read_text() == TABLE
    assert run(web, table, "disable", "none", "--reason", "x").exit_code == 2


def test_the_list_can_be_read_by_people_and_programs(web: Web, tmp_path: Path) -> None:
    """All that an entry says as JSON; by tag, where one is given."""
    table = tmp_path / "sources.yaml"
    table.write_text(TABLE + "  - {id: b, name: B, tags: [sea], feeds: [https://b.example/rss]}\n")
    assert all(name in run(web, table, "list").stdout for name in ("old", "Old", "10m"))
    assert json.loads(run(web, table, "list", "--tag", "sea", "--json").stdout) == [
        {"id": "b", "name": "B", "tags": ["sea"], "feeds": ["https://b.example/rss"]}
    ]


def test_check_says_of_each_address_whether_it_works(web: Web, tmp_path: Path) -> None:
    """Exit code 1 if one does not."""
    table = tmp_path / "sources.yaml"
    table.write_text(
        f"sources:\n- id: post\n  name: Post\n  feeds: [{web.url('/rss')}, {web.url('/dead')}, {web.url('/')}]\n"
    )
    result = run(web, table, "check", "--json")
    assert result.exit_code == 1
    good, dead, home = json.loads(result.stdout)
    assert (good["pages"], good["problem"]) == (1, None)
    assert "HTTP 404" in dead["problem"]
    assert home["problem"] == "neither a feed nor a sitemap"
