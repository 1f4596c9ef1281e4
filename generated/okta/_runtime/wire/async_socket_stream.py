"""Network streams of the asynchronous client over those of anyio."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any, cast

import anyio
import httpcore2
import httpx2
from anyio.abc import ByteStream, SocketAttribute
from anyio.streams.tls import TLSAttribute, TLSStream

from .boundary import ResponseBoundary
from .deadline import TIMEOUT_CLASSES, TimeoutClass
from .early_response import EarlyResponse
from .socket_stream import FIRST_WRITES, LARGE_READ, RaisedAs, is_readable

_NO_LIMIT = nullcontext()
_READ_SECONDS = 0.01
"""Time to read what has arrived: TLS may have received a record without data."""


async def connect(
    host: str,
    port: int,
    timeout: float | None,
    local_address: str | None,
    options: Iterable[tuple[Any, ...]],
) -> AsyncSocketStream:
    """Open a TCP connection to the first address of a host that accepts it (RFC 8305).

    Args:
        host: A name or an IP address.
        port: The port.
        timeout: Seconds for all of it; None for no limit.
        local_address: The IP address to connect from; None for any.
        options: Arguments of `setsockopt` for the socket.

    Raises:
        httpcore2.ConnectTimeout: If there is no connection within the timeout.
        httpcore2.ConnectError: If the host has no address, or each one refuses the connection.
        RuntimeError: If asyncio has no threads to look up the host: the interpreter shuts down.
    """
    with _RaisedAs(httpcore2.ConnectTimeout, httpcore2.ConnectError):
        with _within(timeout):
            stream = await anyio.connect_tcp(host, port, local_host=local_address)
        for option in options:
            stream.extra(SocketAttribute.raw_socket).setsockopt(*option)
    return AsyncSocketStream(stream)


class AsyncSocketStream(httpcore2.AsyncNetworkStream):
    """Network stream over a stream of anyio; it tracks the end of each response."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._boundary = ResponseBoundary()
        self._early = EarlyResponse()
        self._writes = 0
        self._read_size = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._writes = 0
        data = self._early.take(max_bytes)
        if data is None:
            with (
                _RaisedAs(httpcore2.ReadTimeout, httpcore2.ReadError),
                _within(timeout),
            ):
                size = max(max_bytes, self._read_size)
                data = await self._receive(size)
            if len(data) == size:
                self._read_size = LARGE_READ
        self._boundary.record_received(data)
        return data

    async def _receive(self, max_bytes: int = 65536) -> bytes:
        """Return received data; nothing at the end."""
        try:
            return await self._stream.receive(max_bytes)
        except anyio.EndOfStream:
            return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._boundary.record_sent(buffer)
        self._writes += 1
        self._read_size = 0
        if not buffer:
            return
        is_late = self._writes > FIRST_WRITES
        send = self._send_watching if is_late else self._stream.send
        with (
            TimingOutAs(httpx2.WriteTimeout),
            _RaisedAs(httpcore2.WriteTimeout, httpcore2.WriteError),
            _within(timeout),
        ):
            await send(buffer)

    async def _send_watching(self, buffer: bytes) -> None:
        """Send data, and receive what arrives before it is sent.

        Raises:
            ConnectionError: If the server needs no more of the body.
        """
        if is_readable(self._socket):
            with anyio.move_on_after(_READ_SECONDS):
                self._early.feed(await self._receive())
        failure: Exception | None = None
        if not self._early.refuses_body():
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._receive_early, tasks.cancel_scope)
                try:
                    await self._stream.send(buffer)
                except (
                    anyio.BrokenResourceError,
                    anyio.ClosedResourceError,
                    OSError,
                ) as error:
                    failure = error  # A task group would raise an exception group.
                tasks.cancel_scope.cancel()
        if self._early.refuses_body():
            raise ConnectionError("the server needs no more of the body")
        if failure is not None:
            raise failure

    async def _receive_early(self, sending: anyio.CancelScope) -> None:
        """Receive data until the server needs no more of the body, and cancel sending then."""
        try:
            while not (self._early.is_full or self._early.refuses_body()):
                self._early.feed(await self._receive())
        except (anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
            return
        if self._early.refuses_body():
            sending.cancel()

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        transport = _TLSTransport(self._stream)
        try:
            with (
                TimingOutAs(httpx2.ConnectTimeout),
                _RaisedAs(httpcore2.ConnectTimeout, httpcore2.ConnectError),
                _within(timeout),
            ):
                stream = await TLSStream.wrap(
                    transport,
                    hostname=server_hostname,
                    ssl_context=ssl_context,
                    standard_compatible=False,
                    server_side=False,
                )
                transport.keep_unread_data()
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self._stream.aclose()
            raise
        return AsyncSocketStream(stream)

    def get_extra_info(self, info: str) -> object:
        match info:
            case "ssl_object":
                return self._stream.extra(TLSAttribute.ssl_object, None)
            case "client_addr":
                return self._stream.extra(SocketAttribute.local_address, None)
            case "server_addr":
                return self._stream.extra(SocketAttribute.remote_address, None)
            case "socket":
                return self._socket
            case "is_readable":
                # httpcore2 does not reuse an idle connection that is readable.
                is_idle = self._early.is_empty and self._boundary.is_complete()
                return not is_idle or is_readable(self._socket)
            case _:
                return None

    @property
    def _socket(self) -> Any:
        return self._stream.extra(SocketAttribute.raw_socket)


class _TLSTransport(ByteStream):
    """Stream under TLS, from which an alert can be read although the connection is reset.

    A server that refuses a client certificate sends an alert and closes the connection, which
    resets it when the request arrives (RFC 8446, section 4.4.2.4). asyncio does not read what is
    unread then, and TLS does not read after a failed write.
    """

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._duplicate: socket.socket | None = None

    def keep_unread_data(self) -> None:
        """Keep unread data after a reset, until the first data arrives."""
        if self._stream.extra(TLSAttribute.ssl_object, None) is None:
            self._duplicate = self._stream.extra(SocketAttribute.raw_socket).dup()
            self._duplicate.setblocking(False)

    async def send(self, item: bytes) -> None:
        try:
            await self._stream.send(item)
        except anyio.BrokenResourceError:
            if self._duplicate is None:
                raise  # Otherwise the next `receive` raises it.

    async def receive(self, max_bytes: int = 65536) -> bytes:
        try:
            data = await self._stream.receive(max_bytes)
        except anyio.BrokenResourceError:
            data = self._unread_data(max_bytes)
            if not data:
                raise
        else:
            self._close_duplicate()
        return data

    def _unread_data(self, max_bytes: int) -> bytes:
        try:
            return self._duplicate.recv(max_bytes) if self._duplicate else b""
        except OSError:
            return b""

    def _close_duplicate(self) -> None:
        if self._duplicate is not None:
            self._duplicate.close()
            self._duplicate = None

    async def send_eof(self) -> None:
        await self._stream.send_eof()

    async def aclose(self) -> None:
        self._close_duplicate()
        await self._stream.aclose()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        attributes: Mapping[Any, Callable[[], Any]] = cast(
            Any, self._stream
        ).extra_attributes
        return attributes


class TimingOutAs:
    """Context manager: set the error of a timeout; an error in its block leaves it set."""

    def __init__(self, timeout_class: TimeoutClass) -> None:
        self._class = timeout_class

    def __enter__(self) -> None:
        self._classes = TIMEOUT_CLASSES.get()
        if self._classes is not None:
            self._classes.append(self._class)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._classes is not None and error is None:
            self._classes.pop()


class _RaisedAs(RaisedAs):
    """Context manager: raise errors of anyio, sockets and TLS as errors of httpcore2."""

    _errors = (
        anyio.BrokenResourceError,
        anyio.ClosedResourceError,
        anyio.EndOfStream,
        OSError,
    )


def _within(timeout: float | None) -> AbstractContextManager[object]:
    """Return a block that is cancelled after a time, if there is one: a scope costs time, too."""
    return _NO_LIMIT if timeout is None else anyio.fail_after(timeout)
