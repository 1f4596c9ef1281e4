"""Generate and import clients of small documents, and call them over a mock transport."""

import asyncio
import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
from clientcast.conventions import Conventions
from clientcast.output import write
from clientcast.pipeline import cast
from clientcast.trust import NO_TRUST, Trust

from tests.support.project import ROOT

SPECS = ROOT / "tests" / "specs"
WITHOUT_FAKE = Conventions(testing=False)


def import_client(
    spec: Path,
    folder: Path,
    trust: Trust = NO_TRUST,
    conventions: Conventions = WITHOUT_FAKE,
) -> ModuleType:
    """Generate the package of a document into a folder, without a fake, and import it."""
    result = cast(spec, spec.name, trust=trust, conventions=conventions)
    assert result.files is not None, "\n".join(map(str, result.diagnostics))
    name = f"cast_{spec.stem}"
    write(folder / name, result.files)
    for loaded in [key for key in sys.modules if key.partition(".")[0] == name]:
        del sys.modules[loaded]
    importlib.invalidate_caches()
    sys.path.insert(0, str(folder))
    try:
        package = importlib.import_module(name)
        importlib.import_module(f"{name}.models")
    finally:
        sys.path.remove(str(folder))
    return package


class Server:
    """Mock server: sends the same response to every request, and records the requests."""

    def __init__(self, status: int = 204, json: object = None, **headers: str) -> None:
        self.status = status
        self.json = json
        self.headers = headers
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if self.json is None:
            return httpx2.Response(self.status, headers=self.headers)
        return httpx2.Response(self.status, json=self.json, headers=self.headers)

    @property
    def last(self) -> httpx2.Request:
        """The last request."""
        return self.requests[-1]

    @property
    def sync(self) -> httpx2.Client:
        """A synchronous HTTP client connected to this server."""
        return httpx2.Client(transport=httpx2.MockTransport(self))

    @property
    def asynchronous(self) -> httpx2.AsyncClient:
        """An asynchronous HTTP client connected to this server."""
        return httpx2.AsyncClient(transport=httpx2.MockTransport(self))


class RawServer(Server):
    """Mock server that sends bytes of a media type; empty for no `Content-Type`."""

    def __init__(self, content: bytes, content_type: str, status: int = 200) -> None:
        super().__init__(status)
        self.content = content
        self.content_type = content_type

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        headers = {"Content-Type": self.content_type} if self.content_type else {}
        return httpx2.Response(self.status, content=self.content, headers=headers)


def call_sync_and_async(
    package: ModuleType, server: Server, method: str, *args: Any, **kwargs: Any
) -> Any:
    """Call a method of the sync and of the async client, and return its result.

    Both must send the same request and return the same result. The keyword argument
    `client` has options of the client.
    """
    options = kwargs.pop("client", {})
    name = next(
        n
        for n in package.__all__
        if f"Async{n}" in package.__all__
        and hasattr(getattr(package, n), "with_options")
    )

    def bound_method(client: Any) -> Any:
        for part in method.split("."):
            client = getattr(client, part)
        return client

    async def in_async() -> Any:
        http = server.asynchronous
        async with getattr(package, f"Async{name}")(http=http, **options) as client:
            return await bound_method(client)(*args, **kwargs)

    with getattr(package, name)(http=server.sync, **options) as client:
        returned = bound_method(client)(*args, **kwargs)
    first = server.last
    assert asyncio.run(in_async()) == returned
    second = server.last
    assert first is not second
    assert (first.method, first.url, first.content) == (
        second.method,
        second.url,
        second.content,
    )
    assert first.headers.raw == second.headers.raw
    return returned
