"""Connection pool of the asynchronous client, on asyncio and on trio."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterable
from contextlib import aclosing, contextmanager, suppress
from contextvars import ContextVar
from typing import Any, cast

import anyio
import httpcore2
import httpx2

from .boundary import ResponseBoundary
from .connecting import resolve
from .pool import httpcore_url, translate_errors
from .proxies import Proxies, is_refusal
from .socket_stream import raise_as

TimeoutClass = type[httpx2.TimeoutException]

TIMEOUT_CLASSES: ContextVar[list[TimeoutClass] | None] = ContextVar(
    "timeout_classes", default=None
)
"""List with the error of a timeout now, for each operation that has begun and not succeeded;
None if nobody needs it."""


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
        proxy = self._proxies.proxy_for(request.url)
        with translate_errors():
            response = await self._pool(proxy).handle_async_request(
                httpcore2.Request(
                    method=request.method,
                    url=httpcore_url(request),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        if is_refusal(proxy, request, response.status):
            await response.aclose()
            raise httpx2.ProxyError(str(response.status))
        return httpx2.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
        )

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
        with translate_errors():
            async with aclosing(self._response.aiter_stream()) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def aclose(self) -> None:
        await self._chunks.aclose()
        await self._response.aclose()


class _Backend(httpcore2.AsyncNetworkBackend):
    """Network backend whose streams track the end of each response."""

    def __init__(self) -> None:
        # Without anyio, httpcore2 has a placeholder class of this name.
        self._backend: httpcore2.AsyncNetworkBackend = cast(
            Any, httpcore2.AnyIOBackend
        )()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        async def connect(place: str) -> _Stream:
            stream = await self._backend.connect_tcp(
                place, port, timeout, local_address, socket_options
            )
            return _Stream(stream)

        with _timing_out_as(httpx2.ConnectTimeout):
            try:
                return await connect(host)
            except RuntimeError:  # asyncio has no threads: the interpreter shuts down.
                with raise_as(httpcore2.ConnectTimeout, httpcore2.ConnectError):
                    found = resolve(host, port, timeout)
            addresses = [address[0] for _, address in found]
            for address in addresses[:-1]:
                with suppress(httpcore2.ConnectError):
                    return await connect(address)
            return await connect(addresses[-1])


class _Stream(httpcore2.AsyncNetworkStream):
    """Network stream that tracks the end of each response."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream
        self._boundary = ResponseBoundary()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _raise_tls_errors_as(httpcore2.ReadError):
            data = await self._stream.read(max_bytes, timeout)
        self._boundary.record_received(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._boundary.record_sent(buffer)
        with (
            _timing_out_as(httpx2.WriteTimeout),
            _raise_tls_errors_as(httpcore2.WriteError),
        ):
            await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        with _timing_out_as(httpx2.ConnectTimeout):
            try:
                return _Stream(
                    await self._stream.start_tls(ssl_context, server_hostname, timeout)
                )
            except BaseException:
                with anyio.CancelScope(shield=True):
                    await self._stream.aclose()
                raise

    def get_extra_info(self, info: str) -> object:
        # httpcore2 does not reuse an idle connection that is readable.
        if info == "is_readable" and not self._boundary.is_complete():
            return True
        return self._stream.get_extra_info(info)


@contextmanager
def _timing_out_as(timeout_class: TimeoutClass) -> Generator[None]:
    """Set the error of a timeout during this block; an error in it leaves it set."""
    classes = TIMEOUT_CLASSES.get()
    if classes is not None:
        classes.append(timeout_class)
    yield
    if classes is not None:
        classes.pop()


@contextmanager
def _raise_tls_errors_as(error_class: type[httpcore2.NetworkError]) -> Generator[None]:
    """Raise errors of TLS after the handshake, such as alerts, as errors of httpcore2."""
    try:
        yield
    except ssl.SSLError as error:
        raise error_class(str(error)) from error
