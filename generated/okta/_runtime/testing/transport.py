"""Transports that send requests to a fake, in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import anyio.lowlevel
import httpx2

from ..client.async_transport import AsyncClockTransport
from ..client.transport import ClockTransport
from .replies import Reply
from .server import FakeServer

_CHUNK = 65_536


class FakeTransport(ClockTransport):
    """Transport of synchronous clients to a fake."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self.clock = server.clock.for_client()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the response of the fake."""
        request.read()
        reply = self._server.reply(request)
        return _response(self._server, request, reply, _Body(reply))


class AsyncFakeTransport(AsyncClockTransport):
    """Transport of asynchronous clients to a fake, on asyncio and on trio."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self.clock = server.clock.for_async_client()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the response of the fake."""
        await request.aread()
        await anyio.lowlevel.checkpoint()
        reply = self._server.reply(request)
        return _response(self._server, request, reply, _AsyncBody(reply))


def _response(
    server: FakeServer,
    request: httpx2.Request,
    reply: Reply,
    stream: httpx2.SyncByteStream | httpx2.AsyncByteStream,
) -> httpx2.Response:
    """Return the response of a reply.

    Raises:
        httpx2.TransportError: If it is a fault.
    """
    limit = request.extensions.get("timeout", {}).get("read")
    if reply.delay and limit is not None and reply.delay >= limit:
        server.clock.advance(limit)
        raise httpx2.ReadTimeout("the deadline has passed")
    server.clock.advance(reply.delay)
    if not reply.has_body:
        if reply.fault == "timeout":
            server.clock.advance(limit or 0.0)
            raise httpx2.ReadTimeout("the deadline has passed")
        if reply.fault == "refused":
            raise httpx2.ConnectError("refused") from ConnectionRefusedError()
        raise httpx2.ReadError("the connection broke")
    headers = {**reply.headers}
    if not reply.fault:
        headers["Content-Length"] = str(len(reply.content))
    return httpx2.Response(reply.status, headers=headers, stream=stream)


class _Body(httpx2.SyncByteStream):
    """The body of a response, which may break."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def __iter__(self) -> Iterator[bytes]:
        yield from _chunks(self._reply)


class _AsyncBody(httpx2.AsyncByteStream):
    """`_Body`, asynchronous."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in _chunks(self._reply):
            yield chunk


def _chunks(reply: Reply) -> Iterator[bytes]:
    for start in range(0, len(reply.content), _CHUNK):
        yield reply.content[start : start + _CHUNK]
    if reply.fault:
        raise httpx2.ReadError("the connection broke")
