"""The synchronous client's own connections: no wait on a socket outlasts the call's deadline.

A timeout of httpx2 begins anew with every byte, so that a server that sends one byte a
second is never too late. Here each read, write and connect may take what is left of the
deadline and no more. The asynchronous client needs none of this: it is cancelled.
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

import httpcore2
import httpx2

from .security import Credential
from .server import proxy_url, trust_for
from .silence import silence

V = TypeVar("V")

sleep = time.sleep

_ends: ContextVar[float | None] = ContextVar("ends", default=None)


@contextmanager
def ends_at(moment: float) -> Generator[None]:
    """Let nothing that is sent or received in this block go on after a moment.

    Args:
        moment: On the monotonic clock, in seconds.
    """
    token = _ends.set(moment)
    try:
        with silence():
            yield
    finally:
        _ends.reset(token)


def current(credential: Credential) -> str:
    """A credential as it is now."""
    return credential if isinstance(credential, str) else credential()


def tell(hook: Callable[[V], object] | None, value: V) -> None:
    """Call a hook, if there is one."""
    if hook is not None:
        hook(value)


class Connections:
    """What requests are sent over: what the caller gave, or connections of its own.

    Two processes that read from one connection get each other's answers, so that a forked
    process never uses what its parent used. It does not close it either: that could speak
    on connections that the parent still uses.

    Args:
        base_url: Where all requests go.
        given: The caller's, or None.
    """

    def __init__(
        self, base_url: str, given: httpx2.Client | httpx2.BaseTransport | None
    ) -> None:
        self._base_url = base_url
        self._given = given
        self._given_in = os.getpid()
        self._own: dict[int, httpx2.BaseTransport] = {}
        self._trust = trust_for(base_url) if given is None else None
        self._is_closed = False

    def send(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, for an answer whose body is still to be read.

        Raises:
            RuntimeError: The connections are closed, or the caller's and from another process.
        """
        if self._is_closed:
            raise RuntimeError("this client is closed")
        here = os.getpid()
        transport = self._own.get(here) if self._given is None else self._given
        if transport is None:
            made = DeadlineTransport(self._base_url, self._trust)
            transport = self._own.setdefault(here, made)
        if self._given is not None and self._given_in != here:
            raise RuntimeError("the http of this client is from another process")
        if not isinstance(transport, httpx2.BaseTransport):
            return transport.send(
                request, auth=None, follow_redirects=False, stream=True
            )
        response = transport.handle_request(request)
        response.request = request
        return response

    def close(self) -> None:
        """Close the connections that are its own."""
        self._is_closed = True
        own = self._own.pop(os.getpid(), None)
        if own is not None:
            own.close()


class DeadlineTransport(httpx2.BaseTransport):
    """Sends requests over a pool of connections, through the proxy of the environment if any.

    Args:
        base_url: Where all requests go.
        trust: Whose certificates are believed; None where there are none.
    """

    def __init__(self, base_url: str, trust: ssl.SSLContext | None) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=trust,
            proxy=_proxy(base_url),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        with _as_httpx2():
            response = self._pool.handle_request(
                httpcore2.Request(
                    method=request.method,
                    url=httpcore2.URL(
                        scheme=url.raw_scheme,
                        host=url.raw_host,
                        port=url.port,
                        target=url.raw_path,
                    ),
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
        with _as_httpx2():
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
        for address in _addresses(host, port):
            try:
                opened = super().connect_tcp(
                    address, port, _left(timeout), local_address, socket_options
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

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, _left(timeout))
        )

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore2.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def _left(timeout: float | None) -> float | None:
    """What a wait may take.

    Raises:
        httpcore2.ReadTimeout: Nothing is left.
    """
    moment = _ends.get()
    if moment is None:
        return timeout
    left = moment - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the deadline has passed")
    return left if timeout is None else min(left, timeout)


def _proxy(base_url: str) -> httpcore2.Proxy | None:
    named = proxy_url(base_url)
    if named is None:
        return None
    parts = httpx2.URL(named)
    auth = (parts.username, parts.password) if parts.username else None
    return httpcore2.Proxy(str(parts.copy_with(username=None, password=None)), auth)


@contextmanager
def _as_httpx2() -> Generator[None]:
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
