"""Faults before a request is sent: failed connections and invalid certificates."""

import os
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import okta

from tests.faults.actions import respond
from tests.faults.certificates import client_context
from tests.faults.harness import Harness
from tests.faults.leak_search import CANARY, ID, TOKEN
from tests.faults.row import Case, Observation, Row
from tests.faults.server import unreachable_address


async def _refused_once(harness: Harness) -> Any:
    asked: list[str] = []

    def token() -> str:
        if asked:  # The second attempt: the server accepts connections from now on.
            harness.server.listen()
        asked.append(TOKEN)
        return TOKEN

    async with harness.client(api_token=token) as client:
        return await client("sessions.create", ID)


async def _no_such_name(harness: Harness) -> Any:
    with patch("socket.getaddrinfo", side_effect=socket.gaierror(-2, "unknown")):
        async with harness.client(base_url="https://name.invalid") as client:
            return await client("sessions.get", ID)


@contextmanager
def _addresses(*addresses: str) -> Iterator[None]:
    """Let every host have these addresses."""

    def look_up(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                socket.IPPROTO_TCP,
                "",
                (address, int(port)),
            )
            for address in addresses
        ]

    with patch("socket.getaddrinfo", side_effect=look_up):
        yield


async def _dead_address_first(harness: Harness) -> Any:
    port = harness.server.port
    with (
        unreachable_address("127.0.0.2", port),
        _addresses("127.0.0.2", "127.0.0.1"),
    ):
        url = f"http://two.localhost:{port}"
        async with harness.client(base_url=url, timeout=4, max_retries=0) as client:
            return await client("sessions.get", ID)


async def _refused_address_first(harness: Harness) -> Any:
    with _addresses("::1", "127.0.0.2", "127.0.0.1"):
        url = f"http://three.localhost:{harness.server.port}"
        async with harness.client(base_url=url, timeout=4, max_retries=0) as client:
            return await client("sessions.get", ID)


def _unreachable(**options: Any) -> Any:
    async def scenario(harness: Harness) -> Any:
        with unreachable_address() as place:
            url = f"http://{place}"
            async with harness.client(base_url=url, **options) as client:
                return await client("sessions.create", ID)

    return scenario


async def _slow_lookups(harness: Harness) -> int:
    """Make ten calls in a row while DNS does not respond; return the threads that are left."""
    released = threading.Event()

    def look_up(*arguments: Any, **__: Any) -> Any:
        flags = arguments[5] if len(arguments) > 5 else 0
        if flags & socket.AI_NUMERICHOST:  # trio tries this first, without a thread.
            raise socket.gaierror(socket.EAI_NONAME, "not numeric")
        released.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "no response")

    before = threading.active_count()
    with patch("socket.getaddrinfo", side_effect=look_up):
        async with harness.client(
            base_url="https://slow.invalid", timeout=0.05, max_retries=0
        ) as client:
            for _ in range(10):
                try:
                    await client("sessions.get", ID)
                except okta.APITimeoutError:
                    pass
            left = threading.active_count() - before
            released.set()
    return left


def _check_threads(observation: Observation) -> None:
    limit = 10 if observation.mode.is_async else 1
    assert observation.value <= limit, f"{observation.value} threads are left"


def _with_client_certificate(*, is_trusted: bool) -> Any:
    async def scenario(harness: Harness) -> Any:
        tls = client_context(is_trusted=is_trusted)
        async with harness.client(ssl_context=tls) as client:
            return await client("sessions.get", ID)

    return scenario


def _with_environment(**variables: str) -> Any:
    """Return a scenario with a call of a client that is created with these variables."""

    async def scenario(harness: Harness) -> Any:
        with patch.dict(os.environ, variables):
            async with harness.client() as client:
                return await client("sessions.get", ID)

    return scenario


_SOCKS_PROXY = f"socks5://user:{CANARY}@127.0.0.1:9"


def _check_names_package(observation: Observation) -> None:
    assert "pip install socksio" in str(observation.error)


async def _to_https(harness: Harness) -> Any:
    url = harness.server.url.replace("http:", "https:")
    async with harness.client(base_url=url) as client:
        return await client("sessions.get", ID)


async def _through_proxy(harness: Harness) -> Any:
    with patch.dict(os.environ, {"HTTPS_PROXY": harness.server.url}):
        url = "https://api.example.com"
        async with harness.client(base_url=url) as client:
            return await client("sessions.create", ID)


def _through_proxy_with_password(scheme: str) -> Any:
    async def scenario(harness: Harness) -> Any:
        proxy = harness.server.url.replace("//", f"//user:{CANARY}@")
        names = {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "NO_PROXY": ""}
        with patch.dict(os.environ, names):
            # A host that resolves to this machine, so that http is allowed.
            url = f"{scheme}://api.localhost:1"
            async with harness.client(base_url=url, max_retries=0) as client:
                return await client("sessions.get", ID)

    return scenario


def _check_proxy_credentials(start: str) -> Any:
    def check(observation: Observation) -> None:
        (request,) = observation.server.requests
        expected = b64encode(f"user:{CANARY}".encode()).decode()
        assert request.header("Proxy-Authorization") == f"Basic {expected}"
        assert request.head.startswith(start.encode())

    return check


def _refused_url(url: str) -> Any:
    async def scenario(harness: Harness) -> Any:
        harness.open(base_url=url)

    return scenario


def _check_cause(observation: Observation) -> None:
    assert observation.error.__cause__ is not None


ROWS = (
    Row(
        "F01",
        "Connection refused, then accepted",
        "Retried, also a POST, since nothing was sent",
        (Case(scenario=_refused_once, refuses_connections=True),),
    ),
    Row(
        "F02",
        "Connection refused every time",
        "`APIConnectionError` after 3 attempts, with its cause; `maybe_delivered` is false",
        (
            Case(
                refuses_connections=True,
                outcome="APIConnectionError",
                reason="REFUSED",
                requests=0,
                attempts=3,
                maybe_delivered=False,
                check=_check_cause,
            ),
        ),
    ),
    Row(
        "F03",
        "The DNS lookup of the host fails",
        "`APIConnectionError` after 3 attempts; `maybe_delivered` is false",
        (
            Case(
                scenario=_no_such_name,
                outcome="APIConnectionError",
                reason="UNKNOWN_HOST",
                requests=0,
                attempts=3,
                maybe_delivered=False,
                check=_check_cause,
            ),
        ),
    ),
    Row(
        "F04",
        "A host that does not respond to connection attempts",
        "`APITimeoutError` at the deadline, and after 5 s for one attempt",
        (
            Case(
                name="deadline of 0.5 s",
                scenario=_unreachable(timeout=0.5),
                outcome="APITimeoutError",
                reason="CONNECT_TIMEOUT",
                requests=0,
                maybe_delivered=False,
                min_seconds=0.5,
            ),
            Case(
                name="deadline of 30 s, one attempt",
                scenario=_unreachable(max_retries=0),
                outcome="APITimeoutError",
                reason="CONNECT_TIMEOUT",
                requests=0,
                attempts=1,
                maybe_delivered=False,
                min_seconds=4.5,
            ),
        ),
    ),
    Row(
        "F05",
        "A certificate of an unknown CA, for another host, or expired",
        "`APIConnectionError` after one attempt; nothing is sent. A valid one is accepted",
        (
            Case(name="trusted", tls="trusted"),
            *(
                Case(
                    name=kind,
                    tls=kind,
                    outcome="APIConnectionError",
                    requests=0,
                    connections=1,
                    attempts=1,
                    maybe_delivered=False,
                    reason=reason,
                )
                for kind, reason in (
                    ("unknown CA", "UNTRUSTED_CERTIFICATE"),
                    ("another host", "INVALID_CERTIFICATE"),
                    ("expired", "INVALID_CERTIFICATE"),
                )
            ),
        ),
    ),
    Row(
        "F06",
        "A server that responds to TLS with plain HTTP",
        "`APIConnectionError` after one attempt",
        (
            Case(
                scenario=_to_https,
                greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n",
                outcome="APIConnectionError",
                requests=0,
                connections=1,
                attempts=1,
                reason="TLS",
            ),
        ),
    ),
    Row(
        "G24",
        "A server that requires a client certificate, and gets none",
        "`APIConnectionError` after one attempt, also if the alert comes after the handshake",
        (
            Case(
                tls="client required",
                outcome="APIConnectionError",
                requests=0,
                connections=1,
                attempts=1,
                maybe_delivered=False,
                reason="CLIENT_CERTIFICATE",
            ),
        ),
    ),
    Row(
        "G29",
        "A server that requires a client certificate, and gets one from `ssl_context`",
        "Accepted; one of an unknown CA is an `APIConnectionError` after one attempt",
        (
            Case(
                name="trusted",
                tls="client required",
                scenario=_with_client_certificate(is_trusted=True),
            ),
            Case(
                name="unknown CA",
                tls="client required",
                scenario=_with_client_certificate(is_trusted=False),
                outcome="APIConnectionError",
                requests=0,
                connections=1,
                attempts=1,
                maybe_delivered=False,
                reason="CLIENT_CERTIFICATE",
            ),
        ),
    ),
    Row(
        "G25",
        "A proxy that refuses to connect",
        "`APIConnectionError`, which names the proxy; after one attempt if it needs other credentials",
        (
            Case(
                name="not running",
                refuses_connections=True,
                scenario=_through_proxy,
                outcome="APIConnectionError",
                requests=0,
                attempts=3,
                maybe_delivered=False,
                reason="PROXY_UNREACHABLE",
            ),
            *(
                Case(
                    name=str(status),
                    server=(respond(status, CANARY.encode()),),
                    scenario=_through_proxy,
                    outcome="APIConnectionError",
                    requests=attempts,
                    attempts=attempts,
                    maybe_delivered=False,
                    reason=reason,
                )
                for status, attempts, reason in (
                    (407, 1, "PROXY_CREDENTIALS"),
                    (403, 3, "PROXY_REFUSED"),
                    (502, 3, "PROXY_REFUSED"),
                )
            ),
        ),
    ),
    Row(
        "G26",
        "A proxy with user and password",
        "The proxy gets them, the server does not; no message shows them",
        (
            Case(
                name="forwarded",
                scenario=_through_proxy_with_password("http"),
                check=_check_proxy_credentials("GET http://"),
            ),
            Case(
                name="tunnel",
                server=(respond(502),),
                scenario=_through_proxy_with_password("https"),
                outcome="APIConnectionError",
                check=_check_proxy_credentials("CONNECT "),
            ),
        ),
    ),
    Row(
        "G27",
        "A SOCKS proxy, and the package for it is not installed",
        "`ImportError` from the constructor, which names the package; none if `NO_PROXY` excludes the server",
        (
            Case(
                name="used",
                scenario=_with_environment(ALL_PROXY=_SOCKS_PROXY),
                outcome="ImportError",
                requests=0,
                check=_check_names_package,
            ),
            *(
                Case(
                    name=f"excluded by {no_proxy}",
                    scenario=_with_environment(
                        ALL_PROXY=_SOCKS_PROXY, NO_PROXY=no_proxy
                    ),
                )
                for no_proxy in ("127.0.0.1", "10.0.0.0/8,127.0.0.0/8", "*")
            ),
        ),
    ),
    Row(
        "G28",
        "A DNS server that does not respond, ten calls in a row",
        "`APITimeoutError` at each deadline; synchronous calls leave one thread, others at most one each",
        (
            Case(
                scenario=_slow_lookups,
                cell_format="{} threads",
                outcome="int",
                requests=0,
                check=_check_threads,
            ),
        ),
    ),
    Row(
        "G23",
        "A host of several addresses, of which only the last one accepts connections",
        "The addresses are tried 250 ms apart, and at once after one that refuses (RFC 8305)",
        (
            Case(name="the first does not respond", scenario=_dead_address_first),
            Case(name="the first two refuse", scenario=_refused_address_first),
        ),
    ),
    Row(
        "F07",
        "A base URL that would send credentials in clear, or contains credentials",
        "`ValueError` from the constructor; its message contains neither",
        tuple(
            Case(
                name=name, scenario=_refused_url(url), outcome="ValueError", requests=0
            )
            for name, url in (
                ("http to another machine", "http://api.example.com"),
                ("http to a private address", "http://10.0.0.1"),
                ("user and password", f"https://me:{CANARY}@api.example.com"),
                ("query", f"https://api.example.com/?key={CANARY}"),
                ("no scheme", f"api.example.com/{CANARY}"),
                ("another scheme", f"ftp://api.example.com/{CANARY}"),
            )
        ),
    ),
)
