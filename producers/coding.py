"""Content codings taken off in small steps, so that a small response cannot become a large one, nor keep anybody waiting."""

import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

from dateline.errors import DatelineError

ACCEPTED: Final = "gzip, deflate, br, zstd"
"""The value of Accept-Encoding: what `Decoder` reads."""

_PIECE: Final = 4096
"""Bytes that are looked at in one go."""
_STEP: Final = 64 * 1024
"""Bytes that one step makes of them, about: well under a millisecond."""
_HARMLESS: Final = 1024 * 1024
_GROWTH: Final = 250
"""What is larger than `_HARMLESS` and so many times what was received is a bomb: pages grow five- to thirtyfold."""
_GZIP: Final = 16 + zlib.MAX_WBITS
_ZSTD_WINDOW: Final = 8 * 1024 * 1024
"""Bytes of history that a zstd frame may ask for (RFC 9659)."""
_ZSTD_GROWTH: Final = 48 * 1024
"""Bytes that one byte of zstd may become: a block of 128 KiB takes three or more."""
_ZSTD_PIECE: Final = 128
"""Bytes of zstd that one step takes: its output has no limit of its own."""
_ZSTD_STARTS: Final = (b"\x28", *(bytes([first]) for first in range(0x50, 0x60)))
"""First bytes of a frame, and of those that are skipped."""


class CodingError(DatelineError):
    """The body does not decode as its Content-Encoding says."""


class TooLargeError(DatelineError):
    """The body is larger than allowed, before or after decoding. `partial` is what was read of it."""

    def __init__(self, limit: int, partial: bytes) -> None:
        super().__init__(f"larger than {limit:,} bytes: raise DATELINE_INGEST_MAX_PAGE_BYTES to take it")
        self.partial = partial


class BombError(TooLargeError):
    """The body grows as nothing does that people wrote."""

    def __init__(self, limit: int, partial: bytes) -> None:
        super().__init__(limit, partial)
        self.args = (f"unpacks to more than {_GROWTH} times its size: a bomb",)


class _Coding(Protocol):
    """A coding being taken off."""

    ended: bool
    """Whether it is complete as it is; what follows its end is ignored, as browsers do."""

    def decode(self, data: bytes, most: Callable[[], int]) -> Iterator[bytes]:
        """What these bytes become, in pieces of about `most()` bytes at most (asked before each), and no more than a step
        makes. Raises CodingError."""
        ...


class Decoder:
    """Takes a body in pieces and returns it decoded; never holds much more than `limit` bytes, of a bomb some.

    `encoding` is the Content-Encoding header; raises CodingError for any but identity and those of `ACCEPTED`.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        name = encoding.strip().lower()
        self._limit = limit
        self._parts: list[bytes] = []
        self._received = 0
        self.size = 0
        """Bytes that are decoded so far."""
        self._coding: _Coding | None = None
        if name in _CODINGS:
            self._coding = _CODINGS[name](f"Content-Encoding {name}")
        elif name not in ("", "identity"):
            raise CodingError(f"Content-Encoding {encoding!r}: asked for {ACCEPTED} only")
        self._name = name

    def feed(self, data: bytes) -> None:
        """Take the next piece as received. Raises CodingError, TooLargeError and BombError."""
        for _ in self.steps(data):
            pass

    def steps(self, data: bytes) -> Iterator[None]:
        """`feed`, a short step at a time: for who has something else to do, or goes on in a thread."""
        if self._coding is None:
            self._received += len(data)
            self._keep(data)
            return
        for begin in range(0, len(data), _PIECE):
            piece = data[begin : begin + _PIECE]
            self._received += len(piece)
            for part in self._coding.decode(piece, lambda: self._limit - self.size + 1):
                self._keep(part)
                yield

    def finish(self) -> bytes:
        """The whole body; raises CodingError when it ends too early."""
        if self._coding is not None and not self._coding.ended:
            raise CodingError(f"Content-Encoding {self._name}: the body ends too early")
        return b"".join(self._parts)

    def _keep(self, part: bytes) -> None:
        self.size += len(part)
        self._parts.append(part)
        if self.size > self._limit:
            raise TooLargeError(self._limit, self._partial())
        if self._coding is not None and self.size > _HARMLESS and self.size > _GROWTH * self._received:
            raise BombError(self._limit, self._partial())

    def _partial(self) -> bytes:
        return b"".join(self._parts)[: self._limit]


class _Gzip:
    """RFC 1952: a body may have several members."""

    def __init__(self, said: str) -> None:
        self._said = said
        self._inflate = zlib.decompressobj(_GZIP)
        self.ended = False

    def decode(self, data: bytes, most: Callable[[], int]) -> Iterator[bytes]:
        try:
            while data:
                if self._inflate.eof:
                    if data[:1] != b"\x1f":
                        self.ended = True
                        return
                    self._inflate = zlib.decompressobj(_GZIP)
                yield self._inflate.decompress(data, min(most(), _STEP))
                data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
        except zlib.error as error:
            raise CodingError(f"{self._said}: {error}") from error
        self.ended = self._inflate.eof


class _Deflate:
    """RFC 9110 means zlib, some servers send the bare stream: the first byte tells them apart."""

    def __init__(self, said: str) -> None:
        self._said = said
        self._inflate: Any = None  # zlib's own type has no public name
        self.ended = False

    def decode(self, data: bytes, most: Callable[[], int]) -> Iterator[bytes]:
        if self._inflate is None and data:
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS)
        try:
            more = bool(data)
            while more and not self._inflate.eof:
                size = min(most(), _STEP)
                part = self._inflate.decompress(data, size)
                yield part
                data = self._inflate.unconsumed_tail
                more = (
                    bool(data) or len(part) == size
                )  # without a checksum behind it, the end may wait for room alone
        except zlib.error as error:
            raise CodingError(f"{self._said}: {error}") from error
        self.ended = self._inflate is not None and self._inflate.eof


class _Brotli:
    """RFC 7932."""

    def __init__(self, said: str) -> None:
        self._said = said
        self._decompress = brotli.Decompressor()
        self.ended = False

    def decode(self, data: bytes, most: Callable[[], int]) -> Iterator[bytes]:
        if self.ended:
            return
        try:
            more = True
            while more:
                size = min(most(), _STEP)
                part = self._decompress.process(data, output_buffer_limit=size)
                yield part
                data = b""
                full = len(part) >= size or not self._decompress.can_accept_more_data()
                more = full and not self._decompress.is_finished()
        except brotli.error as error:
            raise CodingError(f"{self._said}: {error}") from error
        self.ended = self._decompress.is_finished()


class _Zstd:
    """RFC 8878: fed in slices that cannot become more than what is still allowed. A body may have several frames."""

    def __init__(self, said: str) -> None:
        self._said = said
        self._decompress = _frame()
        self.ended = False

    def decode(self, data: bytes, most: Callable[[], int]) -> Iterator[bytes]:
        try:
            while data:
                size = min(max(most() // _ZSTD_GROWTH, 4), _ZSTD_PIECE)
                piece, data = data[:size], data[size:]
                if self._decompress.eof:
                    if piece[:1] not in _ZSTD_STARTS:
                        self.ended = True
                        return
                    self._decompress = _frame()
                yield self._decompress.decompress(piece)
                if self._decompress.eof:
                    data = self._decompress.unused_data + data
        except zstandard.ZstdError as error:
            raise CodingError(f"{self._said}: {error}") from error
        self.ended = self._decompress.eof


def _frame() -> "zstandard.ZstdDecompressionObj":
    return zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()


_CODINGS: Final[dict[str, Callable[[str], _Coding]]] = {
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstd,
}
