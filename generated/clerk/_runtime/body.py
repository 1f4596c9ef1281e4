"""Reads the body of an answer, decompressed, and no more of it than was agreed.

A few kilobytes of gzip can stand for gigabytes, so that what is counted is what comes out.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cached_property

import httpx2

ENCODINGS = "gzip, deflate"
"""What a request says that it accepts (RFC 9110, section 12.5.3)."""

_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_PIECE = 64 * 1024


class BodyError(Exception):
    """The body cannot be read: it is too large, or not encoded as its header says."""


class Answer:
    """An answer with its body, decompressed.

    Attributes:
        status_code: The HTTP status.
        headers: As they came.
        content: The body.
        received: As the transport gave it.
    """

    def __init__(self, received: httpx2.Response, content: bytes) -> None:
        self.status_code = received.status_code
        self.headers = received.headers
        self.content = content
        self.received = received

    @cached_property
    def response(self) -> httpx2.Response:
        """The same for people to look at; made only where someone does, for it takes time."""
        if self.received.is_stream_consumed:
            return self.received
        headers = self.headers.copy()
        for name in ("content-encoding", "content-length", "transfer-encoding"):
            headers.pop(name, None)
        return httpx2.Response(
            self.status_code,
            headers=headers,
            content=self.content,
            request=self.received.request,
            extensions=self.received.extensions,
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
        codings = [name for name in names if name not in ("", "identity")]
        if len(codings) > 1 or any(name not in _WINDOW_BITS for name in codings):
            raise BodyError("its content encoding is not one that was asked for")
        self._is_deflate = codings == ["deflate"]
        self._head = b""
        self._fed = False
        self._inner = zlib.decompressobj(_WINDOW_BITS[codings[0]]) if codings else None

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What the next piece becomes, never much at once.

        Raises:
            BodyError: It is not encoded as its header says.
        """
        if self._inner is None:
            yield data
            return
        self._fed = True
        if self._is_deflate and len(self._head) < 2:
            self._head += data
            if len(self._head) < 2:
                return
            data = self._head
            self._choose_deflate()
        is_whole = False
        while not (is_whole or self._inner.eof):
            try:
                piece = self._inner.decompress(data, _PIECE)
            except zlib.error:
                raise BodyError("it is not encoded as its header says") from None
            data = self._inner.unconsumed_tail
            is_whole = len(piece) < _PIECE
            yield piece

    def end(self) -> None:
        """Be told that no more comes.

        Raises:
            BodyError: The compressed form breaks off.
        """
        if self._inner is not None and self._fed and not self._inner.eof:
            raise BodyError("its compressed form breaks off")

    def _choose_deflate(self) -> None:
        """Some servers leave out the zlib header that RFC 9110, section 8.4.1.2, wants."""
        first, second = self._head[0], self._head[1]
        if first & 15 != 8 or (first * 256 + second) % 31:
            self._inner = zlib.decompressobj(-15)


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
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Take the next piece.

        Raises:
            BodyError: The body is too large, or not encoded as its header says.
        """
        for piece in self._decompressor.pieces(data):
            self._size += len(piece)
            if self._size > self._limit:
                raise BodyError(f"it is larger than {self._limit:,} bytes")
            self._parts.append(piece)

    def content(self) -> bytes:
        """The whole body, once all pieces are in.

        Raises:
            BodyError: Its compressed form breaks off.
        """
        self._decompressor.end()
        return b"".join(self._parts)
