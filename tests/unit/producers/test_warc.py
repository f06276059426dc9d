"""WARC files: records, pages, damages."""

import gzip
import random
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest

from dateline.errors import UsageError
from producers.blobs import LocalBlob
from producers.crawls import Crawl
from producers.documents import RawDocument
from producers.positions import Position
from producers.reading import Reading, Window
from producers.sources import Source
from tests.unit.producers.reading import reading
from tests.warcs import offsets, record

HTML = b"<html><p>Caf\xc3\xa9"


def crawl(path: Path, data: bytes, given: Reading | None = None, start: Position | None = None) -> Crawl:
    """The pages of a file that holds this."""
    path = path / "crawl.warc.gz"
    path.write_bytes(data)
    return Crawl(LocalBlob(path), path.name, given or reading(), start)


def documents(
    path: Path, data: bytes, given: Reading | None = None, start: Position | None = None
) -> list[RawDocument]:
    """The documents among them."""
    return [document for _, document in crawl(path, data, given, start) if document is not None]


def noise(seed: int, size: int = 40_000) -> bytes:
    """A page that does not compress away."""
    return b"<html>" + random.Random(seed).randbytes(size).hex().encode()


def test_a_capture_keeps_its_time_its_headers_and_its_place(tmp_path: Path) -> None:
    """The time of capture is when it was fetched; record id and offset say where it came from."""
    first = record("https://news.example/other")
    second = record(
        "https://News.example/story?utm_source=x",
        HTML,
        content_type="text/html; charset=utf-8",
        http={"ETag": '"e"', "X-Robots-Tag": "noai", "Link": '</canon>; rel="canonical"'},
        warc_record_id="<urn:uuid:7>",
    )
    _, document = documents(tmp_path, first + second)
    assert (document.body, document.source, document.url) == (
        HTML,
        "news.example",
        "https://news.example/story",
    )
    headers = document.headers()
    assert headers["ce_time"] == "2019-05-06T07:08:09Z"
    assert headers["dl_final_url"] == "https://News.example/story?utm_source=x"
    assert (headers["content-type"], headers["dl_http_status"]) == ("text/html; charset=utf-8", "200")
    assert (headers["dl_etag"], headers["dl_x_robots_tag"]) == ('"e"', "noai")
    assert headers["dl_canonical"] == "https://news.example/canon"
    assert (headers["dl_archive"], headers["dl_archive_position"]) == ("crawl.warc.gz", str(len(first)))
    assert headers["dl_warc_record_id"] == "<urn:uuid:7>"


@pytest.mark.parametrize(
    "other",
    [
        record("https://news.example/a", kind="request", content_type="application/http"),
        record("https://news.example/a", kind="warcinfo", content_type="application/warc-fields"),
        record("https://news.example/a", kind="metadata", content_type="text/plain"),
        record("https://news.example/a", status="404 Not Found"),
        record("https://news.example/a", status="301 Moved", http={"Location": "/b"}),
        record("https://news.example/a.jpg", b"\xff\xd8", content_type="image/jpeg"),
        record("https://news.example/robots.txt", b"User-agent: *", content_type="text/plain"),
        record("https://news.example/feed", b"<rss/>", content_type="application/xml"),
        record("dns:news.example", b"1.2.3.4", kind="resource", content_type="text/dns"),
        record("https://news.example/a", b"", kind="revisit"),
    ],
)
def test_what_is_no_page_is_left_out(tmp_path: Path, other: bytes) -> None:
    """Requests, errors, redirects, pictures, listings; a revisit has the bytes of a capture that was sent before."""
    given = reading()
    found = documents(tmp_path, other + record("https://news.example/z", HTML), given)
    assert [document.url for document in found] == ["https://news.example/z"]
    assert given.tally.counts["failed"] == given.tally.counts["unreadable"] == 0


def test_a_page_that_was_taken_away_becomes_a_removal(tmp_path: Path) -> None:
    """410 alone, as of the time of capture; read again, it is the same event, and its article is that of its address."""
    gone = record("https://news.example/story?utm_source=x", b"<html>Gone", status="410 Gone")
    (removal,) = documents(tmp_path, record("https://news.example/a", status="404 Not Found") + gone)
    headers = removal.headers()
    assert (removal.body, headers["ce_type"]) == (b"", "dateline.article.removed.v1")
    assert (headers["dl_removed"], headers["dl_http_status"]) == ("2019-05-06T07:08:09Z", "410")
    assert headers["dl_archive"] == "crawl.warc.gz"
    assert documents(tmp_path, gone)[0].event_id == removal.event_id
    assert (headers["ce_subject"], "dl_article" in headers) == ("https://news.example/story", False)


@pytest.mark.parametrize(
    ("body", "http"),
    [
        (HTML, {}),
        (gzip.compress(HTML), {"Content-Encoding": "gzip"}),
        (gzip.compress(HTML[:5]) + gzip.compress(HTML[5:]), {"Content-Encoding": "gzip"}),
        (brotli.compress(HTML), {"Content-Encoding": "br"}),
        (b"%x\r\n%b\r\n0\r\n\r\n" % (len(HTML), HTML), {"Transfer-Encoding": "chunked"}),
        (
            b"%x\r\n%b\r\n0\r\n\r\n" % (len(gzip.compress(HTML)), gzip.compress(HTML)),
            {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"},
        ),
        (HTML, {"Content-Encoding": "gzip"}),
        (HTML, {"Content-Encoding": "br"}),
        (HTML, {"Transfer-Encoding": "chunked"}),
    ],
)
def test_codings_are_taken_off(tmp_path: Path, body: bytes, http: dict[str, str]) -> None:
    """The last three were decoded by the crawler, which kept the headers: as many do."""
    (document,) = documents(tmp_path, record("https://news.example/a", body, http=http))
    assert document.body == HTML


def test_a_resource_is_a_page_of_its_own_type(tmp_path: Path) -> None:
    """It has no HTTP headers."""
    data = record("<https://news.example/a>", HTML, kind="resource", content_type="text/html")
    (document,) = documents(tmp_path, data)
    assert (document.body, document.content_type, document.url) == (
        HTML,
        "text/html",
        "https://news.example/a",
    )


def test_a_page_whose_type_nobody_declared_is_known_by_its_beginning(tmp_path: Path) -> None:
    """A picture is not."""
    data = record("https://news.example/a", HTML, content_type="") + record(
        "https://news.example/b", b"\x89PNG", content_type=""
    )
    assert [d.content_type for d in documents(tmp_path, data)] == ["text/html"]


def test_headers_that_end_in_bare_newlines_are_read(tmp_path: Path) -> None:
    """Old servers and old crawlers."""
    whole = record("https://news.example/a", HTML, packed=False)
    head, _, block = whole.partition(b"\r\n\r\n")
    bare = block.replace(b"\r\n", b"\n")[:-2] + b"\r\n\r\n"
    length = len(bare) - 4
    head = b"\r\n".join(
        b"Content-Length: %d" % length if line.startswith(b"Content-Length") else line
        for line in head.split(b"\r\n")
    )
    (document,) = documents(tmp_path, head + b"\r\n\r\n" + bare)
    assert (document.body, document.content_type) == (HTML, "text/html")


def test_a_page_that_does_not_decode_goes_to_quarantine(tmp_path: Path) -> None:
    """As it is, with what is wrong with it and where it lies."""
    given = reading()
    broken = gzip.compress(HTML)[:-9]
    data = record("https://news.example/a", broken, http={"Content-Encoding": "gzip"})
    (document,) = documents(tmp_path, data, given)
    assert document.body == broken
    assert "crawl.warc.gz at byte 0" in document.headers()["dl_problem"]
    assert given.tally.counts["unreadable"] == 1


def test_a_truncated_capture_is_taken_and_says_so(tmp_path: Path) -> None:
    """Crawlers cut long pages: what there is of them is read."""
    cut = gzip.compress(HTML * 1000)[:-12]
    data = record("https://news.example/a", cut, http={"Content-Encoding": "gzip"}, warc_truncated="length")
    (document,) = documents(tmp_path, data)
    assert document.body.startswith(HTML)
    assert document.headers()["dl_warc_truncated"] == "length"


@pytest.mark.parametrize(
    ("body", "http"),
    [
        (b"<html>" + bytes(2_000_000), {}),
        (gzip.compress(b"<html>" + bytes(200_000_000), 1), {"Content-Encoding": "gzip"}),
        (brotli.compress(b"<html>" + bytes(50_000_000), quality=1), {"Content-Encoding": "br"}),
    ],
)
def test_a_page_that_is_too_large_or_unpacks_to_too_much_is_refused(
    tmp_path: Path, body: bytes, http: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line with the switch, and the next page is read."""
    given = reading(max_page_bytes=1_000_000)
    data = record("https://news.example/a", body, http=http) + record("https://news.example/b")
    assert [d.url for d in documents(tmp_path, data, given)] == ["https://news.example/b"]
    assert given.tally.counts["failed"] == 1
    assert "DATELINE_INGEST_MAX_PAGE_BYTES" in capsys.readouterr().err


def test_only_pages_of_a_host_and_of_a_time_are_taken(tmp_path: Path) -> None:
    """With its subdomains, and not those whose names only end alike; the end of the window is not in it."""
    window = Window(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC))
    data = b"".join(
        record(url, date=date)
        for url, date in [
            ("https://www.news.example/1", "2020-01-15T00:00:00Z"),
            ("https://sport.news.example/2", "2020-01-31T23:59:59.5Z"),
            ("https://oldnews.example/3", "2020-01-15T00:00:00Z"),
            ("https://news.example/4", "2019-12-31T23:59:59Z"),
            ("https://news.example/5", "2020-02-01T00:00:00Z"),
        ]
    )
    given = reading(hosts=("news.example",), window=window)
    assert [d.url[-1] for d in documents(tmp_path, data, given)] == ["1", "2"]
    assert given.tally.counts["skipped"] == 3


def test_pages_belong_to_the_source_of_the_table_that_has_their_site(tmp_path: Path) -> None:
    """Else to one named after the host."""
    paper = Source(id="paper", name="Paper", homepage="https://www.paper.example/", timezone="Asia/Tokyo")
    data = record("https://sport.paper.example/1") + record("https://other.example/2")
    one, other = documents(tmp_path, data, reading(sources=(paper,)))
    assert (one.source, one.timezone, other.source) == ("paper", "Asia/Tokyo", "other.example")


@pytest.mark.parametrize("packed", [True, False])
def test_reading_goes_on_at_any_record(tmp_path: Path, packed: bool) -> None:
    """From the position of one that was done, all the others come."""
    records = [record(f"https://news.example/{n}", noise(n), packed=packed) for n in range(5)]
    positions = [position for position, _ in crawl(tmp_path, b"".join(records))]
    assert [position.offset for position in positions] == offsets(records)
    for number, position in enumerate(positions):
        rest = documents(tmp_path, b"".join(records), start=position.next)
        assert [d.url[-1] for d in rest] == [str(n) for n in range(number + 1, 5)]


def test_a_file_that_was_compressed_as_a_whole_is_read_and_resumed(tmp_path: Path) -> None:
    """Against the book, but common: records have no offsets of their own then, and are counted."""
    records = [record(f"https://news.example/{n}", noise(n), packed=False) for n in range(4)]
    data = gzip.compress(b"".join(records))
    positions = [position for position, _ in crawl(tmp_path, data)]
    assert len(set(positions)) == 4
    assert [d.url[-1] for d in documents(tmp_path, data, start=positions[1].next)] == ["2", "3"]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("cut", [3, 40, 5000])
def test_a_file_that_breaks_off_is_read_up_to_there(
    tmp_path: Path, packed: bool, cut: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """And said to, with the offset of the record that is not whole, wherever in it the file ends."""
    records = [record(f"https://news.example/{n}", noise(n), packed=packed) for n in range(3)]
    given = reading()
    found = documents(tmp_path, b"".join(records)[:-cut], given)
    assert [d.url[-1] for d in found][:2] == ["0", "1"]
    assert given.tally.counts["failed"] == 1
    assert "crawl.warc.gz at byte" in capsys.readouterr().err


@pytest.mark.parametrize("cut", [5, 40, 300])
def test_a_file_that_ends_within_the_headers_of_a_record_is_not_taken_as_whole(
    tmp_path: Path, cut: int
) -> None:
    """Just the beginning of a record is there."""
    records = [record(f"https://news.example/{n}", noise(n), packed=cut != 300) for n in range(3)]
    given = reading()
    data = b"".join(records)
    assert len(documents(tmp_path, data[: offsets(records)[2] + cut], given)) == 2
    assert given.tally.counts["failed"] == 1


@pytest.mark.parametrize("packed", [True, False])
def test_damage_costs_only_what_is_damaged(
    tmp_path: Path, packed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reading goes on at the next record; the place of the damage is told."""
    records = [record(f"https://news.example/{n}", noise(n), packed=packed) for n in range(5)]
    at = offsets(records)[2]
    data = bytearray(b"".join(records))
    data[at : at + 300] = random.Random(7).randbytes(300)
    given = reading()
    assert [d.url[-1] for d in documents(tmp_path, bytes(data), given)] == ["0", "1", "3", "4"]
    assert given.tally.counts["failed"] == 1
    if packed:
        assert f"at byte {at}" in capsys.readouterr().err


def test_zeros_after_the_end_are_no_damage(tmp_path: Path) -> None:
    """Tapes and disks leave them."""
    given = reading()
    assert len(documents(tmp_path, record("https://news.example/a") + bytes(3000), given)) == 1
    assert given.tally.counts["failed"] == 0


def test_what_is_no_warc_file_is_refused(tmp_path: Path) -> None:
    """With what was expected."""
    with pytest.raises(UsageError, match="expected a WARC file"):
        documents(tmp_path, b"<html>no</html>")


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    """It holds nothing, and ought to."""
    given = reading()
    assert documents(tmp_path, b"", given) == []
    assert given.tally.counts["failed"] == 1


def test_a_capture_without_a_readable_time_is_told_and_left_out(tmp_path: Path) -> None:
    """When it was fetched would be a guess."""
    given = reading()
    data = record("https://news.example/a", date="yesterday") + record(
        "https://news.example/b", date="20190506070809"
    )
    assert [d.fetched for d in documents(tmp_path, data, given)] == ["2019-05-06T07:08:09+00:00"]
    assert given.tally.counts["failed"] == 1
