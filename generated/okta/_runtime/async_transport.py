"""The asynchronous client's connections, deadline and pauses, on asyncio and on trio."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from contextlib import contextmanager

import anyio
import anyio.lowlevel
import httpx2

from .security import AsyncCredential

sleep = anyio.sleep


@contextmanager
def ends_at(moment: float) -> Generator[None]:
    """Cancel what still goes on in this block at a moment.

    Args:
        moment: On the monotonic clock, in seconds.

    Raises:
        httpx2.ReadTimeout: The moment came.
    """
    try:
        with anyio.fail_after(max(0.0, moment - time.monotonic())):
            yield
    except TimeoutError:
        raise httpx2.ReadTimeout("the deadline has passed") from None


async def current(credential: AsyncCredential) -> str:
    """A credential as it is now."""
    if isinstance(credential, str):
        return credential
    given = credential()
    return given if isinstance(given, str) else await given


class AsyncConnections:
    """The HTTP client that calls are sent with: the caller's, or one of its own.

    Connections belong to one process and one event loop, so that in another there are others.

    Args:
        base_url: Where all requests go.
        given: The caller's, or None.
    """

    def __init__(self, base_url: str, given: httpx2.AsyncClient | None) -> None:
        self._base_url = base_url
        self._is_own = given is None
        self._http = httpx2.AsyncClient() if given is None else given
        self._place: tuple[int, object] | None = None

    def http(self) -> httpx2.AsyncClient:
        """The HTTP client for the process and event loop that ask.

        Raises:
            RuntimeError: It is the caller's, and was used elsewhere before.
        """
        here = (os.getpid(), anyio.lowlevel.current_token())
        if self._place != here:
            if self._place is not None:
                if not self._is_own:
                    raise RuntimeError(
                        "the http of this client was used in another process or event loop"
                    )
                _of_others.append(self._http)
                self._http = httpx2.AsyncClient()
            self._place = here
        return self._http

    async def aclose(self) -> None:
        """Close the connections that are its own."""
        if self._is_own:
            await self._http.aclose()


_of_others: list[httpx2.AsyncClient] = []
"""Kept for ever: they can only be closed in the event loop that they were used in."""
