"""Tests of fakes that are served over HTTP, by clients in other processes and languages."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import okta
import pytest
from clerk import Clerk
from clerk.testing import FakeClerk
from clerk.testing import session as clerk_session
from okta import Okta
from okta.testing import FakeOkta, UnexpectedCall, call, session
from pangea import Pangea
from pangea.testing import FakePangea

from tests.support.project import GENERATED

PROGRAM = """
import asyncio, json, sys
from okta import AsyncOkta, NotFoundError, Okta

with Okta(base_url=sys.argv[1], api_token="secret") as client:
    found = [client.sessions.get("102").id]
    try:
        client.sessions.revoke("102")
    except NotFoundError as error:
        found.append(error.code)

async def main():
    async with AsyncOkta(base_url=sys.argv[1], api_token="secret") as client:
        found.append((await client.sessions.get("103")).id)

asyncio.run(main())
print(json.dumps(found))
"""

JSON = "application/json"


@pytest.fixture
def fake() -> Iterator[FakeOkta]:
    threads = threading.active_count()
    yield FakeOkta()
    assert threading.active_count() == threads


def client_of(url: str, timeout: float = 30) -> Okta:
    return Okta(base_url=url, api_token="x", max_retries=0, timeout=timeout)


def without_proxies() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    return {**kept, "PYTHONPATH": str(GENERATED)}


def talk(url: str, data: bytes) -> bytes:
    """Send bytes to a server and return all that it sends until it closes the connection."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(data)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


def test_client_in_another_process_gets_the_responses(fake: FakeOkta) -> None:
    fake.sessions.get.responds_by(lambda session_id: session(id=session_id))
    fake.sessions.revoke.raises(okta.NotFoundError)
    with fake.serve() as server:
        output = subprocess.run(
            [sys.executable, "-W", "error", "-c", PROGRAM, server.url],
            env=without_proxies(),
            check=True,
            capture_output=True,
            text=True,
        )
    assert (json.loads(output.stdout), output.stderr) == (
        ["102", "E0000007", "103"],
        "",
    )
    assert fake.sessions.get.calls == [call("102"), call("103")]
    assert fake.sessions.revoke.calls == [call("102")]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_gets_the_responses(fake: FakeOkta) -> None:
    def curl(*arguments: str, stdin: str = "") -> str:
        command = ["curl", "--silent", "--show-error", "--noproxy", "*", *arguments]
        return subprocess.run(
            command, input=stdin, check=True, capture_output=True, text=True
        ).stdout

    fake.sessions.create.returns(session(id="new"))
    status = ("--write-out", "%{http_code}", "--output", os.devnull)
    with fake.serve() as server:
        sessions = f"{server.url}/api/v1/sessions"
        assert json.loads(curl(f"{sessions}/a%20b"))["status"] == "ACTIVE"
        chunked = ("--header", "Transfer-Encoding: chunked", "--data-binary", "@-")
        json_type = ("--header", "Content-Type: application/json")
        created = curl(*chunked, *json_type, sessions, stdin='{"sessionToken": "t"}')
        assert json.loads(created)["id"] == "new"
        assert curl(*status, "--request", "DELETE", f"{sessions}/1") == "204"
        assert json.loads(curl("--http1.0", f"{sessions}/1"))["status"] == "ACTIVE"
        assert fake.sessions.get.calls == [call("a b"), call("1")]
    assert fake.sessions.create.calls == [call("t")]


def test_unexpected_requests_are_reported_to_the_client_and_the_test(
    fake: FakeOkta,
) -> None:
    fake.sessions.get.when("1").returns(session(id="1"))
    with pytest.raises(UnexpectedCall, match="PATCH /nothing"):
        with fake.serve() as server, httpx2.Client(trust_env=False) as http:
            sessions = f"{server.url}/api/v1/sessions"
            found = http.patch(f"{server.url}/nothing")
            assert (found.status_code, found.text) == (
                501,
                "PATCH /nothing was requested, which is no operation of this API",
            )
            found = http.get(f"{sessions}/2")
            assert found.status_code == 501 and "expected sessions.get(" in found.text
            found = http.post(sessions, content=b"{", headers={"Content-Type": JSON})
            assert found.status_code == 501 and "cannot be read" in found.text
            assert http.get(f"{sessions}/1").json()["id"] == "1"
    with pytest.raises(UnexpectedCall):
        fake.check()


def test_error_of_a_function_is_raised_at_the_end(fake: FakeOkta) -> None:
    def fail(session_id: str) -> okta.Session:
        raise KeyError(session_id)

    fake.sessions.get.responds_by(fail)
    with pytest.raises(KeyError):
        with fake.serve() as server, client_of(server.url) as client:
            with pytest.raises(okta.InternalServerError):
                client.sessions.get("1")


def test_error_in_the_block_takes_precedence(fake: FakeOkta) -> None:
    with pytest.raises(ZeroDivisionError):
        with fake.serve() as server:
            httpx2.get(f"{server.url}/nothing", trust_env=False)
            raise ZeroDivisionError


def test_faults_happen_on_the_socket(fake: FakeOkta) -> None:
    get = fake.sessions.get
    with fake.serve() as server, client_of(server.url, timeout=0.2) as client:
        get.times_out()
        with pytest.raises(okta.APITimeoutError):
            client.sessions.get("1")
        get.resets_connection()
        with pytest.raises(okta.APIConnectionError) as caught:
            client.sessions.get("2")
        assert caught.value.reason is okta.FailureReason.DISCONNECTED
        get.refuses_connection()
        with pytest.raises(okta.APIConnectionError):
            client.sessions.get("3")
        get.is_slow(0.1).returns(session(id="4"))
        start = time.monotonic()
        assert client.sessions.get("4").id == "4"
        assert time.monotonic() - start >= 0.1
        get.is_slow(60)
        with pytest.raises(okta.APITimeoutError):
            client.sessions.get("5")
    assert [c.arguments["session_id"] for c in get.calls] == ["1", "2", "3", "4", "5"]
    assert fake.clock.elapsed == 0


def test_each_retry_is_a_call(fake: FakeOkta) -> None:
    get = fake.sessions.get
    get.responds(429, headers={"Retry-After": "0"}).then.returns(session(id="1"))
    with fake.serve() as server, Okta(base_url=server.url, api_token="x") as client:
        assert client.sessions.get("1").id == "1"
    assert get.calls == [call("1"), call("1")]


def test_pages_and_accepted_calls_are_served() -> None:
    clerk = FakeClerk()
    ids = [f"sess_{number}" for number in range(25)]
    pages = [[clerk_session(id=i) for i in ids[n : n + 10]] for n in (0, 10, 20)]
    clerk.sessions.list.returns_pages(*pages)
    with clerk.serve() as server, Clerk(secret_key="x", base_url=server.url) as client:
        found = client.sessions.list(user_id="user_1", limit=10).all()
        assert [each.id for each in found] == ids
    assert [c.arguments.get("offset") for c in clerk.sessions.list.calls] == [
        None,
        10,
        20,
    ]
    pangea = FakePangea()
    pangea.session.invalidate.is_accepted(polls=1)
    with pangea.serve() as other, Pangea(token="x", base_url=other.url) as client_:
        client_.session.invalidate("pmt_1")
    assert len(pangea.session.invalidate.calls) == 1


def test_concurrent_clients_get_their_own_responses(fake: FakeOkta) -> None:
    fake.sessions.get.responds_by(lambda session_id: session(id=session_id))
    names = [f"session-{number}" for number in range(200)]
    with fake.serve() as server, client_of(server.url) as client:
        with ThreadPoolExecutor(16) as pool:
            found = [s.id for s in pool.map(client.sessions.get, names)]
        assert found == names
    calls = fake.sessions.get.calls
    assert {c.arguments["session_id"] for c in calls} == {*names}
    assert len(calls) == len(names)


def test_connection_is_kept_and_bodies_may_be_chunked(fake: FakeOkta) -> None:
    head = b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\n%s\r\n"
    chunked = head % b"Transfer-Encoding: chunked\r\n"
    with fake.serve() as server:
        received = talk(
            server.url,
            chunked
            + b'8\r\n{"sessio\r\nb\r\nnToken":"1"\r\n1\r\n}\r\n0\r\n\r\n'
            + head % b"Content-Length: 20\r\nConnection: close\r\n"
            + b'{"sessionToken":"2"}',
        )
    assert received.count(b"HTTP/1.1 200 ") == 2
    assert fake.sessions.create.calls == [call("1"), call("2")]


def test_body_is_requested_with_100_continue(fake: FakeOkta) -> None:
    head = b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    head += b"Content-Length: 20\r\nExpect: 100-continue\r\n\r\n"
    with fake.serve() as server:
        port = int(server.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(head)
            assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
            connection.sendall(b'{"sessionToken":"2"}')
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("data", [b"no HTTP\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"])
def test_malformed_request_is_refused(fake: FakeOkta, data: bytes) -> None:
    with fake.serve() as server:
        assert talk(server.url, data).startswith(b"HTTP/1.1 400 ")


def test_open_connections_end_with_the_block(fake: FakeOkta) -> None:
    fake.sessions.get.times_out()
    with fake.serve() as server:
        port = int(server.url.rpartition(":")[2])
        idle = socket.create_connection(("127.0.0.1", port), timeout=10)
        waiting = socket.create_connection(("127.0.0.1", port), timeout=10)
        waiting.sendall(b"GET /api/v1/sessions/1 HTTP/1.1\r\nHost: x\r\n\r\n")
        while not fake.sessions.get.calls:
            time.sleep(0.001)
    assert (idle.recv(1), waiting.recv(1)) == (b"", b"")
    idle.close()
    waiting.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=10)


def test_fake_is_served_again_on_a_port_of_choice(fake: FakeOkta) -> None:
    with fake.serve() as server:
        port = int(server.url.rpartition(":")[2])
    with fake.serve(port=port) as server:
        assert server.url == f"http://127.0.0.1:{port}"
        with pytest.raises(OSError), fake.serve(port=port):
            pass
