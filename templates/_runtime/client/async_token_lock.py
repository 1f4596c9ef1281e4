"""The lock of token requests of the asynchronous client."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio

from .async_transport import LoopKey, current_loop_key


class AsyncTokenLock:
    """A lock between the tasks of an event loop; each loop has a lock of its own."""

    def __init__(self) -> None:
        self._held: dict[LoopKey, tuple[anyio.Lock, int]] = {}

    @asynccontextmanager
    async def hold(self, deadline: float) -> AsyncGenerator[None]:
        """Hold the lock in a block.

        Args:
            deadline: The deadline, at which the task is cancelled.
        """
        del deadline
        key = current_loop_key()
        lock, holders = self._held.get(key, (anyio.Lock(), 0))
        self._held[key] = lock, holders + 1
        try:
            async with lock:
                yield
        finally:
            lock, holders = self._held.pop(key)
            if holders > 1:
                self._held[key] = lock, holders - 1
