"""Polling the same sources again and again, on real Kafka, Elasticsearch and web servers."""

import gzip
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from filelock import FileLock

from dateline.elastic import client
from dateline.settings import Settings
from producers import source_file, sources, visits
from producers.memory import Memory
from producers.visits import Kind, State
from schemas.acquisition import acquisition_index
from tests.integration.test_ingest import messages, ready, run
from tests.unit.producers.web import Web, in_turn, page, redirect

__all__ = ["ready"]
pytestmark = pytest.mark.servers

PAGES = ("/a", "/b")


def rss(*links: str, date: str = "") -> bytes:
    """A feed of these pages."""
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    items = "".join(f"<item><title>T</title><link>{link}</link>{dated}</item>" for link in links)
    return f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode()


class World:
    """One source, its server, and the commands that poll it."""

    def __init__(self, settings: Settings, web: Web, tmp_path: Path) -> None:
        self.settings = settings
        self.web = web
        self.table = tmp_path / "sources.yaml"
        self.write(feeds=["/rss"])

    def write(self, *, interval: str = "10m", **lists: list[str]) -> None:
        """Write the source table."""
        lines = ["sources:", "- id: paper", "  name: Paper", f"  interval: {interval}"]
        for name, paths in lists.items():
            lines += [f"  {name}:", *(f"  - {self.web.url(path)}" for path in paths)]
        self.table.write_text("\n".join(lines) + "\n")

    def do(self, *arguments: str, code: int = 0) -> Any:
        """Run a command with --json; what it prints."""
        result = run(
            self.settings,
            *arguments,
            "--json",
            sources=str(self.table),
            allow_hosts=(self.web.host,),
            retries=0,
        )
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def poll(self, code: int = 0) -> Any:
        """Poll the source; forget which requests came before."""
        self.web.seen.clear()
        return self.do("ingest", "--source", "paper", code=code)

    def revisit(self, code: int = 0) -> Any:
        """Revisit what is due; forget which requests came before."""
        self.web.seen.clear()
        return self.do("revisit", code=code)

    def tell(self, *arguments: str) -> str:
        """Run a command that has no --json; what it says on standard error."""
        result = run(
            self.settings, *arguments, sources=str(self.table), allow_hosts=(self.web.host,), retries=0
        )
        assert result.exit_code == 0, result.output
        return result.stderr

    def refresh(self) -> None:
        """Make what was recorded visible to searches."""
        with closing(client(self.settings)) as elastic:
            elastic.indices.refresh(index=acquisition_index(self.settings.namespace))

    def pass_time(self, **changes: Any) -> None:
        """Make every page due, and what was recorded visible."""
        elastic = client(self.settings)
        try:
            memory = Memory(elastic, self.settings.namespace)
            known = memory.recall("paper", [self.web.url(path) for path in (*PAGES, "/rss", "/c")])
            past = datetime.now(UTC) - timedelta(minutes=1)
            memory.save([msgspec.structs.replace(v, **({"due": past} | changes)) for v in known.values()])
            elastic.indices.refresh(index=acquisition_index(self.settings.namespace))
        finally:
            elastic.close()


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Wait no longer than this for a table that another process changes."""
    before, source_file._PATIENCE = source_file._PATIENCE, seconds
    try:
        yield
    finally:
        source_file._PATIENCE = before


@pytest.fixture
def world(ready: Settings, tmp_path: Path) -> Iterator[World]:
    """A source with one feed of two pages that carry validators."""
    with Web() as web:
        web.pages |= {
            "/rss": page(rss("/a", "/b"), etag='"f1"'),
            "/a": page(b"<p>A", etag='"a1"', last_modified="Tue, 03 Mar 2026 08:24:00 GMT"),
            "/b": page(b"<p>B"),
        }
        yield World(ready, web, tmp_path)


def header(world: World, path: str, name: str) -> str | None:
    """A header of the last request for a path."""
    return next(headers for seen, headers in reversed(world.web.seen) if seen == path).get(name)


def test_a_second_poll_asks_for_the_feed_alone_and_conditionally(world: World) -> None:
    """What is known is left to its schedule."""
    assert world.poll()["sent"] == 2
    world.web.pages["/rss"] = page(status=304)
    summary = world.poll()
    assert (summary["sent"], summary["unchanged"]) == (0, 1)
    assert world.web.paths == ["/rss"]
    assert header(world, "/rss", "If-None-Match") == '"f1"'
    assert len(messages(world.settings)) == 2


def test_a_feed_without_validators_is_read_only_when_it_differs(world: World) -> None:
    """What is as it was before counts as unchanged."""
    world.web.pages["/rss"] = page(rss("/a"))
    assert world.poll()["sent"] == 1
    summary = world.poll()
    assert (summary["sent"], summary["unchanged"], world.web.paths) == (0, 1, ["/rss"])
    world.web.pages["/rss"] = page(rss("/a", "/b"))
    assert world.poll()["sent"] == 1


def test_a_feed_that_says_304_for_ever_is_asked_for_whole_once_a_day(world: World) -> None:
    """A broken cache at the other end hides no news for longer."""
    world.poll()
    world.pass_time(changed=datetime.now(UTC) - timedelta(hours=25))
    world.poll()
    assert header(world, "/rss", "If-None-Match") is None
    world.poll()
    assert header(world, "/rss", "If-None-Match") == '"f1"'


def test_an_index_without_dates_hides_no_news(world: World) -> None:
    """It stays as it is while the sitemaps that it names change: they are asked all the same, conditionally."""
    child = world.web.url("/s.xml")
    index = f"<sitemapindex><sitemap><loc>{child}</loc></sitemap></sitemapindex>".encode()
    world.web.pages["/sitemap.xml"] = page(index, etag='"i"')
    world.web.pages["/s.xml"] = page(b"<urlset></urlset>", etag='"s"')
    world.write(sitemaps=["/sitemap.xml"])
    world.poll()
    world.web.pages["/s.xml"] = page(f"<urlset><url><loc>{world.web.url('/a')}</loc></url></urlset>".encode())
    assert world.poll()["sent"] == 1
    assert header(world, "/sitemap.xml", "If-None-Match") is None
    assert header(world, "/s.xml", "If-None-Match") == '"s"'


def test_a_new_page_is_fetched_and_an_old_one_that_is_dated_anew(world: World) -> None:
    """Nothing else."""
    world.web.pages["/rss"] = page(rss("/a", "/b", date="Tue, 03 Mar 2026 08:24:00 +0000"))
    world.poll()
    world.web.pages["/c"] = page(b"<p>C")
    world.web.pages["/rss"] = page(rss("/b", "/c", date="Tue, 03 Mar 2026 09:00:00 +0000"))
    world.poll()
    assert sorted(world.web.paths) == ["/b", "/c", "/rss"]


def test_a_source_is_due_again_after_its_interval(world: World) -> None:
    """`sources due` and `ingest --due` go by what was polled, whichever process did it."""
    assert [s["id"] for s in world.do("sources", "due")] == ["paper"]
    world.do("ingest", "--due")
    assert world.do("sources", "due") == []
    assert world.do("ingest", "--due")["sent"] == 0
    world.pass_time()
    assert len(world.do("sources", "due")) == 1


def test_pages_are_revisited_conditionally_and_sent_only_when_changed(world: World) -> None:
    """304 and equal bytes are no events; an edit is one."""
    world.poll()
    assert world.revisit()["sent"] == 0
    assert world.web.paths == []
    world.pass_time()
    world.web.pages["/a"] = page(status=304)
    summary = world.revisit()
    assert (summary["sent"], summary["unchanged"]) == (0, 2)
    assert header(world, "/a", "If-None-Match") == '"a1"'
    assert header(world, "/a", "If-Modified-Since") == "Tue, 03 Mar 2026 08:24:00 GMT"
    world.pass_time()
    world.web.pages["/b"] = page(b"<p>B, corrected")
    assert world.revisit()["sent"] == 1
    assert sorted(m.value or b"" for m in messages(world.settings)) == [b"<p>A", b"<p>B", b"<p>B, corrected"]


def test_a_page_that_does_not_answer_is_asked_again_later(world: World) -> None:
    """It fails no run, and is not lost although the feed says 304 from now on."""
    world.web.pages["/b"] = in_turn(page(status=503), page(b"<p>B at last"))
    summary = world.poll()
    assert (summary["sent"], summary["postponed"], summary["failed"]) == (1, 1, 0)
    world.web.pages["/rss"] = page(status=304)
    world.poll()
    world.pass_time()
    assert world.revisit()["sent"] == 1


def test_a_404_that_passes_is_no_removal(world: World) -> None:
    """It is asked again, and what comes back is the page as it was."""
    world.poll()
    world.pass_time()
    world.web.pages["/a"] = in_turn(page(status=404), page(status=404), world.web.pages["/a"])
    for _ in range(2):
        summary = world.revisit()
        assert (summary["postponed"], summary["gone"], summary["failed"], summary["sent"]) == (1, 0, 0, 0)
        world.pass_time()
    assert world.revisit()["unchanged"] == 2
    assert len(messages(world.settings)) == 2


def test_a_feed_that_is_gone_is_retired_in_the_table(world: World) -> None:
    """410: with the reason and the day; a source without any other is disabled. It is asked again when somebody says so."""
    world.web.pages["/rss"] = page(status=410)
    world.write(feeds=["/rss", "/more"])
    world.web.pages["/more"] = page(rss("/a"))
    assert world.poll(code=1)["failures"][0]["error"].endswith("gone (HTTP 410): not asked again")
    (source,) = sources.load(world.table)
    assert (source.feeds, source.disabled) == ((world.web.url("/more"),), None)
    assert source.retired[world.web.url("/rss")].startswith("gone (HTTP 410), found 20")
    world.poll()
    assert world.web.paths == ["/more"]
    world.web.pages["/more"] = page(status=410)
    world.poll(code=1)
    assert "gone (HTTP 410)" in (sources.load(world.table)[0].disabled or "")
    world.web.pages["/rss"] = page(rss("/b"))
    world.tell("sources", "enable", "paper", "--feed", world.web.url("/rss"))
    assert world.poll()["sent"] == 1


def test_a_feed_that_moved_for_good_is_rewritten_in_the_table(world: World) -> None:
    """After three polls that met the same permanent redirect; what is known of it goes along."""
    world.web.pages |= {"/new": world.web.pages["/rss"], "/rss": redirect("/new", 301)}
    for _ in range(3):
        assert sources.load(world.table)[0].feeds == (world.web.url("/rss"),)
        world.poll()
        assert world.web.paths[:2] == ["/rss", "/new"]
    (source,) = sources.load(world.table)
    assert source.feeds == (world.web.url("/new"),)
    assert source.retired[world.web.url("/rss")].startswith(
        f"moved for good to {world.web.url('/new')}, met 3 times"
    )
    world.poll()
    assert world.web.paths == ["/new"]
    assert header(world, "/new", "If-None-Match") == '"f1"'


def test_a_feed_that_leads_to_the_homepage_is_no_feed(world: World) -> None:
    """As sites redirect feeds that they gave up: nothing is sent, and the table stays as it is."""
    world.web.pages |= {"/": page(b"<html><h1>The Paper"), "/rss": redirect("/", 301)}
    for _ in range(4):
        summary = world.poll(code=1)
        assert (summary["sent"], summary["troubles"]) == (0, {"not_a_feed_or_sitemap": 1})
    assert sources.load(world.table)[0].feeds == (world.web.url("/rss"),)


def test_what_moved_is_followed_where_the_table_cannot_be_written(world: World) -> None:
    """Each poll then says what to change by hand."""
    world.web.pages |= {"/new": world.web.pages["/rss"], "/rss": redirect("/new", 308)}
    locked = FileLock(world.table.with_name(".sources.yaml.lock"))
    with patience(0.1), locked:
        for _ in range(4):
            said = world.tell("ingest", "--source", "paper")
    assert "change source paper by hand" in said
    assert sources.load(world.table)[0].feeds == (world.web.url("/rss"),)
    assert world.web.paths[-1] == "/new"
    assert world.web.paths.count("/rss") == 3


def test_no_more_pages_are_fetched_in_a_run_than_the_budget_allows(world: World) -> None:
    """The newest first; the others come with the next run, although the feed says 304 by then."""
    many = [f"/{n}" for n in range(5)]
    world.web.pages |= {path: page(path.encode()) for path in many}
    dated = "".join(
        f"<item><link>{path}</link><pubDate>Tue, 03 Mar 2026 0{n}:00:00 +0000</pubDate></item>"
        for n, path in enumerate(many)
    )
    feed = f'<rss version="2.0"><channel><title>F</title>{dated}</channel></rss>'
    world.web.pages["/rss"] = page(feed.encode())
    world.table.write_text(world.table.read_text() + "  politeness: {budget: 2, concurrency: 1}\n")
    fetched = []
    for expected in (2, 2, 1, 0):
        assert world.poll()["sent"] == expected
        world.refresh()
        fetched.append(sorted(path for path in world.web.paths if path != "/rss"))
        world.web.pages["/rss"] = page(status=304)
    assert fetched[0] == ["/3", "/4"]
    assert sorted(path for paths in fetched for path in paths) == many


def test_troubles_are_counted_by_kind(world: World) -> None:
    """Each with one line that names the address and says what to do."""
    world.web.pages |= {"/rss": page(rss("/a", "/b", "/c")), "/a": page(status=503), "/b": page(status=403)}
    world.web.pages["/html"] = page(b"<html><body>Sorry")
    world.web.pages["/broken.xml"] = page(b"<rss")
    world.write(feeds=["/rss", "/broken.xml"])
    summary = world.poll(code=1)
    assert summary["troubles"] == {"status": 3, "not_a_feed_or_sitemap": 1}
    (listing,) = [f["error"] for f in summary["failures"] if f["document"] == world.web.url("/broken.xml")]
    assert listing.startswith(world.web.url("/broken.xml"))
    assert listing.endswith("see `dateline sources check paper`")
    (refused,) = [f["error"] for f in summary["failures"] if f["document"] == world.web.url("/b")]
    assert refused == f"{world.web.url('/b')}: HTTP 403 Forbidden: not asked again unless it is dated anew"


def test_a_sitemap_brings_what_is_new_not_its_old_stock(world: World) -> None:
    """An index is followed; pages without a date count as old at first sight, as new later."""
    today = datetime.now(UTC).isoformat(timespec="seconds")
    entry = "<url><loc>{}</loc><lastmod>{}</lastmod></url>"
    old = entry.format(world.web.url("/b"), "2019-01-01")
    undated = f"<url><loc>{world.web.url('/x')}</loc></url>"
    new = entry.format(world.web.url("/a"), today)
    world.web.pages |= {
        "/sitemap.xml": page(
            f"<sitemapindex><sitemap><loc>{world.web.url('/s1.xml')}</loc></sitemap></sitemapindex>".encode()
        ),
        "/s1.xml": page(f"<urlset>{old}{undated}{new}</urlset>".encode(), content_type="application/xml"),
        "/x": page(b"<p>X"),
        "/y": page(b"<p>Y"),
    }
    world.write(sitemaps=["/sitemap.xml"])
    world.poll()
    assert world.web.paths == ["/sitemap.xml", "/s1.xml", "/a"]
    later = f"<url><loc>{world.web.url('/y')}</loc></url>"
    world.web.pages["/s1.xml"] = page(f"<urlset>{old}{undated}{new}{later}</urlset>".encode())
    world.poll()
    assert world.web.paths == ["/sitemap.xml", "/s1.xml", "/y"]


def test_a_sitemap_that_is_packed_or_text_is_read(world: World) -> None:
    """With what a news sitemap says of each page travelling along as hints."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    news = f"""<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>{world.web.url("/a")}</loc><n:news>
        <n:publication_date>{now}</n:publication_date><n:title>A fire</n:title></n:news></url></urlset>"""
    world.web.pages["/news.xml.gz"] = page(gzip.compress(news.encode()), content_type="application/gzip")
    text = world.web.url("/sitemap.txt")
    world.web.pages["/sitemap.txt"] = page(world.web.url("/x").encode(), content_type="text/plain")
    world.write(sitemaps=["/news.xml.gz", "/sitemap.txt"])
    world.poll()
    assert sorted(world.web.paths) == ["/a", "/news.xml.gz", "/sitemap.txt"]
    world.web.pages["/sitemap.txt"] = page(
        f"{world.web.url('/x')}\n{world.web.url('/b')}\n".encode(), content_type="text/plain"
    )
    world.poll()
    assert sorted(world.web.paths) == ["/b", "/news.xml.gz", "/sitemap.txt"]
    hints = {
        m.headers["ce_subject"]: json.loads(m.headers["dl_feed_hints"]) for m in messages(world.settings)
    }
    assert hints[world.web.url("/a")]["title"] == "A fire"
    assert hints[world.web.url("/a")]["published"][:19] == now[:19]
    assert hints[world.web.url("/b")] == {"feed": text}


def test_of_many_sitemaps_the_newest_are_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """By their dates; without any, by the numbers in their names. What is left out is told."""
    monkeypatch.setattr("producers.poll.CHILDREN", 2)
    names = [f"/sitemap-{year}-{month}.xml" for year in (2025, 2026) for month in (2, 11)]
    named = "".join(f"<sitemap><loc>{world.web.url(name)}</loc></sitemap>" for name in names)
    world.web.pages["/sitemap.xml"] = page(f"<sitemapindex>{named}</sitemapindex>".encode())
    world.web.pages |= {name: page(b"<urlset></urlset>") for name in names}
    world.write(sitemaps=["/sitemap.xml"])
    assert "one of 4 sitemaps: the newest 2 are read" in world.tell("ingest", "--source", "paper")
    assert sorted(world.web.paths) == ["/sitemap-2026-11.xml", "/sitemap-2026-2.xml", "/sitemap.xml"]


def test_a_sitemap_index_that_contains_itself_ends(world: World) -> None:
    """By the limit on depth, or because the address is taken."""
    loop = f"<sitemapindex><sitemap><loc>{world.web.url('/loop.xml')}</loc></sitemap></sitemapindex>"
    world.web.pages["/loop.xml"] = page(loop.encode())
    world.write(sitemaps=["/loop.xml"])
    world.poll()
    assert len(world.web.paths) <= 4


def test_two_processes_do_not_fetch_the_same_page(ready: Settings) -> None:
    """Of two claims on one address one succeeds, for new addresses and known ones, until the lease runs out."""
    elastic = client(ready)
    try:
        one, two = Memory(elastic, ready.namespace), Memory(elastic, ready.namespace)
        at = datetime.now(UTC)
        new = visits.first(Kind.PAGE, "paper", "https://news.example/a", at)
        (claimed,) = one.claim([new], at)
        assert two.claim([new], at) == []
        (seen,) = two.recall("paper", ["https://news.example/a?utm_source=x"]).values()
        assert two.claim([seen], at) == []
        one.save([msgspec.structs.replace(claimed, leased_until=None, due=at)])
        (first,) = one.recall("paper", ["https://news.example/a"]).values()
        (second,) = two.recall("paper", ["https://news.example/a"]).values()
        assert len(one.claim([first], at)) + len(two.claim([second], at)) == 1
        (dead,) = two.recall("paper", ["https://news.example/a"]).values()
        assert two.claim([dead], at + visits.LEASE) != []
    finally:
        elastic.close()


def test_a_busy_host_takes_no_turn_from_others(ready: Settings) -> None:
    """Each host gets its share of what is due."""
    elastic = client(ready)
    try:
        memory = Memory(elastic, ready.namespace)
        at = datetime.now(UTC)
        due = at - timedelta(hours=1)
        many = [f"https://big.example/{n}" for n in range(50)] + ["https://small.example/1"]
        pages = [msgspec.structs.replace(visits.first(Kind.PAGE, "paper", url, at), due=due) for url in many]
        gone = msgspec.structs.replace(visits.first(Kind.PAGE, "paper", "https://big.example/x", at), due=due)
        memory.save([*pages, msgspec.structs.replace(gone, state=State.GONE)])
        elastic.indices.refresh(index=acquisition_index(ready.namespace))
        found = memory.due(at, per_host=5)
        assert sorted(visit.host for visit in found) == ["big.example"] * 5 + ["small.example"]
    finally:
        elastic.close()
