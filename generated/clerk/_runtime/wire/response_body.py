"""Reading of response bodies: decompression and the size limit.

The limit counts decompressed bytes, since a few kilobytes of gzip may expand to gigabytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cached_property

import httpx2

ACCEPTED_ENCODINGS = "gzip, deflate"
"""The `Accept-Encoding` header of requests (RFC 9110, section 12.5.3)."""

_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_CHUNK_SIZE = 64 * 1024


class BodyError(Exception):
    """The body cannot be read: it is too large or its content encoding is invalid."""


class DecodedResponse:
    """A response with its decompressed body.

    Attributes:
        status_code: The HTTP status.
        headers: The headers as received.
        content: The decompressed body; empty for a stream.
        raw_response: The response of the transport.
    """

    def __init__(self, raw_response: httpx2.Response, content: bytes) -> None:
        self.status_code = raw_response.status_code
        self.headers = raw_response.headers
        self.content = content
        self.raw_response = raw_response

    @cached_property
    def httpx_response(self) -> httpx2.Response:
        """The response as users see it in errors and hooks; created on first access only."""
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
    """Incremental decompressor of one response body.

    Args:
        encoding: The `Content-Encoding` header; empty for none.

    Raises:
        BodyError: If the encoding is unsupported.
    """

    def __init__(self, encoding: str) -> None:
        names = [name.strip().lower() for name in encoding.split(",")]
        encodings = [name for name in names if name not in ("", "identity")]
        if len(encodings) > 1 or any(name not in _WINDOW_BITS for name in encodings):
            raise BodyError("its content encoding is not in Accept-Encoding")
        self._is_deflate = encodings == ["deflate"]
        self._head = b""
        self._has_data = False
        self._zlib = (
            zlib.decompressobj(_WINDOW_BITS[encodings[0]]) if encodings else None
        )

    def decompress(self, data: bytes) -> Iterator[bytes]:
        """Yield the decompressed form of the next chunk, in chunks of limited size.

        Raises:
            BodyError: If the data is invalid for the encoding.
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
                raise BodyError("it does not match its content encoding") from None
            data = self._zlib.unconsumed_tail
            is_consumed = len(chunk) < _CHUNK_SIZE
            yield chunk

    def end(self) -> None:
        """Check that the compressed data is complete.

        Raises:
            BodyError: If it is truncated.
        """
        if self._zlib is not None and self._has_data and not self._zlib.eof:
            raise BodyError("its compressed data is truncated")

    def _detect_raw_deflate(self) -> None:
        """Accept deflate data without the zlib header that RFC 9110, 8.4.1.2, requires."""
        first, second = self._head[0], self._head[1]
        if first & 15 != 8 or (first * 256 + second) % 31:
            self._zlib = zlib.decompressobj(-15)


class BodyReader:
    """Incremental reader of one response body into memory.

    Args:
        encoding: The `Content-Encoding` header; empty for none.
        limit: Maximum size of the decompressed body in bytes.

    Raises:
        BodyError: If the encoding is unsupported.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        self._decompressor = Decompressor(encoding) if encoding else None
        self._limit = limit
        self._chunks: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Add the next chunk.

        Raises:
            BodyError: If the body is too large or its encoding is invalid.
        """
        if self._decompressor is None:
            self._add(data)
        else:
            for chunk in self._decompressor.decompress(data):
                self._add(chunk)

    def _add(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > self._limit:
            raise BodyError(f"it is larger than max_body, {self._limit:,} bytes")
        self._chunks.append(chunk)

    def content(self) -> bytes:
        """Return the whole body after the last chunk.

        Raises:
            BodyError: If its compressed data is truncated.
        """
        if self._decompressor is not None:
            self._decompressor.end()
        return b"".join(self._chunks)
