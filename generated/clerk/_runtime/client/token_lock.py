"""The lock of token requests of the synchronous client."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from math import inf
from time import monotonic

import httpx2


class TokenLock:
    """A lock between the threads of a process, which each waits for until its deadline.

    A forked process has a lock of its own: that of its parent may be held forever.
    """

    def __init__(self) -> None:
        self._locks: dict[int, threading.Lock] = {}

    @contextmanager
    def hold(self, deadline: float) -> Generator[None]:
        """Hold the lock in a block.

        Args:
            deadline: The deadline on the monotonic clock in seconds.

        Raises:
            httpx2.ReadTimeout: If the deadline passes.
        """
        lock = self._locks.setdefault(os.getpid(), threading.Lock())
        wait = -1.0 if deadline == inf else max(0.0, deadline - monotonic())
        if not lock.acquire(timeout=min(wait, threading.TIMEOUT_MAX)):
            raise httpx2.ReadTimeout("the deadline has passed")
        try:
            yield
        finally:
            lock.release()
