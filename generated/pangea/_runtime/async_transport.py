"""Connections, deadlines and delays of the asynchronous client, on asyncio and on trio."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import NamedTuple, TypeVar

import anyio
import anyio.lowlevel
import httpx2

from .async_pool import TIMEOUT_CLASSES, AsyncPool, TimeoutClass
from .log_filter import SUPPRESS_LOGS
from .security import AsyncCredential
from .server import ssl_context_for

V = TypeVar("V")

sleep = anyio.sleep


class Deadline:
    """Context manager: cancel its block at a deadline and suppress logs of network I/O.

    Args:
        deadline: The deadline on the monotonic clock in seconds.

    Raises:
        httpx2.TimeoutException: On exit, if the deadline passed: `ConnectTimeout` or
            `WriteTimeout` while connecting or sending, else `ReadTimeout`.
    """

    def __init__(self, deadline: float) -> None:
        self._scope = anyio.move_on_after(max(0.0, deadline - time.monotonic()))
        self._timeout_classes = list[TimeoutClass]()

    def __enter__(self) -> None:
        self._classes_token = TIMEOUT_CLASSES.set(self._timeout_classes)
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
            TIMEOUT_CLASSES.reset(self._classes_token)
        if self._scope.cancelled_caught:
            classes = self._timeout_classes or [httpx2.ReadTimeout]
            raise classes[-1]("the deadline has passed")
        return is_handled


async def resolve_credential(credential: AsyncCredential) -> str:
    """Return the current value of a credential."""
    if isinstance(credential, str):
        return credential
    secret = credential()
    return secret if isinstance(secret, str) else await secret


def body_stream(response: httpx2.Response) -> httpx2.AsyncByteStream:
    """Return the stream of chunks of a response body.

    Raises:
        TypeError: If `http` is synchronous in an asynchronous client, or vice versa.
    """
    if response.is_stream_consumed:  # by an event hook of httpx2, or a mock transport
        return httpx2.ByteStream(response.content)
    if isinstance(response.stream, httpx2.AsyncByteStream):
        return response.stream
    raise TypeError("the http of this client is synchronous, the client is not")


async def close_chunks(chunks: AsyncIterator[bytes]) -> None:
    """Close the iterator over the chunks of a body."""
    if isinstance(chunks, AsyncGenerator):
        await chunks.aclose()


def discard_response(response: httpx2.Response) -> None:
    """Leave a response that is garbage collected to the event loop: closing it awaits."""
    del response


async def call_hook(hook: Callable[[V], object], value: V) -> None:
    """Call a hook of the user."""
    result = hook(value)
    if isinstance(result, Awaitable):
        await result


class AsyncConnections:
    """Connections that requests are sent over: the user's `http`, or pools.

    Connections belong to one process and one event loop, so that each has its own pool. A pool
    is closed only in its own process and event loop, and before that loop ends.

    Args:
        base_url: The URL that all requests begin with.
        http: The `http` option of the client; None for pools.
    """

    def __init__(
        self,
        base_url: str,
        http: httpx2.AsyncClient | httpx2.AsyncBaseTransport | None,
    ) -> None:
        self._base_url = base_url
        self._user_http = http
        self._user_http_loop_key: LoopKey | None = None
        self._pools: dict[LoopKey, _LoopPool] = {}
        self._ssl_context = ssl_context_for(base_url) if http is None else None
        self._is_closed = False

    async def send(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and return the response, whose body is not read yet.

        Raises:
            RuntimeError: If the client is closed, or its `http` was used in another process
                or event loop before.
        """
        if self._is_closed:
            raise RuntimeError("this client is closed")
        loop_key = _current_loop_key()
        transport = self._user_http or await self._pool(loop_key)
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

    async def _pool(self, loop_key: LoopKey) -> AsyncPool:
        """Return the pool of the running event loop; open it on first use."""
        if loop_key not in self._pools:
            self._drop_ended_loops()
            pool = AsyncPool(self._base_url, self._ssl_context)
            guard = _close_at_loop_end(pool)
            self._pools[loop_key] = _LoopPool(pool, guard)
            await anext(guard)
        return self._pools[loop_key].pool

    def _drop_ended_loops(self) -> None:
        for loop_key, (pool, _) in list(self._pools.items()):
            if pool.is_closed or _has_ended(loop_key):
                del self._pools[loop_key]

    async def aclose(self) -> None:
        """Close the pool of this event loop, but not an `http` of the user.

        The pools of other event loops are closed when these end.
        """
        self._is_closed = True
        self._drop_ended_loops()
        own = self._pools.pop(_current_loop_key(), None)
        if own is not None:
            await own.guard.aclose()


class _LoopPool(NamedTuple):
    """The pool of one event loop, and the asynchronous generator that closes it."""

    pool: AsyncPool
    guard: AsyncGenerator[None]


async def _close_at_loop_end(pool: AsyncPool) -> AsyncGenerator[None]:
    """Close a pool when this generator is closed.

    An event loop closes its asynchronous generators before it ends (PEP 525).
    """
    try:
        yield
    finally:
        await pool.aclose()


LoopKey = tuple[int, object]
"""Process id and event loop."""


def _current_loop_key() -> LoopKey:
    return os.getpid(), anyio.lowlevel.current_token()


def _has_ended(loop_key: LoopKey) -> bool:
    """Return whether a loop of asyncio was closed without closing its generators."""
    process_id, token = loop_key
    loop = getattr(token, "native_token", None)
    return (
        process_id == os.getpid()
        and isinstance(loop, asyncio.AbstractEventLoop)
        and loop.is_closed()
    )
