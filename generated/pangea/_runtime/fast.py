"""Transports over pyreqwest, which take less CPU than httpx2's own: `http=FastTransport()`.

pyreqwest is no dependency of this package: `pip install pyreqwest`. Its errors hold whole
addresses, which have ids in them, so that none of them leaves this module.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from typing import Any

import anyio.lowlevel
import httpx2

_LONGEST_CONNECT = timedelta(seconds=5)
_ABOUT_TRUST = ("invalid peer certificate", "received ", "peer ")
"""How the texts begin that its TLS has for what no other try changes."""


class FastTransport(httpx2.BaseTransport):
    """Sends requests with pyreqwest, over HTTP/1.1 and the proxies that the system names.

    The read timeout of a request holds for all of it, from connecting to the last byte. A
    process forked from one that has sent with pyreqwest cannot, and is told so. Control-C is
    noticed when the call ends.

    Raises:
        ImportError: pyreqwest is not installed.
    """

    def __init__(self) -> None:
        self._engine = _Engine("SyncClientBuilder")

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        exchange = self._engine.exchange(request)
        answer = _done(exchange.__enter__)
        return httpx2.Response(
            answer.status, headers=_headers(answer), stream=_Body(exchange, answer)
        )

    def close(self) -> None:
        client = self._engine.closed()
        if client is not None:
            client.close()


class AsyncFastTransport(httpx2.AsyncBaseTransport):
    """`FastTransport` for an asynchronous client, on asyncio: pyreqwest knows no trio.

    What is cancelled before its answer begins to come goes on unseen, until its read timeout.

    Raises:
        ImportError: pyreqwest is not installed.
    """

    def __init__(self) -> None:
        self._engine = _Engine("ClientBuilder")

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            raise RuntimeError("AsyncFastTransport works on asyncio alone") from None
        await request.aread()
        exchange = self._engine.exchange(request)
        answer = await _async_done(exchange.__aenter__)
        return httpx2.Response(
            answer.status, headers=_headers(answer), stream=_AsyncBody(exchange, answer)
        )

    async def aclose(self) -> None:
        client = self._engine.closed()
        if client is not None:
            await client.close()


class _Engine:
    """A client of pyreqwest in each process, made when it is needed.

    A forked process has none of the threads that its parent's client runs on.

    Args:
        builder: The class that makes it.
    """

    def __init__(self, builder: str) -> None:
        try:
            self._builder: Any = getattr(import_module("pyreqwest.client"), builder)
            # Here, since a Control-C in an import of Rust's own ends the process.
            import_module("pyreqwest.exceptions")
        except ImportError:
            raise ImportError("this needs pyreqwest: pip install pyreqwest") from None
        self._clients: dict[int, Any] = {}
        self._is_closed = False

    def exchange(self, request: httpx2.Request) -> Any:
        """A request of pyreqwest whose answer is streamed.

        Raises:
            RuntimeError: The transport is closed, or cannot be used in a forked process.
        """
        if self._is_closed:
            raise RuntimeError("this transport is closed")
        here = os.getpid()
        client = self._clients.get(here) or self._clients.setdefault(here, self._made())
        return _done(lambda: _exchange(client, request))

    def closed(self) -> Any:
        """The client that is to be closed, None where there is none."""
        self._is_closed = True
        return self._clients.pop(os.getpid(), None)

    def _made(self) -> Any:
        builder = self._builder().follow_redirects(False).referer(False)
        for encoding in ("gzip", "deflate", "brotli", "zstd"):
            builder = getattr(builder, encoding)(False)
        builder = builder.http1_allow_obsolete_multiline_headers_in_responses(True)
        return builder.connect_timeout(_LONGEST_CONNECT).build()


def _exchange(client: Any, request: httpx2.Request) -> Any:
    builder = client.request(request.method, str(request.url))
    builder = builder.headers(request.headers.multi_items())
    if request.content:
        builder = builder.body_bytes(request.content)
    seconds = request.extensions.get("timeout", {}).get("read")
    if seconds is not None:
        builder = builder.timeout(timedelta(seconds=max(0.0, seconds)))
    return builder.build_streamed()


class _Body(httpx2.SyncByteStream):
    """The body of an answer as it comes in."""

    def __init__(self, exchange: Any, answer: Any) -> None:
        self._exchange = exchange
        self._read = answer.body_reader.read_chunk

    def __iter__(self) -> Iterator[bytes]:
        while (piece := _done(self._read)) is not None:
            yield bytes(piece)

    def close(self) -> None:
        self._exchange.__exit__(None, None, None)


class _AsyncBody(httpx2.AsyncByteStream):
    """The body of an answer as it comes in."""

    def __init__(self, exchange: Any, answer: Any) -> None:
        self._exchange = exchange
        self._read = answer.body_reader.read_chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await _async_done(self._read)) is not None:
            yield bytes(piece)

    async def aclose(self) -> None:
        await self._exchange.__aexit__(None, None, None)


def _headers(answer: Any) -> list[tuple[str, str]]:
    headers = answer.headers
    with suppress(ValueError):
        return list(headers.items())
    # One has a character beyond ASCII, which pyreqwest cannot show.
    found: list[tuple[str, str]] = []
    for name in dict.fromkeys(headers.keys()):
        with suppress(ValueError):
            found += [(name, value) for value in headers.getall(name)]
    return found


def _done(step: Callable[[], Any]) -> Any:
    """What a step of pyreqwest gives; its errors as those of httpx2.

    Raises:
        httpx2.TransportError: It failed.
    """
    failure: BaseException
    try:
        return step()
    except _errors() as error:
        failure = _as_httpx2(error)
    except BaseException as error:
        # A signal may come where pyreqwest makes an error: its frames have the address too.
        failure = error.with_traceback(None)
    raise failure  # Out here, so that the other is not its context.


async def _async_done(step: Callable[[], Awaitable[Any]]) -> Any:
    try:
        return await step()
    except asyncio.CancelledError:
        # It is one of pyreqwest's own, which no cancel scope of anyio takes for its.
        await anyio.lowlevel.checkpoint_if_cancelled()
        raise
    except _errors() as error:
        failure = _as_httpx2(error)
    raise failure


def _errors() -> Any:
    return import_module("pyreqwest.exceptions").PyreqwestError


def _as_httpx2(error: Any) -> httpx2.TransportError:
    """The error that httpx2 would raise.

    The classes of pyreqwest do not tell a connection that was not opened from one that broke
    after the request was sent; the causes do. The last of them is what the socket said.
    """
    details: Any = getattr(error, "details", None) or {}
    causes: list[str] = [cause["message"] for cause in details.get("causes") or ()]
    reason = causes[-1] if causes and "://" not in causes[-1] else "no answer"
    is_late = isinstance(error, TimeoutError)
    if "client error (Connect)" in causes:
        failure = (
            httpx2.ConnectTimeout(reason) if is_late else httpx2.ConnectError(reason)
        )
        if reason.startswith(_ABOUT_TRUST):
            failure.__cause__ = ssl.SSLError(reason)
        return failure
    if is_late:
        return httpx2.ReadTimeout("the deadline has passed")
    if reason == "connection closed before message completed":
        return httpx2.RemoteProtocolError("the server disconnected without an answer")
    if "os error" in reason:
        return httpx2.ReadError(reason)
    return httpx2.RemoteProtocolError(reason)
