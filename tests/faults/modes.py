"""The modes of the matrix: synchronous, asyncio, and trio.

A scenario is one coroutine function for all modes. In the synchronous mode it never waits for
an event loop, so that it runs without one.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

import anyio
import httpx2
import trio

T = TypeVar("T")

Run = Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any]


@dataclass(frozen=True)
class Mode:
    """Creation of clients and runs of scenarios.

    Attributes:
        name: The name in the table.
        is_async: Whether the mode uses the asynchronous client.
        run: Runs a scenario to its end.
        pool: Returns an `http` option with a maximum number of connections.
        options: Returns further options of each client.
    """

    name: str
    is_async: bool
    run: Run
    pool: Callable[[int], Any]
    options: Callable[[], dict[str, Any]] = dict

    def client(self, package: ModuleType, **options: Any) -> Any:
        """Return a client of a package."""
        (made,) = (
            value
            for name in package.__all__
            if hasattr(value := getattr(package, name), "with_options")
            and name.startswith("Async") == self.is_async
        )
        return made(**{**self.options(), **options})

    async def sleep(self, seconds: float) -> None:
        if self.is_async:
            await anyio.sleep(seconds)
        else:
            time.sleep(seconds)

    async def together(
        self,
        count: int,
        work: Callable[[int], Awaitable[T]],
        at_once: int = 1000,
    ) -> list[T]:
        """Run some work concurrently for each number below a count; return the results."""
        results: dict[int, T] = {}

        async def call_once(number: int) -> None:
            results[number] = await work(number)

        if self.is_async:
            limiter = anyio.Semaphore(at_once)

            async def in_turn(number: int) -> None:
                async with limiter:
                    await call_once(number)

            async with anyio.create_task_group() as group:
                for number in range(count):
                    group.start_soon(in_turn, number)
        else:
            with ThreadPoolExecutor(min(at_once, count)) as pool:
                list(pool.map(lambda n: _at_once(lambda: call_once(n)), range(count)))
        return [results[number] for number in range(count)]


def _at_once(scenario: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine that never waits for an event loop."""
    coroutine = scenario()
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise AssertionError("a synchronous scenario waited for an event loop")


def _sync_pool(size: int) -> httpx2.Client:
    return httpx2.Client(limits=httpx2.Limits(max_connections=size))


def _async_pool(size: int) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(limits=httpx2.Limits(max_connections=size))


SYNC = Mode("sync", False, _at_once, _sync_pool)
ASYNCIO = Mode("asyncio", True, lambda scenario: asyncio.run(scenario()), _async_pool)
TRIO = Mode("trio", True, trio.run, _async_pool)

MODES = (SYNC, ASYNCIO, TRIO)
