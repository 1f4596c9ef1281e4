"""Transports that send requests and record the exchanges."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from threading import RLock

import httpx2
import msgspec

from ..client.async_transport import REAL_TIME as ASYNC_REAL_TIME
from ..client.async_transport import (
    AsyncClockTransport,
    AsyncConnections,
    AsyncHttp,
)
from ..client.async_transport import body_stream as async_body_stream
from ..client.transport import (
    REAL_TIME,
    ClockTransport,
    Connections,
    Http,
    body_stream,
)
from .exchanges import Exchange, encode_exact
from .redaction import Redactor


class Tape:
    """Exchanges that are recorded."""

    def __init__(
        self,
        path: Path,
        redactor: Redactor,
        http: Http | None,
        async_http: AsyncHttp | None,
    ) -> None:
        self._path = path
        self._redactor = redactor
        self._http = http
        self._async_http = async_http
        self._exchanges: list[Exchange] = []
        self._connections: dict[str, Connections] = {}
        self._async_connections: dict[str, AsyncConnections] = {}
        self._lock = RLock()

    def begin(self, request: httpx2.Request) -> Exchange:
        """Record a request."""
        exchange = Exchange(request)
        with self._lock:
            self._exchanges.append(exchange)
        return exchange

    def connections(self, request: httpx2.Request) -> Connections:
        """Return the connections to the server of a request."""
        origin = _origin(request)
        with self._lock:
            if origin not in self._connections:
                self._connections[origin] = Connections(origin, self._http)
            return self._connections[origin]

    def async_connections(self, request: httpx2.Request) -> AsyncConnections:
        """Return the connections of asynchronous clients to the server of a request."""
        origin = _origin(request)
        with self._lock:
            if origin not in self._async_connections:
                self._async_connections[origin] = AsyncConnections(
                    origin, self._async_http
                )
            return self._async_connections[origin]

    def _save(self) -> None:
        """Write the file, all or nothing."""
        exchanges = self._redactor.redact_all(self._exchanges)
        data = encode_exact({"version": 1, "exchanges": exchanges})
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        part.write_bytes(msgspec.json.format(data, indent=2) + b"\n")
        os.replace(part, self._path)

    def end(self, *, is_failed: bool) -> None:
        """Close the connections and write the file, unless the block of the recording failed.

        Connections of asynchronous clients close with their event loop.
        """
        for connections in self._connections.values():
            connections.close()
        if not is_failed:
            self._save()


class RecordingTransport(ClockTransport):
    """Transport of synchronous clients that sends and records."""

    clock = REAL_TIME

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and return its response, which is recorded while it is read."""
        request.read()
        exchange = self._tape.begin(request)
        try:
            response = self._tape.connections(request).send(request)
        except httpx2.TransportError as error:
            exchange.error = error
            raise
        exchange.response = response
        return httpx2.Response(
            response.status_code,
            headers=_headers(response),
            stream=_TeeStream(exchange, body_stream(response)),
            extensions=response.extensions,
        )


class AsyncRecordingTransport(AsyncClockTransport):
    """Transport of asynchronous clients that sends and records."""

    clock = ASYNC_REAL_TIME

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and return its response, which is recorded while it is read."""
        await request.aread()
        exchange = self._tape.begin(request)
        try:
            response = await self._tape.async_connections(request).send(request)
        except httpx2.TransportError as error:
            exchange.error = error
            raise
        exchange.response = response
        return httpx2.Response(
            response.status_code,
            headers=_headers(response),
            stream=_AsyncTeeStream(exchange, async_body_stream(response)),
            extensions=response.extensions,
        )


class _TeeStream(httpx2.SyncByteStream):
    """A response body that is recorded while it is read."""

    def __init__(self, exchange: Exchange, stream: httpx2.SyncByteStream) -> None:
        self._exchange = exchange
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._stream:
                self._exchange.chunks.append(chunk)
                yield chunk
        except httpx2.TransportError as error:
            self._exchange.error = error
            raise
        self._exchange.is_complete = True

    def close(self) -> None:
        self._stream.close()


class _AsyncTeeStream(httpx2.AsyncByteStream):
    """`_TeeStream`, asynchronous."""

    def __init__(self, exchange: Exchange, stream: httpx2.AsyncByteStream) -> None:
        self._exchange = exchange
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                self._exchange.chunks.append(chunk)
                yield chunk
        except httpx2.TransportError as error:
            self._exchange.error = error
            raise
        self._exchange.is_complete = True

    async def aclose(self) -> None:
        await self._stream.aclose()


def _headers(response: httpx2.Response) -> httpx2.Headers:
    """Return the headers for a body as it is passed on: one that was read is decompressed."""
    headers = response.headers.copy()
    if response.is_stream_consumed:
        headers.pop("content-encoding", None)
    return headers


def _origin(request: httpx2.Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
