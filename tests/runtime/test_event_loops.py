"""Tests of an asynchronous client in several event loops, one after another."""

import asyncio
import os
import subprocess
import sys

import okta
import trio
from okta._runtime.client.async_transport import (
    LoopKey,
    _has_ended,
    current_loop_key,
)

from tests.faults.actions import OK_RESPONSE
from tests.faults.server import run_server
from tests.support.project import GENERATED

_UNUSUAL_LOOPS = """
import asyncio, okta
client = okta.AsyncOkta(base_url="{url}", api_token="t")
for _ in range(3):
    loop = asyncio.new_event_loop()
    loop.run_until_complete(client.sessions.get("102"))
    loop.close()  # Does not close asynchronous generators.
print(len(client._connections._opened))
asyncio.run(client.aclose())
print(len(client._connections._opened))
"""


def test_opened_of_closed_event_loops_are_dropped() -> None:
    with run_server(OK_RESPONSE) as server:
        done = subprocess.run(
            [sys.executable, "-c", _UNUSUAL_LOOPS.format(url=server.url)],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "PYTHONPATH": str(GENERATED)},
        )
    assert done.stderr == ""
    assert done.stdout.split() == ["1", "0"]
    assert server.connections == 3


def test_event_loop_closes_the_pool_when_it_ends() -> None:
    with run_server(OK_RESPONSE) as server:
        client = okta.AsyncOkta(base_url=server.url, api_token="t")
        asyncio.run(client.sessions.get("102"))
        (opened,) = client._connections._opened.values()
        assert opened.is_closed
        asyncio.run(client.sessions.get("102"))
        assert len(client._connections._opened) == 1


def test_key_of_asyncio_is_its_event_loop() -> None:
    async def run() -> tuple[LoopKey, object]:
        return current_loop_key(), asyncio.get_running_loop()

    key, loop = asyncio.run(run())
    assert key == (os.getpid(), loop)
    assert _has_ended(key)
    other = asyncio.new_event_loop()
    assert not _has_ended((os.getpid(), other))
    other.close()


def test_key_of_trio_is_its_own_even_as_a_guest_of_asyncio() -> None:
    async def run_trio() -> tuple[LoopKey, object]:
        await trio.lowlevel.checkpoint()
        return current_loop_key(), trio.lowlevel.current_trio_token()

    async def run_host() -> tuple[LoopKey, object]:
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        trio.lowlevel.start_guest_run(
            run_trio,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            done_callback=done.set_result,
        )
        return (await done).unwrap()

    for key, token in trio.run(run_trio), asyncio.run(run_host()):
        assert key == (os.getpid(), token)
        assert not _has_ended(key)
