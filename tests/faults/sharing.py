"""Clients shared by threads, tasks, processes and event loops; closed and exhausted clients."""

import copy
import os
import pickle
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

import anyio
import okta
import trio

from tests.faults.actions import (
    OK_RESPONSE,
    respond,
    response_bytes,
    send_then_hang,
    send_then_reset,
)
from tests.faults.harness import AwaitableClient, Harness, Scenario
from tests.faults.leak_search import ID
from tests.faults.modes import ASYNCIO, TRIO
from tests.faults.row import Case, Observation, Row
from tests.faults.server import Responder
from tests.faults.vendors import session


def _respond_with_id(responder: Responder) -> None:
    """Respond with the id in the request."""
    responder.send(
        response_bytes(200, session(id=responder.request.target.rpartition("/")[2]))
    )


def _wrong_ids(workers: int, calls: int) -> Scenario:
    """Return a scenario with workers that share a client; it counts wrong responses."""

    async def scenario(harness: Harness) -> int:
        async with harness.client() as client:

            async def work(number: int) -> int:
                wrong = 0
                for call in range(calls):
                    name = f"{ID}-{number}-{call}"
                    wrong += (await client("sessions.get", name)).id != name
                return wrong

            return sum(await harness.mode.together(workers, work))

    return scenario


def _check_none_wrong(observation: Observation) -> None:
    assert observation.value == 0, f"{observation.value} wrong responses"


def _forked(harness: Harness) -> int:
    """Use a client in a process and in its fork; return the number of wrong responses."""
    client = harness.open()

    def wrong(prefix: str, *, last: bool = False) -> int:
        async def calls() -> int:
            names = [f"{ID}-{prefix}-{number}" for number in range(100)]
            found = [(await client("sessions.get", name)).id for name in names]
            if last:
                await client.close()
            return sum(a != b for a, b in zip(names, found, strict=True))

        count: int = harness.mode.run(calls)
        return count

    count = wrong("before")
    with warnings.catch_warnings():
        # Python warns of threads, but these are the server's, which the child does not need.
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


def _three_event_loops(harness: Harness) -> str:
    """Use a client in three event loops, one after another."""
    client = harness.open()

    async def call() -> str:
        return str((await client("sessions.get", ID)).id)

    async def last() -> str:
        try:
            return await call()
        finally:
            await client.close()

    return f"{harness.mode.run(call)} {harness.mode.run(call)} {harness.mode.run(last)}"


def _closed_in_another_loop(harness: Harness) -> None:
    """Close a client in an event loop other than the one it was used in."""
    client = harness.open()

    async def call() -> None:
        await client("sessions.get", ID)

    async def close() -> None:
        await client.close()

    harness.mode.run(call)
    harness.mode.run(close)


def _many_event_loops(harness: Harness) -> int:
    """Use a client in 300 event loops; return the number of descriptors that are left."""
    client = harness.open()

    async def call() -> None:
        await client("sessions.get", ID)

    async def close() -> None:
        await client.close()
        assert not await harness.wait_for_connections()

    harness.mode.run(call)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(300):
        harness.mode.run(call)
    harness.mode.run(close)
    return len(os.listdir("/proc/self/fd")) - before


def _check_nothing_left(observation: Observation) -> None:
    assert observation.value <= 0, f"{observation.value} descriptors are left"


def _running_event_loop(harness: Harness) -> Any:
    """Close a client in one event loop while another one, in a thread, has used it."""
    client = harness.open()
    used, closed = threading.Event(), threading.Event()

    async def use_and_wait() -> None:
        await client("sessions.get", ID)
        used.set()
        while not closed.is_set():
            await anyio.sleep(0.01)

    async def close() -> None:
        await client.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(harness.mode.run, use_and_wait)
        used.wait(20)
        harness.mode.run(close)
        closed.set()
        return other.result()


async def _after_close(harness: Harness) -> Any:
    async with harness.client() as client:
        await client("sessions.get", ID)
        await client.close()
        await client.close()
        return await client("sessions.get", ID)


def _check_closed_message(observation: Observation) -> None:
    assert "closed" in str(observation.error)


async def _user_http_stays_open(harness: Harness) -> Any:
    async with harness.pool(2) as http:
        async with harness.client(http=http) as client:
            await client("sessions.get", ID)
        async with harness.client(http=http) as other:
            return await other("sessions.get", ID)


async def _own_pool(harness: Harness) -> int:
    """Make 20 calls more than the pool has connections; the server responds to none."""
    async with harness.client(timeout=1.0) as client:
        return await _count_timeouts(harness, client, 120)


async def _pool_of_two(harness: Harness) -> int:
    async with harness.pool(2) as http:
        async with harness.client(http=http, timeout=0.5) as client:
            return await _count_timeouts(harness, client, 10)


async def _count_timeouts(harness: Harness, client: AwaitableClient, count: int) -> int:
    """Return the number of calls that time out; check that a later call succeeds."""

    async def call(number: int) -> int:
        try:
            await client("sessions.get", ID)
        except okta.APITimeoutError:
            return 1
        return 0

    late = sum(await harness.mode.together(count, call))
    harness.server.actions = (OK_RESPONSE,)
    assert (await client("sessions.get", ID)).status == "ACTIVE"
    return late


def _check_all_timed_out(observation: Observation) -> None:
    assert observation.value in (10, 120)


def _hold(responder: Responder) -> None:
    """Respond after half a second, so that calls at once need a connection each."""
    time.sleep(0.5)
    responder.send(response_bytes())


async def _idle_connections(harness: Harness) -> str:
    """Return how many connections stay open after 30 calls at once, and after 6 s."""
    monotonic = time.monotonic
    async with harness.client() as client:

        async def call(number: int) -> None:
            await client("sessions.get", ID)

        await harness.mode.together(30, call)
        left = await harness.wait_for_connections(20)
        opened = harness.server.connections
        with patch("time.monotonic", lambda: monotonic() + 6):
            await call(0)
            left_later = await harness.wait_for_connections(1)
        assert harness.server.connections == opened + 1, "an expired one was used"
    return f"{left}, then {left_later}"


def _check_idle(observation: Observation) -> None:
    assert observation.value == "20, then 1", observation.value


async def _copied_errors(harness: Harness) -> int:
    """Copy and pickle an error of each kind; return the number of copies."""
    number = 0
    async with harness.client(max_retries=0) as client:
        for action in (
            respond(404, b'{"errorCode": "E0000007"}', "X-Okta-Request-Id: r1"),
            respond(200, b"no JSON"),
            send_then_reset(),
        ):
            harness.server.actions = (action,)
            try:
                await client("sessions.get", ID)
            except okta.OktaError as error:
                for copied in _copies(error):
                    number += 1
                    assert type(copied) is type(error)
                    assert str(copied) == str(error)
                    for name in ("code", "status_code", "reason", "request_id"):
                        assert getattr(copied, name, 0) == getattr(error, name, 0)
                harness.shown.append(pickle.dumps(error))
    return number


def _copies(error: okta.OktaError) -> list[okta.OktaError]:
    pickled: okta.OktaError = pickle.loads(pickle.dumps(error))
    return [copy.copy(error), copy.deepcopy(error), pickled]


def _check_copies(observation: Observation) -> None:
    assert observation.value == 9


async def _event_loop_name(harness: Harness) -> str:
    async with harness.client() as client:
        await client("sessions.get", ID)
    return "trio" if trio.lowlevel.in_trio_run() else "asyncio"


def _check_loop_name(observation: Observation) -> None:
    assert observation.value in observation.mode.name


ROWS = (
    Row(
        "F78",
        "16 threads or tasks share a client, with 200 calls each",
        "Each gets its own responses: 0 of 3,200 are wrong",
        (
            Case(
                server=(_respond_with_id,),
                scenario=_wrong_ids(16, 200),
                cell_format="{} wrong",
                outcome="int",
                requests=3200,
                max_seconds=60.0,
                check=_check_none_wrong,
            ),
        ),
    ),
    Row(
        "F79",
        "A process forks after using a client",
        "Each process has its own connections: 0 of 300 responses are wrong",
        (
            Case(
                server=(_respond_with_id,),
                scenario=_forked,
                cell_format="{} wrong",
                outcome="int",
                requests=300,
                max_seconds=60.0,
                check=_check_none_wrong,
            ),
        ),
    ),
    Row(
        "F80",
        "A client is used in a second event loop",
        "It opens new connections there, and those of an event loop are closed before it ends",
        (
            Case(
                name="used",
                scenario=_three_event_loops,
                outcome="str",
                requests=3,
            ),
            Case(
                name="closed",
                scenario=_closed_in_another_loop,
                outcome="None",
            ),
            Case(
                name="300 event loops",
                scenario=_many_event_loops,
                cell_format="{} descriptors",
                outcome="int",
                requests=301,
                check=_check_nothing_left,
            ),
            Case(
                name="closed while another event loop is running",
                scenario=_running_event_loop,
                outcome="None",
            ),
        ),
        modes=(ASYNCIO, TRIO),
    ),
    Row(
        "F81",
        "A client is closed twice, then used",
        "`RuntimeError` for the call only. An `http` of the user stays open",
        (
            Case(
                name="its own",
                scenario=_after_close,
                outcome="RuntimeError",
                check=_check_closed_message,
            ),
            Case(name="the user's", scenario=_user_http_stays_open, requests=2),
        ),
    ),
    Row(
        "F83",
        "More calls than the pool has connections, to a server that hangs",
        "`APITimeoutError` at the deadline, also for waiting calls; the pool stays usable",
        (
            Case(
                name="120 calls, 100 connections",
                server=(send_then_hang(),),
                scenario=_own_pool,
                cell_format="{} timeouts",
                outcome="int",
                requests=(101, 121),
                min_seconds=1.0,
                check=_check_all_timed_out,
            ),
            Case(
                name="10 calls, 2 connections of the user's pool",
                server=(send_then_hang(),),
                scenario=_pool_of_two,
                cell_format="{} timeouts",
                outcome="int",
                requests=(3, 11),
                min_seconds=0.5,
                check=_check_all_timed_out,
            ),
        ),
    ),
    Row(
        "G30",
        "Connections that are idle",
        "At most 20 stay open, for 5 s",
        (
            Case(
                server=(_hold,),
                scenario=_idle_connections,
                cell_format="{}",
                outcome="str",
                requests=31,
                check=_check_idle,
            ),
        ),
    ),
    Row(
        "G31",
        "An error that is copied, or pickled to reach another process",
        "The copy has its class, text and fields, and no request, header or credential",
        (
            Case(
                scenario=_copied_errors,
                cell_format="{} copies",
                outcome="int",
                requests=3,
                check=_check_copies,
            ),
        ),
    ),
    Row(
        "F84",
        "An event loop other than asyncio's",
        "The whole matrix also runs on trio",
        (Case(scenario=_event_loop_name, outcome="str", check=_check_loop_name),),
        modes=(ASYNCIO, TRIO),
    ),
    Row(
        "G17",
        "1,000 calls at once",
        "Each gets its own response, over at most 100 connections",
        (
            Case(
                server=(_respond_with_id,),
                scenario=_wrong_ids(1000, 1),
                cell_format="{} wrong",
                outcome="int",
                requests=1000,
                max_seconds=60.0,
                check=_check_none_wrong,
            ),
        ),
    ),
)
