"""Transports over pyreqwest, which use less CPU than httpx2's own: `http=FastTransport()`.

pyreqwest is not a dependency of this package: `pip install pyreqwest`. Its errors contain whole
URLs, which contain ids, so that none of them leaves this module.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from typing import Any

import anyio.lowlevel
import httpx2

from .wire.lazy_messages import LazyResponse, RequestParts, parts_of

_MAX_CONNECT_TIME = timedelta(seconds=5)
_TLS_ERROR_PREFIXES = ("invalid peer certificate", "received ", "peer ")
"""Prefixes of the messages of TLS errors in pyreqwest."""

_OS_ERROR = re.compile(r"\(os error (\d+)\)")


class FastTransport(httpx2.BaseTransport):
    """Transport of synchronous clients that sends requests with pyreqwest, over HTTP/1.1.

    It uses the proxies of the system. The read timeout of a request limits all of it, from
    connecting to the last byte. A process forked after the first request raises a
    `RuntimeError` instead of sending. Control-C takes effect when the call ends.

    Attributes:
        keeps_deadlines: True, so that clients add no limit of their own.

    Raises:
        ImportError: If pyreqwest is not installed.
    """

    keeps_deadlines = True

    def __init__(self) -> None:
        self._client_cache = _ClientCache("SyncClientBuilder")

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        parts = parts_of(request)
        content: Any = parts.content
        body = None if isinstance(content, bytes) else iter(content)
        streamed = self._client_cache.build_request(parts, body)
        response = _run(streamed.__enter__)
        if body is not None and response.status < 300:
            with suppress(ValueError):  # It is still being read.
                next(body, None)  # pyreqwest leaves it at its last chunk.
        return _response(response, _Body(streamed, response))

    def close(self) -> None:
        client = self._client_cache.pop_client()
        if client is not None:
            client.close()


class AsyncFastTransport(httpx2.AsyncBaseTransport):
    """`FastTransport` for asynchronous clients, on asyncio: pyreqwest does not support trio.

    A request that is cancelled before its response starts continues in the background until
    its read timeout.

    Attributes:
        keeps_deadlines: True, so that clients add no limit of their own.

    Raises:
        ImportError: If pyreqwest is not installed.
    """

    keeps_deadlines = True

    def __init__(self) -> None:
        self._client_cache = _ClientCache("ClientBuilder")

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            raise RuntimeError("AsyncFastTransport supports asyncio only") from None
        parts = parts_of(request)
        content: Any = parts.content
        body = None if isinstance(content, bytes) else aiter(content)
        streamed = self._client_cache.build_request(parts, body)
        response = await _run_async(streamed.__aenter__)
        if body is not None and response.status < 300:
            with suppress(RuntimeError):  # It is still being read.
                await anext(body, None)  # pyreqwest leaves it at its last chunk.
        return _response(response, _AsyncBody(streamed, response))

    async def aclose(self) -> None:
        client = self._client_cache.pop_client()
        if client is not None:
            await client.close()


class _ClientCache:
    """Cache of one pyreqwest client for each process, built on first use.

    A forked process does not have the threads of its parent's client.

    Args:
        builder: Name of the class that builds the client.
    """

    def __init__(self, builder: str) -> None:
        try:
            self._builder: Any = getattr(import_module("pyreqwest.client"), builder)
            # Imported here: a Control-C during a later import by Rust ends the process.
            import_module("pyreqwest.exceptions")
        except ImportError:
            raise ImportError("this needs pyreqwest: pip install pyreqwest") from None
        self._clients: dict[int, Any] = {}
        self._is_closed = False

    def build_request(
        self,
        parts: RequestParts,
        body: Iterator[bytes] | AsyncIterator[bytes] | None,
    ) -> Any:
        """Build a pyreqwest request with a streamed response.

        Args:
            parts: The request.
            body: Its body in chunks; None if it is in memory.

        Raises:
            RuntimeError: If the transport is closed or the process was forked.
        """
        if self._is_closed:
            raise RuntimeError("this transport is closed")
        process_id = os.getpid()
        client = self._clients.get(process_id) or self._clients.setdefault(
            process_id, self._build_client()
        )
        return _run(lambda: _build_request(client, parts, body))

    def pop_client(self) -> Any:
        """Remove and return the client of this process, to close it; None without one."""
        self._is_closed = True
        return self._clients.pop(os.getpid(), None)

    def _build_client(self) -> Any:
        builder = self._builder().follow_redirects(False).referer(False)
        for encoding in ("gzip", "deflate", "brotli", "zstd"):
            builder = getattr(builder, encoding)(False)
        builder = builder.http1_allow_obsolete_multiline_headers_in_responses(True)
        return builder.connect_timeout(_MAX_CONNECT_TIME).build()


def _build_request(client: Any, parts: RequestParts, body: object) -> Any:
    headers: Any = parts.headers
    if headers and isinstance(headers[0][0], bytes):
        headers = httpx2.Headers(headers).multi_items()
    builder = client.request(parts.method, parts.url.text).headers(headers)
    if body is not None:
        builder = builder.body_stream(body)
    elif parts.content:
        builder = builder.body_bytes(parts.content)
    seconds = parts.extensions.get("timeout", {}).get("read")
    if seconds is not None:
        builder = builder.timeout(timedelta(seconds=max(0.0, seconds)))
    return builder.build_streamed()


def _response(
    response: Any, body: httpx2.SyncByteStream | httpx2.AsyncByteStream
) -> httpx2.Response:
    """Return a response of pyreqwest as one of httpx2."""
    encoding = ""
    with suppress(ValueError):  # It has non-ASCII bytes, which no encoding has.
        encoding = ", ".join(response.get_header_all("content-encoding"))
    return LazyResponse(response.status, lambda: _headers(response), body, encoding)


class _Body(httpx2.SyncByteStream):
    """Body of a response, streamed from pyreqwest."""

    def __init__(self, streamed: Any, response: Any) -> None:
        self._streamed = streamed
        self._read = response.body_reader.read_chunk
        self._is_complete = False

    def __iter__(self) -> Iterator[bytes]:
        while (chunk := _run(self._read)) is not None:
            yield bytes(chunk)
        self._is_complete = True

    def close(self) -> None:
        if not self._is_complete:
            self._streamed.__exit__(None, None, None)


class _AsyncBody(httpx2.AsyncByteStream):
    """Body of a response, streamed from pyreqwest."""

    def __init__(self, streamed: Any, response: Any) -> None:
        self._streamed = streamed
        self._read = response.body_reader.read_chunk
        self._is_complete = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        chunk = await _run_async(self._read)
        if chunk is None:
            self._is_complete = True
            raise StopAsyncIteration
        return bytes(chunk)

    async def aclose(self) -> None:
        if not self._is_complete:
            await self._streamed.__aexit__(None, None, None)


def _headers(response: Any) -> list[tuple[str, str]]:
    headers = response.headers
    with suppress(ValueError):
        return list(headers.items())
    # A value has non-ASCII bytes, for which pyreqwest raises: skip that header.
    pairs: list[tuple[str, str]] = []
    for name in dict.fromkeys(headers.keys()):
        with suppress(ValueError):
            pairs += [(name, value) for value in headers.getall(name)]
    return pairs


def _run(step: Callable[[], Any]) -> Any:
    """Run a function of pyreqwest and return its result.

    Raises:
        httpx2.TransportError: If it fails.
    """
    failure: BaseException
    try:
        return step()
    except _error_class() as error:
        failure = _to_httpx2_error(error)
    except BaseException as error:
        # A signal may arrive while pyreqwest creates an error: its frames hold the URL too.
        failure = error.with_traceback(None)
    raise failure  # Outside the except block, so that its context is not the original.


async def _run_async(step: Callable[[], Awaitable[Any]]) -> Any:
    try:
        return await step()
    except asyncio.CancelledError:
        # pyreqwest raises its own, which cancel scopes of anyio do not recognize.
        await anyio.lowlevel.checkpoint_if_cancelled()
        raise
    except _error_class() as error:
        failure = _to_httpx2_error(error)
    raise failure


def _error_class() -> Any:
    return import_module("pyreqwest.exceptions").PyreqwestError


def _to_httpx2_error(error: Any) -> httpx2.TransportError:
    """Convert an error of pyreqwest to the one that httpx2 would raise.

    Only the causes distinguish a failed connection attempt from a connection that broke after
    the request was sent; the classes do not. The last cause is the message of the socket.
    """
    details: Any = getattr(error, "details", None) or {}
    causes: list[str] = [cause["message"] for cause in details.get("causes") or ()]
    reason = causes[-1] if causes and "://" not in causes[-1] else "no response"
    is_late = isinstance(error, TimeoutError)
    if "client error (Connect)" in causes:
        failure = (
            httpx2.ConnectTimeout(reason) if is_late else httpx2.ConnectError(reason)
        )
        failure.__cause__ = _system_error(causes, reason)
        return failure
    if is_late:
        return httpx2.ReadTimeout("the deadline has passed")
    if reason == "connection closed before message completed":
        return httpx2.RemoteProtocolError("the server disconnected without a response")
    if "os error" in reason:
        return httpx2.ReadError(reason)
    return httpx2.RemoteProtocolError(reason)


def _system_error(causes: list[str], reason: str) -> OSError | None:
    """Return the error of the socket, of TLS or of the DNS lookup; None if unknown."""
    if reason.startswith("invalid peer certificate: UnknownIssuer"):
        return ssl.SSLCertVerificationError(reason)
    if reason.startswith(_TLS_ERROR_PREFIXES):
        return ssl.SSLError(reason)
    if "dns error" in causes:
        return socket.gaierror(socket.EAI_NONAME, reason)
    number = _OS_ERROR.search(reason)
    return OSError(int(number[1]), reason) if number else None
