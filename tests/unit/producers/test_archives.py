"""Zip and tar files: what is in them, and what they may not do."""

import gzip
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from producers import inputs
from producers.reading import Reading
from tests.unit.producers.reading import reading

PAGES = {"politics/vote & count.txt": b"Vote", "./front.html": b"<p>Front", "photo.jpg": b"\xff\xd8"}
NAMES = ["file:in.{}/politics/vote%20%26%20count.txt", "file:in.{}/front.html"]


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip file of these."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w") -> bytes:
    """A tar file of these."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, body in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return buffer.getvalue()


def found(path: Path, given: Reading) -> dict[str, bytes]:
    """Names and bytes of the documents at a path."""
    return {document.url: document.body for document in inputs.documents([path], given)}


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        ("zip", zipped(PAGES)),
        ("tar", tarred(PAGES)),
        ("tar.gz", tarred(PAGES, "w:gz")),
        ("tgz", tarred(PAGES, "w:gz")),
        ("tar.bz2", tarred(PAGES, "w:bz2")),
        ("tar.xz", tarred(PAGES, "w:xz")),
        ("tar.zst", zstandard.ZstdCompressor().compress(tarred(PAGES))),
    ],
)
def test_articles_come_out_of_each_kind_of_archive(tmp_path: Path, suffix: str, data: bytes) -> None:
    """Named by the archive and their path in it; other files are counted, and nothing is written."""
    (tmp_path / f"in.{suffix}").write_bytes(data)
    given = reading()
    names = [name.format(suffix) for name in NAMES]
    assert found(tmp_path, given) == dict(zip(names, [b"Vote", b"<p>Front"], strict=True))
    assert (given.tally.counts["skipped"], given.tally.counts["failed"]) == (1, 0)
    assert [path.name for path in tmp_path.iterdir()] == [f"in.{suffix}"]


def test_a_document_says_where_it_lay(tmp_path: Path) -> None:
    """The archive's name and its own in it; its type is that of its name."""
    (tmp_path / "in.zip").write_bytes(zipped({"a/b.html": b"<p>"}))
    (document,) = inputs.documents([tmp_path / "in.zip"], reading())
    headers = document.headers()
    assert (headers["dl_archive"], headers["dl_archive_position"]) == ("in.zip", "a/b.html")
    assert headers["content-type"] == "text/html"


def test_archives_within_archives_and_json_lines_within_them_are_read(tmp_path: Path) -> None:
    """Of either kind in the other."""
    lines = b'{"url": "https://news.example/1", "text": "One"}\n'
    inner = tarred({"x.txt": b"X", "y.zip": zipped({"z.txt": b"Z"})}, "w:gz")
    (tmp_path / "in.zip").write_bytes(zipped({"in.tgz": inner, "l.jsonl.gz": gzip.compress(lines)}))
    assert found(tmp_path, reading()) == {
        "file:in.zip/in.tgz/x.txt": b"X",
        "file:in.zip/in.tgz/y.zip/z.txt": b"Z",
        "https://news.example/1": b"One",
    }


def test_archives_are_not_followed_for_ever(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A zip file that holds a zip file that holds ..., deeper than allowed."""
    data = zipped({"deep.txt": b"deep"})
    for _ in range(3):
        data = zipped({"in.zip": data, "here.txt": b"here"})
    (tmp_path / "in.zip").write_bytes(data)
    given = reading(archive_max_depth=2)
    assert found(tmp_path, given) == {"file:in.zip/here.txt": b"here", "file:in.zip/in.zip/here.txt": b"here"}
    assert given.tally.counts["failed"] == 1
    assert "DATELINE_INGEST_ARCHIVE_MAX_DEPTH" in capsys.readouterr().err


TRICKS = ["/etc/passwd.txt", "../../outside.txt", "a/../../outside.txt", "C:\\outside.txt", "..\\outside.txt"]


@pytest.mark.parametrize("build", [zipped, tarred])
def test_paths_that_lead_out_are_refused(
    tmp_path: Path, build: Callable[[dict[str, bytes]], bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """One line each, whatever system they are meant for; the others are read."""
    (tmp_path / "in").mkdir()
    suffix = "zip" if build is zipped else "tar"
    (tmp_path / "in" / f"in.{suffix}").write_bytes(
        build({**dict.fromkeys(TRICKS, b"x"), "good.txt": b"good"})
    )
    given = reading()
    assert found(tmp_path / "in", given) == {f"file:in.{suffix}/good.txt": b"good"}
    assert given.tally.counts["failed"] == len(TRICKS)
    assert capsys.readouterr().err.count("failed  ") == len(TRICKS)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_links_and_devices_in_a_tar_file_are_refused(tmp_path: Path) -> None:
    """Neither followed nor opened."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"odd{kind!r}.txt")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    (tmp_path / "in.tar").write_bytes(buffer.getvalue())
    given = reading()
    assert found(tmp_path, given) == {}
    assert given.tally.counts["failed"] == 5


def test_links_and_encrypted_entries_in_a_zip_file_are_refused(tmp_path: Path) -> None:
    """A link's target would pass for its text."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("secret.txt", "secret")
    data = bytearray(buffer.getvalue())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "in.zip").write_bytes(bytes(data))
    given = reading()
    assert found(tmp_path, given) == {}
    assert given.tally.counts["failed"] == 2


BOMB = bytes(30_000_000)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("in.zip", zipped({"bomb.txt": BOMB, "other.txt": b"other"})),
        ("in.tar.gz", tarred({"bomb.txt": BOMB}, "w:gz")),
        ("in.tar.xz", tarred({"bomb.jpg": BOMB}, "w:xz")),
        ("in.zip", zipped({"nested.zip": zipped({"bomb.txt": BOMB})})),
        ("in.zip", zipped({f"{n}.txt": bytes(10_000_000) for n in range(4)})),
    ],
)
def test_what_unpacks_to_many_times_its_size_is_refused(
    tmp_path: Path, name: str, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """One large entry, many smaller ones, one that is nested, one that nobody asked for."""
    (tmp_path / name).write_bytes(data)
    given = reading()
    assert sum(map(len, found(tmp_path, given).values())) < len(BOMB)
    assert given.tally.counts["failed"] == 1
    assert "DATELINE_INGEST_ARCHIVE_MAX_RATIO" in capsys.readouterr().err


def test_a_zip_file_that_lies_about_sizes_unpacks_to_no_more_than_it_says(tmp_path: Path) -> None:
    """The size in its list is a promise, not a fact."""
    data = bytearray(zipped({"bomb.txt": BOMB}))
    at = data.rfind(b"PK\x01\x02") + 24
    data[at : at + 4] = (100).to_bytes(4, "little")
    (tmp_path / "in.zip").write_bytes(bytes(data))
    given = reading()
    assert all(len(body) <= 100 for body in found(tmp_path, given).values())
    assert given.tally.counts["failed"] == 1


def test_an_archive_may_not_unpack_to_more_than_the_limit(tmp_path: Path) -> None:
    """All its entries together; what came before is kept."""
    (tmp_path / "in.zip").write_bytes(zipped({f"{n}.txt": bytes([n]) * 1000 for n in range(10)}))
    given = reading(archive_max_bytes=4500)
    assert len(found(tmp_path, given)) == 4
    assert given.tally.counts["failed"] == 1


@pytest.mark.parametrize("suffix", ["zip", "tar"])
def test_an_archive_may_not_have_more_entries_than_the_limit(tmp_path: Path, suffix: str) -> None:
    """A zip file is refused before its list is read, a tar file at the first that is too many."""
    files = {f"{n}.txt": b"x" for n in range(10)}
    (tmp_path / f"in.{suffix}").write_bytes(zipped(files) if suffix == "zip" else tarred(files))
    given = reading(archive_max_entries=9)
    assert len(found(tmp_path, given)) == (0 if suffix == "zip" else 9)
    assert given.tally.counts["failed"] == 1


def test_an_entry_that_is_too_large_costs_only_itself(tmp_path: Path) -> None:
    """As a file of that size does."""
    (tmp_path / "in.zip").write_bytes(zipped({"a.txt": b"x" * 2000, "b.txt": b"b"}))
    given = reading(max_document_bytes=1000)
    assert found(tmp_path, given) == {"file:in.zip/b.txt": b"b"}
    assert given.tally.counts["failed"] == 1


def test_two_entries_of_one_name_are_not_taken_for_two_versions(tmp_path: Path) -> None:
    """The first is read."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for body in (b"one", b"two"):
            info = tarfile.TarInfo("a.txt")
            info.size = 3
            archive.addfile(info, io.BytesIO(body))
    (tmp_path / "in.tar").write_bytes(buffer.getvalue())
    given = reading()
    assert found(tmp_path, given) == {"file:in.tar/a.txt": b"one"}
    assert given.tally.counts["failed"] == 1


@pytest.mark.parametrize("name", ["in.zip", "in.tar", "in.tar.gz"])
@pytest.mark.parametrize("damage", ["cut", "noise"])
def test_a_damaged_archive_is_told_and_others_are_read(tmp_path: Path, name: str, damage: str) -> None:
    """What came before the damage is kept."""
    files = {f"{n}.txt": str(n).encode() * 4000 for n in range(9)}
    whole = {"in.zip": zipped(files), "in.tar": tarred(files), "in.tar.gz": tarred(files, "w:gz")}[name]
    data = whole[: len(whole) // 2] if damage == "cut" else b"PK\x03\x04" + bytes(range(256)) * 40
    (tmp_path / name).write_bytes(data)
    (tmp_path / "other.txt").write_bytes(b"other")
    given = reading()
    assert found(tmp_path, given)["file:other.txt"] == b"other"
    assert given.tally.counts["failed"] >= 1


def test_an_entry_whose_bytes_are_not_what_was_packed_is_told(tmp_path: Path) -> None:
    """The checksum says so; the other entries are read."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "quite right")
        archive.writestr("b.txt", "b")
    (tmp_path / "in.zip").write_bytes(buffer.getvalue().replace(b"quite right", b"quite wrong"))
    given = reading()
    assert found(tmp_path, given) == {"file:in.zip/b.txt": b"b"}
    assert given.tally.counts["failed"] >= 1
