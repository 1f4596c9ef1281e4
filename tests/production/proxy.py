"""HTTP proxy on a real socket that may require a user and a password (RFC 9110, 11.7)."""

import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.faults.server import Request


@dataclass
class Proxy:
    """A running proxy.

    Attributes:
        port: Its port on loopback.
        authorization: The `Proxy-Authorization` that it requires; empty for none.
        requests: The heads that it received.
    """

    port: int
    authorization: str = ""
    requests: list[Request] = field(default_factory=list[Request])

    def url(self, userinfo: str = "") -> str:
        """Return its URL, with a user and a password if given."""
        return f"http://{userinfo and userinfo + '@'}127.0.0.1:{self.port}"


@contextmanager
def run_proxy(user: str = "", password: str = "") -> Iterator[Proxy]:
    """Run a proxy on a free port for a block; with a user it requires credentials."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        credentials = b64encode(f"{user}:{password}".encode()).decode()
        authorization = f"Basic {credentials}" if user else ""
        proxy = Proxy(listener.getsockname()[1], authorization)
        thread = threading.Thread(target=_accept, args=(listener, proxy), daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _accept(listener: socket.socket, proxy: Proxy) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_serve, args=(client, proxy), daemon=True).start()


def _serve(client: socket.socket, proxy: Proxy) -> None:
    """Serve the first request of a connection, then relay bytes in both directions.

    Every server is on loopback, whatever its name.
    """
    with client, suppress(OSError):
        data = b""
        while b"\r\n\r\n" not in data:
            received = client.recv(65536)
            if not received:
                return
            data += received
        head, _, body = data.partition(b"\r\n\r\n")
        request = Request(head, body, 0.0)
        proxy.requests.append(request)
        sent = request.header("Proxy-Authorization") or ""
        if proxy.authorization not in ("", sent):
            client.sendall(
                b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                b'Proxy-Authenticate: Basic realm="gateway"\r\n'
                b"Content-Length: 0\r\n\r\n"
            )
            return
        is_tunnel = request.method == "CONNECT"
        place = request.target if is_tunnel else urlsplit(request.target).netloc
        port = int(place.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as server:
            if is_tunnel:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                server.sendall(_forwarded(request) + body)
            back = threading.Thread(target=_relay, args=(server, client), daemon=True)
            back.start()
            _relay(client, server)
            back.join()


def _forwarded(request: Request) -> bytes:
    """Return the head of a request for its server, without headers for the proxy."""
    lines = request.head.decode().split("\r\n")
    path = urlsplit(request.target).path
    kept = [line for line in lines[1:] if not line.lower().startswith("proxy-")]
    first = f"{request.method} {path} HTTP/1.1"
    return "\r\n".join((first, *kept, "", "")).encode()


def _relay(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
