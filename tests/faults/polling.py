"""Polling for the result of accepted calls, and idempotency keys."""

import uuid
from typing import Any

import pangea

from tests.faults.actions import respond
from tests.faults.clients import load_client
from tests.faults.harness import Harness, Scenario
from tests.faults.leak_search import BODY, CANARY, RESPONSE_DATA
from tests.faults.paging import list_ids
from tests.faults.row import Case, Observation, Row
from tests.faults.vendors import pangea_body, pangea_page


def _check_keys(observation: Observation) -> None:
    keys = [
        request.header("Idempotency-Key") for request in observation.server.requests
    ]
    first, again, other = keys
    assert first is not None and first == again != other, keys
    assert uuid.UUID(first).version == 4


async def _two_creates(harness: Harness) -> Any:
    async with harness.client(load_client("things")) as client:
        await client("things.make", BODY)
        return await client("things.make", BODY)


async def _with_key(harness: Harness) -> Any:
    async with harness.client(load_client("things")) as client:
        return await client("things.make", BODY, idempotency_key=f"{CANARY}-key")


def _check_given_key(observation: Observation) -> None:
    for request in observation.server.requests:
        assert request.header("Idempotency-Key") == f"{CANARY}-key"


ACCEPTED = respond(202, pangea_body(None, "Accepted"))


def _resumed(**options: Any) -> Scenario:
    """Return a scenario with a list that is accepted, times out, and is resumed."""

    async def scenario(harness: Harness) -> list[str]:
        async with harness.client(pangea, **options) as client:
            try:
                await client("session.list", size=10)
            except pangea.AcceptedError as error:
                name = error.request_id
            else:
                raise AssertionError("it returned")
            harness.server.actions = (respond(200, pangea_page(0, None)),)
            later = client.with_options(timeout=10.0)
            bound = later.client.session.list
            page = await harness.call(later.client.resume, name, bound, size=10)
            return [item.id for item in page.items]

    return scenario


def _check_polls(observation: Observation) -> None:
    first, *others = observation.server.requests
    assert first.method == "POST" and others
    for request in others:
        assert request.method == "GET"
        assert request.target == f"/request/{RESPONSE_DATA}-request"
        assert request.header("Authorization") is not None


THING = respond(200, b'{"name": "%s"}' % CANARY.encode())


ROWS = (
    Row(
        "F42",
        "503 once, POST with an `Idempotency-Key`",
        "Retried with the same key; each call has its own, a random UUID",
        (
            Case(
                name="generated",
                spec="things",
                server=(respond(503, b""), THING),
                scenario=_two_creates,
                outcome="Thing",
                requests=3,
                check=_check_keys,
            ),
            Case(
                name="given",
                spec="things",
                server=(respond(503, b""), THING),
                scenario=_with_key,
                outcome="Thing",
                requests=2,
                check=_check_given_key,
            ),
        ),
    ),
    Row(
        "F89",
        "202, and the result is not ready",
        "Polled until the deadline, then `AcceptedError`; the call can be resumed",
        (
            Case(
                name="ready at last",
                server=(ACCEPTED, ACCEPTED, respond(200, pangea_page(0, None))),
                scenario=list_ids(),
                outcome="list",
                requests=3,
                check=_check_polls,
            ),
            Case(
                name="not in time, and resumed",
                server=(ACCEPTED,),
                scenario=_resumed(timeout=2.0),
                outcome="list",
                requests=(2, 10),
                check=_check_polls,
            ),
        ),
    ),
)
