"""The asynchronous client's connections, deadline and pauses, on asyncio and on trio."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import TypeVar

import anyio
import anyio.lowlevel
import httpx2

from .async_pool import CONNECTING, AsyncPool
from .log_filter import SUPPRESS_LOGS
from .security import AsyncCredential
from .server import ssl_context_for

V = TypeVar("V")

sleep = anyio.sleep


class Deadline:
    """Lets nothing in its block go on after a moment, or be logged.

    Args:
        moment: On the monotonic clock, in seconds.

    Raises:
        httpx2.ConnectTimeout: On leaving: the moment came before anything was sent.
        httpx2.ReadTimeout: On leaving: the moment came.
    """

    def __init__(self, deadline: float) -> None:
        self._scope = anyio.move_on_after(max(0.0, deadline - time.monotonic()))
        self._connections = list[bool]()

    def __enter__(self) -> None:
        self._connecting_token = CONNECTING.set(self._connections)
        self._logs_token = SUPPRESS_LOGS.set(True)
        self._scope.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        try:
            is_handled = self._scope.__exit__(kind, error, trace)
        finally:
            SUPPRESS_LOGS.reset(self._logs_token)
            CONNECTING.reset(self._connecting_token)
        if self._scope.cancelled_caught:
            timeout_class = (
                httpx2.ConnectTimeout if self._connections else httpx2.ReadTimeout
            )
            raise timeout_class("the deadline has passed")
        return is_handled


async def resolve_credential(credential: AsyncCredential) -> str:
    """A credential as it is now."""
    if isinstance(credential, str):
        return credential
    secret = credential()
    return secret if isinstance(secret, str) else await secret


def body_stream(response: httpx2.Response) -> httpx2.AsyncByteStream:
    """What the body of an answer comes by.

    Raises:
        TypeError: What was given to send over is of the other kind.
    """
    if response.is_stream_consumed:  # by the caller's hook, or a test's transport
        return httpx2.ByteStream(response.content)
    if isinstance(response.stream, httpx2.AsyncByteStream):
        return response.stream
    raise TypeError("the http of this client is of the other kind")


async def close_chunks(chunks: AsyncIterator[bytes]) -> None:
    """Take no more pieces of a body."""
    if isinstance(chunks, AsyncGenerator):
        await chunks.aclose()


def discard_response(response: httpx2.Response) -> None:
    """Leave an answer that nobody can read any more to the event loop, which may wait."""
    del response


async def call_hook(hook: Callable[[V], object], value: V) -> None:
    """Call a hook of the caller's."""
    result = hook(value)
    if isinstance(result, Awaitable):
        await result


class AsyncConnections:
    """What requests are sent over: what the caller gave, or connections of its own.

    Connections belong to one process and one event loop, so that in another there are others.
    They are closed where they were used, or not at all.

    Args:
        base_url: Where all requests go.
        given: The caller's, or None.
    """

    def __init__(
        self,
        base_url: str,
        http: httpx2.AsyncClient | httpx2.AsyncBaseTransport | None,
    ) -> None:
        self._base_url = base_url
        self._user_http = http
        self._user_http_loop_key: LoopKey | None = None
        self._transports: dict[LoopKey, httpx2.AsyncBaseTransport] = {}
        self._ssl_context = ssl_context_for(base_url) if http is None else None
        self._is_closed = False

    async def send(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, for an answer whose body is still to be read.

        Raises:
            RuntimeError: The connections are closed, or the caller's and were used in
                another process or event loop before.
        """
        if self._is_closed:
            raise RuntimeError("this client is closed")
        loop_key = _current_loop_key()
        transport = (
            self._transports.get(loop_key)
            if self._user_http is None
            else self._user_http
        )
        if transport is None:
            transport = self._transports[loop_key] = AsyncPool(
                self._base_url, self._ssl_context
            )
        if self._user_http is not None:
            self._user_http_loop_key = self._user_http_loop_key or loop_key
            if self._user_http_loop_key != loop_key:
                raise RuntimeError(
                    "the http of this client was used in another process or event loop"
                )
        if not isinstance(transport, httpx2.AsyncBaseTransport):
            return await transport.send(
                request, auth=None, follow_redirects=False, stream=True
            )
        response = await transport.handle_async_request(request)
        response.request = request
        return response

    async def aclose(self) -> None:
        """Close the connections that are its own."""
        self._is_closed = True
        transport = self._transports.pop(_current_loop_key(), None)
        if transport is not None:
            await transport.aclose()


LoopKey = tuple[int, object]
"""A process and an event loop in it."""


def _current_loop_key() -> LoopKey:
    return os.getpid(), anyio.lowlevel.current_token()
