"""Clients that are shared: by threads, tasks, processes and event loops; closed, exhausted."""

import os
import warnings
from typing import Any

import okta
import trio

from tests.faults.actions import GOOD, answer, then_silence
from tests.faults.modes import ASYNCIO, TRIO
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Caller, Play, Scene
from tests.faults.server import Turn
from tests.faults.silence import ID
from tests.faults.vendors import session


def _echo(turn: Turn) -> None:
    """Answer with the id that was asked for."""
    turn.send(answer(200, session(id=turn.request.target.rpartition("/")[2])))


def _many(workers: int, calls: int) -> Play:
    """So many workers share a client, each with so many calls; how many answers were wrong."""

    async def play(scene: Scene) -> int:
        async with scene.client() as client:

            async def work(number: int) -> int:
                wrong = 0
                for call in range(calls):
                    name = f"{ID}-{number}-{call}"
                    wrong += (await client("sessions.get", name)).id != name
                return wrong

            return sum(await scene.mode.together(workers, work))

    return play


def _none_wrong(seen: Seen) -> None:
    assert seen.value == 0, f"{seen.value} answers were another's"


def _forked(scene: Scene) -> int:
    """A client goes on in a process and in its fork; how many answers were wrong."""
    client = scene.open()

    def wrong(prefix: str, *, last: bool = False) -> int:
        async def calls() -> int:
            names = [f"{ID}-{prefix}-{number}" for number in range(100)]
            found = [(await client("sessions.get", name)).id for name in names]
            if last:
                await client.close()
            return sum(a != b for a, b in zip(names, found, strict=True))

        count: int = scene.mode.run(calls)
        return count

    count = wrong("before")
    with warnings.catch_warnings():
        # The threads that Python warns of are the server's, and no matter to the child.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 99
        try:
            code = wrong("child")
        finally:
            os._exit(code)
    count += wrong("parent", last=True)
    return count + os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _loops(scene: Scene) -> str:
    """A client is used in three event loops, one after another."""
    client = scene.open()

    async def call() -> str:
        return str((await client("sessions.get", ID)).id)

    async def last() -> str:
        try:
            return await call()
        finally:
            await client.close()

    return f"{scene.mode.run(call)} {scene.mode.run(call)} {scene.mode.run(last)}"


def _closed_elsewhere(scene: Scene) -> None:
    """A client is closed in another event loop than it was used in."""
    client = scene.open()

    async def call() -> None:
        await client("sessions.get", ID)

    async def close() -> None:
        await client.close()

    scene.mode.run(call)
    scene.mode.run(close)


async def _after_close(scene: Scene) -> Any:
    async with scene.client() as client:
        await client("sessions.get", ID)
        await client.close()
        await client.close()
        return await client("sessions.get", ID)


def _says_closed(seen: Seen) -> None:
    assert "closed" in str(seen.error)


async def _stays_open(scene: Scene) -> Any:
    async with scene.pool(2) as http:
        async with scene.client(http=http) as client:
            await client("sessions.get", ID)
        async with scene.client(http=http) as other:
            return await other("sessions.get", ID)


async def _own_pool(scene: Scene) -> int:
    """Twenty calls more than a client's own pool has connections, none of them answered."""
    async with scene.client(timeout=1.0) as client:
        return await _late(scene, client, 120)


async def _pool_of_two(scene: Scene) -> int:
    async with scene.pool(2) as http:
        async with scene.client(http=http, timeout=0.5) as client:
            return await _late(scene, client, 10)


async def _late(scene: Scene, client: Caller, count: int) -> int:
    """How many of so many calls came too late; one after them comes in time."""

    async def call(number: int) -> int:
        try:
            await client("sessions.get", ID)
        except okta.APITimeoutError:
            return 1
        return 0

    late = sum(await scene.mode.together(count, call))
    scene.server.actions = (GOOD,)
    assert (await client("sessions.get", ID)).status == "ACTIVE"
    return late


def _all_late(seen: Seen) -> None:
    assert seen.value in (10, 120)


async def _library(scene: Scene) -> str:
    async with scene.client() as client:
        await client("sessions.get", ID)
    return "trio" if trio.lowlevel.in_trio_run() else "asyncio"


def _as_named(seen: Seen) -> None:
    assert seen.value in seen.mode.name


ROWS = (
    Row(
        "F78",
        "16 threads or tasks share a client, 200 calls each",
        "Each gets its own answers: 0 of 3,200 are another's",
        (
            Case(
                server=(_echo,),
                play=_many(16, 200),
                says="{} wrong",
                outcome="int",
                requests=3200,
                most=60.0,
                check=_none_wrong,
            ),
        ),
    ),
    Row(
        "F79",
        "A process forks after its client was used",
        "Each process has connections of its own: 0 of 300 answers are another's",
        (
            Case(
                server=(_echo,),
                play=_forked,
                says="{} wrong",
                outcome="int",
                requests=300,
                most=60.0,
                leaves=True,
                check=_none_wrong,
            ),
        ),
    ),
    Row(
        "F80",
        "A client is used in a second event loop",
        "It opens connections of its own there",
        (
            Case(name="used", play=_loops, outcome="str", requests=3, leaves=True),
            Case(name="closed", play=_closed_elsewhere, outcome="None", leaves=True),
        ),
        modes=(ASYNCIO, TRIO),
    ),
    Row(
        "F81",
        "A client is closed twice, and used once more",
        "`RuntimeError` that says so; closing twice is fine. The caller's `http` stays open",
        (
            Case(
                name="its own",
                play=_after_close,
                outcome="RuntimeError",
                check=_says_closed,
            ),
            Case(name="the caller's", play=_stays_open, requests=2),
        ),
    ),
    Row(
        "F83",
        "More calls than the pool has connections, and each hangs",
        "`APITimeoutError` at the deadline for those that wait too; the pool is usable after",
        (
            Case(
                name="120 calls, 100 connections",
                server=(then_silence(),),
                play=_own_pool,
                says="{} late",
                outcome="int",
                requests=(101, 121),
                least=1.0,
                most=6.0,
                check=_all_late,
            ),
            Case(
                name="10 calls, 2 connections of the caller's",
                server=(then_silence(),),
                play=_pool_of_two,
                says="{} late",
                outcome="int",
                requests=(3, 11),
                least=0.5,
                most=6.0,
                check=_all_late,
            ),
        ),
    ),
    Row(
        "F84",
        "Another event loop than asyncio's",
        "The whole matrix runs on trio too",
        (Case(play=_library, outcome="str", check=_as_named),),
        modes=(ASYNCIO, TRIO),
    ),
    Row(
        "G17",
        "1,000 calls at once",
        "Each gets its own answer, over at most 100 connections",
        (
            Case(
                server=(_echo,),
                play=_many(1000, 1),
                says="{} wrong",
                outcome="int",
                requests=1000,
                most=60.0,
                check=_none_wrong,
            ),
        ),
    ),
)
