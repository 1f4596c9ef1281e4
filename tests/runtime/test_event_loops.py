"""Tests of an asynchronous client in several event loops, one after another."""

import asyncio
import os
import subprocess
import sys

import okta
from okta._runtime.client.async_transport import _has_ended

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


def test_tokens_of_older_anyio_are_event_loops() -> None:
    loop = asyncio.new_event_loop()
    key = os.getpid(), loop  # anyio.lowlevel.current_token before anyio 4.11
    assert not _has_ended(key)
    loop.close()
    assert _has_ended(key)
