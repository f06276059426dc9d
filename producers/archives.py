"""Zip and tar archives of documents, and archives within them. Nothing of them is ever written to disk.

No entry can lead anywhere: names are names only, links and devices are refused. Nothing can grow without end: how much an archive
may unpack to, by itself and against its size, how many entries it may have and how deep they may be nested are settings. Each
refusal is one line; what is too much ends the archive, what is wrong with one entry costs that entry.
"""

import bz2
import functools
import gzip
import io
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import quote_from_bytes

import msgspec
import zstandard

from dateline.errors import DatelineError, UsageError
from dateline.settings import IngestSettings
from producers import files, jsonlines
from producers.documents import RawDocument
from producers.kinds import FileKind, Kind, kind_of
from producers.positions import Position
from producers.reading import Documents, Reading
from producers.tally import Tally
from schemas import envelope

_PIECE: Final = 256 * 1024
_SUSPICIOUS: Final = 16 * 1024 * 1024
"""Bytes up to which any ratio of compression is believed: a small file may well be all blanks."""
_TAIL: Final = 66_000
"""Bytes in which the end of a zip file is found: its record and a comment."""
_LISTED: Final = 512
"""Bytes that an entry takes in the list at the end of a zip file, at most and on average."""
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x06"
_ENCRYPTED: Final = 0x1
_OPENERS: Final[tuple[tuple[bytes, Callable[[Any], Any]], ...]] = (
    (b"\x1f\x8b", lambda stream: gzip.GzipFile(fileobj=stream)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
    (
        b"\x28\xb5\x2f\xfd",
        lambda stream: zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True),
    ),
)
_BROKEN: Final = (
    zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError,
    NotImplementedError, struct.error,
)  # fmt: skip
"""What archives and entries raise that are damaged, cut off, or compressed in a way that nobody here reads."""


class TooMuch(DatelineError):
    """An archive that is larger than allowed; nothing more of it is read."""


class Budget:
    """What one archive, with all in it, may still take. Raises TooMuch, with the switch to turn."""

    def __init__(self, packed: int, settings: IngestSettings) -> None:
        """`packed` is its size in bytes as it is stored."""
        self._settings = settings
        self._packed = packed
        self._unpacked = 0
        self._entries = 0

    def unpacked(self, size: int) -> None:
        """Some bytes were unpacked."""
        self._unpacked += size
        most, ratio = self._settings.archive_max_bytes, self._settings.archive_max_ratio
        if self._unpacked > most:
            raise TooMuch(f"unpacks to more than {most:,} bytes; see DATELINE_INGEST_ARCHIVE_MAX_BYTES")
        if self._unpacked > max(_SUSPICIOUS, self._packed * ratio):
            raise TooMuch(
                f"unpacks to more than {ratio} times its size; see DATELINE_INGEST_ARCHIVE_MAX_RATIO"
            )

    def entries(self, count: int = 1) -> None:
        """There are some more entries."""
        self._entries += count
        most = self._settings.archive_max_entries
        if self._entries > most:
            raise TooMuch(f"has more than {most:,} entries; see DATELINE_INGEST_ARCHIVE_MAX_ENTRIES")


class _Counted(io.RawIOBase):
    """A stream that charges what is read of it to a budget."""

    def __init__(self, stream: Any, budget: Budget) -> None:
        super().__init__()
        self._stream = stream
        self._budget = budget

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data: bytes = self._stream.read(size)
        self._budget.unpacked(len(data))
        return data

    def readinto(self, buffer: Any, /) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Entry(msgspec.Struct, frozen=True):
    """A file within an archive; `open` gives its bytes, which are to be read before the next entry is asked for."""

    name: str
    kind: FileKind
    size: int
    open: Callable[[], Any]


def read(
    stream: io.BufferedIOBase, kind: Kind, size: int, where: str, url: str, reading: Reading
) -> Documents:
    """The documents of an archive of `size` bytes, in the order in which it has them.

    `where` is what people know it by, `url` what it is called in the names of its documents.
    """
    archive = _Archive(reading, Budget(size, reading.settings), url)
    for number, document in enumerate(archive.documents(stream, kind, where, url, 1)):
        yield Position(0, number), document


class _Archive:
    def __init__(self, reading: Reading, budget: Budget, url: str) -> None:
        self._reading = reading
        self._budget = budget
        self._url = url

    def documents(
        self, stream: Any, kind: Kind, where: str, url: str, depth: int
    ) -> Iterator[RawDocument | None]:
        """Those of this archive and of those in it."""
        tally, settings = self._reading.tally, self._reading.settings
        if depth > settings.archive_max_depth:
            switch = "see DATELINE_INGEST_ARCHIVE_MAX_DEPTH"
            tally.failed(where, f"archives nested more than {settings.archive_max_depth} deep: {switch}")
            return
        list_entries = self._zipped if kind is Kind.ZIP else self._tarred
        seen = set[int]()
        try:
            for entry in list_entries(stream, where):
                if hash(entry.name) in seen:
                    tally.failed(f"{where}/{entry.name}", "an earlier entry has this name already")
                    continue
                seen.add(hash(entry.name))
                yield from self._entry(entry, f"{where}/{entry.name}", f"{url}/{_quoted(entry.name)}", depth)
        except TooMuch as error:
            if depth > 1:
                raise
            tally.failed(where, str(error))
        except _BROKEN as error:
            tally.failed(where, f"cannot be read further: {_said(error)}")

    def _entry(self, entry: _Entry, where: str, url: str, depth: int) -> Iterator[RawDocument | None]:
        kind, tally = entry.kind.kind, self._reading.tally
        try:
            if kind is Kind.WARC:
                raise UsageError("a WARC file is read by itself only: take it out of the archive")
            with entry.open() as stream:
                if kind is Kind.DOCUMENT:
                    yield self._document(self._whole(stream, entry.size), entry, url)
                elif kind is Kind.LINES:
                    lines = jsonlines.opened(stream, entry.kind.compression)
                    if entry.kind.compression:
                        lines = io.BufferedReader(_Counted(lines, self._budget), _PIECE)
                    for _, document in jsonlines.read(lines, where, url.removeprefix("file:"), self._reading):
                        yield document
                elif kind is Kind.ZIP:
                    whole = io.BytesIO(self._whole(stream, entry.size))  # a zip file is read from its end
                    yield from self.documents(whole, kind, where, url, depth + 1)
                else:
                    yield from self.documents(stream, kind, where, url, depth + 1)
        except UsageError as error:
            tally.failed(where, str(error))
        except _BROKEN as error:
            tally.failed(where, f"cannot be read: {_said(error)}")

    def _whole(self, stream: Any, size: int) -> bytes:
        limit = self._reading.settings.max_document_bytes
        large = UsageError(
            f"larger than {limit:,} bytes; raise DATELINE_INGEST_MAX_DOCUMENT_BYTES to take it"
        )
        if size > limit:
            raise large
        parts, length = list[bytes](), 0
        while data := stream.read(_PIECE):
            length += len(data)
            if length > limit:
                raise large
            parts.append(data)
        return b"".join(parts)

    def _document(self, body: bytes, entry: _Entry, url: str) -> RawDocument | None:
        reading = self._reading
        if not reading.takes_undated():
            return None
        found = {envelope.ARCHIVE: self._url.removeprefix("file:"), envelope.ARCHIVE_POSITION: entry.name}
        return files.document(body, url, entry.kind.content_type, reading.own, reading.fetched, found)

    def _zipped(self, stream: Any, where: str) -> Iterator[_Entry]:
        self._budget.entries(_count(stream, self._reading.settings.archive_max_entries))
        with zipfile.ZipFile(stream) as archive:
            for info in archive.infolist():
                if info.is_dir():
                    continue
                trouble = _trick(info.orig_filename) or _unlike_a_file(info.external_attr >> 16)
                if info.flag_bits & _ENCRYPTED:
                    trouble = "encrypted"
                name = info.orig_filename.replace("\\", "/")
                entry = self._known(name, where, trouble)
                if entry is None:
                    continue
                ratio = self._reading.settings.archive_max_ratio
                if info.file_size > max(_SUSPICIOUS, ratio * info.compress_size):
                    said = (
                        f"unpacks to more than {ratio} times its size; see DATELINE_INGEST_ARCHIVE_MAX_RATIO"
                    )
                    self._reading.tally.failed(f"{where}/{name}", said)
                    continue

                def opened(info: zipfile.ZipInfo = info) -> io.RawIOBase:
                    return _Counted(archive.open(info), self._budget)

                yield _Entry(_plain_name(name), entry, info.file_size, opened)

    def _tarred(self, stream: Any, where: str) -> Iterator[_Entry]:
        buffered = io.BufferedReader(stream, _PIECE)
        try:
            unpack = next((opener for magic, opener in _OPENERS if buffered.peek(6).startswith(magic)), None)
            unpacked = _Counted(unpack(buffered), self._budget) if unpack else buffered
            with tarfile.open(fileobj=unpacked, mode="r|", bufsize=_PIECE) as archive:
                yield from self._tar_entries(archive, where)
        finally:
            buffered.detach()  # else it would close what it reads from

    def _tar_entries(self, archive: tarfile.TarFile, where: str) -> Iterator[_Entry]:
        while (info := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # else it remembers each
            if info.isdir():
                continue
            self._budget.entries()
            entry = self._known(info.name, where, _trick(info.name) or _odd(info))
            if entry is not None:
                opened = functools.partial(archive.extractfile, info)
                yield _Entry(_plain_name(info.name), entry, info.size, opened)

    def _known(self, name: str, where: str, trouble: str | None) -> FileKind | None:
        """How the entry is read; None for one that is refused or nothing of ours, which is counted."""
        tally: Tally = self._reading.tally
        if trouble is not None:
            tally.failed(f"{where}/{name}", trouble)
            return None
        kind = kind_of(name, every=self._reading.every)
        if kind is None:
            tally.skipped()
        return kind


def _trick(name: str) -> str | None:
    parts = name.replace("\\", "/").split("/")
    if "\0" in name:
        return "a name with a NUL in it"
    if not parts[0] or _DRIVE.match(name):
        return "an absolute path"
    return "a path that leads out of the archive" if ".." in parts else None


def _unlike_a_file(mode: int) -> str | None:
    if stat.S_ISLNK(mode):
        return "a link, which is not followed"
    return None if stat.S_IFMT(mode) in (0, stat.S_IFREG) else "no file but a device or the like"


def _odd(info: tarfile.TarInfo) -> str | None:
    if info.issym() or info.islnk():
        return "a link, which is not followed"
    if info.issparse():
        return "a sparse file, whose size means nothing"
    return None if info.isfile() else "no file but a device or the like"


def _plain_name(name: str) -> str:
    return PurePosixPath(name).as_posix()


def _quoted(name: str) -> str:
    return quote_from_bytes(name.encode("utf-8", "surrogateescape"), safe="/")


def _count(stream: Any, most: int) -> int:
    """How many entries a zip file says it has, asked before Python reads all their names: more than `most` if those alone are
    too long for that.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(size - _TAIL, 0))
    tail: bytes = stream.read()
    stream.seek(0)
    end, end_64 = tail.rfind(_END), tail.rfind(_END_64)
    if end_64 >= 0 and len(tail) >= end_64 + 56:
        count, length = struct.unpack_from("<QQ", tail, end_64 + 32)
    elif end >= 0 and len(tail) >= end + 22:
        count, length = struct.unpack_from("<HI", tail, end + 10)
    else:
        raise zipfile.BadZipFile("no end of a zip file found")
    return max(int(count), most + 1 if length > most * _LISTED else 0)


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
