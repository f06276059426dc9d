"""Content codings taken off in bounded steps, so that a small response cannot become a large one."""

import zlib
from typing import Final

from dateline.errors import DatelineError

ACCEPTED: Final = "gzip, deflate"
"""The value of Accept-Encoding: what `Decoder` reads."""

_GZIP: Final = 16 + zlib.MAX_WBITS


class CodingError(DatelineError):
    """The body does not decode as its Content-Encoding says."""


class TooLargeError(DatelineError):
    """The body is larger than allowed, before or after decoding. `partial` is what was read of it."""

    def __init__(self, limit: int, partial: bytes) -> None:
        super().__init__(f"larger than {limit:,} bytes: raise DATELINE_INGEST_MAX_PAGE_BYTES to take it")
        self.partial = partial


class Decoder:
    """Takes a body in pieces and returns it decoded; never holds more than `limit` bytes.

    `encoding` is the Content-Encoding header; raises CodingError for any but identity, gzip and deflate.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        self._name = encoding.strip().lower()
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._inflate = None
        if self._name in ("gzip", "x-gzip"):
            self._inflate = zlib.decompressobj(_GZIP)
        elif self._name not in ("", "identity", "deflate"):
            raise CodingError(f"Content-Encoding {encoding!r}: asked for {ACCEPTED} only")

    def feed(self, data: bytes) -> None:
        """Take the next piece as received."""
        if self._name == "deflate" and self._inflate is None and data:
            # RFC 9110 means zlib, some servers send the bare stream: the first byte tells them apart
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS)
        if self._inflate is None:
            self._keep(data)
            return
        try:
            while data:
                self._keep(self._inflate.decompress(data, self._limit - self._size + 1))
                data = self._inflate.unconsumed_tail
                if self._inflate.eof:
                    # RFC 1952 allows several members; other trailing bytes are ignored, as browsers do
                    data = self._inflate.unused_data if self._inflate.unused_data[:2] == b"\x1f\x8b" else b""
                    if data:
                        self._inflate = zlib.decompressobj(_GZIP)
        except zlib.error as error:
            raise CodingError(f"Content-Encoding {self._name}: {error}") from error

    def finish(self) -> bytes:
        """The whole body; raises CodingError when it ends too early."""
        if self._inflate is not None and not self._inflate.eof:
            raise CodingError(f"Content-Encoding {self._name}: the body ends too early")
        return b"".join(self._parts)

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._limit:
            raise TooLargeError(self._limit, b"".join((*self._parts, part))[: self._limit])
        self._parts.append(part)
