"""Calls of a generated client against servers that misbehave on real sockets, in both modes."""

import asyncio
import gc
import gzip
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

import okta

SESSION = json.dumps(
    {
        "id": "s1",
        "userId": "u1",
        "login": "user@example.com",
        "expiresAt": "2026-01-01T00:00:00.000Z",
        "status": "ACTIVE",
        "amr": ["pwd"],
        "_links": {},
    }
).encode()

Script = Callable[[socket.socket, int], None]


@dataclass
class Faulty:
    """A server that does with each request what its script says; it counts them."""

    script: Script
    url: str = ""
    requests: list[bytes] = field(default_factory=list[bytes])

    def handle(self, connection: socket.socket) -> None:
        with connection:
            while True:
                try:
                    request = read_request(connection)
                    if not request:
                        return
                    self.requests.append(request)
                    self.script(connection, len(self.requests))
                except OSError:
                    return


def read_request(connection: socket.socket) -> bytes:
    """One request without a body, or with one of the length it says."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.partition(b":")[2]):
                body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(script: Script) -> Iterator[Faulty]:
    faulty = Faulty(script)
    with socket.create_server(("127.0.0.1", 0), backlog=200) as server:
        faulty.url = f"http://127.0.0.1:{server.getsockname()[1]}"

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(
                    target=faulty.handle, args=(connection,), daemon=True
                ).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield faulty
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def answer(status: int, body: bytes = SESSION, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join((*lines, "", "")).encode() + body


def reset(connection: socket.socket) -> None:
    connection.setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
    )
    connection.close()


def call(mode: str, url: str, method: str = "get", **options: Any) -> Any:
    """One call of a new client: `get` (GET), `revoke` (DELETE) or `create` (POST)."""
    options = {"api_token": "t1", "base_url": url, **options}
    if mode == "sync":
        with okta.Okta(**options) as client:
            return getattr(client.sessions, method)("s1")

    async def run() -> Any:
        async with okta.AsyncOkta(**options) as client:
            return await getattr(client.sessions, method)("s1")

    return asyncio.run(run())


both_modes = pytest.mark.parametrize("mode", ["sync", "async"])


@both_modes
@pytest.mark.parametrize("drip", ["head", "body", "silence"])
def test_the_deadline_covers_every_byte(mode: str, drip: str) -> None:
    def script(connection: socket.socket, number: int) -> None:
        text = answer(200)
        if drip == "body":
            head, _, text = text.partition(b"\r\n\r\n")
            connection.sendall(head + b"\r\n\r\n")
        if drip == "silence":
            time.sleep(5)
        for byte in text:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    with serving(script) as server:
        began = time.monotonic()
        with pytest.raises(okta.APITimeoutError, match="within 0.5 s") as caught:
            call(mode, server.url, timeout=0.5)
        took = time.monotonic() - began
    assert 0.5 <= took < 2.0  # Generous: the machine may be busy.
    assert caught.value.maybe_delivered
    assert len(server.requests) == 1


@both_modes
@pytest.mark.parametrize(
    ("method", "status", "headers", "tries"),
    [
        ("get", 503, (), 2),
        ("revoke", 502, (), 2),
        ("create", 503, (), 1),
        ("refresh", 504, (), 2),
        ("create", 429, (), 1),
        ("create", 429, ("Retry-After: 0",), 2),
        ("get", 429, ("Retry-After-Ms: 1",), 2),
        ("get", 500, (), 1),
        ("get", 409, (), 1),
        ("get", 503, ("Retry-After: 86400",), 1),
    ],
)
def test_a_call_is_tried_again_where_that_can_do_no_harm(
    mode: str, method: str, status: int, headers: tuple[str, ...], tries: int
) -> None:
    def script(connection: socket.socket, number: int) -> None:
        good = answer(204, b"") if method == "revoke" else answer(200)
        connection.sendall(answer(status, b"", *headers) if number == 1 else good)

    with serving(script) as server:
        if tries == 1:
            with pytest.raises(okta.APIStatusError) as caught:
                call(mode, server.url, method)
            assert caught.value.status_code == status
            assert caught.value.attempts == 1
        else:
            call(mode, server.url, method)
    assert len(server.requests) == tries
    assert len(set(server.requests)) == 1


@both_modes
def test_tries_end(mode: str) -> None:
    with serving(lambda connection, _: connection.sendall(answer(503, b""))) as server:
        with pytest.raises(okta.InternalServerError) as caught:
            call(mode, server.url)
        assert caught.value.attempts == len(server.requests) == 3
        with pytest.raises(okta.InternalServerError):
            call(mode, server.url, max_retries=0)
        assert len(server.requests) == 4


@both_modes
def test_a_wish_beyond_the_deadline_is_told_and_not_waited_for(mode: str) -> None:
    busy = answer(503, b"", "Retry-After: 20")
    with serving(lambda connection, _: connection.sendall(busy)) as server:
        with pytest.raises(okta.InternalServerError) as caught:
            call(mode, server.url, timeout=10)
    assert caught.value.retry_after == 20
    assert len(server.requests) == 1


@both_modes
@pytest.mark.parametrize(("method", "tries"), [("get", 2), ("create", 1)])
def test_a_reset_connection(mode: str, method: str, tries: int) -> None:
    def script(connection: socket.socket, number: int) -> None:
        if number == 1:
            reset(connection)
        else:
            connection.sendall(answer(200))

    with serving(script) as server:
        if tries == 2:
            assert call(mode, server.url, method).id == "s1"
        else:
            with pytest.raises(okta.APIConnectionError) as caught:
                call(mode, server.url, method)
            assert caught.value.maybe_delivered
    assert len(server.requests) == tries


@both_modes
def test_a_deletion_that_may_have_worked(mode: str) -> None:
    def script(connection: socket.socket, number: int) -> None:
        if number == 1:
            reset(connection)
        else:
            connection.sendall(answer(404, b"{}"))

    with serving(script) as server, pytest.raises(okta.NotFoundError) as caught:
        call(mode, server.url, "revoke")
    assert caught.value.maybe_applied
    assert caught.value.attempts == 2


@both_modes
@pytest.mark.parametrize(
    "text",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + SESSION,
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\n',
        b"HTP/9 nonsense\r\n\r\n",
    ],
)
def test_an_answer_that_breaks_off_is_none(mode: str, text: bytes) -> None:
    def script(connection: socket.socket, number: int) -> None:
        connection.sendall(text)
        connection.close()

    with serving(script) as server:
        with pytest.raises(okta.APIConnectionError):
            call(mode, server.url, "create")
        assert len(server.requests) == 1


@both_modes
def test_early_hints_are_passed_over(mode: str) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    with serving(lambda c, _: c.sendall(hints + answer(200))) as server:
        assert call(mode, server.url).id == "s1"


@both_modes
def test_a_body_that_is_too_large(mode: str) -> None:
    bomb = gzip.compress(bytes(64_000_000))
    text = answer(200, bomb, "Content-Encoding: gzip")
    with serving(lambda connection, _: connection.sendall(text)) as server:
        with pytest.raises(okta.ResponseValidationError, match="larger than 8,388,608"):
            call(mode, server.url)


@both_modes
def test_a_body_that_is_not_what_its_encoding_says(mode: str) -> None:
    text = answer(200, b"plain", "Content-Encoding: gzip")
    with serving(lambda connection, _: connection.sendall(text)) as server:
        with pytest.raises(okta.ResponseValidationError, match="not encoded as"):
            call(mode, server.url)


@both_modes
def test_a_compressed_answer(mode: str) -> None:
    text = answer(200, gzip.compress(SESSION), "Content-Encoding: gzip")
    with serving(lambda connection, _: connection.sendall(text)) as server:
        assert call(mode, server.url).login == "user@example.com"


def test_a_closed_connection_is_noticed_and_nothing_is_sent_twice() -> None:
    def script(connection: socket.socket, number: int) -> None:
        connection.sendall(answer(200))
        connection.close()

    with serving(script) as server:
        with okta.Okta(api_token="t1", base_url=server.url, max_retries=0) as client:
            for _ in range(5):
                client.sessions.create("x")
                time.sleep(0.01)
    assert len(server.requests) == 5


@both_modes
def test_a_credential_is_asked_for_at_each_try(mode: str) -> None:
    asked: list[str] = []

    def token() -> str:
        asked.append(f"t{len(asked)}")
        return asked[-1]

    async def async_token() -> str:
        return token()

    def script(connection: socket.socket, number: int) -> None:
        connection.sendall(answer(503, b"") if number == 1 else answer(200))

    with serving(script) as server:
        given = token if mode == "sync" else async_token
        call(mode, server.url, api_token=given)
    sent = [
        b"SSWS %s\r\n" % name.encode() in request
        for name, request in zip(asked, server.requests, strict=True)
    ]
    assert sent == [True, True]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_has_connections_of_its_own() -> None:
    def script(connection: socket.socket, number: int) -> None:
        asked = read_path(number)
        connection.sendall(answer(200, SESSION.replace(b'"s1"', b'"%s"' % asked)))

    def read_path(number: int) -> bytes:
        return server.requests[number - 1].split()[1].rpartition(b"/")[2]

    with serving(script) as server:
        client = okta.Okta(api_token="t1", base_url=server.url)
        assert client.sessions.get("before").id == "before"
        child = os.fork()
        if child == 0:
            own = all(client.sessions.get(f"c{i}").id == f"c{i}" for i in range(50))
            os._exit(0 if own else 1)
        assert all(client.sessions.get(f"p{i}").id == f"p{i}" for i in range(50))
        assert os.waitpid(child, 0)[1] == 0
        client.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_asynchronous_client_goes_on_in_another_event_loop() -> None:
    with serving(lambda connection, _: connection.sendall(answer(200))) as server:
        client = okta.AsyncOkta(api_token="t1", base_url=server.url)
        for _ in range(3):
            assert asyncio.run(client.sessions.get("s1")).id == "s1"
        del client
        gc.collect()  # Each loop ended with a connection open, and Python says so.


def test_a_cancelled_call_leaves_no_connection_behind() -> None:
    def script(connection: socket.socket, number: int) -> None:
        if number <= 20:
            time.sleep(2)
        connection.sendall(answer(200))

    async def run() -> None:
        async with okta.AsyncOkta(api_token="t1", base_url=server.url) as client:
            for _ in range(20):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.02):
                        await client.sessions.get("s1")
            while len(server.requests) < 20:
                await asyncio.sleep(0.01)
            assert (await client.sessions.get("s1")).id == "s1"

    with serving(script) as server:
        asyncio.run(run())


def test_threads_share_a_client() -> None:
    def script(connection: socket.socket, number: int) -> None:
        connection.sendall(answer(200))

    wrong: list[object] = []

    def work(client: okta.Okta) -> None:
        for _ in range(50):
            if client.sessions.get("s1").id != "s1":
                wrong.append(1)

    with (
        serving(script) as server,
        okta.Okta(api_token="t1", base_url=server.url) as client,
    ):
        threads = [threading.Thread(target=work, args=(client,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == [] and len(server.requests) == 400
