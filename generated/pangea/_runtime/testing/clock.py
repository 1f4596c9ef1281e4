"""The time of a fake: it passes when a client waits, and no test does."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from random import Random
from threading import Lock

import anyio.lowlevel

from ..client.async_transport import Clock as AsyncClock
from ..client.transport import Clock
from ..wire.log_filter import SUPPRESS_LOGS


class FakeClock:
    """A clock that moves when a client waits for a retry, a poll or a slow response.

    Delays have no jitter: a backoff is the longest one, and a `Retry-After` is exact.

    Attributes:
        sleeps: The delays between requests so far, in seconds.
    """

    def __init__(self) -> None:
        self.sleeps: list[float] = []
        self._now = self._start = time.monotonic()
        self._lock = Lock()

    @property
    def elapsed(self) -> float:
        """The seconds that have passed for the clients of the fake."""
        return self._now - self._start

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._now += seconds

    def for_client(self) -> Clock:
        """Return the time of synchronous clients."""
        return Clock(self._monotonic, self._sleep, _limit, _NO_JITTER)

    def for_async_client(self) -> AsyncClock:
        """Return the time of asynchronous clients."""
        return AsyncClock(self._monotonic, self._async_sleep, _limit, _NO_JITTER)

    def _monotonic(self) -> float:
        return self._now

    def _sleep(self, seconds: float) -> None:
        with self._lock:
            self.sleeps.append(seconds)
            self._now += seconds

    async def _async_sleep(self, seconds: float) -> None:
        self._sleep(seconds)
        await anyio.lowlevel.checkpoint()


class _NoJitter(Random):
    """A random number generator that returns the limit of a delay."""

    def uniform(self, a: float, b: float) -> float:
        """Return the lower limit, or the upper one if the lower is zero."""
        return a or b


_NO_JITTER = _NoJitter()


@contextmanager
def _limit(deadline: float) -> Generator[None]:
    """Suppress logs of the transport. The fake compares the deadline with its own clock."""
    del deadline
    token = SUPPRESS_LOGS.set(True)
    try:
        yield
    finally:
        SUPPRESS_LOGS.reset(token)
