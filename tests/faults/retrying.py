"""Faults that another try may cure, and which calls are tried again."""

import json
from collections.abc import Callable
from typing import Any

import okta
import okta._runtime.retry
import pangea

from tests.faults.actions import once, reply
from tests.faults.row import Case, Row, Seen, paused
from tests.faults.scene import Play, Scene, create, get, one, refresh
from tests.faults.silence import BODY, ID, TOKEN


def _same(seen: Seen) -> None:
    first, *others = seen.server.requests
    assert first.body and all(other.body == first.body for other in others)


async def _storm(scene: Scene) -> int:
    """A thousand calls of one client while the server is down."""
    async with scene.client() as client:

        async def call(number: int) -> int:
            try:
                await client("sessions.get", ID)
            except okta.InternalServerError:
                return 1
            return 0

        return sum(await scene.mode.together(1000, call, at_once=100))


def _budget_held(seen: Seen) -> None:
    assert seen.value == 1000


def _with_tokens(*tokens: str) -> Play:
    """A GET whose credential is each of these in turn, and the last from then on."""

    async def play(scene: Scene) -> Any:
        left = list(tokens)

        def token() -> str:
            return left.pop(0) if len(left) > 1 else left[0]

        async with scene.client(api_token=token) as client:
            return await client("sessions.get", ID)

    return play


def _sent(*values: str) -> Callable[[Seen], None]:
    def check(seen: Seen) -> None:
        sent = [request.header("Authorization") for request in seen.server.requests]
        assert sent == [f"SSWS {value}" for value in values]

    return check


ROWS = (
    Row(
        "F25",
        "503 once, GET",
        "Tried again after at most 0.5 s",
        (Case(server=once(503), requests=2, check=paused(0.0, 2.0)),),
    ),
    Row(
        "F26",
        "503 once, POST",
        "`InternalServerError`; sent again only where the spec says that is safe",
        (
            Case(
                server=once(503),
                play=create(),
                outcome="InternalServerError",
                attempts=1,
            ),
            Case(
                name="with Retry-After",
                server=once(503, "Retry-After: 0"),
                play=create(),
                outcome="InternalServerError",
                attempts=1,
            ),
            Case(name="safe to repeat", server=once(503), play=refresh(), requests=2),
        ),
    ),
    Row(
        "F27",
        "An error of the server for ever, GET",
        "`InternalServerError` after 3 tries; 500 is not tried again",
        (
            *(
                Case(
                    name=str(status),
                    server=(reply(status, b""),),
                    outcome="InternalServerError",
                    requests=tries,
                    attempts=tries,
                )
                for status, tries in ((500, 1), (501, 1), (502, 3), (503, 3), (504, 3))
            ),
            *(
                Case(
                    name=f"max_retries={retries}",
                    server=(reply(503, b""),),
                    play=get(max_retries=retries),
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
        "408 and 425 are tried again, where that is safe; 409 is a `ConflictError`",
        (
            Case(name="408, GET", server=once(408), requests=2),
            Case(name="425, GET", server=once(425), requests=2),
            Case(
                name="408, POST",
                server=once(408),
                play=create(),
                outcome="APIStatusError",
                attempts=1,
            ),
            Case(
                name="409, GET", server=once(409), outcome="ConflictError", attempts=1
            ),
        ),
    ),
    Row(
        "F36",
        "`X-Should-Retry`",
        "`false` stops retries; `true` allows one at any error, where repeating is safe",
        (
            Case(
                name="false, 503, GET",
                server=once(503, "X-Should-Retry: false"),
                outcome="InternalServerError",
                attempts=1,
            ),
            Case(
                name="true, 400, GET",
                server=once(400, "X-Should-Retry: true"),
                requests=2,
            ),
            Case(
                name="true, 500, POST",
                server=once(500, "X-Should-Retry: true"),
                play=create(),
                outcome="InternalServerError",
                attempts=1,
            ),
        ),
    ),
    Row(
        "F37",
        "1,000 calls against a server that is down",
        "At most 100 retries: the budget of a client is 500 tokens, and a retry costs 5",
        (
            Case(
                server=(reply(503, b""),),
                play=_storm,
                says="{} errors",
                outcome="int",
                requests=1100,
                most=60.0,
                check=_budget_held,
            ),
        ),
    ),
    Row(
        "F39",
        "503 once, POST with a body that is safe to repeat",
        "The second body is the first, byte by byte",
        (
            Case(
                server=(
                    reply(503, b""),
                    reply(
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
                play=one("session.invalidate", BODY, package=pangea),
                outcome="EmptyResponse",
                requests=2,
                check=_same,
            ),
        ),
    ),
    Row(
        "F40",
        "401, and the credential is one that changes",
        "It is asked for again, and a new one is tried once; a fixed one is not tried again",
        (
            Case(
                name="a new one",
                server=once(401),
                play=_with_tokens(TOKEN, f"{TOKEN}-2"),
                requests=2,
                check=_sent(TOKEN, f"{TOKEN}-2"),
            ),
            Case(
                name="new ones for ever",
                server=(reply(401, b"{}"),),
                play=_with_tokens(*(f"{TOKEN}-{n}" for n in range(9))),
                outcome="AuthenticationError",
                requests=2,
                attempts=2,
            ),
            Case(
                name="the same again",
                server=once(401),
                play=_with_tokens(TOKEN),
                outcome="AuthenticationError",
                attempts=1,
            ),
            Case(
                name="a fixed one",
                server=once(401),
                outcome="AuthenticationError",
                attempts=1,
            ),
        ),
    ),
    Row(
        "G08",
        "A credential that changes between the tries",
        "Asked for at each try",
        (
            Case(
                server=once(503),
                play=_with_tokens(TOKEN, f"{TOKEN}-2"),
                requests=2,
                check=_sent(TOKEN, f"{TOKEN}-2"),
            ),
        ),
    ),
)
