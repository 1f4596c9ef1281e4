"""Tests of the transports over pyreqwest with faulty servers, sync and async."""

import asyncio
import gzip
import socket
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import trustme
from _runtime import fast
from _runtime.call.request import Call
from _runtime.call.responses import ErrorFormat
from _runtime.call.security import Scheme
from _runtime.client import async_transport, transport
from _runtime.client.async_base import AsyncClient, AsyncResource
from _runtime.client.async_upload import AsyncUploadingClient
from _runtime.client.attributes import resource_attribute
from _runtime.client.base import Client, Resource
from _runtime.codec.model import Model
from _runtime.errors import (
    APIConnectionError,
    APITimeoutError,
    FailureReason,
    ResponseValidationError,
)
from _runtime.fast import AsyncFastTransport, FastTransport

from tests.support.fast import (
    BODY,
    Script,
    both_modes,
    error_chain,
    hold_connection,
    reset_connection,
    respond_with,
    response_bytes,
    run_server,
    send_requests,
)

pytest.importorskip("pyreqwest", reason="pyreqwest is not installed")

TOKEN = Scheme("token", "Authorization", prefix="Bearer ")
PATH = "/items/s3cret-id?q=s3cret"


class Item(Model, kw_only=True):
    id: str


GET = Call("GET", "/items/{id}", Item, path={"id": "s3cret-id"}, security=((TOKEN,),))
POST = Call("POST", "/items", Item, json={"a": "s3cret"}, security=((TOKEN,),))


class Items(Resource):
    def send(self, send_call: Call[Item]) -> Item:
        return self._send(send_call)


class AsyncItems(AsyncResource):
    async def send(self, send_call: Call[Item]) -> Item:
        return await self._send(send_call)


class Own(Client):
    items: Items = resource_attribute(Items)


class AsyncOwn(AsyncClient):
    items: AsyncItems = resource_attribute(AsyncItems)


def send_call(mode: str, url: str, call: Call[Item], **options: Any) -> Item:
    """Send a call with a client over the transport and return its value."""
    options = {"timeout": 10, "max_retries": 2, "strict_responses": False, **options}
    arguments: Any = (url, {TOKEN: options.pop("token", "s3cret")}, ErrorFormat())
    if mode == "sync":
        with FastTransport() as http, Own(*arguments, http=http, **options) as own:
            return own.items.send(call)

    async def run() -> Item:
        async with (
            AsyncFastTransport() as http,
            AsyncOwn(*arguments, http=http, **options) as own,
        ):
            return await own.items.send(call)

    return asyncio.run(run())


@both_modes
def test_transport_does_not_decompress(mode: str) -> None:
    compressed = gzip.compress(BODY)
    text = response_bytes(200, compressed, "Content-Encoding: gzip")
    with run_server(respond_with(text)) as server:
        request = httpx2.Request("GET", server.url)
        with FastTransport() as transport:
            response = transport.handle_request(request)
            assert b"".join(response.iter_raw()) == compressed
        assert send_call(mode, server.url, GET) == Item(id="i1")


@both_modes
def test_hook_changes_what_is_sent(mode: str) -> None:
    def change(request: httpx2.Request) -> None:
        request.headers["X-Trace"] = "7"
        request.url = request.url.copy_with(path="/elsewhere")

    with run_server(respond_with(response_bytes())) as server:
        assert send_call(mode, server.url, POST, on_request=change) == Item(id="i1")
    assert server.requests[0].startswith(b"POST /elsewhere HTTP/1.1\r\n")
    assert b"x-trace: 7\r\n" in server.requests[0].lower()
    assert server.requests[0].endswith(b'{"a":"s3cret"}')


@both_modes
def test_hook_reads_the_headers_of_the_response(mode: str) -> None:
    seen: list[str] = []
    text = response_bytes(200, BODY, "X-A: 1", "X-Odd: \xe9", "x-a: 2")
    with run_server(respond_with(text)) as server:
        send_call(
            mode,
            server.url,
            GET,
            on_response=lambda response: seen.append(response.headers["x-a"]),
        )
    assert seen == ["1, 2"]


@both_modes
def test_gzip_bomb_is_not_expanded(mode: str) -> None:
    bomb = gzip.compress(bytes(64_000_000))
    text = response_bytes(200, bomb, "Content-Encoding: gzip")
    with run_server(respond_with(text)) as server:
        with pytest.raises(
            ResponseValidationError, match="larger than max_body, 8,388,608"
        ):
            send_call(mode, server.url, GET)


@both_modes
def test_too_large_body_is_not_read_to_its_end(mode: str) -> None:
    sent: list[int] = []

    def script(connection: socket.socket, _: int) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        for _ in range(100):
            connection.sendall(bytes(1_000_000))
            sent.append(1_000_000)

    with run_server(script) as server:
        with pytest.raises(
            ResponseValidationError, match="larger than max_body, 8,388,608"
        ):
            send_call(mode, server.url, GET)
    assert sum(sent) < 50_000_000  # The socket buffers hold some of it.


@both_modes
def test_closing_an_unread_body_closes_its_connection(mode: str) -> None:
    def script(connection: socket.socket, number: int) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n")
        connection.sendall(bytes(200_000))
        hold_connection(connection, number)

    async def leave() -> httpx2.Response:
        async with AsyncFastTransport() as transport:
            response = await transport.handle_async_request(request)
            await response.aclose()
            return response

    with run_server(script) as server:
        request = httpx2.Request("GET", server.url)
        if mode == "sync":
            with FastTransport() as transport:
                response = transport.handle_request(request)
                response.close()
        else:
            response = asyncio.run(leave())
        began = time.monotonic()
        while not server.closed_at:
            time.sleep(0.02)
        assert time.monotonic() - began < 9  # Not the 10 s that the server waits.
        assert response.is_closed


@both_modes
@pytest.mark.parametrize("drip", ["head", "body", "silence"])
def test_deadline_limits_the_whole_response(mode: str, drip: str) -> None:
    def script(connection: socket.socket, number: int) -> None:
        head, _, body = response_bytes(200, bytes(100)).partition(b"\r\n\r\n")
        if drip == "silence":
            hold_connection(connection, number)
        if drip == "body":
            connection.sendall(head + b"\r\n\r\n")
        for byte in body if drip == "body" else head:
            connection.sendall(bytes([byte]))
            time.sleep(0.1)

    with run_server(script) as server:
        began = time.monotonic()
        with pytest.raises(APITimeoutError) as caught:
            send_call(mode, server.url, GET, timeout=0.5)
        took = time.monotonic() - began
    assert 0.5 <= took < 9.0  # Not the 10 s of silence; the machine may be busy.
    assert caught.value.maybe_delivered
    assert len(server.requests) == 1


class Reached(Exception):
    """A limit was requested of the clock."""


@both_modes
def test_transport_alone_keeps_the_deadline_of_calls_without_user_code(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limit(_: float) -> Any:
        raise Reached

    for module in transport, async_transport:
        clock = replace(module.REAL_TIME, limit=limit)
        monkeypatch.setattr(module, "REAL_TIME", clock)
    with run_server(respond_with(response_bytes())) as server:
        assert send_call(mode, server.url, GET) == send_call(mode, server.url, POST)
        with pytest.raises(Reached):
            send_call(mode, server.url, GET, on_request=print)
        with pytest.raises(Reached):
            send_call(mode, server.url, GET, on_response=print)
        with pytest.raises(Reached):
            send_call(mode, server.url, GET, token=lambda: "s3cret")


async def wait_for_ever(*_: object) -> str:
    await asyncio.sleep(30)
    return "s3cret"


@pytest.mark.parametrize("argument", ["on_request", "on_response", "token"])
def test_deadline_limits_hooks_and_credentials(argument: str) -> None:
    began = time.monotonic()
    with run_server(respond_with(response_bytes())) as server:
        with pytest.raises(APITimeoutError):
            send_call(
                "async", server.url, GET, timeout=0.3, **{argument: wait_for_ever}
            )
    assert time.monotonic() - began < 25


def read_to_end(connection: socket.socket, _: int) -> None:
    while connection.recv(65536):
        pass


def test_deadline_limits_what_a_subclass_of_the_transport_waits_for() -> None:
    class Slow(AsyncFastTransport):
        async def handle_async_request(
            self, request: httpx2.Request
        ) -> httpx2.Response:
            await asyncio.sleep(30)
            raise NotImplementedError

    async def run() -> None:
        options: Any = {"timeout": 0.3, "max_retries": 0, "strict_responses": False}
        async with AsyncOwn(
            "http://127.0.0.1:1", {}, ErrorFormat(), http=Slow(), **options
        ) as own:
            with pytest.raises(APITimeoutError):
                await own.items.send(Call("GET", "/items", Item))

    began = time.monotonic()
    asyncio.run(run())
    assert time.monotonic() - began < 25


class AsyncUploading(AsyncUploadingClient):
    items: AsyncItems = resource_attribute(AsyncItems)


@pytest.mark.parametrize("cause", ["chunk", "hook"])
def test_deadline_limits_the_wait_for_a_body_to_send(cause: str) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"a"
        await asyncio.sleep(30)

    async def run() -> None:
        call = Call("POST", "/items", Item, content=chunks())
        on_progress: Any = lambda *_: None
        if cause == "hook":
            call = Call("POST", "/items", Item, json={"a": 1})
            on_progress = wait_for_ever
        async with (
            AsyncFastTransport() as http,
            AsyncUploading(
                server.url,
                {},
                ErrorFormat(),
                http=http,
                timeout=0.3,
                max_retries=0,
                strict_responses=False,
            ) as own,
        ):
            with pytest.raises(APITimeoutError):
                await own.upload_with_progress(on_progress, own.items.send, call)

    began = time.monotonic()
    with run_server(read_to_end) as server:
        asyncio.run(run())
    assert time.monotonic() - began < 25


def send_then(text: bytes, end: Callable[[socket.socket], object]) -> Script:
    """Return a script that sends a part of a response and then ends the connection."""

    def script(connection: socket.socket, _: int) -> None:
        connection.sendall(text)
        time.sleep(0.1)  # The data must arrive before the connection ends.
        end(connection)

    return script


def shut_down(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"
PROTOCOL_ERROR = httpx2.RemoteProtocolError
FAULTS: dict[str, tuple[Script, type[Exception]]] = {
    "reset": (send_then(b"", reset_connection), httpx2.ReadError),
    "reset body": (
        send_then(response_bytes()[:-1], reset_connection),
        httpx2.ReadError,
    ),
    "closed": (send_then(b"", shut_down), PROTOCOL_ERROR),
    "half a head": (send_then(b"HTTP/1.1 200 OK\r\nX", shut_down), PROTOCOL_ERROR),
    "half a body": (send_then(response_bytes()[:-1], shut_down), PROTOCOL_ERROR),
    "half a chunk": (send_then(CHUNKED, shut_down), PROTOCOL_ERROR),
    "nonsense": (respond_with(b"HTP/9 nonsense\r\n\r\n"), PROTOCOL_ERROR),
    "large head": (
        respond_with(response_bytes(200, BODY, "X-A: " + "a" * 1_000_000)),
        PROTOCOL_ERROR,
    ),
    "late": (hold_connection, httpx2.ReadTimeout),
}


@both_modes
@pytest.mark.parametrize("fault", FAULTS)
def test_fault_raises_the_httpx2_error_without_the_url(mode: str, fault: str) -> None:
    script, expected = FAULTS[fault]
    with run_server(script) as server:
        late = {"timeout": {"read": 0.3 if fault == "late" else 10.0}}
        request = httpx2.Request("POST", server.url + PATH, extensions=late)
        with pytest.raises(httpx2.TransportError) as caught:
            send_requests(mode, request)
    assert type(caught.value) is expected
    assert list(error_chain(caught.value)) == [caught.value]
    assert "s3cret" not in repr(caught.value) and "127.0.0.1" not in repr(caught.value)
    assert len(server.requests) == 1


@both_modes
def test_refused_connection_is_a_connect_error(mode: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(httpx2.ConnectError, match="os error") as caught:
        send_requests(mode, httpx2.Request("GET", url + PATH))
    assert [type(e) for e in error_chain(caught.value)] == [
        httpx2.ConnectError,
        ConnectionRefusedError,
    ]
    with pytest.raises(APIConnectionError) as api_error:
        send_call(mode, url, POST, max_retries=1)
    assert api_error.value.attempts == 2 and not api_error.value.maybe_delivered
    assert api_error.value.reason is FailureReason.REFUSED


@pytest.mark.skipif(sys.platform != "linux", reason="full queues are Linux's here")
@both_modes
def test_slow_connection_is_a_connect_timeout(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast, "_MAX_CONNECT_TIME", timedelta(seconds=0.3))
    waiting: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        for _ in range(4):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        with pytest.raises(httpx2.ConnectTimeout):
            send_requests(mode, httpx2.Request("GET", url))
        for each in waiting:
            each.close()


@both_modes
def test_untrusted_certificate_is_not_retried(mode: str) -> None:
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(trust)
    with run_server(respond_with(response_bytes()), trust) as server:
        with pytest.raises(APIConnectionError) as caught:
            send_call(mode, server.url, GET)
    assert any(isinstance(each, ssl.SSLError) for each in error_chain(caught.value))
    assert caught.value.attempts == server.connections == 1
    assert caught.value.reason is FailureReason.UNTRUSTED_CERTIFICATE
    assert server.requests == []


@both_modes
def test_maybe_delivered_post_is_not_retried(mode: str) -> None:
    with run_server(FAULTS["reset"][0]) as server:
        with pytest.raises(APIConnectionError) as caught:
            send_call(mode, server.url, POST)
    assert caught.value.maybe_delivered and len(server.requests) == 1


@both_modes
def test_closed_connection_is_detected_and_nothing_is_sent_twice(mode: str) -> None:
    with run_server(send_then(response_bytes(), shut_down)) as server:
        posts = [httpx2.Request("POST", server.url) for _ in range(4)]
        send_requests(mode, *posts, pause=0.4)
    assert len(server.requests) == 4


@both_modes
def test_stale_connection_costs_no_retry(mode: str) -> None:
    def script(connection: socket.socket, number: int) -> None:
        if number == 1:
            connection.shutdown(socket.SHUT_RDWR)
        connection.sendall(response_bytes())

    with run_server(script) as server:
        assert send_call(mode, server.url, GET, max_retries=0) == Item(id="i1")
    assert len(server.requests) == 2


def test_error_for_unsupported_url_omits_the_url() -> None:
    with FastTransport() as transport:
        request = httpx2.Request("GET", "gopher://127.0.0.1" + PATH)
        with pytest.raises(httpx2.TransportError) as caught:
            transport.handle_request(request)
    assert "s3cret" not in "".join(map(repr, error_chain(caught.value)))
