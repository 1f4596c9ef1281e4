"""The asynchronous stream: gives items as they come, and awaits them."""

from __future__ import annotations

import warnings
from time import monotonic
from typing import Generic, Self, TypeVar

import httpx2

from .async_transport import Deadline, abandon, finish, stream_of
from .body import BodyError
from .failures import presentable
from .items import Items

T = TypeVar("T")


class AsyncStream(Generic[T]):
    """What a server sends by and by: `async for item in stream`.

    It is closed when all has come, when reading it fails, and where its `async with` block ends.
    Left before that, it keeps its connection from other calls.

    Attributes:
        status_code: The HTTP status.
        headers: Of the answer. Names are the same in any case.
    """

    _is_closed = True

    def __init__(self, received: httpx2.Response, items: Items[T]) -> None:
        self.status_code = received.status_code
        self.headers = received.headers
        self._received = received
        self._items = items
        self._ready = items.none()
        self._pieces = aiter(stream_of(received))
        self._is_closed = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        """The next item.

        Raises:
            APITimeoutError: The server said nothing for as long as `timeout` says.
            APIConnectionError: The connection broke.
            ResponseValidationError: An item cannot be read, or is too large.
        """
        if self._is_closed:
            raise StopAsyncIteration
        try:
            return await self._next()
        except BaseException:  # That it has ended is one of them.
            await self.aclose()
            raise

    async def _next(self) -> T:
        while True:
            try:
                for item in self._ready:
                    return item
            except BodyError as error:
                problem = str(error)
                break
            if self._items.is_over:
                raise StopAsyncIteration
            self._ready = self._items.of(await self._receive())
        raise self._items.error(problem)

    async def _receive(self) -> bytes | None:
        """The next piece of the body; None at its end."""
        try:
            with Deadline(monotonic() + self._items.silence):
                return await anext(self._pieces, None)
        except httpx2.TransportError as error:
            failure = presentable(error)
        raise self._items.broken(failure) from failure

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Take nothing more of it."""
        self._is_closed = True
        await finish(self._pieces)
        await self._received.aclose()

    def __del__(self) -> None:
        if not self._is_closed:
            abandon(self._received)
            warnings.warn("a stream was not closed", ResourceWarning, source=self)
