"""Folders and files."""

import os
from pathlib import Path

import pytest
from rich.console import Console

from dateline.errors import UsageError
from producers import files
from producers.kinds import FileKind, Kind
from producers.sources import Source, Terms
from producers.tally import Tally


@pytest.fixture
def tally(capsys: pytest.CaptureFixture[str]) -> Tally:
    """Prints to standard error as plain text."""
    return Tally(Console(stderr=True, width=200))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two articles, one of them further down, and a picture."""
    (tmp_path / "politics").mkdir()
    (tmp_path / "politics" / "vote & count.TXT").write_bytes(b"Vote\n")
    (tmp_path / "front.html").write_bytes(b"<p>Front")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    return tmp_path


def test_articles_are_named_by_their_path_within_the_folder(folder: Path, tally: Tally) -> None:
    """So that another machine gives them the same ids; other files are counted and left out."""
    found = list(files.find([folder], tally))
    assert [(f.url, f.content_type) for f in found] == [
        ("file:front.html", "text/html"),
        ("file:politics/vote%20%26%20count.TXT", "text/plain"),
    ]
    assert tally.counts["skipped"] == 1


def test_all_takes_other_files_with_their_guessed_type(folder: Path, tally: Tally) -> None:
    """Whether they hold an article is then for normalize to say."""
    types = {f.url: f.content_type for f in files.find([folder], tally, every=True)}
    assert types["file:photo.jpg"] == "image/jpeg"


def test_names_that_are_no_text_keep_their_bytes(tmp_path: Path, tally: Tally) -> None:
    """A file name in an old charset neither fails nor changes."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_bytes(b"x")
    assert [f.url for f in files.find([tmp_path], tally)] == ["file:caf%E9.txt"]


def test_two_files_of_one_name_in_one_run_are_not_mixed_up(
    tmp_path: Path, tally: Tally, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second would pass for a new version of the first: it is refused, and the line says what to do."""
    for day in ("monday", "tuesday"):
        (tmp_path / day).mkdir()
        (tmp_path / day / "lead.txt").write_text(day)
    assert [f.path.parent.name for f in files.find([tmp_path / "monday", tmp_path / "tuesday"], tally)] == [
        "monday"
    ]
    assert tally.counts["failed"] == 1
    assert "give their common folder" in capsys.readouterr().err


def test_the_bytes_are_untouched(tmp_path: Path) -> None:
    """No charset is assumed and no line ending changed."""
    body = b"Caf\xe9\r\n\r\nPUBLISHED : x\r\n\x1a"
    (tmp_path / "a.txt").write_bytes(body)
    source = Source(id="desk", name="Desk", timezone="Asia/Hong_Kong", rights=Terms(notes="ours"))
    found = files.Found(tmp_path / "a.txt", "file:a.txt", FileKind(Kind.DOCUMENT, "text/plain"))
    document = files.read(found, source, limit=100, clock=lambda: "2017-07-08T00:00:00Z")
    assert document.body == body
    headers = document.headers()
    assert headers["content-type"] == "text/plain"
    assert headers["ce_time"] == "2017-07-08T00:00:00Z"
    assert headers["dl_timezone"] == "Asia/Hong_Kong"
    assert headers["dl_rights"] == "ours"


def test_a_file_over_the_limit_is_not_read_whole(tmp_path: Path) -> None:
    """The message names the switch."""
    (tmp_path / "a.txt").write_bytes(bytes(101))
    found = files.Found(tmp_path / "a.txt", "file:a.txt", FileKind(Kind.DOCUMENT, "text/plain"))
    with pytest.raises(UsageError, match="DATELINE_INGEST_MAX_DOCUMENT_BYTES"):
        files.read(found, Source(id="desk", name="Desk"), limit=100, clock=str)
