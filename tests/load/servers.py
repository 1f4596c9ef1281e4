"""A server of documents by HTTPS on loopback, and names with chosen addresses."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

PUBLIC = "93.184.216.34"
"""An address of the Internet, from which connections are led to loopback."""


@dataclass
class StoredResponse:
    """An HTTP response."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Server:
    """A running server.

    Attributes:
        port: Its port on loopback.
        responses: The responses by path.
        hosts: The `Host` of each request.
    """

    port: int
    responses: dict[str, StoredResponse | Callable[[BaseHTTPRequestHandler], None]]
    hosts: list[str] = field(default_factory=list[str])

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the URL of a path."""
        return f"https://{host}:{self.port}{path}"


@contextmanager
def run_server(folder: Path, *names: str) -> Iterator[Server]:
    """Run a server with a certificate for names, and write `ca.pem` of its authority."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    server: Server

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.hosts.append(self.headers["Host"])
            found = server.responses.get(self.path, StoredResponse(status=404))
            if not isinstance(found, StoredResponse):
                found(self)
                return
            self.send_response(found.status)
            headers = {"Content-Length": str(len(found.body)), **found.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class QuietServer(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # The client refuses the certificate, or leaves.

    with QuietServer(("127.0.0.1", 0), Handler) as listener:
        listener.socket = context.wrap_socket(listener.socket, server_side=True)
        server = Server(listener.server_address[1], {})
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()


@dataclass
class Resolver:
    """Addresses of names, and the addresses that were connected to.

    Attributes:
        addresses: The addresses of each name; each look-up takes the next, the last stays.
        connected: The addresses of all connections.
    """

    addresses: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    connected: list[str] = field(default_factory=list[str])


def replace_resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    """Give names the addresses of the resolver, and lead connections to `PUBLIC` to loopback."""
    resolver = Resolver()
    look_up, connect = socket.getaddrinfo, socket.create_connection

    def getaddrinfo(host: str, *arguments: object, **named: object) -> object:
        found = resolver.addresses.get(host)
        if found is None:
            return look_up(host, *arguments, **named)  # type: ignore[arg-type]
        address = found.pop(0) if len(found) > 1 else found[0]
        return look_up(address, *arguments, **named)  # type: ignore[arg-type]

    def create_connection(
        address: tuple[str, int], *arguments: object, **named: object
    ) -> socket.socket:
        resolver.connected.append(address[0])
        host = "127.0.0.1" if address[0] == PUBLIC else address[0]
        return connect((host, address[1]), *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    return resolver
