"""Tests of the transports over pyreqwest: requests, concurrency, processes, event loops."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx2
import pytest
import trio
from _runtime.fast import AsyncFastTransport, FastTransport

from tests.support.fast import (
    BODY,
    both_modes,
    hold_connection,
    respond_with,
    response_bytes,
    run_server,
    send_requests,
)
from tests.support.project import ROOT

pytest.importorskip("pyreqwest", reason="pyreqwest is not installed")

TEMPLATES = ROOT / "templates"


@both_modes
def test_request_arrives_unchanged(mode: str) -> None:
    target = "/a%2F..%2Fb/%252e%252e/%7Bx%7D%20%C3%A9;c?q=%27%26&q=2&e="
    headers = [
        ("Accept", "application/json"),
        ("Accept-Encoding", "gzip, deflate"),
        ("User-Agent", "me"),
        ("X-A", "1, 2"),
        ("Cookie", "a=b; c=d"),
        ("x-a", "3"),
    ]
    with run_server(respond_with(response_bytes())) as server:
        request = httpx2.Request(
            "POST", server.url + target, headers=headers, content=b"\x00body\xff"
        )
        send_requests(mode, request)
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    assert first == f"POST {target} HTTP/1.1"
    arrived = [
        (name.lower(), value)
        for name, value in (line.split(": ", 1) for line in rest)
        if name.lower() not in ("host", "content-length")
    ]
    assert sorted(arrived) == sorted((name.lower(), value) for name, value in headers)
    assert [value for name, value in arrived if name == "x-a"] == ["1, 2", "3"]
    assert body == b"\x00body\xff"


@both_modes
def test_response_is_returned_unchanged(mode: str) -> None:
    lines = ("X-A: 1", "x-a: 2", "X-Odd: \xe9", "X-B: 3", "X-C: 4,\r\n 5")
    text = response_bytes(299, b"\x00\xff", *lines)
    with run_server(respond_with(text)) as server:
        (response,) = send_requests(mode, httpx2.Request("GET", server.url))
    assert response.status_code == 299 and response.content == b"\x00\xff"
    assert (
        response.headers.get_list("x-a") == ["1", "2"]
        and response.headers["x-b"] == "3"
    )
    assert response.headers["x-c"] == "4, 5"


@both_modes
def test_redirects_are_not_followed_and_cookies_not_stored(mode: str) -> None:
    text = response_bytes(302, b"", "Location: /elsewhere", "Set-Cookie: a=b")
    with run_server(respond_with(text)) as server:
        response = send_requests(mode, *[httpx2.Request("GET", server.url + "/x")] * 2)
    assert [each.status_code for each in response] == [302, 302]
    assert [request.split()[1] for request in server.requests] == [b"/x", b"/x"]
    assert not [r for r in server.requests if b"cookie" in r.lower()]
    assert not [r for r in server.requests if b"referer" in r.lower()]


@both_modes
def test_connection_is_reused(mode: str) -> None:
    with run_server(respond_with(response_bytes())) as server:
        send_requests(mode, *(httpx2.Request("GET", server.url) for _ in range(5)))
    assert (server.connections, len(server.requests)) == (1, 5)


def test_transport_is_thread_safe() -> None:
    def handler(connection: socket.socket, number: int) -> None:
        connection.sendall(response_bytes())

    with run_server(handler) as server, FastTransport() as transport:

        def ask(_: int) -> bytes:
            response = transport.handle_request(httpx2.Request("GET", server.url))
            return response.read()

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(ask, range(400))) == {BODY}
    assert len(server.requests) == 400


def test_async_calls_run_concurrently() -> None:
    barrier = threading.Barrier(50)

    def handler(connection: socket.socket, _: int) -> None:
        barrier.wait(timeout=30)
        connection.sendall(response_bytes())

    async def run() -> None:
        async with AsyncFastTransport() as transport:

            async def ask() -> bytes:
                request = httpx2.Request("GET", server.url)
                return await (await transport.handle_async_request(request)).aread()

            assert await asyncio.gather(*(ask() for _ in range(50))) == [BODY] * 50

    with run_server(handler) as server:
        asyncio.run(run())


def test_cancelled_call_ends_at_once_and_transport_stays_usable() -> None:
    def handler(connection: socket.socket, number: int) -> None:
        if number <= 2:
            hold_connection(connection, number)
        connection.sendall(response_bytes())

    async def run() -> None:
        async with AsyncFastTransport() as transport:
            request = httpx2.Request("GET", server.url)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await transport.handle_async_request(request)
            with anyio.move_on_after(0.2) as scope:
                await transport.handle_async_request(request)
            assert scope.cancelled_caught
            assert await (await transport.handle_async_request(request)).aread() == BODY

    with run_server(handler) as server:
        asyncio.run(run())


def test_connection_of_cancelled_call_closes_at_its_timeout() -> None:
    async def run() -> None:
        async with AsyncFastTransport() as transport:
            request = httpx2.Request(
                "GET", server.url, extensions={"timeout": {"read": 0.6}}
            )
            with anyio.move_on_after(0.2):
                await transport.handle_async_request(request)
            while not server.closed_at:
                await asyncio.sleep(0.02)

    with run_server(hold_connection) as server:
        began = time.monotonic()
        asyncio.run(run())
        assert server.closed_at[0] - began < 9  # Not the 10 s that the server waits.


def test_transport_works_in_another_event_loop() -> None:
    async def ask() -> bytes:
        request = httpx2.Request("GET", server.url)
        return await (await transport.handle_async_request(request)).aread()

    with run_server(respond_with(response_bytes())) as server:
        transport = AsyncFastTransport()
        assert [asyncio.run(ask()) for _ in range(3)] == [BODY] * 3
        asyncio.run(transport.aclose())


def test_trio_is_refused() -> None:
    async def ask() -> None:
        async with AsyncFastTransport() as transport:
            await transport.handle_async_request(httpx2.Request("GET", "http://x"))

    with pytest.raises(RuntimeError, match="asyncio"):
        trio.run(ask)


def test_closed_transport_refuses_requests() -> None:
    transport = FastTransport()
    transport.close()
    transport.close()
    with pytest.raises(RuntimeError, match="closed"):
        transport.handle_request(httpx2.Request("GET", "http://127.0.0.1:1"))


@pytest.mark.parametrize("transport", [FastTransport, AsyncFastTransport])
def test_missing_pyreqwest_is_reported(
    transport: type[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyreqwest.client", None)
    with pytest.raises(ImportError, match="pip install pyreqwest"):
        transport()


def run_script(text: str, *arguments: str) -> str:
    """Run a program in a new process and return its output."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", text, *arguments],
        env={**os.environ, "PYTHONPATH": str(TEMPLATES)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_pyreqwest_is_not_imported_before_it_is_used() -> None:
    text = "import sys, _runtime.fast; print('pyreqwest' in sys.modules)"
    assert run_script(text) == "False\n"


FORK = """
import os, signal, sys
import httpx2
from _runtime.fast import FastTransport

url, first = sys.argv[1:]
transport = FastTransport()

def ask():
    try:
        print(transport.handle_request(httpx2.Request("GET", url)).read(), flush=True)
    except RuntimeError as error:
        print("fork" in str(error), flush=True)

if first == "parent":
    ask()
child = os.fork()
if child == 0:
    signal.alarm(30)
    ask()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
ask()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_forked_process_has_its_own_client_or_raises() -> None:
    with run_server(respond_with(response_bytes())) as server:
        assert run_script(FORK, server.url, "child") == f"{BODY!r}\n{BODY!r}\n"
        assert run_script(FORK, server.url, "parent") == f"{BODY!r}\nTrue\n{BODY!r}\n"


CONTROL_C = """
import os, signal, sys, threading, traceback
import httpx2
from _runtime.fast import FastTransport

url = sys.argv[1] + "/s3cret"
late = {"timeout": {"read": 4.0}}
# Background processes of a shell ignore SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    FastTransport().handle_request(httpx2.Request("GET", url, extensions=late))
except KeyboardInterrupt as error:
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    theirs = [f for f in frames if "pyreqwest" in f.f_globals["__name__"]]
    print("interrupted", len(theirs))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent otherwise here")
def test_control_c_interrupts_when_the_call_ends() -> None:
    with run_server(hold_connection) as server:
        assert run_script(CONTROL_C, server.url) == "interrupted 0\n"
