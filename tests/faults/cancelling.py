"""Calls that are cancelled, in each phase: no connection is left behind or lost to the pool."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import pangea

from tests.faults.actions import GOOD, answer, drip, reply, then_silence
from tests.faults.modes import ASYNCIO, SYNC, TRIO
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Play, Scene
from tests.faults.server import Action, blackhole, deaf
from tests.faults.silence import BODY, ID, TOKEN

HEAD, _, TEXT = answer().partition(b"\r\n\r\n")
HEAD += b"\r\n\r\n"
TIMES = 5
"""How often, over a pool of two connections: a leak would use them up."""


def _given_up(idle: int = 0) -> Play:
    """Calls that are cancelled before they end, and then one that is not.

    Args:
        idle: How many connections may be left, since they are free again.
    """

    async def play(scene: Scene) -> Any:
        async with scene.pool(2) as http:
            async with scene.client(http=http) as client:
                for _ in range(TIMES):
                    with anyio.move_on_after(0.1) as scope:
                        await client("sessions.get", ID)
                    assert scope.cancelled_caught, "it was not cancelled"
                left = await scene.settled(idle)
                assert left == idle, f"{left} connections are left"
                scene.server.actions = (GOOD,)
                return await client("sessions.get", ID)

    return play


async def _own_pool(scene: Scene) -> Any:
    """More calls than a client's own pool has connections are cancelled, then one is not."""
    async with scene.client() as client:

        async def call(number: int) -> None:
            with anyio.move_on_after(0.3):
                await client("sessions.get", ID)

        await scene.mode.together(150, call)
        assert await scene.settled() == 0
        scene.server.actions = (GOOD,)
        return await client("sessions.get", ID)


async def _while_connecting(scene: Scene) -> Any:
    with blackhole() as place:
        async with scene.client(base_url=f"http://{place}") as client:
            with anyio.move_on_after(0.1) as scope:
                await client("sessions.get", ID)
            return scope.cancelled_caught


async def _in_handshake(scene: Scene) -> Any:
    with deaf() as place:
        async with scene.client(base_url=f"https://{place}") as client:
            with anyio.move_on_after(0.1) as scope:
                await client("sessions.get", ID)
            return scope.cancelled_caught


async def _while_sending(scene: Scene) -> Any:
    with deaf() as place:
        async with scene.client(pangea, base_url=f"http://{place}") as client:
            with anyio.move_on_after(0.3) as scope:
                await client("session.invalidate", BODY * 3_000_000)
            return scope.cancelled_caught


async def _waiting_for_the_pool(scene: Scene) -> Any:
    async with scene.pool(1) as http, scene.client(http=http) as client:
        async with anyio.create_task_group() as group:
            group.start_soon(client, "sessions.get", ID)
            await anyio.sleep(0.1)
            with anyio.move_on_after(0.1) as scope:
                await client("sessions.get", ID)
            assert scope.cancelled_caught
            group.cancel_scope.cancel()
        scene.server.actions = (GOOD,)
        return await client("sessions.get", ID)


async def _asking_for_a_token(scene: Scene) -> Any:
    async def token() -> str:
        await anyio.sleep(30)
        return TOKEN

    async with scene.client(api_token=token) as client:
        with anyio.move_on_after(0.1) as scope:
            await client("sessions.get", ID)
        return scope.cancelled_caught


def _is_true(seen: Seen) -> None:
    assert seen.value is True


class Interrupted(BaseException):
    """What a signal raises, as Ctrl+C raises KeyboardInterrupt."""


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


async def _interrupted(scene: Scene) -> Any:
    async with scene.pool(2) as http, scene.client(http=http) as pooled:
        async with scene.client() as own:
            for client in (pooled, own) * TIMES:
                try:
                    with _interrupting(0.1):
                        await client("sessions.get", ID)
                except Interrupted:
                    continue
                raise AssertionError("it was not interrupted")
            left = await scene.settled()
            assert left == 0, f"{left} connections are left"
            scene.server.actions = (GOOD,)
            await pooled("sessions.get", ID)
            return await own("sessions.get", ID)


PHASES: tuple[tuple[str, Action], ...] = (
    ("before the answer", then_silence()),
    ("in the head", drip(HEAD, 0.02)),
    ("in the body", drip(TEXT, 0.02, first=HEAD)),
)

ROWS = (
    Row(
        "G18",
        "A call is cancelled, in each phase",
        "No connection is left behind, and the pool is usable",
        (
            *(
                Case(
                    name=name,
                    server=(action,),
                    play=_given_up(),
                    requests=(1, TIMES + 1),
                )
                for name, action in PHASES
            ),
            Case(
                name="in the pause before another try",
                server=(reply(429, b"", "Retry-After: 5"),),
                play=_given_up(idle=1),
                requests=(1, TIMES + 1),
            ),
            Case(
                name="150 of them over a client's own pool",
                server=(then_silence(),),
                play=_own_pool,
                requests=(1, 151),
            ),
            Case(
                name="while it waits for the pool",
                server=(then_silence(),),
                play=_waiting_for_the_pool,
                requests=2,
            ),
            *(
                Case(name=name, play=play, outcome="bool", requests=0, check=_is_true)
                for name, play in (
                    ("while connecting", _while_connecting),
                    ("in the TLS handshake", _in_handshake),
                    ("while sending", _while_sending),
                    ("while a credential is asked for", _asking_for_a_token),
                )
            ),
        ),
        modes=(ASYNCIO, TRIO),
    ),
    Row(
        "G19",
        "A call is interrupted by a signal, as by Ctrl+C, in each phase",
        "No connection is left behind, and the pool is usable",
        tuple(
            Case(
                name=name,
                server=(action,),
                play=_interrupted,
                requests=(2, 2 * TIMES + 2),
            )
            for name, action in PHASES
        ),
        modes=(SYNC,),
    ),
)
