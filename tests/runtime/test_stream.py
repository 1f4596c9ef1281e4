"""Tests of streams, sync and async, over real sockets."""

import asyncio
import gc
import gzip
import socket
import time
import warnings
from collections.abc import Generator
from contextlib import contextmanager, suppress
from itertools import product
from threading import Event, Thread
from typing import Any

import pytest
import trio
from _runtime import errors
from _runtime.call.request import Call
from _runtime.call.responses import ErrorFormat
from _runtime.call.stream_decoder import ServerSentEvent
from _runtime.client.async_download import AsyncDownloadingClient
from _runtime.client.async_stream import AsyncStream, AsyncStreamingResource
from _runtime.client.async_transport import AsyncConnections
from _runtime.client.attributes import resource_attribute
from _runtime.client.download import DownloadingClient
from _runtime.client.stream import Stream, StreamingResource
from _runtime.codec.model import Model


class Item(Model, kw_only=True):
    id: int


EVENTS = Call(
    "GET",
    "/events",
    Item,
    accept="text/event-stream",
    response_format="events",
    by_event={"text": str},
)
LINES = Call("GET", "/lines", Item, accept="application/jsonl", response_format="lines")
SEQUENCE = Call(
    "GET", "/seq", Item, accept="application/json-seq", response_format="sequence"
)
BYTES = Call("GET", "/bytes", bytes, accept="image/png", response_format="bytes")
JSON = Call("GET", "/json", Item)


class Things(StreamingResource):
    def events(self) -> Stream[ServerSentEvent[Item]]:
        return self._events(EVENTS)

    def lines(self) -> Stream[Item]:
        return self._stream(LINES)

    def sequence(self) -> Stream[Item]:
        return self._stream(SEQUENCE)

    def bytes(self) -> bytes:
        return self._send(BYTES)

    def json(self) -> Item:
        return self._send(JSON)


class AsyncThings(AsyncStreamingResource):
    async def events(self) -> AsyncStream[ServerSentEvent[Item]]:
        return await self._events(EVENTS)

    async def lines(self) -> AsyncStream[Item]:
        return await self._stream(LINES)

    async def sequence(self) -> AsyncStream[Item]:
        return await self._stream(SEQUENCE)

    async def bytes(self) -> bytes:
        return await self._send(BYTES)

    async def json(self) -> Item:
        return await self._send(JSON)


class Api(DownloadingClient):
    things: Things = resource_attribute(Things)


class AsyncApi(AsyncDownloadingClient):
    things: AsyncThings = resource_attribute(AsyncThings)


OPTIONS: dict[str, Any] = {"timeout": 20, "max_retries": 2, "strict_responses": False}


class Server:
    """Server that plays one script for each connection: bytes to send, or seconds to wait.

    Attributes:
        request_heads: The heads of the requests received.
        is_disconnected: Set once the client closes a connection before its script ends.
    """

    def __init__(self, *scripts: list[bytes | float]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.request_heads: list[bytes] = []
        self.is_disconnected = Event()
        self._scripts = scripts
        self._thread = Thread(target=self._serve)

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        self._listener.settimeout(10)
        for script in self._scripts:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self._play_script(connection, script)

    def _play_script(
        self, connection: socket.socket, script: list[bytes | float]
    ) -> None:
        connection.settimeout(10)
        self.request_heads.append(connection.recv(65536))
        try:
            for step in script:
                if isinstance(step, bytes):
                    connection.sendall(step)
                elif self._closes_within(connection, step):
                    self.is_disconnected.set()
                    return
        except OSError:
            self.is_disconnected.set()

    def _closes_within(self, connection: socket.socket, seconds: float) -> bool:
        connection.settimeout(seconds)
        try:
            return connection.recv(1) == b""
        except TimeoutError:
            return False


def head(media_type: str, *more: str, status: str = "200 OK") -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {media_type}", *more)
    return "\r\n".join((*lines, "", "")).encode()


CHUNKED = "Transfer-Encoding: chunked"
END = b"0\r\n\r\n"
ONE = b'data: {"id": 1}\n\n'
TWO = b'event: text\nid: 7\ndata: {"id": 2}\n\n'


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


BEGIN = head("text/event-stream; charset=utf-8", CHUNKED)


@contextmanager
def warnings_ignored() -> Generator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def run(mode: str, main: Any) -> Any:
    return trio.run(main) if mode == "trio" else asyncio.run(main())


def items(mode: str, url: str, method: str, **options: Any) -> list[Any]:
    """Return all items of a stream."""
    if mode == "sync":
        with Api(url, {}, ErrorFormat(), **(OPTIONS | options)) as api:
            return list(getattr(api.things, method)())

    async def main() -> list[Any]:
        async with AsyncApi(url, {}, ErrorFormat(), **(OPTIONS | options)) as api:
            return [item async for item in await getattr(api.things, method)()]

    found: list[Any] = run(mode, main)
    return found


def connections(api: Any) -> list[Any]:
    """Return the connections of a client's only pool."""
    connections = api._connections
    if isinstance(connections, AsyncConnections):
        (opened,) = connections._opened.values()
        return list(opened.http._pool(None).connections)
    (transport,) = connections._transports.values()
    return list(transport._pool(None).connections)


modes = pytest.mark.parametrize("mode", ["sync", "asyncio", "trio"])


@modes
def test_events(mode: str) -> None:
    with Server(
        [BEGIN, chunk(ONE[:5]), chunk(ONE[5:] + TWO[:8]), chunk(TWO[8:]), END]
    ) as s:
        found = items(mode, s.url, "events")
    assert found == [
        ServerSentEvent(Item(id=1)),
        ServerSentEvent('{"id": 2}', event="text", id="7"),
    ]
    assert b"\r\nAccept: text/event-stream\r\n" in s.request_heads[0]


@modes
@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("lines", b'{"id":1}\n\n{"id":2}'),
        ("sequence", b'\x1e{"id":1}\n\x1e{"id":2}\n'),
        ("events", b'data: {"id":1}\n\ndata: {"id":2}\n\ndata: [DONE]\n\ndata: x\n\n'),
    ],
)
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_stream_yields_items_in_each_format_and_encoding(
    mode: str, method: str, body: bytes, encoding: str
) -> None:
    sent = gzip.compress(body) if encoding == "gzip" else body
    media_type = "text/event-stream" if method == "events" else "application/x-ndjson"
    more = (f"Content-Encoding: {encoding}", f"Content-Length: {len(sent)}")
    with Server([head(media_type, *more), sent[:7], sent[7:]]) as s:
        found = items(mode, s.url, method)
    assert [getattr(item, "data", item) for item in found] == [Item(id=1), Item(id=2)]


@modes
def test_status_errors_and_retries_precede_the_stream(mode: str) -> None:
    busy = head("text/plain", "Content-Length: 0", "Retry-After: 0", status="503 Busy")
    gone = head("application/json", "Content-Length: 2", status="404 Gone") + b"{}"
    with Server([busy], [BEGIN, chunk(ONE), END]) as s:
        assert len(items(mode, s.url, "events")) == 1
    with Server([gone]) as s, pytest.raises(errors.NotFoundError) as caught:
        items(mode, s.url, "events")
    assert caught.value.body == {}


@modes
def test_stream_times_out_only_without_data(mode: str) -> None:
    script: list[bytes | float] = [BEGIN]
    for _ in range(4):
        script += [0.4, chunk(b": still here\n\n")]
    with Server([*script, chunk(ONE), END]) as s:
        began = time.monotonic()
        assert len(items(mode, s.url, "events", timeout=1.2)) == 1
        assert time.monotonic() - began > 1.2
    with Server([BEGIN, chunk(ONE), 10.0]) as s:
        with pytest.raises(errors.APITimeoutError, match="sent no data for 0.5 s"):
            items(mode, s.url, "events", timeout=0.5)
        assert s.is_disconnected.wait(5)


@modes
@pytest.mark.parametrize(
    ("script", "error", "text"),
    [
        ([BEGIN, chunk(ONE)], errors.APIConnectionError, "broke off"),
        ([BEGIN, chunk(ONE), b"zz\r\n"], errors.APIConnectionError, "broke off"),
        (
            [head("application/json", "Content-Length: 2"), b"{}"],
            errors.ResponseValidationError,
            "not text/event-stream",
        ),
        (
            [head("text/event-stream", "Content-Encoding: br", CHUNKED), END],
            errors.ResponseValidationError,
            "not in Accept-Encoding",
        ),
        (
            [head("text/event-stream", "Content-Encoding: gzip", CHUNKED), chunk(ONE)],
            errors.ResponseValidationError,
            "does not match its content encoding",
        ),
        (
            [head("text/event-stream", CHUNKED), *[chunk(b"a" * 2**20)] * 9],
            errors.ResponseValidationError,
            "larger than max_body, 8,388,608 bytes",
        ),
    ],
)
def test_invalid_stream_raises_error(
    mode: str, script: list[bytes | float], error: type[Exception], text: str
) -> None:
    with Server(script) as s:
        with pytest.raises(error, match=text) as caught, warnings_ignored():
            items(mode, s.url, "events")
    assert '"id"' not in str(caught.value)


@modes
def test_mismatching_item_warns_or_raises_in_strict_mode(mode: str) -> None:
    bad_value = b'{"id":"s3cret"}'
    with Server(
        [BEGIN, chunk(b"data: " + bad_value + b"\n\ndata: s3cret\n\n"), END]
    ) as s:
        with pytest.warns(errors.ResponseWarning) as caught:
            found = items(mode, s.url, "events")
    assert [event.data.id for event in found[:1]] == ["s3cret"]
    assert found[1].data == "s3cret"
    messages = [str(warning.message) for warning in caught]
    assert messages == [
        "GET /events: $.id: expected integer, got string",
        "GET /events: $: expected JSON, got text",
    ]
    assert "s3cret" not in repr(found)
    for bad in (bad_value, b"s3cret"):
        with Server([BEGIN, chunk(b"data: " + bad + b"\n\n"), END]) as s:
            with pytest.raises(errors.ResponseValidationError, match=r"\$.*: expected"):
                items(mode, s.url, "events", strict_responses=True)
    with Server([head("application/jsonl", CHUNKED), chunk(b"{\n"), END]) as s:
        with pytest.raises(errors.ResponseValidationError, match="cannot be read"):
            items(mode, s.url, "lines")


ENDLESS: list[bytes | float] = [BEGIN, chunk(ONE + TWO), 10.0]


@pytest.mark.parametrize("way", ["with", "close", "error", "garbage"])
def test_abandoned_stream_closes_its_connection(way: str) -> None:
    with Server(ENDLESS) as s, Api(s.url, {}, ErrorFormat(), **OPTIONS) as api:
        if way == "with":
            with api.things.events() as stream:
                for _ in stream:
                    break
            assert list(stream) == []
        elif way == "close":
            stream = api.things.events()
            next(stream)
            stream.close()
            stream.close()
        elif way == "error":
            with pytest.raises(KeyError), api.things.events() as stream:
                for _ in stream:
                    raise KeyError
        else:
            with pytest.warns(ResourceWarning, match="unclosed stream"):
                for _ in api.things.events():
                    break
                gc.collect()
        assert s.is_disconnected.wait(5)


@pytest.mark.parametrize(
    ("mode", "way"),
    [
        *product(["asyncio", "trio"], ["with", "close", "error", "cancel"]),
        ("asyncio", "garbage"),  # trio has a warning of its own
    ],
)
def test_abandoned_async_stream_closes_its_connection(mode: str, way: str) -> None:
    async def first(stream: AsyncStream[Any]) -> None:
        async for _ in stream:
            break

    async def main() -> None:
        async with AsyncApi(s.url, {}, ErrorFormat(), **OPTIONS) as api:
            if way == "with":
                async with await api.things.events() as stream:
                    await first(stream)
                assert [item async for item in stream] == []
            elif way == "close":
                stream = await api.things.events()
                await first(stream)
                await stream.aclose()
                await stream.aclose()
            elif way == "error":
                with pytest.raises(KeyError):
                    async with await api.things.events() as stream:
                        async for _ in stream:
                            raise KeyError
            elif way == "cancel":
                stream = await api.things.events()
                await cancelled(stream)
            else:
                with pytest.warns(ResourceWarning):
                    await first(await api.things.events())
                    gc.collect()

    async def cancelled(stream: AsyncStream[Any]) -> None:
        async def read() -> None:
            async for _ in stream:
                pass

        if mode == "trio":
            with trio.move_on_after(0.3):
                await read()
        else:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await read()

    with Server(ENDLESS) as s:
        run(mode, main)
        assert s.is_disconnected.wait(5)


@modes
def test_connection_is_reused_after_a_complete_stream(mode: str) -> None:
    response = BEGIN + chunk(ONE) + END
    with Server([response, 5.0]) as s:
        if mode == "sync":
            with Api(s.url, {}, ErrorFormat(), **OPTIONS) as api:
                assert len(list(api.things.events())) == 1
                assert [c.is_idle() for c in connections(api)] == [True]
        else:

            async def main() -> None:
                async with AsyncApi(s.url, {}, ErrorFormat(), **OPTIONS) as api:
                    assert len([e async for e in await api.things.events()]) == 1
                    assert [c.is_idle() for c in connections(api)] == [True]

            run(mode, main)


def test_raw_returns_status_and_headers_of_a_stream() -> None:
    begin = head("text/event-stream", "X-Id: 5", CHUNKED)
    with Server([begin, chunk(ONE), END]) as s:
        with Api(s.url, {}, ErrorFormat(), **OPTIONS) as api:
            raw = api.raw(api.things.events)
            assert (raw.status_code, raw.headers["x-id"]) == (200, "5")
            assert (raw.value.status_code, raw.value.headers["x-id"]) == (200, "5")
            assert len(list(raw.value)) == 1
