"""Cancelled calls, in each phase: no connection stays open or is lost to the pool."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import pangea

from tests.faults.actions import (
    OK_RESPONSE,
    respond,
    response_bytes,
    send_slowly,
    send_then_hang,
)
from tests.faults.harness import Harness, Scenario
from tests.faults.leak_search import BODY, ID, TOKEN
from tests.faults.modes import ASYNCIO, SYNC, TRIO
from tests.faults.row import Case, Observation, Row
from tests.faults.server import Action, unreachable_address, unread_address

HEAD, _, TEXT = response_bytes().partition(b"\r\n\r\n")
HEAD += b"\r\n\r\n"
REPETITIONS = 5
"""Number of repetitions over a pool of two connections, which a leak would exhaust."""


def _cancelled(idle: int = 0) -> Scenario:
    """Return a scenario with several cancelled calls and a successful one.

    Args:
        idle: Number of idle connections that remain open.
    """

    async def scenario(harness: Harness) -> Any:
        async with harness.pool(2) as http:
            async with harness.client(http=http) as client:
                for _ in range(REPETITIONS):
                    with anyio.move_on_after(0.1) as scope:
                        await client("sessions.get", ID)
                    assert scope.cancelled_caught, "it was not cancelled"
                left = await harness.wait_for_connections(idle)
                assert left == idle, f"{left} connections are left"
                harness.server.actions = (OK_RESPONSE,)
                return await client("sessions.get", ID)

    return scenario


async def _own_pool(harness: Harness) -> Any:
    """Cancel more calls than the pool has connections, then make a successful one."""
    async with harness.client() as client:

        async def call(number: int) -> None:
            with anyio.move_on_after(0.3):
                await client("sessions.get", ID)

        await harness.mode.together(150, call)
        assert await harness.wait_for_connections() == 0
        harness.server.actions = (OK_RESPONSE,)
        return await client("sessions.get", ID)


async def _while_connecting(harness: Harness) -> Any:
    with unreachable_address() as place:
        async with harness.client(base_url=f"http://{place}") as client:
            with anyio.move_on_after(0.1) as scope:
                await client("sessions.get", ID)
            return scope.cancelled_caught


async def _in_handshake(harness: Harness) -> Any:
    with unread_address() as place:
        async with harness.client(base_url=f"https://{place}") as client:
            with anyio.move_on_after(0.1) as scope:
                await client("sessions.get", ID)
            return scope.cancelled_caught


async def _while_sending(harness: Harness) -> Any:
    with unread_address() as place:
        async with harness.client(pangea, base_url=f"http://{place}") as client:
            with anyio.move_on_after(0.3) as scope:
                await client("session.invalidate", BODY * 3_000_000)
            return scope.cancelled_caught


async def _waiting_for_the_pool(harness: Harness) -> Any:
    async with harness.pool(1) as http, harness.client(http=http) as client:
        async with anyio.create_task_group() as group:
            group.start_soon(client, "sessions.get", ID)
            await anyio.sleep(0.1)
            with anyio.move_on_after(0.1) as scope:
                await client("sessions.get", ID)
            assert scope.cancelled_caught
            group.cancel_scope.cancel()
        harness.server.actions = (OK_RESPONSE,)
        return await client("sessions.get", ID)


async def _asking_for_a_token(harness: Harness) -> Any:
    async def token() -> str:
        await anyio.sleep(30)
        return TOKEN

    async with harness.client(api_token=token) as client:
        with anyio.move_on_after(0.1) as scope:
            await client("sessions.get", ID)
        return scope.cancelled_caught


def _check_true(observation: Observation) -> None:
    assert observation.value is True


class Interrupted(BaseException):
    """Raised by a signal handler, like KeyboardInterrupt by Ctrl+C."""


@contextmanager
def _interrupting(seconds: float) -> Iterator[None]:
    def interrupt(number: int, frame: object) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


async def _interrupted(harness: Harness) -> Any:
    async with harness.pool(2) as http, harness.client(http=http) as pooled:
        async with harness.client() as own:
            for client in (pooled, own) * REPETITIONS:
                try:
                    with _interrupting(0.1):
                        await client("sessions.get", ID)
                except Interrupted:
                    continue
                raise AssertionError("it was not interrupted")
            left = await harness.wait_for_connections()
            assert left == 0, f"{left} connections are left"
            harness.server.actions = (OK_RESPONSE,)
            await pooled("sessions.get", ID)
            return await own("sessions.get", ID)


PHASES: tuple[tuple[str, Action], ...] = (
    ("before the response", send_then_hang()),
    ("in the head", send_slowly(HEAD, 0.02)),
    ("in the body", send_slowly(TEXT, 0.02, first=HEAD)),
)

ROWS = (
    Row(
        "G18",
        "A call is cancelled, in each phase",
        "No connection stays open, and the pool stays usable",
        (
            *(
                Case(
                    name=name,
                    server=(action,),
                    scenario=_cancelled(),
                    requests=(1, REPETITIONS + 1),
                )
                for name, action in PHASES
            ),
            Case(
                name="in the delay before a retry",
                server=(respond(429, b"", "Retry-After: 5"),),
                scenario=_cancelled(idle=1),
                requests=(1, REPETITIONS + 1),
            ),
            Case(
                name="150 calls over the client's pool",
                server=(send_then_hang(),),
                scenario=_own_pool,
                requests=(1, 151),
            ),
            Case(
                name="while waiting for the pool",
                server=(send_then_hang(),),
                scenario=_waiting_for_the_pool,
                requests=2,
            ),
            *(
                Case(
                    name=name,
                    scenario=scenario,
                    outcome="bool",
                    requests=0,
                    check=_check_true,
                )
                for name, scenario in (
                    ("while connecting", _while_connecting),
                    ("in the TLS handshake", _in_handshake),
                    ("while sending", _while_sending),
                    ("in a credential function", _asking_for_a_token),
                )
            ),
        ),
        modes=(ASYNCIO, TRIO),
    ),
    Row(
        "G19",
        "A call is interrupted by a signal, such as by Ctrl+C, in each phase",
        "No connection stays open, and the pool stays usable",
        tuple(
            Case(
                name=name,
                server=(action,),
                scenario=_interrupted,
                requests=(2, 2 * REPETITIONS + 2),
            )
            for name, action in PHASES
        ),
        modes=(SYNC,),
    ),
)
