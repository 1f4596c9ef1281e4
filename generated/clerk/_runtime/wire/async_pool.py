"""Connection pool of the asynchronous client, on asyncio and on trio."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing, suppress

import httpcore2
import httpx2

from .async_socket_stream import connect, TimingOutAs
from .connecting import resolve
from .lazy_messages import parts_of
from .pool import httpcore_request, response_of, TranslatedErrors
from .proxies import Proxies, is_refusal
from .socket_stream import RaisedAs


class AsyncPool(httpx2.AsyncBaseTransport):
    """Transport over connection pools: one for direct connections, and one for each proxy.

    Args:
        proxies: The proxies of the environment.
        ssl_context: The TLS configuration; None for one with the system's CAs.
    """

    def __init__(self, proxies: Proxies, ssl_context: ssl.SSLContext | None) -> None:
        self._proxies = proxies
        self._ssl_context = ssl_context
        self._pools: dict[httpcore2.Proxy | None, httpcore2.AsyncConnectionPool] = {}

    def _pool(self, proxy: httpcore2.Proxy | None) -> httpcore2.AsyncConnectionPool:
        """Return the pool for a proxy; open it on first use."""
        if proxy not in self._pools:
            opened = httpcore2.AsyncConnectionPool(
                ssl_context=self._ssl_context,
                proxy=proxy,
                max_connections=100,
                max_keepalive_connections=20,
                keepalive_expiry=5.0,
                network_backend=_Backend(),
            )
            return self._pools.setdefault(proxy, opened)
        return self._pools[proxy]

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        parts = parts_of(request)
        proxy = self._proxies.proxy_for(parts.url.server)
        with TranslatedErrors(proxy):
            response = await self._pool(proxy).handle_async_request(
                httpcore_request(parts)
            )
        if is_refusal(proxy, parts.url.server, response.status):
            await response.aclose()
            raise httpx2.ProxyError(str(response.status))
        return response_of(response, _Body(response))

    async def aclose(self) -> None:
        for pool in list(self._pools.values()):
            await pool.aclose()


class _Body(httpx2.AsyncByteStream):
    """Body of a response, streamed from the connection."""

    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response
        self._chunks = self._read()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._chunks

    async def _read(self) -> AsyncGenerator[bytes]:
        with TranslatedErrors():
            async with aclosing(self._response.aiter_stream()) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def aclose(self) -> None:
        await self._chunks.aclose()
        await self._response.aclose()


class _Backend(httpcore2.AsyncNetworkBackend):
    """Network backend over anyio, which also works while the interpreter shuts down."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        options = tuple(socket_options or ())
        with TimingOutAs(httpx2.ConnectTimeout):
            try:
                return await connect(host, port, timeout, local_address, options)
            except RuntimeError:
                with RaisedAs(httpcore2.ConnectTimeout, httpcore2.ConnectError):
                    found = resolve(host, port, timeout)
            *addresses, last = [address[0] for _, address in found]
            for address in addresses:
                with suppress(httpcore2.ConnectError):
                    return await connect(address, port, timeout, local_address, options)
            return await connect(last, port, timeout, local_address, options)
