"""Server on a real socket, and helpers for the tests of the fast transports."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2
import pytest
from _runtime.fast import AsyncFastTransport, FastTransport

BODY = b'{"id":"i1"}'

Script = Callable[[socket.socket, int], None]

both_modes = pytest.mark.parametrize("mode", ["sync", "async"])


@dataclass
class Server:
    """Server on a socket that runs a script for each request, and records the requests."""

    script: Script
    tls_context: ssl.SSLContext | None = None
    url: str = ""
    connections: int = 0
    requests: list[bytes] = field(default_factory=list[bytes])
    closed_at: list[float] = field(default_factory=list[float])

    def accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(
                target=self.handle, args=(connection,), daemon=True
            ).start()

    def handle(self, connection: socket.socket) -> None:
        with connection:
            try:
                if self.tls_context is not None:
                    connection = self.tls_context.wrap_socket(
                        connection, server_side=True
                    )
                while request := read_request(connection):
                    self.requests.append(request)
                    self.script(connection, len(self.requests))
            except OSError:
                pass
            self.closed_at.append(time.monotonic())


def read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.partition(b":")[2]):
                body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def run_server(
    script: Script, tls_context: ssl.SSLContext | None = None
) -> Iterator[Server]:
    server = Server(script, tls_context)
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listener:
        scheme = "http" if tls_context is None else "https"
        server.url = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=server.accept, args=(listener,), daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def response_bytes(status: int = 200, body: bytes = BODY, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def respond_with(text: bytes) -> Script:
    return lambda connection, _: connection.sendall(text)


def reset_connection(connection: socket.socket) -> None:
    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    connection.close()


def hold_connection(connection: socket.socket, _: int) -> None:
    """Send nothing until the client closes the connection."""
    connection.settimeout(10)
    connection.recv(1)
    raise ConnectionError


def send_requests(
    mode: str, *requests: httpx2.Request, pause: float = 0
) -> list[httpx2.Response]:
    """Send requests over one transport, each after a pause, and return the responses."""
    responses: list[httpx2.Response] = []
    for request in requests:
        request.extensions.setdefault("timeout", {"read": 10.0})

    def run() -> None:
        with FastTransport() as transport:
            for request in requests:
                time.sleep(pause)
                responses.append(transport.handle_request(request))
                responses[-1].read()

    async def run_async() -> None:
        async with AsyncFastTransport() as transport:
            for request in requests:
                await asyncio.sleep(pause)
                responses.append(await transport.handle_async_request(request))
                await responses[-1].aread()

    run() if mode == "sync" else asyncio.run(run_async())
    return responses


def error_chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and its causes and contexts, each once."""
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        found = waiting.pop()
        if found is not None and found not in seen:
            seen.append(found)
            waiting += [found.__cause__, found.__context__]
    yield from seen
