"""Tests of an asynchronous client in event loops that are not ended by `asyncio.run`."""

import asyncio
import gc

import okta
import pytest

from tests.faults.actions import OK_RESPONSE
from tests.faults.server import run_server


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_pools_of_closed_event_loops_are_dropped() -> None:
    with run_server(OK_RESPONSE) as server:
        client = okta.AsyncOkta(base_url=server.url, api_token="t")
        for _ in range(3):
            loop = asyncio.new_event_loop()
            loop.run_until_complete(client.sessions.get("102"))
            loop.close()  # Does not close asynchronous generators.
        gc.collect()
        assert len(client._connections._pools) == 1
        assert server.connections == 3
        asyncio.run(client.aclose())
        assert not client._connections._pools


def test_event_loop_closes_the_pool_when_it_ends() -> None:
    with run_server(OK_RESPONSE) as server:
        client = okta.AsyncOkta(base_url=server.url, api_token="t")
        asyncio.run(client.sessions.get("102"))
        (loop_pool,) = client._connections._pools.values()
        assert loop_pool.pool.is_closed
        asyncio.run(client.sessions.get("102"))
        assert len(client._connections._pools) == 1
