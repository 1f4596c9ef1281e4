"""Reads the body of an answer, decompressed, and no more of it than was agreed.

A few kilobytes of gzip can stand for gigabytes, so that what is counted is what comes out.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cached_property

import httpx2

ACCEPTED_ENCODINGS = "gzip, deflate"
"""What a request says that it accepts (RFC 9110, section 12.5.3)."""

_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_CHUNK_SIZE = 64 * 1024


class BodyError(Exception):
    """The body cannot be read: it is too large, or not encoded as its header says."""


class DecodedResponse:
    """An answer with its body, decompressed.

    Attributes:
        status_code: The HTTP status.
        headers: As they came.
        content: The body.
        received: As the transport gave it.
    """

    def __init__(self, raw_response: httpx2.Response, content: bytes) -> None:
        self.status_code = raw_response.status_code
        self.headers = raw_response.headers
        self.content = content
        self.raw_response = raw_response

    @cached_property
    def httpx_response(self) -> httpx2.Response:
        """The same for people to look at; made only where someone does, for it takes time."""
        if self.raw_response.is_stream_consumed:
            return self.raw_response
        headers = self.headers.copy()
        for name in ("content-encoding", "content-length", "transfer-encoding"):
            headers.pop(name, None)
        return httpx2.Response(
            self.status_code,
            headers=headers,
            content=self.content,
            request=self.raw_response.request,
            extensions=self.raw_response.extensions,
        )


class Decompressor:
    """Takes the body of one answer as it comes, and gives it decompressed.

    Args:
        encoding: The `Content-Encoding` header, empty for none.

    Raises:
        BodyError: The encoding was not asked for.
    """

    def __init__(self, encoding: str) -> None:
        names = [name.strip().lower() for name in encoding.split(",")]
        encodings = [name for name in names if name not in ("", "identity")]
        if len(encodings) > 1 or any(name not in _WINDOW_BITS for name in encodings):
            raise BodyError("its content encoding is not one that was asked for")
        self._is_deflate = encodings == ["deflate"]
        self._head = b""
        self._has_data = False
        self._zlib = (
            zlib.decompressobj(_WINDOW_BITS[encodings[0]]) if encodings else None
        )

    def decompress(self, data: bytes) -> Iterator[bytes]:
        """What the next piece becomes, never much at once.

        Raises:
            BodyError: It is not encoded as its header says.
        """
        if self._zlib is None:
            yield data
            return
        self._has_data = True
        if self._is_deflate and len(self._head) < 2:
            self._head += data
            if len(self._head) < 2:
                return
            data = self._head
            self._detect_raw_deflate()
        is_consumed = False
        while not (is_consumed or self._zlib.eof):
            try:
                chunk = self._zlib.decompress(data, _CHUNK_SIZE)
            except zlib.error:
                raise BodyError("it is not encoded as its header says") from None
            data = self._zlib.unconsumed_tail
            is_consumed = len(chunk) < _CHUNK_SIZE
            yield chunk

    def end(self) -> None:
        """Be told that no more comes.

        Raises:
            BodyError: The compressed form breaks off.
        """
        if self._zlib is not None and self._has_data and not self._zlib.eof:
            raise BodyError("its compressed form breaks off")

    def _detect_raw_deflate(self) -> None:
        """Some servers leave out the zlib header that RFC 9110, section 8.4.1.2, wants."""
        first, second = self._head[0], self._head[1]
        if first & 15 != 8 or (first * 256 + second) % 31:
            self._zlib = zlib.decompressobj(-15)


class BodyReader:
    """The body of one answer, fed piece by piece.

    Args:
        encoding: The `Content-Encoding` header, empty for none.
        limit: How many bytes the body may have, decompressed.

    Raises:
        BodyError: The encoding was not asked for.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        self._decompressor = Decompressor(encoding)
        self._limit = limit
        self._chunks: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Take the next piece.

        Raises:
            BodyError: The body is too large, or not encoded as its header says.
        """
        for chunk in self._decompressor.decompress(data):
            self._size += len(chunk)
            if self._size > self._limit:
                raise BodyError(f"it is larger than {self._limit:,} bytes")
            self._chunks.append(chunk)

    def content(self) -> bytes:
        """The whole body, once all pieces are in.

        Raises:
            BodyError: Its compressed form breaks off.
        """
        self._decompressor.end()
        return b"".join(self._chunks)
