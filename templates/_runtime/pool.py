"""Connection pool of the synchronous client, in which sockets respect the call's deadline.

A timeout of httpx2 restarts with every byte, so that a server that sends one byte a second
never times out. Here each read, write and connect is limited to the time that remains. The
asynchronous client does not need this: it is cancelled at its deadline.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from queue import Empty, SimpleQueue
from threading import Thread

import httpcore2
import httpx2

from .boundary import ResponseBoundary
from .server import proxy_for

DEADLINE: ContextVar[float | None] = ContextVar("deadline", default=None)
"""The deadline for network I/O, on the monotonic clock in seconds; None for none."""


class Pool(httpx2.BaseTransport):
    """Transport over a connection pool, through the proxy of the environment if any.

    Args:
        base_url: The URL that all requests begin with.
        ssl_context: The TLS configuration; None for plain HTTP.
    """

    def __init__(self, base_url: str, ssl_context: ssl.SSLContext | None) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context,
            proxy=proxy_for(base_url),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        with translate_errors():
            response = self._pool.handle_request(
                httpcore2.Request(
                    method=request.method,
                    url=httpcore_url(request),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx2.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    """Body of a response, streamed from the connection."""

    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with translate_errors():
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
        opened: httpcore2.NetworkStream | None = None
        failure: Exception = httpcore2.ConnectError("the host has no address")
        # socket.create_connection would give each address the whole timeout.
        for address in _resolve_host(host, port, _remaining(timeout)):
            try:
                opened = super().connect_tcp(
                    address, port, _remaining(timeout), local_address, socket_options
                )
                break
            except httpcore2.ConnectError as error:
                failure = error
        if opened is None:
            raise failure
        return _Stream(opened)


class _Stream(httpcore2.NetworkStream):
    """Network stream whose reads and writes respect the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream
        self._boundary = ResponseBoundary()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, _remaining(timeout))
        self._boundary.record_received(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._boundary.record_sent(buffer)
        self._stream.write(buffer, _remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, _remaining(timeout))
        )

    def get_extra_info(self, info: str) -> object:
        # httpcore2 does not reuse an idle connection that is readable.
        if info == "is_readable" and not self._boundary.is_complete():
            return True
        return self._stream.get_extra_info(info)


def _resolve_host(host: str, port: int, timeout: float | None) -> list[str]:
    """Return the addresses of a host in the system's order of preference.

    `getaddrinfo` has no timeout: it runs in a thread, which is abandoned at the deadline.
    """
    resolved: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def look_up() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            resolved.put(error)
        else:
            resolved.put(list(dict.fromkeys(str(info[4][0]) for info in infos)))

    Thread(target=look_up, daemon=True).start()
    try:
        addresses = resolved.get(timeout=timeout)
    except Empty:
        raise httpcore2.ConnectTimeout("the DNS lookup timed out") from None
    if isinstance(addresses, OSError):
        raise httpcore2.ConnectError(str(addresses)) from addresses
    return addresses


def _remaining(timeout: float | None) -> float | None:
    """Return a timeout in seconds, limited to the time until the deadline.

    Raises:
        httpcore2.ReadTimeout: If the deadline has passed.
    """
    deadline = DEADLINE.get()
    if deadline is None:
        return timeout
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise httpcore2.ReadTimeout("the deadline has passed")
    return remaining if timeout is None else min(remaining, timeout)


def httpcore_url(request: httpx2.Request) -> httpcore2.URL:
    """Return the URL of a request as an httpcore2 URL."""
    return httpcore2.URL(
        scheme=request.url.raw_scheme,
        host=request.url.raw_host,
        port=request.url.port,
        target=request.url.raw_path,
    )


@contextmanager
def translate_errors() -> Generator[None]:
    """Raise errors of httpcore2 as the httpx2 errors of the same name."""
    try:
        yield
    except (
        httpcore2.TimeoutException,
        httpcore2.NetworkError,
        httpcore2.ProtocolError,
        httpcore2.ProxyError,
        httpcore2.UnsupportedProtocol,
    ) as error:
        raise getattr(httpx2, type(error).__name__)(str(error)) from error
