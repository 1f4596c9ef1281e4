"""Tests of name resolution and of connecting to hosts with several addresses."""

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import okta
import pytest
from _runtime.wire import connecting
from _runtime.wire.connecting import connect, resolve

from tests.faults.actions import respond
from tests.faults.certificates import authority_file, context
from tests.faults.server import run_server, unreachable_address
from tests.faults.vendors import session


def _info(address: str, port: int = 80) -> Any:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)


@contextmanager
def _listener(host: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((host, port))
        listener.listen()
        yield listener.getsockname()[1]


def test_first_address_that_accepts_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    with _listener() as port, unreachable_address("127.0.0.2", port):
        infos = [_info("127.0.0.2", port), _info("127.0.0.1", port)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: infos)
        with connect("two.localhost", port, 60) as connection:
            assert connection.getpeername() == ("127.0.0.1", port)


def test_slow_attempt_may_still_win(monkeypatch: pytest.MonkeyPatch) -> None:
    with _listener() as port, unreachable_address("127.0.0.2", port):
        infos = [_info("127.0.0.1", port), _info("127.0.0.2", port)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: infos)
        monkeypatch.setattr(connecting, "ATTEMPT_DELAY", 0.0)
        with connect("two.localhost", port, 60) as connection:
            assert connection.getpeername() == ("127.0.0.1", port)


def test_families_of_addresses_alternate(monkeypatch: pytest.MonkeyPatch) -> None:
    infos = [_info(a) for a in ("::1", "::2", "::3", "127.0.0.1", "127.0.0.2")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: infos)
    begun: list[str] = []

    def refuse(address: Any, *_: object) -> socket.socket:
        begun.append(address[1][0])
        raise ConnectionRefusedError(f"number {len(begun)}")

    monkeypatch.setattr(connecting, "_begin", refuse)
    with pytest.raises(ConnectionRefusedError, match="number 5"):
        connect("five.localhost", 80, 60)
    assert begun == ["::1", "127.0.0.1", "::2", "127.0.0.2", "::3"]


def test_refused_connection_names_the_cause() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            connect("127.0.0.1", unused.getsockname()[1], 60)


def test_no_address_in_time_is_a_timeout() -> None:
    before = set(os.listdir("/proc/self/fd")) if sys.platform == "linux" else None
    with unreachable_address() as place:
        host, _, port = place.partition(":")
        with pytest.raises(TimeoutError):
            connect(host, int(port), 0.05)
    if before is not None:
        assert set(os.listdir("/proc/self/fd")) <= before, "an attempt was left open"


def test_calls_share_a_slow_lookup(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def slow(*_: object, **__: object) -> list[Any]:
        released.wait(60)
        return [_info("127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    before = threading.active_count()
    for _ in range(20):
        with pytest.raises(TimeoutError, match="DNS"):
            resolve("slow.localhost", 80, 0.001)
    assert threading.active_count() <= before + 1
    released.set()
    assert resolve("slow.localhost", 80, 60) == [(socket.AF_INET, ("127.0.0.1", 80))]


def test_each_call_raises_its_own_lookup_error(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def fail(*_: object, **__: object) -> list[Any]:
        released.wait(60)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    errors: list[BaseException] = []

    def look_up() -> None:
        try:
            resolve("unknown.localhost", 80, 60)
        except OSError as error:
            errors.append(error)

    threads = [threading.Thread(target=look_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    while len(connecting._lookups) != 1:
        time.sleep(0.001)
    released.set()
    for thread in threads:
        thread.join()
    assert [type(error) for error in errors] == [socket.gaierror] * 3
    assert len({id(error) for error in errors}) == 3


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_ip_address_needs_no_thread(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "Thread", None)
    assert [address[0] for _, address in resolve(host, 80, 60)] == [host]


def test_name_that_idna_refuses_is_unknown() -> None:
    with pytest.raises(socket.gaierror):
        resolve("a..b", 80, 60)


def _relay(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def _serve_tunnel(listener: socket.socket) -> None:
    """Accept one connection over TLS and relay it to the host of its CONNECT request."""
    plain, _ = listener.accept()
    with context("trusted").wrap_socket(plain, server_side=True) as client:
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(65536)
        host, _, port = head.split(b" ")[1].decode().partition(":")
        with socket.create_connection((host, int(port))) as server:
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            answers = threading.Thread(target=_relay, args=(server, client))
            answers.start()
            _relay(client, server)
            answers.join()


def test_https_proxy_carries_tls_within_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", authority_file())
    with (
        run_server(respond(200, session(id="1" * 50_000)), tls=context("trusted")) as s,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        proxy = threading.Thread(target=_serve_tunnel, args=(listener,))
        proxy.start()
        port = listener.getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"https://127.0.0.1:{port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        with okta.Okta(base_url=s.url, api_token="t") as client:
            assert client.sessions.get("102").id == "1" * 50_000
            assert client.sessions.get("102").id == "1" * 50_000
        proxy.join()
        assert s.connections == 1
