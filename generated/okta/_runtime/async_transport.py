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
from .security import AsyncCredential
from .server import trust_for
from .silence import SILENT

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

    def __init__(self, moment: float) -> None:
        self._scope = anyio.move_on_after(max(0.0, moment - time.monotonic()))
        self._connections = list[bool]()

    def __enter__(self) -> None:
        self._connecting = CONNECTING.set(self._connections)
        self._silent = SILENT.set(True)
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
            SILENT.reset(self._silent)
            CONNECTING.reset(self._connecting)
        if self._scope.cancelled_caught:
            late = httpx2.ConnectTimeout if self._connections else httpx2.ReadTimeout
            raise late("the deadline has passed")
        return is_handled


async def current(credential: AsyncCredential) -> str:
    """A credential as it is now."""
    if isinstance(credential, str):
        return credential
    given = credential()
    return given if isinstance(given, str) else await given


def stream_of(response: httpx2.Response) -> httpx2.AsyncByteStream:
    """What the body of an answer comes by.

    Raises:
        TypeError: What was given to send over is of the other kind.
    """
    if response.is_stream_consumed:  # by the caller's hook, or a test's transport
        return httpx2.ByteStream(response.content)
    if isinstance(response.stream, httpx2.AsyncByteStream):
        return response.stream
    raise TypeError("the http of this client is of the other kind")


async def finish(pieces: AsyncIterator[bytes]) -> None:
    """Take no more pieces of a body."""
    if isinstance(pieces, AsyncGenerator):
        await pieces.aclose()


def abandon(response: httpx2.Response) -> None:
    """Leave an answer that nobody can read any more to the event loop, which may wait."""
    del response


async def tell(hook: Callable[[V], object], value: V) -> None:
    """Call a hook of the caller's."""
    told = hook(value)
    if isinstance(told, Awaitable):
        await told


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
        given: httpx2.AsyncClient | httpx2.AsyncBaseTransport | None,
    ) -> None:
        self._base_url = base_url
        self._given = given
        self._given_in: Place | None = None
        self._own: dict[Place, httpx2.AsyncBaseTransport] = {}
        self._trust = trust_for(base_url) if given is None else None
        self._is_closed = False

    async def send(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, for an answer whose body is still to be read.

        Raises:
            RuntimeError: The connections are closed, or the caller's and were used in
                another process or event loop before.
        """
        if self._is_closed:
            raise RuntimeError("this client is closed")
        here = _here()
        transport = self._own.get(here) if self._given is None else self._given
        if transport is None:
            transport = self._own[here] = AsyncPool(self._base_url, self._trust)
        if self._given is not None:
            self._given_in = self._given_in or here
            if self._given_in != here:
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
        own = self._own.pop(_here(), None)
        if own is not None:
            await own.aclose()


Place = tuple[int, object]
"""A process and an event loop in it."""


def _here() -> Place:
    return os.getpid(), anyio.lowlevel.current_token()
