"""A server on a real socket that does with each request what it is told, mostly wrong."""

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class Request:
    """A request as the server saw it.

    Attributes:
        head: All before the body.
        arrived: When it was complete, on the monotonic clock, in seconds.
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
        """The value of a header, None where it was not sent."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.decode("latin-1").partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None


@dataclass
class Turn:
    """The server's turn: a request has come, and its connection waits."""

    server: "Server"
    connection: socket.socket
    request: Request
    number: int

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def hold(self, seconds: float = 30.0) -> None:
        """Do nothing for a while, or until the client or the server goes away.

        Raises:
            ConnectionError: One of them went away.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self.server.over.is_set():
                raise ConnectionError
            ready, _, _ = select.select([self.connection], [], [], min(left, 0.05))
            if ready and not self.connection.recv(65536):
                raise ConnectionError

    def close(self) -> None:
        """Say that nothing more will come (FIN)."""
        self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def reset(self) -> None:
        """Break the connection off (RST)."""
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()


Action: TypeAlias = Callable[[Turn], None]


@dataclass
class Server:
    """Does at the n-th request the n-th action, and the last one from then on.

    Attributes:
        greeting: What it says first on each connection, before any request.
        requests: Those that came whole.
        connections: How many were opened.
        open: Those that are open.
        over: Set once the server goes away.
    """

    actions: tuple[Action, ...]
    tls: ssl.SSLContext | None
    listener: socket.socket
    greeting: bytes = b""
    requests: list[Request] = field(default_factory=list[Request])
    connections: int = 0
    open: set[socket.socket] = field(default_factory=set[socket.socket])
    over: threading.Event = field(default_factory=threading.Event)
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
        """Take connections; until then they are refused."""
        self.listener.listen(1024)
        self._start(self._accept)

    def stop(self) -> None:
        self.over.set()
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
        while not self.over.is_set():
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
                connection = self.tls.wrap_socket(plain, server_side=True)
            connection.sendall(self.greeting)
            while request := _request(connection, self.over):
                with self._lock:
                    self.requests.append(request)
                    number = len(self.requests)
                action = self.actions[min(number, len(self.actions)) - 1]
                action(Turn(self, connection, request, number))
        except (OSError, ValueError):  # The client went away, or was sent away.
            pass
        finally:
            connection.close()
            plain.close()
            self.open.discard(plain)


def _request(connection: socket.socket, over: threading.Event) -> Request | None:
    """The next request, None where there is none."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = _receive(connection, over)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    while len(body) < length:
        piece = _receive(connection, over)
        if not piece:
            return None
        body += piece
    return Request(head, body, time.monotonic())


def _receive(connection: socket.socket, over: threading.Event) -> bytes:
    """What comes next; nothing where the client or the server goes away."""
    pending = isinstance(connection, ssl.SSLSocket) and connection.pending()
    while not pending and not select.select([connection], [], [], 0.05)[0]:
        if over.is_set():
            return b""
    return connection.recv(65536)


@contextmanager
def serving(
    *actions: Action,
    tls: ssl.SSLContext | None = None,
    refuses: bool = False,
    greeting: bytes = b"",
) -> Iterator[Server]:
    """A server on a free port of this machine, for this block.

    Args:
        actions: What it does at each request.
        tls: Its certificate; plain HTTP without one.
        refuses: Whether it refuses connections until `listen` is called.
        greeting: What it says first on each connection.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = Server(actions, tls, listener, greeting)
        if not refuses:
            server.listen()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def blackhole() -> Iterator[str]:
    """Where a port answers nothing, not even to say that it is closed: host and port."""
    with deaf(queue=0) as place:
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
def deaf(queue: int = 8) -> Iterator[str]:
    """Where a port takes connections and reads nothing of what they send: host and port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(queue)
        yield f"127.0.0.1:{listener.getsockname()[1]}"
