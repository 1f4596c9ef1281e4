"""Timeouts: servers that do not respond or never finish, and clock changes."""

import socket
import time
from typing import Any
from unittest.mock import patch

import anyio
import pangea

from tests.faults.actions import (
    OK_RESPONSE,
    respond,
    response_bytes,
    send_slowly,
    send_then_hang,
)
from tests.faults.harness import Harness, Scenario, failing_call, get_session
from tests.faults.leak_search import BODY, ID, TOKEN
from tests.faults.modes import ASYNCIO, TRIO
from tests.faults.row import Case, Observation, Row
from tests.faults.server import Action, unread_address
from tests.faults.vendors import session

HEAD, _, TEXT = response_bytes().partition(b"\r\n\r\n")
HEAD += b"\r\n\r\n"


def _timeout_case(name: str, fault: Action, **options: Any) -> Case:
    return Case(
        name=name,
        server=(fault,),
        scenario=options.pop("scenario", failing_call("sessions.get", ID, timeout=0.5)),
        outcome="APITimeoutError",
        attempts=1,
        min_seconds=0.5,
        **options,
    )


async def _unread_request(harness: Harness) -> Any:
    """Send a large body that the server never reads."""
    with unread_address() as place:
        url = f"http://{place}"
        async with harness.client(pangea, base_url=url, timeout=0.5) as client:
            return await client("session.invalidate", BODY * 3_000_000)


async def _unanswered_handshake(harness: Harness) -> Any:
    with unread_address() as place:
        url = f"https://{place}"
        async with harness.client(base_url=url, timeout=0.5) as client:
            return await client("sessions.create", ID)


async def _slow_dns(harness: Harness) -> Any:
    """Call a host whose DNS lookup takes three seconds."""
    looked_up: list[str] = []

    def look_up(
        host: str,
        port: int,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        if not flags & socket.AI_NUMERICHOST:  # Checking for an IP address is quick.
            time.sleep(3)
            looked_up.append(host)
        raise socket.gaierror(-2, "unknown")

    with patch("socket.getaddrinfo", look_up):
        async with harness.client(
            base_url="https://name.invalid", timeout=0.5
        ) as client:
            try:
                return await client("sessions.create", ID)
            finally:
                assert not looked_up, "waited for the DNS lookup"


async def _slow_token(harness: Harness) -> Any:
    async def token() -> str:
        await anyio.sleep(30)
        return TOKEN

    async with harness.client(api_token=token, timeout=0.5) as client:
        return await client("sessions.create", ID)


async def _cancelled(harness: Harness) -> str:
    async with harness.client() as client:
        with anyio.move_on_after(0.2) as scope:
            await client("sessions.get", ID)
        assert scope.cancelled_caught
        assert await harness.wait_for_connections() == 0
    return type(harness.raised[0]).__name__


def _with_clock_jump(hours: int) -> Scenario:
    """Return a scenario with a GET during which the local clock is changed."""

    async def scenario(harness: Harness) -> Any:
        real = time.time

        def now() -> float:
            return real() + (hours * 3600 if harness.server.requests else 0)

        with patch("time.time", now):
            async with harness.client(timeout=25) as client:
                return await client("sessions.get", ID)

    return scenario


def _retry_after(seconds: float) -> Any:
    def check(observation: Observation) -> None:
        assert observation.error.retry_after == seconds

    return check


ROWS = (
    Row(
        "F20",
        "No response",
        "`APITimeoutError` at the deadline; the connection is closed",
        (
            _timeout_case(
                "GET", send_then_hang(), maybe_delivered=True, reason="READ_TIMEOUT"
            ),
            _timeout_case(
                "POST",
                send_then_hang(),
                scenario=failing_call("sessions.create", ID, timeout=0.5),
                maybe_delivered=True,
            ),
        ),
    ),
    Row(
        "F21",
        "A body that arrives byte by byte, each within the timeout",
        "`APITimeoutError` at the deadline of the whole call; the connection is closed",
        (_timeout_case("", send_slowly(TEXT, 0.05, first=HEAD), maybe_delivered=True),),
    ),
    Row(
        "F22",
        "A head that arrives byte by byte, each within the timeout",
        "`APITimeoutError` at the deadline of the whole call; the connection is closed",
        (_timeout_case("", send_slowly(HEAD, 0.05), maybe_delivered=True),),
    ),
    Row(
        "F23",
        "`Retry-After` beyond the deadline",
        "No delay: the error is raised at once, with `retry_after`",
        (
            Case(
                server=(respond(503, b"", "Retry-After: 20"),),
                scenario=get_session(timeout=10),
                outcome="InternalServerError",
                attempts=1,
                check=_retry_after(20),
            ),
        ),
    ),
    Row(
        "F24",
        "The call is cancelled",
        "The cancellation takes effect at once; the connection is closed",
        (
            Case(
                server=(send_then_hang(),),
                scenario=_cancelled,
                outcome="str",
                min_seconds=0.2,
            ),
        ),
        modes=(ASYNCIO, TRIO),
    ),
    Row(
        "F90",
        "The local clock is changed during a call",
        "No effect: deadlines use the monotonic clock",
        tuple(
            Case(
                name=f"{hours:+} h",
                server=(respond(503, b""), respond(503, b""), OK_RESPONSE),
                scenario=_with_clock_jump(hours),
                requests=3,
            )
            for hours in (1, -1)
        ),
    ),
    Row(
        "G07",
        "A server that stops responding at any other point",
        "`APITimeoutError` at the deadline; the connection is closed",
        (
            _timeout_case("in the head", send_then_hang(HEAD[:30])),
            _timeout_case("after the head", send_then_hang(HEAD)),
            _timeout_case("in the body", send_then_hang(HEAD + TEXT[:30])),
            _timeout_case(
                "before the end of the last chunk",
                send_then_hang(
                    b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n"
                    b"%x\r\n%s\r\n0\r\n" % (len(session()), session())
                ),
            ),
            _timeout_case("after 103", send_then_hang(b"HTTP/1.1 103 X\r\n\r\n")),
            _timeout_case(
                "endless 103",
                send_slowly(b"", 0, first=b"HTTP/1.1 103 X\r\n\r\n" * 50_000),
            ),
            _timeout_case(
                "in an error", send_then_hang(response_bytes(503, session())[:-5])
            ),
            _timeout_case(
                "in the DNS lookup",
                OK_RESPONSE,
                scenario=_slow_dns,
                requests=0,
                reason="CONNECT_TIMEOUT",
            ),
            _timeout_case(
                "in the request",
                OK_RESPONSE,
                scenario=_unread_request,
                requests=0,
                reason="WRITE_TIMEOUT",
            ),
            _timeout_case(
                "in the TLS handshake",
                OK_RESPONSE,
                scenario=_unanswered_handshake,
                requests=0,
                reason="CONNECT_TIMEOUT",
                maybe_delivered=False,
            ),
        ),
    ),
    Row(
        "G21",
        "A credential function that does not return",
        "`APITimeoutError` at the deadline; nothing is sent",
        (
            Case(
                scenario=_slow_token,
                outcome="APITimeoutError",
                requests=0,
                attempts=0,
                maybe_delivered=False,
                min_seconds=0.5,
            ),
        ),
        modes=(ASYNCIO, TRIO),
    ),
)
