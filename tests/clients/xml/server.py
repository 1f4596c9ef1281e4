"""Server of XML on a socket, and clients of a document that call it."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.support.casting import import_client


@dataclass(frozen=True)
class Received:
    """A request."""

    body: bytes
    content_type: str | None
    accept: str | None


@dataclass
class XmlServer:
    """Server that sends the same response to every request, and records the requests."""

    url: str = ""
    status: int = 200
    content: bytes = b""
    content_type: str = "application/xml"
    requests: list[Received] = field(default_factory=list[Received])

    def respond(
        self,
        content: str | bytes,
        content_type: str = "application/xml",
        status: int = 200,
    ) -> None:
        self.content = content.encode() if isinstance(content, str) else content
        self.content_type, self.status = content_type, status

    @property
    def last(self) -> Received:
        return self.requests[-1]


@contextmanager
def run_xml_server() -> Iterator[XmlServer]:
    server = XmlServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            server.requests.append(
                Received(body, self.headers["Content-Type"], self.headers["Accept"])
            )
            is_read = self.command == "GET"
            self.send_response(server.status if is_read else 204)
            if is_read:
                self.send_header("Content-Type", server.content_type)
                self.send_header("Content-Length", str(len(server.content)))
            self.end_headers()
            if is_read:
                self.wfile.write(server.content)
            self.wfile.flush()

        do_GET = do_PUT = do_POST = respond

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        server.url = f"http://127.0.0.1:{listener.server_port}"
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        yield server
        listener.shutdown()


class Clients:
    """The sync and the async client of a package."""

    def __init__(self, package: ModuleType, url: str, **options: Any) -> None:
        self.package = package
        self._url, self._options = url, options
        names = [n for n in package.__all__ if f"Async{n}" in package.__all__]
        self._name = next(
            n for n in names if hasattr(getattr(package, n), "with_options")
        )
        self.sync = getattr(package, self._name)(base_url=url, **options)

    def call(self, mode: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a client, and return its result."""
        if mode == "sync":
            return _method(self.sync, method)(*args, **kwargs)

        async def call() -> Any:
            client = getattr(self.package, f"Async{self._name}")
            async with client(base_url=self._url, **self._options) as opened:
                return await _method(opened, method)(*args, **kwargs)

        return asyncio.run(call())

    def close(self) -> None:
        self.sync.close()


def _method(client: Any, path: str) -> Any:
    for part in path.split("."):
        client = getattr(client, part)
    return client


def make_clients(
    document: dict[str, Any], name: str, folder: Path, url: str, **options: Any
) -> Clients:
    """Generate the package of a document, and return clients of it."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return Clients(import_client(path, folder), url, max_retries=0, **options)
