"""A fake as an HTTP server on loopback, for code in other processes and languages."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any

import h11
import httpx2

from .replies import Reply
from .server import FakeServer, UnexpectedCall

_HOST = "127.0.0.1"
_CHUNK = 65_536
_POLL_SECONDS = 0.02
_NO_BODY = frozenset({204, 304})
_RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""The value of `SO_LINGER` with which closing a socket resets the connection."""


@dataclass(frozen=True, slots=True)
class ServedFake:
    """A fake that is served over HTTP.

    Attributes:
        url: The base URL, such as `http://127.0.0.1:40123`.
    """

    url: str


@contextmanager
def serve_fake(fake: FakeServer, port: int) -> Generator[ServedFake]:
    """Serve a fake for a block; see `Fake.serve`.

    Raises:
        OSError: If the port is in use.
        UnexpectedCall: If the test has set no response for a request.
    """
    with _HTTPServer(fake, port) as server:
        thread = Thread(target=server.serve_forever, args=(_POLL_SECONDS,))
        thread.start()
        try:
            yield ServedFake(server.url)
        finally:
            server.shutdown()
            thread.join()
            server.close_connections()
    if server.failures:
        raise server.failures[0]


class _HTTPServer(ThreadingTCPServer):
    """The server: a thread for each connection, all of which end with it.

    Attributes:
        failures: The errors of the fake, in place of whose responses clients got a status 5xx.
        is_closing: Set when the server ends.
    """

    request_queue_size = 128

    def __init__(self, fake: FakeServer, port: int) -> None:
        super().__init__((_HOST, port), BaseRequestHandler)
        self.fake = fake
        self.failures: list[Exception] = []
        self.is_closing = Event()
        self.url = f"http://{_HOST}:{self.server_address[1]}"
        self._connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def finish_request(self, request: Any, client_address: Any) -> None:
        _Connection(self, request).handle()

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Let each thread that reads from a client, or waits, end."""
        self.is_closing.set()
        for connection in self._connections.copy():
            with suppress(OSError):  # The client has closed it.
                connection.shutdown(socket.SHUT_RDWR)

    def reply(self, request: httpx2.Request) -> Reply:
        """Return the response of the fake, or one that reports its error."""
        try:
            return self.fake.reply(request)
        except UnexpectedCall as error:
            self.failures.append(error)
            return _text_reply(501, str(error))
        except Exception as error:  # Of a function of the test.
            self.failures.append(error)
            return _text_reply(500, f"the fake raised {type(error).__name__}")


class _Connection:
    """The connection of a client, whose requests are handled one after another."""

    def __init__(self, server: _HTTPServer, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._server = server
        self._socket = connection
        self._http = h11.Connection(h11.SERVER)

    def handle(self) -> None:
        """Handle all requests of the connection."""
        with suppress(
            OSError
        ):  # The client has closed the connection, or the server ends.
            try:
                while self._exchange():
                    self._http.start_next_cycle()
            except h11.RemoteProtocolError as error:
                reply = _text_reply(error.error_status_hint, str(error))
                if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                    self._send_response(reply, "GET")

    def _exchange(self) -> bool:
        """Handle a request; return whether the connection stays open for the next one."""
        request = self._receive()
        if request is None:
            return False
        reply = self._server.reply(request)
        if self._server.is_closing.wait(reply.delay):
            return False
        if reply.has_body:
            self._send_response(reply, request.method)
            return not reply.fault and self._http.our_state is h11.DONE
        if reply.fault == "timeout":
            while self._socket.recv(_CHUNK):
                pass
        else:
            self._reset()
        return False

    def _receive(self) -> httpx2.Request | None:
        """Return the next request with its body; None if the connection is closed."""
        head: h11.Request | None = None
        body = bytearray()
        while True:
            match self._http.next_event():
                case h11.NEED_DATA:
                    if self._http.they_are_waiting_for_100_continue:
                        self._send(
                            h11.InformationalResponse(status_code=100, headers=[])
                        )
                    self._http.receive_data(self._socket.recv(_CHUNK))
                case h11.Request() as head:
                    pass
                case h11.Data(data=data):
                    body += data
                case h11.EndOfMessage() if head is not None:
                    return _request(self._server.url, head, bytes(body))
                case _:
                    return None

    def _send_response(self, reply: Reply, method: str) -> None:
        """Send a response, after whose body the connection may break."""
        headers = httpx2.Headers(reply.headers)
        if not reply.fault and reply.status not in _NO_BODY:
            headers["Content-Length"] = str(len(reply.content))
        self._send(h11.Response(status_code=reply.status, headers=headers.raw))
        if reply.content and method != "HEAD" and reply.status not in _NO_BODY:
            self._send(h11.Data(data=reply.content))
        if not reply.fault:
            self._send(h11.EndOfMessage())

    def _send(self, event: h11.Event) -> None:
        self._socket.sendall(self._http.send(event) or b"")

    def _reset(self) -> None:
        """Close the connection with a reset (RST)."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._socket.close()


def _request(url: str, head: h11.Request, content: bytes) -> httpx2.Request:
    """Return a request as the transports of a fake receive it."""
    target = head.target
    if not target.startswith(b"/"):
        target = httpx2.URL(target.decode("ascii")).raw_path
    request = httpx2.Request(
        method := head.method.decode("ascii"),
        httpx2.URL(url, raw_path=target),
        headers=list(head.headers),
        content=content,
    )
    request.method = method  # httpx2 converts methods to upper case.
    return request


def _text_reply(status: int, text: str) -> Reply:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    return Reply(status, text.encode(), headers)
