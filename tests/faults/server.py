"""Faulty server on a real socket, which performs a given action for each request."""

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from typing import TypeAlias


@dataclass(frozen=True)
class Request:
    """A request as the server received it.

    Attributes:
        head: Request line and headers.
        body: The body.
        arrived: Time of completion, on the monotonic clock in seconds.
    """

    head: bytes
    body: bytes
    arrived: float

    @property
    def method(self) -> str:
        return self.head.split(b" ", 1)[0].decode()

    @property
    def target(self) -> str:
        return self.head.split(b" ", 2)[1].decode()

    def header(self, name: str) -> str | None:
        """Return the value of a header; None if it was not sent."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.decode("latin-1").partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None


@dataclass
class Responder:
    """Responder to one request: its methods act on the connection."""

    server: "Server"
    connection: socket.socket
    request: Request
    number: int

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def wait(self, seconds: float = 30.0) -> None:
        """Wait for some seconds.

        Raises:
            ConnectionError: If the client closes the connection or the server stops.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self.server.stopped.is_set():
                raise ConnectionError
            ready, _, _ = select.select([self.connection], [], [], min(left, 0.05))
            if ready and not self.connection.recv(65536):
                raise ConnectionError

    def close(self) -> None:
        """Close the connection in order (FIN)."""
        self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def reset(self) -> None:
        """Reset the connection (RST)."""
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()


Action: TypeAlias = Callable[[Responder], None]


@dataclass
class Server:
    """Server that performs the n-th action for the n-th request, and then repeats the last.

    Attributes:
        actions: The actions.
        tls: The TLS configuration; None for plain HTTP.
        listener: The listening socket.
        greeting: Bytes to send first on each connection.
        max_body: Maximum number of bytes to read of a request body; None for all of it.
        requests: The complete requests received.
        connections: Number of connections opened so far.
        open: The connections that are open.
        stopped: Set once the server stops.
    """

    actions: tuple[Action, ...]
    tls: ssl.SSLContext | None
    listener: socket.socket
    greeting: bytes = b""
    max_body: int | None = None
    requests: list[Request] = field(default_factory=list[Request])
    connections: int = 0
    open: set[socket.socket] = field(default_factory=set[socket.socket])
    stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list[threading.Thread])

    @property
    def port(self) -> int:
        port: int = self.listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def listen(self) -> None:
        """Accept connections; until then they are refused."""
        self.listener.listen(1024)
        self._start(self._accept)

    def stop(self) -> None:
        self.stopped.set()
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:  # It never listened.
            pass
        self.listener.close()
        for thread in list(self._threads):
            thread.join()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.open.add(connection)
            self._start(self._serve, connection)

    def _serve(self, plain: socket.socket) -> None:
        connection = plain
        try:
            if self.tls:
                connection = self.tls.wrap_socket(
                    plain, server_side=True, do_handshake_on_connect=False
                )
                connection.do_handshake()
            connection.sendall(self.greeting)
            while request := _request(connection, self.stopped, self.max_body):
                with self._lock:
                    self.requests.append(request)
                    number = len(self.requests)
                action = self.actions[min(number, len(self.actions)) - 1]
                action(Responder(self, connection, request, number))
        except (OSError, ValueError):  # The connection was closed or reset.
            pass
        finally:
            connection.close()
            plain.close()
            self.open.discard(plain)


def _request(
    connection: socket.socket, stopped: threading.Event, max_body: int | None
) -> Request | None:
    """Return the next request; None if the connection ends."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = _receive(connection, stopped)
        if not chunk:
            return None
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0.0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
        elif line == b"transfer-encoding: chunked":
            length = inf
    length = length if max_body is None else min(length, max_body)
    while len(body) < length and not (length == inf and body.endswith(b"0\r\n\r\n")):
        chunk = _receive(connection, stopped)
        if not chunk:
            return None
        body += chunk
    return Request(head, body, time.monotonic())


def _receive(connection: socket.socket, stopped: threading.Event) -> bytes:
    """Return the next data; empty if the connection ends or the server stops."""
    pending = isinstance(connection, ssl.SSLSocket) and connection.pending()
    while not pending and not select.select([connection], [], [], 0.05)[0]:
        if stopped.is_set():
            return b""
    return connection.recv(65536)


@contextmanager
def run_server(
    *actions: Action,
    tls: ssl.SSLContext | None = None,
    refuses_connections: bool = False,
    greeting: bytes = b"",
    max_body: int | None = None,
) -> Iterator[Server]:
    """Run a server on a free local port for a block.

    Args:
        actions: The actions, one for each request.
        tls: The TLS configuration; None for plain HTTP.
        refuses_connections: Whether it refuses connections until `listen` is called.
        greeting: Bytes to send first on each connection.
        max_body: Maximum number of bytes to read of a request body; None for all of it.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = Server(actions, tls, listener, greeting, max_body)
        if not refuses_connections:
            server.listen()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def unreachable_address(host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Yield the host and port of a socket whose connection attempts get no response."""
    with unread_address(queue=0, host=host, port=port) as place:
        waiting = [socket.socket() for _ in range(4)]  # More than its queue takes.
        for connection in waiting:
            connection.setblocking(False)
            host, _, port = place.partition(":")
            connection.connect_ex((host, int(port)))
        try:
            yield place
        finally:
            for connection in waiting:
                connection.close()


@contextmanager
def unread_address(
    queue: int = 8, host: str = "127.0.0.1", port: int = 0
) -> Iterator[str]:
    """Yield the host and port of a socket that accepts connections and never reads."""
    with socket.socket() as listener:
        listener.bind((host, port))
        listener.listen(queue)
        yield f"{host}:{listener.getsockname()[1]}"
