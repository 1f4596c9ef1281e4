"""Server on a real socket for uploads, which decides itself how much of a body it reads."""

import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self


@dataclass
class Incoming:
    """A request whose head has arrived.

    Attributes:
        connection: The connection.
        head: Request line and headers.
        body: The body, as far as it was read.
        is_complete: Whether the end of the body was read.
    """

    connection: socket.socket
    head: bytes
    body: bytes = b""
    is_complete: bool = False
    _unread: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the value of a header; None if it was not sent."""
        pattern = rb"^%s:[ \t]*(.*?)\r?$" % name.encode()
        found = re.search(pattern, self.head, re.IGNORECASE | re.MULTILINE)
        return found[1].decode() if found else None

    def read(self, size: int) -> bytes:
        """Return as much data; less at the end of the connection."""
        while len(self._unread) < size:
            data = self.connection.recv(65536)
            if not data:
                break
            self._unread += data
        taken, self._unread = self._unread[:size], self._unread[size:]
        return taken

    def read_body(self) -> bytes:
        """Read the body to its end, or to that of the connection."""
        if self.header("transfer-encoding") == "chunked":
            while size := int(self._line() or b"0", 16):
                self.body += self.read(size)
                self._line()
            self.is_complete = self._line() == b""
            return self.body
        length = int(self.header("content-length") or 0)
        self.body += self.read(length)
        self.is_complete = len(self.body) == length
        return self.body

    def _line(self) -> bytes | None:
        line = b""
        while not line.endswith(b"\r\n"):
            byte = self.read(1)
            if not byte:
                return None
            line += byte
        return line[:-2]

    def respond(self, status: int = 204, *headers: str, body: bytes = b"") -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
        self.connection.sendall("\r\n".join((*lines, "", "")).encode() + body)

    def reset(self) -> None:
        """Close the connection with a reset."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()


Action = Callable[[Incoming], None]


def accept(incoming: Incoming) -> None:
    """Read the body and respond with 204."""
    incoming.read_body()
    if incoming.is_complete:
        incoming.respond()


def respond_after(status: int, *headers: str) -> Action:
    """Return an action that reads the body and responds."""

    def action(incoming: Incoming) -> None:
        incoming.read_body()
        incoming.respond(status, *headers)

    return action


@dataclass
class UploadServer:
    """Server that performs the n-th action for the n-th request, and then repeats the last.

    Attributes:
        actions: The actions.
        requests: The requests so far.
    """

    actions: tuple[Action, ...] = (accept,)
    requests: list[Incoming] = field(default_factory=list[Incoming])

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._connections = list[socket.socket]()
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        data = b""
        with suppress(OSError), connection:
            while True:
                while b"\r\n\r\n" not in data:
                    received = connection.recv(65536)
                    if not received:
                        return
                    data += received
                head, _, rest = data.partition(b"\r\n\r\n")
                incoming = Incoming(connection, head, _unread=rest)
                self.requests.append(incoming)
                number = min(len(self.requests), len(self.actions))
                self.actions[number - 1](incoming)
                data = incoming._unread


def wait_for(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Wait until a condition holds; return whether it does."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return condition()
