"""Streams of events that end early, late or not at all."""

from typing import Any

from tests.faults.actions import send_then_hang, send_then_reset
from tests.faults.clients import load_client
from tests.faults.harness import Harness, Scenario
from tests.faults.leak_search import ID, RESPONSE_DATA
from tests.faults.row import Case, Observation, Row

_HEAD = (
    b"HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


_EVENTS = _chunk(b'data: {"text": "%s"}\n\n' % RESPONSE_DATA.encode()) * 2
_DONE = _chunk(b"data: [DONE]\n\n")


def _events(**options: Any) -> Scenario:
    """Return a scenario that reads a stream to its end; it returns the number of events."""

    async def scenario(harness: Harness) -> int:
        count = 0
        async with harness.client(load_client("feed"), **options) as client:
            async for _ in harness.iterate(await client("feed.read", ID)):
                count += 1
            left = await harness.wait_for_connections()
            assert left == 0, f"{left} connections are left"
        return count

    return scenario


def _check_two_events(observation: Observation) -> None:
    assert observation.value == 2, f"{observation.value} events"


ROWS = (
    Row(
        "G32",
        "`[DONE]`, after which the server keeps the connection open",
        "The stream ends at once, and the connection is closed",
        (
            Case(
                server=(send_then_hang(_HEAD + _EVENTS + _DONE),),
                scenario=_events(),
                spec="feed",
                cell_format="{} events",
                outcome="int",
                check=_check_two_events,
            ),
        ),
    ),
    Row(
        "G33",
        "A stream that breaks, or sends nothing more",
        "`APIConnectionError`; `APITimeoutError` after `timeout` without data",
        (
            Case(
                name="breaks",
                server=(send_then_reset(_HEAD + _EVENTS),),
                scenario=_events(),
                spec="feed",
                outcome="APIConnectionError",
            ),
            Case(
                name="silent",
                server=(send_then_hang(_HEAD + _EVENTS),),
                scenario=_events(timeout=0.5),
                spec="feed",
                outcome="APITimeoutError",
                min_seconds=0.5,
            ),
        ),
    ),
)
