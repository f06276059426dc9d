"""The records of a WARC file, compressed or not, whole or not.

What is good is read. Where a file is damaged, reading goes on at the next gzip member that holds a record, or at the next line
that begins one. Memory holds one record. Source: ISO 28500:2017. FastWARC reads; what it does not tell, zlib does.
"""

import re
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import Final

import msgspec
from fastwarc.stream_io import GzipReader
from fastwarc.warc import ArchiveIterator, HeaderMap, WarcRecord, WarcRecordType

from dateline.errors import UsageError
from producers.blobs import Blob, Stream
from producers.positions import Position

_GZIP: Final = b"\x1f\x8b"
_MEMBER: Final = re.compile(rb"(?=\x1f\x8b\x08[\x00-\x1f])")
_LINE: Final = re.compile(rb"\n(?=WARC/[01]\.\d)")
_PROBE: Final = 4096
_PIECE: Final = 1024 * 1024
_LARGEST_CHECKED: Final = 64 * 1024 * 1024
_HEAD: Final = 64 * 1024
"""Bytes of headers that a record may have beside its document."""
_READ: Final = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.revisit

Wanted = Callable[[WarcRecord], bool]
"""Told of each record before its block is read: whether it is worth that."""


class Record(msgspec.Struct, frozen=True):
    """One record. `block` is what it holds, with HTTP's headers; None when it is larger than the limit."""

    position: Position
    kind: WarcRecordType
    headers: HeaderMap
    block: bytes | None


class Passed(msgspec.Struct, frozen=True):
    """A record that is not wanted."""

    position: Position


class Damage(msgspec.Struct, frozen=True):
    """A place that could not be read. What lies between it and the next record is lost."""

    offset: int
    error: str


class WarcFile:
    """Iterate over it: the records of the types response, resource and revisit in their order, and the damages between them."""

    def __init__(self, blob: Blob, wanted: Wanted, *, limit: int, start: Position | None = None) -> None:
        """Begins at `start`. A block of more than `limit` bytes, and some for its headers, is not read."""
        self._blob = blob
        self._wanted = wanted
        self._limit = limit + _HEAD
        self._start = start or Position()

    def __iter__(self) -> Iterator[Record | Passed | Damage]:
        """Raises UsageError for what is no WARC file or cannot be read, FetchError when its server does not answer."""
        start: Position | None = self._start
        while start is not None:
            with self._blob.open(start.offset) as stream:
                compressed = stream.peek(5).startswith(_GZIP)
                damage = yield from self._run(stream, start, compressed)
            start = None
            if damage is not None:
                following, padding = self._following(damage.offset, compressed)
                if not padding:
                    yield damage
                if following is not None:
                    start = Position(following)

    def _run(
        self, stream: Stream, start: Position, compressed: bool
    ) -> Generator[Record | Passed, None, Damage | None]:
        """The records from `start` to the end or to what cannot be read, which is returned."""
        if not compressed and start.offset == 0 and (head := stream.peek(5)) and head != b"WARC/":
            raise UsageError(f"begins with {head!r}: expected a WARC file, as it is or compressed with gzip")
        reader = GzipReader(stream) if compressed else None
        here, end = Position(-1), start.offset
        try:
            for record in ArchiveIterator(reader or stream, record_types=_READ, parse_http=False):
                offset = (reader.frame_start_position() or 0) if reader else record.stream_pos
                here = here.next if offset == here.offset else Position(offset)
                end = offset + record.content_length
                if here < start:
                    continue
                if "Content-Length" not in record.headers:
                    return Damage(offset, "the record's headers are not whole")
                if not self._wanted(record):
                    yield Passed(here)
                    continue
                large = record.content_length > self._limit
                block = None if large else record.reader.read(record.content_length)
                if block is not None and len(block) < record.content_length:
                    return Damage(
                        offset,
                        f"the record breaks off after {len(block):,} of {record.content_length:,} bytes",
                    )
                yield Record(here, record.record_type, record.headers, block)
        except OSError as error:
            if error.errno is not None:
                raise UsageError(f"cannot be read: {error.strerror}") from error
            return Damage((reader.frame_start_position() or 0) if reader else end, str(error))
        return self._broken_off(stream, reader, max(here.offset, 0) if reader else end)

    def _broken_off(self, stream: Stream, reader: GzipReader | None, end: int) -> Damage | None:
        """What is wrong with the end of the file: FastWARC takes any end for the end."""
        if stream.position == 0:
            return Damage(0, "the file is empty")
        if reader is None:
            tail = stream.since(max(stream.position - 4, 0)) or b""
            return None if tail.endswith((b"\n\r\n", b"\n\n")) else Damage(end, "the file breaks off")
        member = reader.frame_start_position() or 0
        rest = stream.since(member)
        if rest is None and stream.position - member <= _LARGEST_CHECKED:
            with self._blob.open(member) as again:
                rest = again.read()
        whole = rest is None or _is_whole(rest)
        return None if whole else Damage(member, "the file breaks off in this gzip member")

    def _following(self, offset: int, compressed: bool) -> tuple[int | None, bool]:
        """Where the next record begins after a damage, and whether nothing but zeros lies there instead."""
        pattern = _MEMBER if compressed else _LINE
        with self._blob.open(offset) as stream:
            base, window, padding = offset, b"", bool(stream.peek(1))
            while True:
                piece = stream.read(_PIECE)
                padding = padding and not piece.strip(b"\0")
                window += piece
                usable = max(len(window) - _PROBE, 0) if piece else len(window)
                for match in pattern.finditer(window, 1 if base == offset and compressed else 0):
                    if match.end() >= usable:
                        break
                    if not compressed or _holds_record(window[match.end() :][:_PROBE]):
                        return base + match.end(), False
                if not piece:
                    return None, padding
                base, window = base + usable, window[usable:]


def _is_whole(members: bytes) -> bool:
    while members:
        inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            data = members
            while data and not inflate.eof:
                inflate.decompress(data, _PIECE)
                data = inflate.unconsumed_tail
        except zlib.error:
            return False
        if not inflate.eof:
            return False
        members = inflate.unused_data
    return True


def _holds_record(member: bytes) -> bool:
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(member, 16).startswith(b"WARC/")
    except zlib.error:
        return False
