"""Network streams over sockets, in which each read and write respects the call's deadline.

A timeout of httpx2 restarts with every byte, so that a server that sends one byte a second
never times out. Here each operation is limited to the time that remains. The asynchronous
client does not need this: it is cancelled at its deadline.
"""

from __future__ import annotations

import select
import socket
import ssl
import sys
import time
from collections.abc import Callable
from math import inf
from types import TracebackType
from typing import TypeVar

import httpcore2

from .boundary import ResponseBoundary
from .deadline import DEADLINE
from .early_response import EarlyResponse, wait_until_ready

T = TypeVar("T")

_TLS_RECORD_SIZE = 16640
"""Maximum size of a TLS record in bytes (RFC 8446, section 5.2)."""

LARGE_READ = 512 * 1024
"""Bytes that a read asks for after one that was full: of a large body, much has arrived already."""

FIRST_WRITES = 2
"""The head of a request and the first chunk of its body, which most servers read anyway."""


class SocketStream(httpcore2.NetworkStream):
    """Network stream over a connected socket."""

    def __init__(self, connection: socket.socket | TLSInTLS) -> None:
        self._connection = connection
        self._boundary = ResponseBoundary()
        self._early = EarlyResponse()
        self._writes = 0
        self._read_size = 0

    @property
    def _socket(self) -> socket.socket:
        connection = self._connection
        return connection.raw_socket if isinstance(connection, TLSInTLS) else connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._writes = 0
        data = self._early.take(max_bytes)
        if data is None:
            with RaisedAs(httpcore2.ReadTimeout, httpcore2.ReadError):
                self._connection.settimeout(remaining_time(timeout))
                size = max(max_bytes, self._read_size)
                data = self._connection.recv(size)
            if len(data) == size:
                self._read_size = LARGE_READ
        self._boundary.record_received(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._boundary.record_sent(buffer)
        unsent = memoryview(buffer)
        self._writes += 1
        self._read_size = 0
        with RaisedAs(httpcore2.WriteTimeout, httpcore2.WriteError):
            while unsent:
                if self._writes > FIRST_WRITES:
                    self._receive_early(remaining_time(timeout))
                self._connection.settimeout(remaining_time(timeout))
                unsent = unsent[self._connection.send(unsent) :]

    def _receive_early(self, timeout: float | None) -> None:
        """Wait until data can be sent, and receive what arrives before.

        Raises:
            ConnectionError: If the server needs no more of the body.
        """
        connection = self._connection
        if not isinstance(connection, socket.socket):
            return
        is_writable = False
        while not (is_writable or self._early.is_full):
            is_readable_now, is_writable = wait_until_ready(connection, timeout)
            if not is_readable_now:
                return
            connection.settimeout(0)
            try:
                self._early.feed(connection.recv(_TLS_RECORD_SIZE))
            except (BlockingIOError, ssl.SSLWantReadError):
                return  # A part of a TLS record, or one without data.
            if self._early.refuses_body():
                raise ConnectionError("the server needs no more of the body")

    def close(self) -> None:
        self._connection.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        connection = self._connection
        try:
            with RaisedAs(httpcore2.ConnectTimeout, httpcore2.ConnectError):
                connection.settimeout(remaining_time(timeout))
                if isinstance(connection, socket.socket) and not isinstance(
                    connection, ssl.SSLSocket
                ):
                    wrapped = ssl_context.wrap_socket(
                        connection, server_hostname=server_hostname
                    )
                    return SocketStream(wrapped)
                return SocketStream(TLSInTLS(connection, ssl_context, server_hostname))
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> object:
        match info:
            case "ssl_object":
                connection = self._connection
                is_tls = isinstance(connection, ssl.SSLSocket | TLSInTLS)
                return connection if is_tls else None
            case "client_addr":
                return self._socket.getsockname()
            case "server_addr":
                return self._socket.getpeername()
            case "socket":
                return self._socket
            case "is_readable":
                # httpcore2 does not reuse an idle connection that is readable.
                is_idle = self._early.is_empty and self._boundary.is_complete()
                return not is_idle or is_readable(self._socket)
            case _:
                return None


class TLSInTLS:
    """TLS within TLS: the connection to an https server through an https proxy.

    `ssl.SSLContext.wrap_socket` does not accept a socket that is TLS already.

    Args:
        connection: The connection to the proxy.
        ssl_context: The TLS configuration.
        server_hostname: The host name that the certificate of the server must be for.

    Raises:
        OSError: If the handshake fails.
    """

    def __init__(
        self,
        connection: socket.socket | TLSInTLS,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None,
    ) -> None:
        self._connection = connection
        self._received = ssl.MemoryBIO()
        self._unsent = ssl.MemoryBIO()
        self._tls = ssl_context.wrap_bio(
            self._received, self._unsent, server_hostname=server_hostname
        )
        self._exchange_records(self._tls.do_handshake)

    @property
    def raw_socket(self) -> socket.socket:
        """The socket under both layers."""
        outer = self._connection
        return outer.raw_socket if isinstance(outer, TLSInTLS) else outer

    def selected_alpn_protocol(self) -> str | None:
        return self._tls.selected_alpn_protocol()

    def settimeout(self, timeout: float | None) -> None:
        self._connection.settimeout(timeout)

    def close(self) -> None:
        self._connection.close()

    def recv(self, size: int) -> bytes:
        try:
            return self._exchange_records(lambda: self._tls.read(size))
        except ssl.SSLEOFError:  # As SSLSocket does by default.
            return b""

    def send(self, data: memoryview) -> int:
        return self._exchange_records(lambda: self._tls.write(data))

    def _exchange_records(self, operation: Callable[[], T]) -> T:
        """Run a TLS operation; send and receive the records that it needs."""
        while True:
            try:
                result = operation()
            except ssl.SSLWantReadError:
                self._send_records()
                record = self._connection.recv(_TLS_RECORD_SIZE)
                if record:
                    self._received.write(record)
                else:
                    self._received.write_eof()
            else:
                self._send_records()
                return result

    def _send_records(self) -> None:
        unsent = memoryview(self._unsent.read())
        while unsent:
            unsent = unsent[self._connection.send(unsent) :]


def remaining_time(timeout: float | None) -> float | None:
    """Return a timeout in seconds, limited to the time until the deadline.

    Raises:
        TimeoutError: If the deadline has passed.
    """
    deadline = DEADLINE.get()
    if deadline is None or deadline == inf:
        return timeout
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("the deadline has passed")
    return remaining if timeout is None else min(remaining, timeout)


class RaisedAs:
    """Context manager: raise errors of sockets as errors of httpcore2."""

    _errors: tuple[type[Exception], ...] = (OSError,)

    def __init__(
        self,
        timeout_class: type[httpcore2.TimeoutException],
        error_class: type[httpcore2.NetworkError],
    ) -> None:
        self._timeout_class = timeout_class
        self._error_class = error_class

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, TimeoutError):
            raise self._timeout_class(str(error)) from error
        if isinstance(error, self._errors):
            raise self._error_class(str(error)) from error


def is_readable(connection: socket.socket) -> bool:
    """Return whether a read from a socket would return at once."""
    descriptor = connection.fileno()
    if descriptor < 0:
        return True
    if sys.platform == "win32":
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
