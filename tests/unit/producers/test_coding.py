"""Content codings within limits."""

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard

from producers.coding import CodingError, Decoder, TooLargeError

TEXT = b"All the news that fits. " * 400


def _decode(encoding: str, body: bytes, *, limit: int = 1 << 20, piece: int = 100) -> bytes:
    decoder = Decoder(encoding, limit)
    for start in range(0, len(body), piece):
        decoder.feed(body[start : start + piece])
    return decoder.finish()


def _bare_deflate(data: bytes) -> bytes:
    compress = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compress.compress(data) + compress.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("X-GZIP", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:])),
        ("gzip", gzip.compress(TEXT) + b"\0\0trailing"),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", _bare_deflate(TEXT)),
        ("deflate", zlib.compress(TEXT) + b"trailing"),
        ("br", brotli.compress(TEXT)),
        ("zstd", zstandard.compress(TEXT)),
        ("zstd", zstandard.compress(TEXT[:1000]) + zstandard.compress(TEXT[1000:])),
        ("ZSTD", zstandard.compress(TEXT) + b"trailing"),
    ],
)
@pytest.mark.parametrize("piece", [1, 100, 1 << 20])
def test_a_body_comes_out_as_it_went_in(encoding: str, body: bytes, piece: int) -> None:
    """However the network cuts it into pieces."""
    assert _decode(encoding, body, piece=piece) == TEXT


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzip.compress(bytes(50_000_000))),
        ("deflate", zlib.compress(bytes(50_000_000))),
        ("br", brotli.compress(bytes(50_000_000), quality=5)),
        ("zstd", zstandard.compress(bytes(50_000_000))),
    ],
)
@pytest.mark.parametrize("piece", [100, 1 << 20])
def test_a_bomb_is_stopped_at_the_limit(encoding: str, bomb: bytes, piece: int) -> None:
    """A small response that grows a thousandfold is never held in memory."""
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError, match="DATELINE_INGEST_MAX_PAGE_BYTES") as caught:
            _decode(encoding, bomb, limit=100_000, piece=piece)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
    assert len(caught.value.partial) == 100_000


def test_a_body_of_exactly_the_limit_is_taken() -> None:
    """The limit is the largest size allowed."""
    assert _decode("gzip", gzip.compress(TEXT), limit=len(TEXT)) == TEXT


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(TEXT)[:-20]),
        ("gzip", b"<html>not gzip</html>"),
        ("gzip", b""),
        ("br", brotli.compress(TEXT)[:-3]),
        ("br", b"<html>not brotli</html>"),
        ("zstd", zstandard.compress(TEXT)[:-3]),
        ("zstd", b"<html>not zstd</html>"),
        ("zstd", b""),
        ("compress", TEXT),
    ],
)
def test_a_body_that_is_not_what_it_says_is_an_error(encoding: str, body: bytes) -> None:
    """Cut off, not encoded at all, or in a coding nobody asked for."""
    with pytest.raises(CodingError):
        _decode(encoding, body)
