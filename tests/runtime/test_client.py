"""Tests of the base classes of clients, sync and async, with sockets and mock transports."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator

import httpx2
import pytest
from _runtime import errors
from _runtime.call.arguments import ArgumentPath
from _runtime.call.config import Config
from _runtime.call.paging import CursorPaging, OffsetPaging, Paging
from _runtime.call.request import Call
from _runtime.call.responses import ErrorFormat
from _runtime.client.async_base import AsyncClient
from _runtime.client.async_page import AsyncPage, AsyncPagingResource
from _runtime.client.async_sender import AsyncSender
from _runtime.client.async_transport import AsyncConnections
from _runtime.client.attributes import resource_attribute
from _runtime.client.base import Client
from _runtime.client.page import Page, PagingResource
from _runtime.client.sender import Sender
from _runtime.client.transport import Connections
from _runtime.codec.model import Model

Handler = Callable[[httpx2.Request], httpx2.Response]


class Item(Model, kw_only=True):
    id: int


class Items(Model, kw_only=True):
    items: list[Item]
    last: str | None = None
    total: int | None = None


class Things(PagingResource):
    def get(self) -> Item:
        return self._send(Call("GET", "/things/{id}", Item, path={"id": "s3cret"}))

    def list(self, paging: Paging, **query: object) -> Page[Item, Items]:
        return self._page(Call("GET", "/things", Items, query=query), Item, paging)


class AsyncThings(AsyncPagingResource):
    async def get(self) -> Item:
        call = Call("GET", "/things/{id}", Item, path={"id": "s3cret"})
        return await self._send(call)

    async def list(self, paging: Paging, **query: object) -> AsyncPage[Item, Items]:
        call = Call("GET", "/things", Items, query=query)
        return await self._page(call, Item, paging)


ERROR_FORMAT = ErrorFormat(
    Item, code=("errors", 0, "code"), message=("message",), request_id="X-Id"
)


def config(url: str = "https://x", timeout: float = 5) -> Config:
    return Config(url, ERROR_FORMAT, timeout, max_retries=0)


def get(
    mode: str, url: str, handler: Handler | None = None, timeout: float = 5
) -> Item:
    """Send one call in a mode, to a handler or over the network."""
    transport = None if handler is None else httpx2.MockTransport(handler)
    if mode == "sync":
        with httpx2.Client(transport=transport, trust_env=False) as http:
            return Things(
                Sender(config(url, timeout), {}, Connections(url, http))
            ).get()

    async def run() -> Item:
        async with httpx2.AsyncClient(transport=transport, trust_env=False) as http:
            return await AsyncThings(
                AsyncSender(config(url, timeout), {}, AsyncConnections(url, http))
            ).get()

    return asyncio.run(run())


def pages(
    mode: str, handler: Handler, paging: Paging, **query: object
) -> list[list[int]]:
    """Return the ids of each page of a list."""
    transport = httpx2.MockTransport(handler)
    if mode == "sync":
        http = httpx2.Client(transport=transport)
        sender = Sender(config(), {}, Connections("https://x", http))
        page = Things(sender).list(paging, **query)
        found = [[item.id for item in page.items]]
        everything = [item.id for item in page]
        while page.has_next:
            page = page.next_page()
            found.append([item.id for item in page.items])
        with pytest.raises(LookupError):
            page.next_page()
    else:

        async def run() -> tuple[list[list[int]], list[int]]:
            http = httpx2.AsyncClient(transport=transport)
            sender = AsyncSender(config(), {}, AsyncConnections("https://x", http))
            page = await AsyncThings(sender).list(paging, **query)
            found = [[item.id for item in page.items]]
            everything = [item.id async for item in page]
            while page.has_next:
                page = await page.next_page()
                found.append([item.id for item in page.items])
            with pytest.raises(LookupError):
                await page.next_page()
            return found, everything

        found, everything = asyncio.run(run())
    assert everything == [item for page in found for item in page]
    return found


both_modes = pytest.mark.parametrize("mode", ["sync", "async"])

CURSOR = CursorPaging(
    ArgumentPath("query", ("last",)), cursor=("last",), items=(("items",),)
)
SKIP, SIZE = ArgumentPath("query", ("skip",)), ArgumentPath("query", ("size",))
OFFSET = OffsetPaging(SKIP, limit=SIZE, default_limit=2, items=((), ("items",)))
TOTAL = OffsetPaging(
    SKIP, limit=SIZE, default_limit=0, items=(("items",),), total=("total",)
)


def sliced_page(request: httpx2.Request, total: int | None = None) -> httpx2.Response:
    """Respond with the page of five items that `skip` and `size` select."""
    skip = int(request.url.params.get("skip", 0))
    size = int(request.url.params.get("size", 2))
    body: dict[str, object] = {
        "items": [{"id": i} for i in range(5)][skip : skip + size]
    }
    return httpx2.Response(
        200, json=body if total is None else {**body, "total": total}
    )


@both_modes
def test_cursor_paging_follows_cursors_to_the_last_page(mode: str) -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        cursor = request.url.params.get("last", "0")
        following = {"0": "1", "1": "2"}.get(cursor, "")
        return httpx2.Response(
            200, json={"items": [{"id": int(cursor)}], "last": following}
        )

    assert pages(mode, handler, CURSOR, last=None) == [[0], [1], [2]]
    assert pages(mode, handler, CURSOR, last="1") == [[1], [2]]


@both_modes
def test_repeated_cursor_raises_pagination_error(mode: str) -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"items": [{"id": 1}], "last": "s3cret"})

    with pytest.raises(errors.PaginationError) as caught:
        pages(mode, handler, CURSOR, last=None)
    assert "s3cret" not in str(caught.value)


@both_modes
def test_offset_paging_stops_at_a_short_page(mode: str) -> None:
    assert pages(mode, sliced_page, OFFSET, skip=None, size=None) == [
        [0, 1],
        [2, 3],
        [4],
    ]
    assert pages(mode, sliced_page, OFFSET, skip=3, size=1) == [[3], [4], []]
    # The server may return less than was asked for, but no less than its default.
    assert pages(mode, sliced_page, OFFSET, skip=0, size=9) == [[0, 1, 2, 3, 4], []]


@both_modes
def test_offset_paging_with_total_stops_at_the_total(mode: str) -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        return sliced_page(request, total=5)

    assert pages(mode, handler, TOTAL, skip=None, size=None) == [[0, 1], [2, 3], [4]]
    assert pages(mode, handler, TOTAL, skip=4, size=None) == [[4]]
    assert pages(mode, handler, TOTAL, skip=0, size=5) == [[0, 1, 2, 3, 4]]


@both_modes
@pytest.mark.parametrize(
    ("status", "name"),
    [
        (300, "APIStatusError"),
        (302, "APIStatusError"),
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (403, "PermissionDeniedError"),
        (404, "NotFoundError"),
        (409, "ConflictError"),
        (418, "APIStatusError"),
        (422, "UnprocessableEntityError"),
        (429, "RateLimitError"),
        (500, "InternalServerError"),
        (503, "InternalServerError"),
    ],
)
def test_status_raises_its_error_class_with_code_and_request_id(
    mode: str, status: int, name: str
) -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(
            status,
            headers={"X-Id": "req-1", "Location": "https://evil.example/"},
            json={"errors": [{"code": "E1"}], "message": "no s3cret", "id": 7},
        )

    with pytest.raises(errors.APIStatusError) as caught:
        get(mode, "https://x", handler)
    error = caught.value
    assert type(error).__name__ == name
    assert (error.status_code, error.code, error.message) == (status, "E1", "no s3cret")
    assert error.request_id == "req-1"
    assert error.body == Item(id=7)
    assert error.response.status_code == status
    assert str(error).startswith(
        f"GET /things/{{id}} returned {status}, code E1, request id req-1"
    )
    assert ("follow_redirects" in str(error)) == (status == 302)


@both_modes
@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"errors":{}}', b"\xff", b'"x"']
)
def test_status_error_with_unexpected_body_has_no_code(mode: str, body: bytes) -> None:
    with pytest.raises(errors.NotFoundError) as caught:
        get(mode, "https://x", lambda request: httpx2.Response(404, content=body))
    assert caught.value.code is None
    assert caught.value.response.content == body


@both_modes
@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff"])
def test_unreadable_success_raises_validation_error(mode: str, body: bytes) -> None:
    with pytest.raises(errors.ResponseValidationError, match="returned 200, and its"):
        get(mode, "https://x", lambda request: httpx2.Response(200, content=body))


@both_modes
def test_mismatch_is_a_warning_with_its_json_path(mode: str) -> None:
    with pytest.warns(errors.ResponseWarning) as caught:
        item = get(
            mode, "https://x", lambda _: httpx2.Response(200, json={"id": "s3cret"})
        )
    assert str(item.id) == "s3cret"
    (warning,) = caught
    assert str(warning.message) == (
        "GET /things/{id}: $.id: expected integer, got string"
    )


@both_modes
def test_refused_connection_raises_connection_error(mode: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(errors.APIConnectionError) as caught:
            get(mode, f"http://127.0.0.1:{port}")
    assert str(caught.value) == (
        "GET /things/{id} got no response: the connection was refused"
    )
    assert "s3cret" not in str(caught.value.__cause__)


@pytest.fixture
def silent_server_port() -> Iterator[int]:
    """Yield the port of a server that accepts connections and never responds."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        accepted: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    accepted.append(server.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in accepted:
            connection.close()


@both_modes
def test_silent_server_raises_timeout_error(mode: str, silent_server_port: int) -> None:
    with pytest.raises(errors.APITimeoutError):
        get(mode, f"http://127.0.0.1:{silent_server_port}", timeout=0.2)


def test_http_of_the_user_is_not_closed() -> None:
    with httpx2.Client() as http:
        with Client(
            "https://x",
            {},
            ERROR_FORMAT,
            timeout=1,
            max_retries=0,
            strict_responses=False,
            http=http,
        ):
            pass
        assert not http.is_closed

    class Own(Client):
        def __init__(self) -> None:
            super().__init__(
                "https://x",
                {},
                ERROR_FORMAT,
                timeout=1,
                max_retries=0,
                strict_responses=False,
                http=None,
            )

        things: Things = resource_attribute(Things)

    own = Own()
    own.close()
    with pytest.raises(RuntimeError, match="closed"):
        own.things.get()

    class AsyncOwn(AsyncClient):
        def __init__(self) -> None:
            super().__init__(
                "https://x",
                {},
                ERROR_FORMAT,
                timeout=1,
                max_retries=0,
                strict_responses=False,
                http=None,
            )

        things: AsyncThings = resource_attribute(AsyncThings)

    async def run() -> None:
        async with httpx2.AsyncClient() as http:
            async with AsyncClient(
                "https://x",
                {},
                ERROR_FORMAT,
                timeout=1,
                max_retries=0,
                strict_responses=False,
                http=http,
            ):
                pass
            assert not http.is_closed
        async with AsyncOwn() as own:
            pass
        with pytest.raises(RuntimeError, match="closed"):
            await own.things.get()

    asyncio.run(run())
