"""Connections, deadlines and delays of the asynchronous client, on asyncio and on trio."""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
)
from contextlib import AbstractContextManager
from dataclasses import dataclass
from random import Random
from types import TracebackType
from typing import TypeVar

import anyio
import anyio.lowlevel
import httpx2

from ..call.security import AsyncCredential, Scheme
from ..wire.deadline import TIMEOUT_CLASSES, TimeoutClass
from ..wire.log_filter import SUPPRESS_LOGS
from ..wire.proxies import Proxies
from ..wire.server import tls_opener
from .user_http import (
    SSL_CONTEXT_PROBLEM,
    HttpOption,
    apply_settings,
    keeps_deadlines,
)

V = TypeVar("V")


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


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of a client.

    Attributes:
        monotonic: Function that returns the time in seconds.
        sleep: Function that waits for a number of seconds.
        limit: Function that returns a context manager, which ends its block at a time.
        rng: The random number generator of delays; None for the global one.
    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = anyio.sleep
    limit: Callable[[float], AbstractContextManager[object]] = Deadline
    rng: Random | None = None


REAL_TIME = Clock()


class AsyncClockTransport(httpx2.AsyncBaseTransport):
    """Base class of transports in memory, with a time of their own, as a fake has."""

    clock: Clock


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


AsyncHttp = httpx2.AsyncClient | httpx2.AsyncBaseTransport
"""What sends the requests of an asynchronous client."""

HttpOpener = Callable[[], AsyncHttp]
"""A function that returns an httpx2 client or transport, called once in each event loop. What it
returns is closed with the client, or when the event loop ends."""


class AsyncConnections:
    """Connections that requests are sent over: the user's `http`, or pools.

    Connections belong to one process and one event loop, so that each has its own pool. A pool
    is closed only in its own process and event loop, and before that loop ends.

    Args:
        base_url: The URL that all requests begin with.
        http: The `http` option of the client; None for pools.
        ssl_context: The TLS configuration of pools; None for one with the system's CAs.
        schemes: The security schemes that the client has credentials for.
        follow_redirects: Whether the client follows redirects.

    Raises:
        TypeError: If `http` is synchronous or of another type.
        ValueError: If `http` has a setting that would not apply.

    Attributes:
        clock: The time.
        keeps_deadlines: Whether the transport ends a request at its read timeout, its response
            included.
    """

    def __init__(
        self,
        base_url: str,
        http: AsyncHttp | HttpOpener | None,
        ssl_context: ssl.SSLContext | None = None,
        schemes: Iterable[Scheme] = (),
        *,
        follow_redirects: bool = False,
    ) -> None:
        if http is None:
            tls = tls_opener(base_url, ssl_context)
            proxies = Proxies(base_url, tls)
            http = lambda: _open_pool(proxies, tls())
        elif ssl_context is not None:
            raise ValueError(SSL_CONTEXT_PROBLEM)
        self._http = HttpOption[AsyncHttp](
            http,
            httpx2.AsyncClient,
            httpx2.AsyncBaseTransport,
            schemes,
            follow_redirects,
        )
        self._is_in_memory = isinstance(http, AsyncClockTransport)
        self.clock = http.clock if isinstance(http, AsyncClockTransport) else REAL_TIME
        self._loop_key: LoopKey | None = None
        self._opened: dict[LoopKey, _LoopHttp] = {}
        self.keeps_deadlines = keeps_deadlines(http)
        self._is_closed = False

    def check_schemes(self, schemes: Iterable[Scheme]) -> None:
        """Check the `http` of the user for the credentials of these security schemes.

        Raises:
            ValueError: If it has a setting that would not apply.
        """
        self._http.check_schemes(schemes)

    async def send(
        self, request: httpx2.Request, *, is_foreign: bool = False
    ) -> httpx2.Response:
        """Send a request and return the response, whose body is not read yet.

        Args:
            request: The request.
            is_foreign: Whether a redirect has led to another origin, which gets no headers,
                cookies, query parameters and credentials of an httpx2 client.

        Raises:
            RuntimeError: If the client is closed, or its `http` was used in another process
                or event loop before.
        """
        if self._is_closed:
            raise RuntimeError("this client is closed")
        loop_key = current_loop_key()
        transport = self._http.shared
        if transport is not None:
            self._loop_key = self._loop_key or loop_key
            if self._loop_key != loop_key and not self._is_in_memory:
                raise RuntimeError(
                    "the http of this client was used in another process or event loop:"
                    " pass a function that returns one, which is called once in each"
                )
        else:
            transport = await self._http_of_loop(loop_key)
        if isinstance(transport, httpx2.AsyncClient):
            if is_foreign:
                return await transport.send(
                    request, auth=None, follow_redirects=False, stream=True
                )
            apply_settings(transport, self._http.cookies, request)
            return await transport.send(request, follow_redirects=False, stream=True)
        response = await transport.handle_async_request(request)
        response.request = request
        return response

    async def _http_of_loop(self, loop_key: LoopKey) -> AsyncHttp:
        """Return the client or transport of the running event loop; open it on first use."""
        if loop_key not in self._opened:
            self._drop_ended_loops()
            opened = _LoopHttp(self._http.open())
            self._opened[loop_key] = opened
            await anext(opened.guard)
        return self._opened[loop_key].http

    def _drop_ended_loops(self) -> None:
        for loop_key, opened in list(self._opened.items()):
            if opened.is_closed or _has_ended(loop_key):
                self._opened.pop(loop_key, None)  # Another thread may have removed it.

    async def aclose(self) -> None:
        """Close the pool of this event loop, or what a factory returned in it.

        An `http` of the user stays open. The pools of other event loops are closed when these
        end.
        """
        self._is_closed = True
        self._drop_ended_loops()
        own = self._opened.pop(current_loop_key(), None)
        if own is not None:
            await own.guard.aclose()


class _LoopHttp:
    """The client or transport of one event loop.

    Attributes:
        http: The client or transport.
        guard: An asynchronous generator, started in the event loop, which closes it when the
            generator is closed. An event loop closes its generators before it ends (PEP 525).
        is_closed: Whether it is closed.
    """

    def __init__(self, http: AsyncHttp) -> None:
        self.http = http
        self.guard = self._close_at_loop_end()
        self.is_closed = False

    async def _close_at_loop_end(self) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            self.is_closed = True
            await self.http.aclose()


LoopKey = tuple[int, object]
"""Process id and event loop."""


def current_loop_key() -> LoopKey:
    return os.getpid(), _current_loop()


def _current_loop() -> object:
    """Return the event loop of asyncio, or the token of that of trio."""
    try:
        # Tasks of trio have none, where asyncio is the host of trio.
        if asyncio.current_task() is not None:
            return asyncio.get_running_loop()
    except RuntimeError:
        pass
    token = anyio.lowlevel.current_token()
    return getattr(token, "native_token", token)  # anyio 4.10 has no class of tokens.


def _has_ended(loop_key: LoopKey) -> bool:
    """Return whether a loop of asyncio was closed without closing its generators."""
    process_id, loop = loop_key
    return (
        process_id == os.getpid()
        and isinstance(loop, asyncio.AbstractEventLoop)
        and loop.is_closed()
    )


def _open_pool(proxies: Proxies, ssl_context: ssl.SSLContext | None) -> AsyncHttp:
    """Return a pool. Its module is imported here, because httpcore2 takes long to import."""
    from ..wire.async_pool import AsyncPool

    return AsyncPool(proxies, ssl_context)
