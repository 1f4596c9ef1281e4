"""The synchronous stream: gives items as they come, and waits."""

from __future__ import annotations

import warnings
from time import monotonic
from typing import Generic, Self, TypeVar

import httpx2

from .body import BodyError
from .failures import presentable
from .items import Items
from .transport import Deadline, abandon, finish, stream_of

T = TypeVar("T")


class Stream(Generic[T]):
    """What a server sends by and by: `for item in stream`.

    It is closed when all has come, when reading it fails, and where its `with` block ends.
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
        self._pieces = iter(stream_of(received))
        self._is_closed = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        """The next item.

        Raises:
            APITimeoutError: The server said nothing for as long as `timeout` says.
            APIConnectionError: The connection broke.
            ResponseValidationError: An item cannot be read, or is too large.
        """
        if self._is_closed:
            raise StopIteration
        try:
            return self._next()
        except BaseException:  # That it has ended is one of them.
            self.close()
            raise

    def _next(self) -> T:
        while True:
            try:
                for item in self._ready:
                    return item
            except BodyError as error:
                problem = str(error)
                break
            if self._items.is_over:
                raise StopIteration
            self._ready = self._items.of(self._receive())
        raise self._items.error(problem)

    def _receive(self) -> bytes | None:
        """The next piece of the body; None at its end."""
        try:
            with Deadline(monotonic() + self._items.silence):
                return next(self._pieces, None)
        except httpx2.TransportError as error:
            failure = presentable(error)
        raise self._items.broken(failure) from failure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Take nothing more of it."""
        self._is_closed = True
        finish(self._pieces)
        self._received.close()

    def __del__(self) -> None:
        if not self._is_closed:
            abandon(self._received)
            warnings.warn("a stream was not closed", ResourceWarning, source=self)
