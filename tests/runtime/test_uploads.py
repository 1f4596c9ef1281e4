"""Tests of uploads, sync and async, over real sockets."""

import asyncio
import functools
import gzip
import io
import os
import socket
import tempfile
import threading
import time
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
import trio
from _runtime import errors
from _runtime.call.request import Call
from _runtime.call.responses import ErrorFormat
from _runtime.call.security import Scheme
from _runtime.client.async_base import AsyncResource
from _runtime.client.async_upload import AsyncUploadingClient
from _runtime.client.attributes import resource_attribute
from _runtime.client.base import Client, Resource
from _runtime.client.upload import UploadingClient
from _runtime.codec.request_body import File, part
from _runtime.fast import AsyncFastTransport, FastTransport

from tests.support.upload_server import (
    Incoming,
    UploadServer,
    accept,
    respond_after,
    wait_for,
)

BEARER = Scheme("token", "Authorization", prefix="Bearer ")
OPTIONS: dict[str, Any] = {"timeout": 20, "max_retries": 2, "strict_responses": True}
LARGE = bytes(range(256)) * 16 * 1024  # 4 MiB: more than the buffers of a socket.


def call(kind: str, value: object, method: str) -> Call[Any]:
    bodies = {kind: value} if kind == "content" else {kind: {"a": "b", "file": value}}
    return Call(
        method,
        "/files",
        type(None),
        content_type="application/octet-stream" if kind == "content" else "",
        security=((BEARER,), ()),
        **bodies,  # type: ignore[arg-type]
    )


class Files(Resource):
    def send(self, value: object, kind: str = "content", method: str = "PUT") -> None:
        self._send(call(kind, value, method))


class AsyncFiles(AsyncResource):
    async def send(
        self, value: object, kind: str = "content", method: str = "PUT"
    ) -> None:
        await self._send(call(kind, value, method))


class Api(UploadingClient):
    files: Files = resource_attribute(Files)


class AsyncApi(AsyncUploadingClient):
    files: AsyncFiles = resource_attribute(AsyncFiles)


MODES = ("sync", "asyncio", "trio")
modes = pytest.mark.parametrize(
    "mode", [*MODES[:2], pytest.param("trio", marks=pytest.mark.full)]
)
kinds = pytest.mark.parametrize("kind", ["content", "multipart"])


def upload(mode: str, url: str, value: Any, *args: Any, **options: Any) -> None:
    """Send a value as the content of a request, or as a part of one."""
    is_file = isinstance(value, io.IOBase)
    was_closed = is_file and value.closed
    try:
        send(mode, url, value, *args, **options)
    finally:
        if is_file:
            assert value.closed == was_closed, "the caller closes files"
            value.close()


def send(
    mode: str,
    url: str,
    value: object,
    *args: Any,
    on_progress: Any = None,
    credentials: dict[Scheme, Any] | None = None,
    **options: Any,
) -> None:
    arguments = (url, credentials or {}, ErrorFormat())
    options = {**OPTIONS, **options}
    if mode == "sync":
        with Api(*arguments, **options) as api:
            method: Any = api.files.send
            if on_progress:
                method = functools.partial(
                    api.upload_with_progress, on_progress, method
                )
            return method(value, *args)

    async def main() -> None:
        async with AsyncApi(*arguments, **options) as api:
            method: Any = api.files.send
            if on_progress:
                method = functools.partial(
                    api.upload_with_progress, on_progress, method
                )
            await method(value, *args)

    return asyncio.run(main()) if mode == "asyncio" else trio.run(main)


def sent_file(incoming: Incoming, kind: str) -> bytes:
    """Return the file that a request had."""
    if kind == "content":
        return incoming.body
    boundary = (incoming.header("content-type") or "").partition("boundary=")[2]
    _, first, second, end = incoming.body.split(b"--" + boundary.encode())
    assert first == b'\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    assert end == b"--\r\n"
    return second.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")


class Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False


class Minimal:
    """A file object with nothing but `read`."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int, /) -> bytes:
        return self._file.read(size)


class Chunks:
    """An iterable that can be iterated several times."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __iter__(self) -> Iterator[bytes]:
        yield from generate(self._data)


def generate(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), 100_000):
        yield data[start : start + 100_000]
        yield b""


async def generate_async(data: bytes) -> AsyncIterator[bytes]:
    for chunk in generate(data):
        await anyio.sleep(0)
        yield chunk


def opened(data: bytes, folder: Path) -> Any:
    path = folder / "data.bin"
    path.write_bytes(data)
    return path.open("rb")


def path_of(data: bytes, folder: Path) -> Path:
    path = folder / "path.bin"
    path.write_bytes(data)
    return path


def spooled(data: bytes) -> Any:
    file = tempfile.SpooledTemporaryFile()  # noqa: SIM115
    file.write(data)
    file.seek(0)
    return file


VALUES: dict[str, tuple[Callable[[bytes, Path], Any], bool]] = {
    "open file": (opened, True),
    "path": (path_of, True),
    "BytesIO": (lambda data, _: io.BytesIO(data), True),
    "spooled": (lambda data, _: spooled(data), True),
    "gzip": (lambda data, _: gzip.open(io.BytesIO(gzip.compress(data))), True),
    "bytearray": (lambda data, _: bytearray(data), True),
    "memoryview": (lambda data, _: memoryview(data), True),
    "pipe": (lambda data, _: Pipe(data), False),
    "only read": (lambda data, _: Minimal(data), False),
    "generator": (lambda data, _: generate(data), False),
    "iterable": (lambda data, _: Chunks(data), False),
    "function": (lambda data, _: lambda: generate(data), False),
    "function of a file": (lambda data, _: lambda: io.BytesIO(data), False),
}
"""Content by kind: how it is made, and whether its length is known."""

ASYNC_VALUES: dict[str, Callable[[bytes], Any]] = {
    "async generator": generate_async,
    "async function": lambda data: lambda: generate_async(data),
    "async file": lambda data: anyio.wrap_file(io.BytesIO(data)),
}


@modes
@kinds
@pytest.mark.parametrize("name", VALUES)
def test_content_of_every_kind_is_sent(
    name: str, kind: str, mode: str, tmp_path: Path
) -> None:
    make, has_length = VALUES[name]
    with UploadServer() as server:
        upload(mode, server.url, make(LARGE, tmp_path), kind)
    (request,) = server.requests
    assert request.is_complete and sent_file(request, kind) == LARGE
    assert (request.header("content-length") is not None) == has_length
    assert (request.header("transfer-encoding") is None) == has_length


@pytest.mark.parametrize("mode", ["asyncio", "trio"])
@kinds
@pytest.mark.parametrize("name", ASYNC_VALUES)
def test_asynchronous_content_is_sent_by_asynchronous_clients(
    name: str, kind: str, mode: str
) -> None:
    with UploadServer() as server:
        upload(mode, server.url, ASYNC_VALUES[name](LARGE), kind)
    assert sent_file(server.requests[0], kind) == LARGE
    with UploadServer() as server, pytest.raises(TypeError, match="asynchronous"):
        upload("sync", server.url, ASYNC_VALUES[name](b"abc"), kind)
    assert not any(request.is_complete for request in server.requests)


@modes
@pytest.mark.parametrize("content", [[b"ab", bytearray(b"cd")], (b"ab", b"cd")])
def test_list_of_chunks_has_a_length(mode: str, content: object) -> None:
    with UploadServer() as server:
        upload(mode, server.url, content)
    assert server.requests[0].body == b"abcd"
    assert server.requests[0].header("content-length") == "4"


@modes
@pytest.mark.parametrize("http", ["httpx2", "fast"])
@kinds
def test_transports_of_the_user_stream(mode: str, http: str, kind: str) -> None:
    if mode == "trio":
        pytest.skip("the transports of httpx2 are tested on asyncio")
    clients: dict[str, Any] = {
        "httpx2 sync": httpx2.Client,
        "httpx2 asyncio": httpx2.AsyncClient,
        "fast sync": FastTransport,
        "fast asyncio": AsyncFastTransport,
    }
    sent: list[tuple[int, int | None]] = []
    with UploadServer() as server:
        for value in (io.BytesIO(LARGE), generate(LARGE)):
            upload(
                mode,
                server.url,
                value,
                kind,
                http=clients[f"{http} {mode}"],
                on_progress=lambda *progress: sent.append(progress),
            )
    first, second = server.requests
    assert sent_file(first, kind) == sent_file(second, kind) == LARGE
    assert sent[-1] == (len(second.body), None)
    assert (len(first.body), len(first.body)) in sent


@modes
def test_open_file_is_sent_from_its_position_and_stays_open(mode: str) -> None:
    file = io.BytesIO(b"begun: " + LARGE)
    file.seek(7)
    with UploadServer((busy, accept)) as server:
        upload(mode, server.url, file)
    assert [request.body for request in server.requests] == [LARGE, LARGE]
    assert server.requests[0].header("content-length") == str(len(LARGE))


@modes
@kinds
def test_retry_reads_the_content_again(mode: str, kind: str, tmp_path: Path) -> None:
    repeatable = [
        v for n, v in VALUES.items() if n not in ("pipe", "only read", "generator")
    ]
    for make, _ in repeatable:
        value = make(b"abc" * 100_000, tmp_path)
        with UploadServer((busy, busy, accept)) as server:
            upload(mode, server.url, value, kind)
        files = [sent_file(request, kind) for request in server.requests]
        assert files == [b"abc" * 100_000] * 3


busy = respond_after(503, "Retry-After: 0")

ONCE = "body can be read only once; pass an open file that can seek, or a function"


@modes
@pytest.mark.parametrize("name", ["pipe", "only read", "generator"])
def test_content_that_can_be_read_once_is_not_retried(
    mode: str, name: str, tmp_path: Path
) -> None:
    make, _ = VALUES[name]
    with UploadServer((respond_after(503, "Retry-After: 0"), accept)) as server:
        with pytest.raises(errors.InternalServerError, match=ONCE) as caught:
            upload(mode, server.url, make(b"abc", tmp_path))
    assert caught.value.attempts == len(server.requests) == 1
    with UploadServer((lambda request: request.reset(), accept)) as server:
        with pytest.raises(errors.APIConnectionError, match=f"not retried: {ONCE}"):
            upload(mode, server.url, make(LARGE, tmp_path))
    assert len(server.requests) == 1
    with UploadServer((respond_after(503),)) as server:
        with pytest.raises(errors.InternalServerError) as caught:
            upload(mode, server.url, make(b"abc", tmp_path), max_retries=0)
    assert "not retried" not in str(caught.value)


@modes
def test_unread_iterator_is_sent_after_a_failed_connection(mode: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def listen() -> None:
        time.sleep(0.15)
        with socket.create_server(("127.0.0.1", port)) as listener:
            connection, _ = listener.accept()
            with connection:
                received = b""
                while b"0\r\n\r\n" not in received:
                    received += connection.recv(65536)
                connection.sendall(b"HTTP/1.1 204 X\r\n\r\n")

    thread = threading.Thread(target=listen)
    thread.start()
    upload(mode, f"http://127.0.0.1:{port}", generate(b"abc"), max_retries=20)
    thread.join()


@modes
@pytest.mark.parametrize("status", [307, 308])
def test_redirect_repeats_content_that_can_be_read_again(
    mode: str, status: int
) -> None:
    redirect = respond_after(status, "Location: /other")
    with UploadServer((redirect, accept)) as server:
        upload(mode, server.url, io.BytesIO(LARGE), "multipart", follow_redirects=True)
    assert sent_file(server.requests[1], "multipart") == LARGE
    with UploadServer((redirect, accept)) as server:
        with pytest.raises(errors.APIStatusError, match=f"not followed: {ONCE}"):
            upload(mode, server.url, generate(b"abc"), follow_redirects=True)
    assert len(server.requests) == 1


@modes
def test_renewed_credential_repeats_content_that_can_be_read_again(mode: str) -> None:
    def new_token() -> Callable[[], str]:
        numbers = iter(range(9))
        return lambda: f"t{next(numbers)}"

    with UploadServer((respond_after(401), accept)) as server:
        upload(mode, server.url, io.BytesIO(LARGE), credentials={BEARER: new_token()})
    assert [request.body for request in server.requests] == [LARGE, LARGE]
    with UploadServer((respond_after(401), accept)) as server:
        with pytest.raises(errors.AuthenticationError, match=f"not retried: {ONCE}"):
            upload(mode, server.url, generate(b"a"), credentials={BEARER: new_token()})
    assert len(server.requests) == 1


def refuse(incoming: Incoming) -> None:
    """Respond with 413 after a part of the body, and close the connection."""
    incoming.read(300_000)
    body = b'{"code": "too_large"}'
    incoming.respond(
        413, "Content-Type: application/json", "Connection: close", body=body
    )
    incoming.connection.shutdown(socket.SHUT_WR)
    time.sleep(0.1)
    incoming.connection.close()


def refuse_and_wait(incoming: Incoming) -> None:
    """Respond with 413 after a part of the body, and neither read more nor close."""
    incoming.read(300_000)
    incoming.respond(413)
    time.sleep(0.3)


@modes
@kinds
@pytest.mark.parametrize("action", [refuse, refuse_and_wait])
def test_early_response_is_the_error(
    mode: str, kind: str, action: Callable[[Incoming], None]
) -> None:
    for value in (io.BytesIO(LARGE * 8), generate(LARGE * 8)):
        with UploadServer((action,)) as server:
            started = time.monotonic()
            with pytest.raises(errors.APIStatusError, match="returned 413") as caught:
                upload(mode, server.url, value, kind, "POST", timeout=5)
            assert time.monotonic() - started < 4
        assert caught.value.attempts == 1


@modes
def test_interim_and_successful_early_responses_do_not_end_the_upload(
    mode: str,
) -> None:
    def early(incoming: Incoming) -> None:
        incoming.read(100_000)
        incoming.connection.sendall(b"HTTP/1.1 103 X\r\nLink: <a>\r\n\r\n")
        time.sleep(0.05)
        incoming.connection.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n{}")
        incoming.body += incoming.read(len(LARGE) - 100_000)

    with UploadServer((early,)) as server:
        upload(mode, server.url, io.BytesIO(LARGE))
        assert wait_for(lambda: len(server.requests[0].body) == len(LARGE) - 100_000)


class Growing(io.BytesIO):
    """A file that changes its length while it is read."""

    def __init__(self, change: int) -> None:
        super().__init__(b"a" * 1_000_000)
        self._change = change
        self._reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self._reads += 1
        if self._reads == 2:
            position = self.tell()
            if self._change < 0:
                self.truncate(1_000_000 + self._change)
            else:
                self.seek(0, os.SEEK_END)
                self.write(b"a" * self._change)
            self.seek(position)
        return super().read(size)


@modes
@kinds
@pytest.mark.parametrize(("change", "kind_of_change"), [(-1, "shorter"), (1, "longer")])
def test_file_that_changes_its_length_is_an_error(
    mode: str, kind: str, change: int, kind_of_change: str
) -> None:
    name = "body" if kind == "content" else "file"
    with UploadServer() as server:
        with pytest.raises(ValueError, match=f"{name} became {kind_of_change}"):
            upload(mode, server.url, Growing(change), kind)
    assert len(server.requests) <= 1
    assert not any(request.is_complete for request in server.requests)


@modes
@kinds
def test_progress_counts_the_bytes_that_were_sent(mode: str, kind: str) -> None:
    calls: list[tuple[int, int | None]] = []
    with UploadServer((busy, accept)) as server:
        upload(
            mode,
            server.url,
            io.BytesIO(LARGE),
            kind,
            on_progress=lambda *a: calls.append(a),
        )
    total = len(server.requests[0].body)
    assert {length for _, length in calls} == {total}
    restarts = [b for (a, _), (b, _) in pairwise(calls) if b < a]
    assert len(restarts) == 1, "each attempt begins again"
    assert calls[-1] == (total, total)
    calls.clear()
    with UploadServer() as server:
        upload(
            mode,
            server.url,
            generate(LARGE),
            kind,
            on_progress=lambda *a: calls.append(a),
        )
    assert calls[-1] == (len(server.requests[0].body), None)
    calls.clear()
    with UploadServer() as server:
        upload(mode, server.url, b"abc", on_progress=lambda *a: calls.append(a))
    assert calls == [(3, 3)]


@modes
def test_progress_stops_with_what_the_server_reads(mode: str) -> None:
    calls: list[int] = []
    content = LARGE * 16
    with UploadServer((lambda incoming: time.sleep(1),)) as server:
        with pytest.raises(
            errors.APITimeoutError, match="sending the request"
        ) as caught:
            upload(
                mode,
                server.url,
                io.BytesIO(content),
                timeout=0.5,
                on_progress=lambda sent, total: calls.append(sent),
            )
    assert 0 < calls[-1] < len(content)
    assert "with_options(timeout=...) allows more time" in str(caught.value)


@pytest.mark.parametrize("mode", ["asyncio", "trio"])
def test_asynchronous_progress_hook_is_awaited(mode: str) -> None:
    calls: list[int] = []

    async def show(sent: int, total: int | None) -> None:
        await anyio.sleep(0)
        calls.append(sent)

    with UploadServer() as server:
        upload(mode, server.url, b"abc", on_progress=show)
    assert calls == [3]


class Stop(Exception):
    pass


def fail(*_: object) -> None:
    raise Stop


def failing_generator() -> Iterator[bytes]:
    yield LARGE
    raise Stop


async def failing_async_generator() -> AsyncIterator[bytes]:
    yield LARGE
    raise Stop


@modes
@kinds
def test_errors_of_the_caller_end_the_call_without_secrets(
    mode: str, kind: str
) -> None:
    cases: list[tuple[object, Any]] = [
        (io.BytesIO(LARGE), fail),
        (failing_generator(), None),
    ]
    if mode != "sync":
        cases.append((failing_async_generator(), None))
    for value, on_progress in cases:
        with UploadServer() as server, pytest.raises(Stop) as caught:
            upload(
                mode,
                server.url,
                value,
                kind,
                credentials={BEARER: "s3cret"},
                on_progress=on_progress,
            )
        assert len(server.requests) <= 1
        assert not any(request.is_complete for request in server.requests)
        for frame, _ in traceback.walk_tb(caught.tb):
            if "_runtime" in frame.f_code.co_filename:
                assert "s3cret" not in repr(frame.f_locals)
                assert "\\xfe\\xff" not in repr(frame.f_locals)


def closed_file() -> Any:
    file = io.BytesIO(b"a")
    file.close()
    return file


def used_up() -> Iterator[bytes]:
    chunks = generate(b"abc")
    list(chunks)
    return chunks


REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "text": (lambda: io.StringIO("a"), TypeError, "open for text; open it with"),
    "text file": (lambda: open(__file__, encoding="utf-8"), TypeError, "for text"),
    "closed": (closed_file, ValueError, "the file is closed"),
    "write-only": (
        lambda: open(os.devnull, "wb"),
        ValueError,
        "not open for reading",
    ),
    "strings": (lambda: (text for text in "ab"), TypeError, "it yields str, and not"),
    "list of strings": (lambda: Chunked(["ab"]), TypeError, "it yields str, and not"),
    "used up": (used_up, ValueError, "the generator has ended"),
    "missing": (lambda: Path("/does/not/exist"), FileNotFoundError, "No such file"),
    "directory": (lambda: Path("/"), IsADirectoryError, "its path is a directory"),
    "function": (lambda: lambda: 5, TypeError, "its function returned int"),
}


class Chunked(list[str]):
    pass


@modes
@pytest.mark.parametrize("name", REFUSED)
def test_content_that_cannot_be_sent_is_refused(mode: str, name: str) -> None:
    make, error, message = REFUSED[name]
    with UploadServer() as server, pytest.raises(error, match=message):
        upload(mode, server.url, make())
    assert not any(request.is_complete or request.body for request in server.requests)


def test_client_without_uploads_refuses_streams() -> None:
    with Client("http://127.0.0.1:9", {}, ErrorFormat(), **OPTIONS) as client:
        with pytest.raises(TypeError, match="no operation that reads bodies"):
            client.request("PUT", "/a", content=io.BytesIO(b"a"))
        with pytest.raises(TypeError, match="no operation that reads files"):
            client.request("POST", "/a", multipart={"a": File(io.BytesIO(b"a"))})
        with pytest.raises(TypeError, match="a cannot be sent"):
            client.request("POST", "/a", multipart={"a": io.BytesIO(b"a")})


def test_request_of_a_client_with_uploads_streams() -> None:
    with UploadServer() as server, Api(server.url, {}, ErrorFormat(), **OPTIONS) as api:
        api.request("PUT", "/a", content=generate(LARGE))
        api.request("POST", "/b", multipart={"a": "b", "file": io.BytesIO(LARGE)})
        with pytest.raises(TypeError, match="takes a method that sends a request"):
            api.upload_with_progress(print, lambda: None)
    assert server.requests[0].body == LARGE
    assert sent_file(server.requests[1], "multipart") == LARGE


NAMES = {
    'a"b.txt': b'filename="a%22b.txt"',
    "a\r\nb.txt": b'filename="a%0D%0Ab.txt"',
    "ü ☃.txt": 'filename="ü ☃.txt"'.encode(),
    "a\\b.txt": b'filename="a\\b.txt"',
    "a;b'.txt": b'filename="a;b\'.txt"',
}


@pytest.mark.parametrize("name", NAMES)
def test_filenames_are_encoded_as_browsers_do(name: str) -> None:
    with UploadServer() as server:
        upload("sync", server.url, File(b"a", name), "multipart")
    assert NAMES[name] in server.requests[0].body
    assert b"Content-Type: text/plain\r\n" in server.requests[0].body


def test_media_type_is_given_or_that_of_the_extension(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"a")
    with UploadServer() as server, Api(server.url, {}, ErrorFormat(), **OPTIONS) as api:
        with (tmp_path / "picture.png").open("rb") as opened_file:
            for value in (
                opened_file,
                tmp_path / "picture.png",
                File.at(tmp_path / "picture.png"),
                File(b"a", "a.tar.gz"),
                File(b"a", "a.png", "text/x-own"),
                part(File(b"a", "a.png"), "text/x-own"),
                io.BytesIO(b"a"),
            ):
                api.files.send(value, "multipart")
    found = [
        request.body.partition(b'name="file"')[2].split(b"\r\n")[:2]
        for request in server.requests
    ]
    png = [b'; filename="picture.png"', b"Content-Type: image/png"]
    own = [b'; filename="a.png"', b"Content-Type: text/x-own"]
    octets = b"Content-Type: application/octet-stream"
    assert found == [
        *[png] * 3,
        [b'; filename="a.tar.gz"', octets],
        own,
        own,
        [b'; filename="file"', octets],
    ]
    with pytest.raises(ValueError, match="its media type has a character"):
        upload(
            "sync",
            "http://127.0.0.1:9",
            File(b"a", "a", "text/plain\r\nX: y"),
            "multipart",
        )


@modes
def test_slow_upload_that_moves_is_limited_by_the_deadline_only(mode: str) -> None:
    def slow() -> Iterator[bytes]:
        for _ in range(8):
            time.sleep(0.1)
            yield b"a" * 1000

    with UploadServer() as server:
        upload(mode, server.url, slow(), timeout=None)
        with pytest.raises(errors.APITimeoutError, match="within 0.3 s: sending the"):
            upload(mode, server.url, slow(), timeout=0.3)
    assert [request.is_complete for request in server.requests] == [True, False]


def test_blocking_iterator_does_not_block_the_event_loop() -> None:
    ticks: list[float] = []

    def slow() -> Iterator[bytes]:
        for _ in range(3):
            time.sleep(0.2)
            yield b"a"

    async def tick() -> None:
        while True:
            ticks.append(time.monotonic())
            await anyio.sleep(0.01)

    async def main(url: str) -> None:
        async with AsyncApi(url, {}, ErrorFormat(), **OPTIONS) as api:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(tick)
                await api.files.send(slow())
                tasks.cancel_scope.cancel()

    with UploadServer() as server:
        asyncio.run(main(server.url))
    assert max(b - a for a, b in pairwise(ticks)) < 0.15


@pytest.mark.parametrize("mode", ["asyncio", "trio"])
def test_blocking_iterator_does_not_delay_the_deadline(mode: str) -> None:
    released = threading.Event()

    def stuck() -> Iterator[bytes]:
        yield b"a"
        released.wait(10)

    with UploadServer() as server:
        started = time.monotonic()
        with pytest.raises(errors.APITimeoutError, match="sending the request"):
            try:
                upload(mode, server.url, stuck(), timeout=0.3)
            finally:
                assert time.monotonic() - started < 5
                released.set()
    assert wait_for(lambda: not server.requests[0].is_complete)
