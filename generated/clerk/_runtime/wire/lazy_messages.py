"""Requests and responses of httpx2 whose attributes are made when they are first read.

To parse the URL and the headers takes longer than the rest of a call, and few calls need that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import httpx2
import msgspec

from .request_url import RequestUrl, parsed_url

T = TypeVar("T")

HeaderPairs = list[tuple[str, str]] | list[tuple[bytes, bytes]]


class _Lazy:
    """Base class: an attribute that is missing makes those of an object of httpx2.

    Attributes that were set before are kept.
    """

    _own_attributes: frozenset[str]
    _is_made = False

    def _make(self) -> object:
        """Return a new object of httpx2."""
        raise NotImplementedError

    def _made(self) -> object:
        """Return a new object of httpx2 with the attributes that were set."""
        made = self._make()
        own = self._own_attributes
        vars(made).update((k, v) for k, v in vars(self).items() if k not in own)
        return made

    def __getattr__(self, name: str) -> Any:
        if not self._is_made:
            # Another thread may do the same now.
            vars(self).update(vars(self._made()), _is_made=True)
            if name in vars(self):
                return vars(self)[name]
        raise AttributeError(name)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _identity, (self._made(),)


def _identity(made: T) -> T:
    """Return the object of httpx2 as which a lazy one is pickled."""
    return made


class _Request(httpx2.Request):
    """A request whose repr omits the URL, since URLs contain ids."""

    def __repr__(self) -> str:
        return f"<Request {self.method}>"


class RequestParts(msgspec.Struct, frozen=True, eq=False):
    """The parts of a request.

    Attributes:
        method: The HTTP method.
        url: The URL.
        headers: The names and values of all headers.
        content: The body in memory, or a stream of httpx2.
        extensions: The extensions of httpx2.
    """

    method: str
    url: RequestUrl
    headers: HeaderPairs
    content: bytes | httpx2.SyncByteStream | httpx2.AsyncByteStream
    extensions: dict[str, Any]

    def __repr__(self) -> str:
        return f"<RequestParts {self.method}>"  # Headers contain credentials.


class LazyRequest(_Lazy, _Request):
    """A request that a transport may send by its parts."""

    _own_attributes = frozenset({"_parts", "_is_made"})

    def __init__(self, parts: RequestParts) -> None:
        self._parts = parts

    @property
    def parts(self) -> RequestParts | None:
        """The parts; None once an attribute was read or set, from which they may differ."""
        return self._parts if len(vars(self)) == 1 else None

    def _make(self) -> httpx2.Request:
        parts = self._parts
        is_in_memory = isinstance(parts.content, bytes)
        # With a stream, httpx2 adds no headers of its own, which would be slow.
        request = _Request(
            parts.method,
            parts.url.text,
            headers=parts.headers,
            stream=(
                httpx2.ByteStream(parts.content)
                if isinstance(parts.content, bytes)
                else parts.content
            ),
            extensions=parts.extensions,
        )
        request.method = parts.method  # httpx2 converts methods to upper case.
        if is_in_memory:
            request.read()
        return request


def parts_of(request: httpx2.Request) -> RequestParts:
    """Return the parts of a request."""
    parts = request.parts if isinstance(request, LazyRequest) else None
    if parts is not None:
        return parts
    is_in_memory = isinstance(request.stream, httpx2.ByteStream)
    return RequestParts(
        request.method,
        parsed_url(request.url),
        request.headers.raw,
        request.read() if is_in_memory else request.stream,
        request.extensions,
    )


class LazyHeaders(_Lazy, httpx2.Headers):
    """Headers of a response.

    Args:
        read: A function that returns them.
    """

    _own_attributes = frozenset({"_read", "_is_made"})

    def __init__(self, read: Callable[[], HeaderPairs]) -> None:
        self._read = read

    def _make(self) -> httpx2.Headers:
        return httpx2.Headers(self._read())


class LazyResponse(_Lazy, httpx2.Response):
    """A response whose body is not read yet.

    Args:
        status_code: The HTTP status.
        headers: A function that returns the headers.
        stream: The body.
        content_encoding: The `Content-Encoding` header; empty for none.
    """

    _own_attributes = frozenset({"content_encoding", "_is_made"})

    def __init__(
        self,
        status_code: int,
        headers: Callable[[], HeaderPairs],
        stream: httpx2.SyncByteStream | httpx2.AsyncByteStream,
        content_encoding: str,
    ) -> None:
        self.status_code = status_code
        self.headers = LazyHeaders(headers)
        self.stream = stream
        self.content_encoding = content_encoding
        self.is_closed = False
        self.is_stream_consumed = False

    def close(self) -> None:
        if isinstance(self.stream, httpx2.SyncByteStream) and not self.is_closed:
            self.is_closed = True
            self.stream.close()

    async def aclose(self) -> None:
        if isinstance(self.stream, httpx2.AsyncByteStream) and not self.is_closed:
            self.is_closed = True
            await self.stream.aclose()

    def _make(self) -> httpx2.Response:
        return httpx2.Response(self.status_code, stream=self.stream)


def content_encoding(response: httpx2.Response) -> str:
    """Return the encoding of a body that is still encoded; empty for none."""
    if response.is_stream_consumed:
        return ""
    if isinstance(response, LazyResponse):
        return response.content_encoding
    return response.headers.get("content-encoding", "")
