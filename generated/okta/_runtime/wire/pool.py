"""Connection pool of the synchronous client, in which sockets respect the call's deadline."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from types import TracebackType

import httpcore2
import httpx2

from .connecting import connect
from .lazy_messages import LazyResponse, RequestParts, parts_of
from .proxies import Proxies, is_refusal
from .socket_stream import SocketStream, RaisedAs, remaining_time
from .transport_errors import unreachable_proxy

_ERRORS = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
)


class Pool(httpx2.BaseTransport):
    """Transport over connection pools: one for direct connections, and one for each proxy.

    Args:
        proxies: The proxies of the environment.
        ssl_context: The TLS configuration; None for one with the system's CAs.
    """

    def __init__(self, proxies: Proxies, ssl_context: ssl.SSLContext | None) -> None:
        self._proxies = proxies
        self._ssl_context = ssl_context
        self._pools: dict[httpcore2.Proxy | None, httpcore2.ConnectionPool] = {}

    def _pool(self, proxy: httpcore2.Proxy | None) -> httpcore2.ConnectionPool:
        """Return the pool for a proxy; open it on first use."""
        if proxy not in self._pools:
            opened = httpcore2.ConnectionPool(
                ssl_context=self._ssl_context,
                proxy=proxy,
                max_connections=100,
                max_keepalive_connections=20,
                keepalive_expiry=5.0,
                network_backend=_Backend(),
            )
            return self._pools.setdefault(proxy, opened)
        return self._pools[proxy]

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        parts = parts_of(request)
        proxy = self._proxies.proxy_for(parts.url.server)
        with TranslatedErrors(proxy):
            response = self._pool(proxy).handle_request(httpcore_request(parts))
        if is_refusal(proxy, parts.url.server, response.status):
            response.close()
            raise httpx2.ProxyError(str(response.status))
        return response_of(response, _Body(response))

    def close(self) -> None:
        for pool in list(self._pools.values()):
            pool.close()


class _Body(httpx2.SyncByteStream):
    """Body of a response, streamed from the connection."""

    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with TranslatedErrors():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Backend(httpcore2.SyncBackend):
    """Network backend that opens connections within the deadline."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        with RaisedAs(httpcore2.ConnectTimeout, httpcore2.ConnectError):
            connection = connect(
                host,
                port,
                remaining_time(timeout),
                local_address,
                socket_options or (),
            )
        return SocketStream(connection)


def httpcore_request(parts: RequestParts) -> httpcore2.Request:
    """Return a request as one of httpcore2."""
    server = parts.url.server
    url = httpcore2.URL(
        scheme=server.raw_scheme,
        host=server.raw_host,
        port=server.port,
        target=parts.url.target,
    )
    return httpcore2.Request(
        parts.method,
        url,
        headers=parts.headers,
        content=parts.content,
        extensions=parts.extensions,
    )


def response_of(
    response: httpcore2.Response, body: httpx2.SyncByteStream | httpx2.AsyncByteStream
) -> httpx2.Response:
    """Return a response of httpcore2 as one of httpx2."""
    headers = response.headers
    encodings = [v for name, v in headers if name.lower() == b"content-encoding"]
    encoding = b", ".join(encodings).decode("latin-1")
    return LazyResponse(response.status, lambda: headers, body, encoding)


class TranslatedErrors:
    """Context manager: raise errors of httpcore2 as the httpx2 errors of the same name.

    An error of socksio, which httpcore2 does not catch, is a `ProxyError`, and so is one of
    opening the connection to the proxy.

    Args:
        proxy: The proxy of a request that is sent; None for none.
    """

    def __init__(self, proxy: httpcore2.Proxy | None = None) -> None:
        self._proxy = proxy

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._proxy is not None and isinstance(error, httpcore2.ConnectError):
            proxy_error = unreachable_proxy(error)
            if proxy_error is not None:
                raise proxy_error from error
        if isinstance(error, _ERRORS):
            raise getattr(httpx2, type(error).__name__)(str(error)) from error
        if isinstance(error, Exception) and _is_of_socksio(error):
            raise httpx2.ProxyError("its replies are not those of SOCKS") from error


def _is_of_socksio(error: Exception) -> bool:
    return type(error).__module__.startswith("socksio.")
