"""Lists of WARC files."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dateline.errors import UsageError
from producers import crawl_lists
from producers.blobs import LocalBlob
from producers.reading import Window

MARCH = Window(datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC))


def test_a_list_is_asked_for_each_month_that_the_files_of_the_window_may_lie_in() -> None:
    """The file that was being written when the window begins lies in the month before."""
    lists = crawl_lists.monthly(
        "https://crawl.example/NEWS/", Window(MARCH.since, datetime(2024, 4, 2, tzinfo=UTC))
    )
    assert lists == [f"https://crawl.example/NEWS/2024/{month}/warc.paths.gz" for month in ("02", "03", "04")]


def test_a_crawl_without_a_beginning_is_refused() -> None:
    """It may be years long."""
    with pytest.raises(UsageError, match="--from"):
        crawl_lists.monthly("https://crawl.example/NEWS/", Window())


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("NEWS-20240315120000-00001.warc.gz", True),
        ("NEWS-20240229120000-00001.warc.gz", True),
        ("NEWS-20240220120000-00001.warc.gz", False),
        ("NEWS-20240401000000-00001.warc.gz", False),
        ("CRAWL-20240315120000123-00001-host.warc.gz", True),
        ("CRAWL-20250315120000123-00001-host.warc.gz", False),
        ("part-00001.warc.gz", True),
        ("NEWS-20249999999999-00001.warc.gz", True),
    ],
)
def test_files_are_chosen_by_the_time_in_their_names(name: str, wanted: bool) -> None:
    """It says when the crawler began to write: captures in it are later, by two days at most. Names without a time may hold any."""
    assert crawl_lists.may_hold(name, MARCH) is wanted


def test_paths_in_a_list_begin_where_the_list_lies_in_the_crawl(tmp_path: Path) -> None:
    """Wherever the crawl was copied to; absolute paths and addresses are what they are."""
    folder = tmp_path / "crawl-data" / "NEWS" / "2024" / "03"
    folder.mkdir(parents=True)
    lines = "crawl-data/NEWS/2024/03/a.warc.gz\nb.warc.gz\n\n/c.warc.gz\nhttps://crawl.example/d.warc.gz\n"
    (folder / "warc.paths.gz").write_bytes(gzip.compress(lines.encode()))
    assert list(crawl_lists.members(LocalBlob(folder / "warc.paths.gz"), Window())) == [
        f"{folder}/a.warc.gz",
        f"{folder}/b.warc.gz",
        "/c.warc.gz",
        "https://crawl.example/d.warc.gz",
    ]


def test_a_damaged_list_is_told(tmp_path: Path) -> None:
    """Half a list would pass for a whole one."""
    path = tmp_path / "warc.paths.gz"
    path.write_bytes(gzip.compress(b"a.warc.gz\n" * 1000)[:-10])
    with pytest.raises(UsageError, match=r"warc\.paths\.gz"):
        list(crawl_lists.members(LocalBlob(path), Window()))
