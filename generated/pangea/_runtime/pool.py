"""The synchronous client's own connections: no wait on a socket outlasts the call's deadline.

A timeout of httpx2 begins anew with every byte, so that a server that sends one byte a
second is never too late. Here each read, write and connect may take what is left of the
deadline and no more. The asynchronous client needs none of this: it is cancelled.
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
"""When what is sent and received must be over, on the monotonic clock in seconds."""


class Pool(httpx2.BaseTransport):
    """Sends requests over a pool of connections, through the proxy of the environment if any.

    Args:
        base_url: Where all requests go.
        trust: Whose certificates are believed; None where there are none.
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
    """The body of an answer as it comes off the connection."""

    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with translate_errors():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Backend(httpcore2.SyncBackend):
    """Opens connections within what is left of the deadline."""

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
        # Not left to the system's own loop, which gives each address the whole time.
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
    """A connection that waits no longer than what is left of the deadline."""

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
        # A connection that can be read before it is asked anything is not used again.
        if info == "is_readable" and not self._boundary.is_complete():
            return True
        return self._stream.get_extra_info(info)


def _resolve_host(host: str, port: int, timeout: float | None) -> list[str]:
    """The addresses of a host, the system's first choice first.

    The system's look-up knows no deadline, so that it runs beside and may be left behind.
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
        raise httpcore2.ConnectTimeout("the name was looked up too long") from None
    if isinstance(addresses, OSError):
        raise httpcore2.ConnectError(str(addresses)) from addresses
    return addresses


def _remaining(timeout: float | None) -> float | None:
    """What a wait may take.

    Raises:
        httpcore2.ReadTimeout: Nothing is left.
    """
    deadline = DEADLINE.get()
    if deadline is None:
        return timeout
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise httpcore2.ReadTimeout("the deadline has passed")
    return remaining if timeout is None else min(remaining, timeout)


def httpcore_url(request: httpx2.Request) -> httpcore2.URL:
    """Where a request goes, as httpcore2 has it."""
    return httpcore2.URL(
        scheme=request.url.raw_scheme,
        host=request.url.raw_host,
        port=request.url.port,
        target=request.url.raw_path,
    )


@contextmanager
def translate_errors() -> Generator[None]:
    """The errors of httpcore2 under the names that httpx2 has for them, which are the same."""
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
