"""Loop of a worker: for each number of its standard input, it runs the call so often.

The worker runs in the environment of the client that it calls, and prints its own CPU seconds
and the seconds that passed. It imports nothing but the standard library.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable


def serve(call: Callable[[], object]) -> None:
    """Run a synchronous call."""
    for line in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(int(line)):
            call()
        _print_since(cpu, wall)


async def aserve(call: Callable[[], Awaitable[object]]) -> None:
    """Run an asynchronous call."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(int(line)):
            await call()
        _print_since(cpu, wall)


def _print_since(cpu: float, wall: float) -> None:
    print(time.process_time() - cpu, time.perf_counter() - wall, flush=True)
