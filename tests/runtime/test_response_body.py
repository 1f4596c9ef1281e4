"""Tests of reading and decompressing response bodies."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from _runtime.wire.response_body import BodyError, BodyReader

TEXT = b'{"id": "l7FbDVqS8zHSy65uJD85"}' * 40


def read_body(encoding: str, data: bytes, limit: int = 10_000, step: int = 7) -> bytes:
    reader = BodyReader(encoding, limit)
    for start in range(0, len(data), step):
        reader.feed(data[start : start + step])
    return reader.content()


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


@pytest.mark.parametrize("step", [1, 7, 100_000])
@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("", bytes),
        ("identity", bytes),
        ("gzip", gzip.compress),
        ("GZIP ", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("gzip, identity", gzip.compress),
    ],
)
def test_body_is_decompressed_from_chunks(
    encoding: str, encode: Callable[[bytes], bytes], step: int
) -> None:
    assert read_body(encoding, encode(TEXT), step=step) == TEXT


def test_empty_body_is_accepted_in_any_encoding() -> None:
    for encoding in ("", "gzip", "deflate"):
        assert BodyReader(encoding, 10).content() == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "deflate, gzip", "x"])
def test_unsupported_content_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(BodyError, match="not in Accept-Encoding"):
        BodyReader(encoding, 10)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_body_that_does_not_match_its_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(BodyError, match="does not match its content encoding"):
        read_body(encoding, b"<html>\xff\xfe not compressed at all")


@pytest.mark.parametrize(
    ("encoding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_truncated_compressed_body_is_refused(
    encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(BodyError, match="truncated"):
        read_body(encoding, encode(TEXT)[:-5])


def test_body_larger_than_the_limit_is_refused() -> None:
    assert read_body("", TEXT, limit=len(TEXT)) == TEXT
    assert read_body("gzip", gzip.compress(TEXT), limit=len(TEXT)) == TEXT
    for encoding, data in (("", TEXT), ("gzip", gzip.compress(TEXT))):
        with pytest.raises(BodyError, match="larger than max_body, 1,199 bytes"):
            read_body(encoding, data, limit=len(TEXT) - 1)


def test_decompression_bomb_is_not_expanded() -> None:
    bomb = gzip.compress(bytes(200_000_000), compresslevel=9)
    reader = BodyReader("gzip", 1_000_000)
    tracemalloc.start()
    with pytest.raises(BodyError, match="larger than"):
        reader.feed(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000
