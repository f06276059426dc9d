"""Content codings within limits."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from itertools import pairwise

import brotli
import pytest
import zstandard

from producers.coding import BombError, CodingError, Decoder, TooLargeError

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


def test_a_bomb_is_told_from_a_large_page_before_the_limit() -> None:
    """By how much it grows, also when all of it comes at once; a page that grows tenfold is taken up to the limit."""
    for encoding, bomb in (
        ("gzip", gzip.compress(bytes(50_000_000))),
        ("br", brotli.compress(bytes(50_000_000), quality=5)),
        ("zstd", zstandard.compress(bytes(50_000_000))),
    ):
        with pytest.raises(BombError) as caught:
            _decode(encoding, bomb, limit=64 << 20, piece=1 << 20)
        assert len(caught.value.partial) < 6 << 20
    report = b"".join(b"<p>Paragraph %d of a very long report</p>" % n for n in range(200_000))
    assert _decode("gzip", gzip.compress(report), limit=64 << 20, piece=1 << 16) == report
    assert _decode("", bytes(5_000_000), limit=64 << 20, piece=1 << 16) == bytes(5_000_000)


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", _bare_deflate),
        ("br", lambda data: brotli.compress(data, quality=5)),
        ("zstd", zstandard.compress),
    ],
)
def test_a_large_body_is_unpacked_in_small_steps(encoding: str, encode: Callable[[bytes], bytes]) -> None:
    """None of them makes so much that others would have to wait; every length comes out whole."""
    for length in (65_535, 65_536, 65_537, 131_072, 1_000_000):
        body = b" ".join(b"%d" % n for n in range(length))[:length]
        decoder = Decoder(encoding, 1 << 21)
        sizes = [decoder.size for _ in decoder.steps(encode(body))]
        assert decoder.finish() == body
        assert max(after - before for before, after in pairwise([0, *sizes])) <= 1 << 18


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
