"""Interception of the requests of all clients, where they reach a connection pool."""

from collections.abc import Callable
from typing import Any

import httpcore2
import pytest

from tests.support.calls import Mode


def intercept(
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Mode, httpcore2.Request], httpcore2.Request],
    inspect: Callable[[httpcore2.Response], None] = lambda response: None,
) -> None:
    """Change each request before it is sent, and inspect its response."""
    pools = httpcore2.ConnectionPool, httpcore2.AsyncConnectionPool
    send, async_send = pools[0].handle_request, pools[1].handle_async_request

    def sending(pool: Any, request: httpcore2.Request) -> httpcore2.Response:
        response = send(pool, change("sync", request))
        inspect(response)
        return response

    async def async_sending(
        pool: Any, request: httpcore2.Request
    ) -> httpcore2.Response:
        response = await async_send(pool, change("async", request))
        inspect(response)
        return response

    monkeypatch.setattr(pools[0], "handle_request", sending)
    monkeypatch.setattr(pools[1], "handle_async_request", async_sending)


def with_url(
    request: httpcore2.Request, url: str, *headers: tuple[bytes, bytes]
) -> httpcore2.Request:
    """Return a request for another URL, with further headers."""
    return httpcore2.Request(
        request.method,
        url,
        headers=[*request.headers, *headers],
        content=request.stream,
        extensions=request.extensions,
    )
