"""The asynchronous client's connections, deadline and pauses, on asyncio and on trio."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

import anyio
import anyio.lowlevel
import httpx2

from .async_pool import CONNECTING, AsyncPool
from .security import AsyncCredential
from .server import trust_for
from .silence import silence

V = TypeVar("V")

sleep = anyio.sleep


@contextmanager
def ends_at(moment: float) -> Generator[None]:
    """Cancel what still goes on in this block at a moment.

    Args:
        moment: On the monotonic clock, in seconds.

    Raises:
        httpx2.ConnectTimeout: The moment came before anything was sent.
        httpx2.ReadTimeout: The moment came.
    """
    token = CONNECTING.set(connecting := list[bool]())
    try:
        with (
            anyio.move_on_after(max(0.0, moment - time.monotonic())) as scope,
            silence(),
        ):
            yield
    finally:
        CONNECTING.reset(token)
    if scope.cancelled_caught:
        late = httpx2.ConnectTimeout if connecting else httpx2.ReadTimeout
        raise late("the deadline has passed")


async def current(credential: AsyncCredential) -> str:
    """A credential as it is now."""
    if isinstance(credential, str):
        return credential
    given = credential()
    return given if isinstance(given, str) else await given


async def tell(hook: Callable[[V], object] | None, value: V) -> None:
    """Call a hook, if there is one."""
    if hook is not None:
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
