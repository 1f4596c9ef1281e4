"""Retries: which faults are retried, of which calls, and how often."""

import json
from collections.abc import Callable
from typing import Any

import okta
import okta._runtime.call.retry
import pangea

from tests.faults.actions import respond, status_once
from tests.faults.harness import (
    Harness,
    Scenario,
    call_once,
    create_session,
    get_session,
    refresh_session,
)
from tests.faults.leak_search import BODY, ID, TOKEN
from tests.faults.row import Case, Observation, Row, check_delay


def _check_same_body(observation: Observation) -> None:
    first, *others = observation.server.requests
    assert first.body and all(other.body == first.body for other in others)


async def _calls_during_outage(harness: Harness) -> int:
    """Make a thousand calls of one client during an outage; return the number of errors."""
    async with harness.client() as client:

        async def call(number: int) -> int:
            try:
                await client("sessions.get", ID)
            except okta.InternalServerError:
                return 1
            return 0

        return sum(await harness.mode.together(1000, call, at_once=100))


def _check_all_failed(observation: Observation) -> None:
    assert observation.value == 1000


def _with_tokens(*tokens: str) -> Scenario:
    """Return a scenario with a GET whose credential function returns these in turn."""

    async def scenario(harness: Harness) -> Any:
        left = list(tokens)

        def token() -> str:
            return left.pop(0) if len(left) > 1 else left[0]

        async with harness.client(api_token=token) as client:
            return await client("sessions.get", ID)

    return scenario


def _check_credentials(*values: str) -> Callable[[Observation], None]:
    def check(observation: Observation) -> None:
        sent = [
            request.header("Authorization") for request in observation.server.requests
        ]
        assert sent == [f"SSWS {value}" for value in values]

    return check


ROWS = (
    Row(
        "F25",
        "503 once, GET",
        "Retried after at most 0.5 s",
        (Case(server=status_once(503), requests=2, check=check_delay(0.0)),),
    ),
    Row(
        "F26",
        "503 once, POST",
        "`InternalServerError`; retried only if the operation is retry-safe",
        (
            Case(
                server=status_once(503),
                scenario=create_session(),
                outcome="InternalServerError",
                attempts=1,
            ),
            Case(
                name="with Retry-After",
                server=status_once(503, "Retry-After: 0"),
                scenario=create_session(),
                outcome="InternalServerError",
                attempts=1,
            ),
            Case(
                name="retry-safe",
                server=status_once(503),
                scenario=refresh_session(),
                requests=2,
            ),
        ),
    ),
    Row(
        "F27",
        "A server error every time, GET",
        "`InternalServerError` after 3 attempts; 500 is not retried",
        (
            *(
                Case(
                    name=str(status),
                    server=(respond(status, b""),),
                    outcome="InternalServerError",
                    requests=attempts,
                    attempts=attempts,
                )
                for status, attempts in (
                    (500, 1),
                    (501, 1),
                    (502, 3),
                    (503, 3),
                    (504, 3),
                )
            ),
            *(
                Case(
                    name=f"max_retries={retries}",
                    server=(respond(503, b""),),
                    scenario=get_session(max_retries=retries),
                    outcome="InternalServerError",
                    requests=retries + 1,
                    attempts=retries + 1,
                )
                for retries in (0, 1)
            ),
        ),
    ),
    Row(
        "F28",
        "408, 425 or 409 once",
        "408 and 425 are retried if idempotent; 409 raises `ConflictError`",
        (
            Case(name="408, GET", server=status_once(408), requests=2),
            Case(name="425, GET", server=status_once(425), requests=2),
            Case(
                name="408, POST",
                server=status_once(408),
                scenario=create_session(),
                outcome="APIStatusError",
                attempts=1,
            ),
            Case(
                name="409, GET",
                server=status_once(409),
                outcome="ConflictError",
                attempts=1,
            ),
        ),
    ),
    Row(
        "F36",
        "`X-Should-Retry`",
        "`false` prevents retries; `true` allows them for any error, if idempotent",
        (
            Case(
                name="false, 503, GET",
                server=status_once(503, "X-Should-Retry: false"),
                outcome="InternalServerError",
                attempts=1,
            ),
            Case(
                name="true, 400, GET",
                server=status_once(400, "X-Should-Retry: true"),
                requests=2,
            ),
            Case(
                name="true, 400, retry-safe POST",
                server=status_once(400, "X-Should-Retry: true"),
                scenario=refresh_session(),
                requests=2,
            ),
            Case(
                name="true, 500, POST",
                server=status_once(500, "X-Should-Retry: true"),
                scenario=create_session(),
                outcome="InternalServerError",
                attempts=1,
            ),
        ),
    ),
    Row(
        "F37",
        "1,000 calls during an outage of the server",
        "At most 100 retries: the retry budget of a client is 500 tokens, a retry costs 5",
        (
            Case(
                server=(respond(503, b""),),
                scenario=_calls_during_outage,
                cell_format="{} errors",
                outcome="int",
                requests=1100,
                max_seconds=60.0,
                check=_check_all_failed,
            ),
        ),
    ),
    Row(
        "F39",
        "503 once, retry-safe POST with a body",
        "The second body is identical to the first",
        (
            Case(
                server=(
                    respond(503, b""),
                    respond(
                        200,
                        json.dumps(
                            {
                                "request_id": "r",
                                "request_time": "2026-01-01T00:00:00Z",
                                "response_time": "2026-01-01T00:00:00Z",
                                "status": "Success",
                                "result": {},
                            }
                        ).encode(),
                    ),
                ),
                scenario=call_once("session.invalidate", BODY, package=pangea),
                outcome="EmptyResponse",
                requests=2,
                check=_check_same_body,
            ),
        ),
    ),
    Row(
        "F40",
        "401, with a credential that may change",
        "A credential function is called again, and a new credential is sent once; no other retry",
        (
            Case(
                name="a new one",
                server=status_once(401),
                scenario=_with_tokens(TOKEN, f"{TOKEN}-2"),
                requests=2,
                check=_check_credentials(TOKEN, f"{TOKEN}-2"),
            ),
            Case(
                name="a new one each time",
                server=(respond(401, b"{}"),),
                scenario=_with_tokens(*(f"{TOKEN}-{n}" for n in range(9))),
                outcome="AuthenticationError",
                requests=2,
                attempts=2,
            ),
            Case(
                name="the same again",
                server=status_once(401),
                scenario=_with_tokens(TOKEN),
                outcome="AuthenticationError",
                attempts=1,
            ),
            Case(
                name="a fixed one",
                server=status_once(401),
                outcome="AuthenticationError",
                attempts=1,
            ),
        ),
    ),
    Row(
        "G08",
        "A credential that changes between attempts",
        "The credential function is called for each attempt",
        (
            Case(
                server=status_once(503),
                scenario=_with_tokens(TOKEN, f"{TOKEN}-2"),
                requests=2,
                check=_check_credentials(TOKEN, f"{TOKEN}-2"),
            ),
        ),
    ),
)
