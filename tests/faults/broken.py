"""Connections that are closed, reset or cut short."""

from typing import Any

from tests.faults.actions import (
    NO_CONTENT,
    OK_RESPONSE,
    respond,
    response_bytes,
    send_then_close,
    send_then_reset,
)
from tests.faults.harness import (
    Harness,
    create_session,
    refresh_session,
    revoke_session,
)
from tests.faults.leak_search import ID
from tests.faults.row import Case, Observation, Row
from tests.faults.server import Action
from tests.faults.vendors import session

HEAD, _, TEXT = response_bytes().partition(b"\r\n\r\n")


LONGER = b"HTTP/1.1 200 X\r\nContent-Length: %d\r\n\r\n%s"


def _repeated_calls(method: str, times: int, **options: Any) -> Any:
    """Return a scenario with several calls, with pauses in which the server may close."""

    async def scenario(harness: Harness) -> Any:
        async with harness.client(**options) as client:
            for _ in range(times):
                value = await client(method, ID)
                await harness.mode.sleep(0.05)
            return value

    return scenario


def get_retried_post_not(name: str, fault: Action) -> tuple[Case, ...]:
    """Return two cases for an incomplete response: a GET is retried, a POST is not."""
    return (
        Case(name=f"{name}, GET", server=(fault, OK_RESPONSE), requests=2),
        Case(
            name=f"{name}, POST",
            server=(fault, OK_RESPONSE),
            scenario=create_session(),
            outcome="APIConnectionError",
            attempts=1,
            maybe_delivered=True,
        ),
    )


def endless_fault(fault: Action) -> Case:
    """Return a case with a permanent fault: a GET makes three attempts."""
    return Case(
        name="GET, every time",
        server=(fault,),
        outcome="APIConnectionError",
        requests=3,
        attempts=3,
        maybe_delivered=True,
        reason=("DISCONNECTED", "INVALID_RESPONSE"),
    )


def _check_maybe_applied(observation: Observation) -> None:
    assert observation.error.maybe_applied
    assert observation.error.attempts == 2


ROWS = (
    Row(
        "F08",
        "An idle connection that the server has closed, GET",
        "A new connection, without an error",
        (
            Case(
                server=(send_then_close(response_bytes()),),
                scenario=_repeated_calls("sessions.get", 3, max_retries=0),
                requests=3,
                connections=3,
            ),
        ),
    ),
    Row(
        "F09",
        "An idle connection that the server has closed, POST",
        "A new connection; the server receives each POST once",
        (
            Case(
                server=(send_then_close(response_bytes()),),
                scenario=_repeated_calls("sessions.create", 5),
                requests=5,
                connections=5,
            ),
        ),
    ),
    Row(
        "F10",
        "A reused connection that breaks after a POST was sent",
        "`APIConnectionError`, `maybe_delivered`; retried only if the operation is retry-safe",
        (
            Case(
                name="reset, POST",
                server=(OK_RESPONSE, send_then_reset(), OK_RESPONSE),
                scenario=_repeated_calls("sessions.create", 2),
                outcome="APIConnectionError",
                reason="DISCONNECTED",
                requests=2,
                attempts=1,
                maybe_delivered=True,
            ),
            Case(
                name="closed, POST",
                server=(OK_RESPONSE, send_then_close(b""), OK_RESPONSE),
                scenario=_repeated_calls("sessions.create", 2),
                outcome="APIConnectionError",
                reason="DISCONNECTED",
                requests=2,
                attempts=1,
                maybe_delivered=True,
            ),
            Case(
                name="reset, retry-safe POST",
                server=(OK_RESPONSE, send_then_reset(), OK_RESPONSE),
                scenario=_repeated_calls("sessions.refresh", 2),
                requests=3,
            ),
            Case(
                name="closed, GET without retries: one free resend",
                server=(OK_RESPONSE, send_then_close(b""), OK_RESPONSE),
                scenario=_repeated_calls("sessions.get", 2, max_retries=0),
                requests=3,
            ),
        ),
    ),
    Row(
        "F11",
        "Reset before any response, GET",
        "Retried",
        (
            Case(server=(send_then_reset(), OK_RESPONSE), requests=2),
            Case(
                name="DELETE",
                server=(send_then_reset(), NO_CONTENT),
                scenario=revoke_session(),
                outcome="None",
                requests=2,
            ),
            Case(
                name="retry-safe POST",
                server=(send_then_reset(), OK_RESPONSE),
                scenario=refresh_session(),
                requests=2,
            ),
            endless_fault(send_then_reset()),
        ),
    ),
    Row(
        "F12",
        "Reset before any response, POST",
        "`APIConnectionError`, `maybe_delivered`; sent once",
        (
            Case(
                server=(send_then_reset(), OK_RESPONSE),
                scenario=create_session(),
                outcome="APIConnectionError",
                attempts=1,
                maybe_delivered=True,
            ),
        ),
    ),
    Row(
        "F13",
        "A body that is shorter than its `Content-Length`",
        "No part of it is returned: a GET is retried, a POST raises `APIConnectionError`",
        (
            *get_retried_post_not(
                "20 of 500 bytes", send_then_close(LONGER % (500, b" " * 20))
            ),
            endless_fault(send_then_close(LONGER % (500, b" " * 20))),
        ),
    ),
    Row(
        "F14",
        "Complete JSON that is shorter than its `Content-Length`",
        "The same: the response is incomplete",
        get_retried_post_not(
            "50 bytes short", send_then_close(LONGER % (len(TEXT) + 50, session()))
        ),
    ),
    Row(
        "F15",
        "A chunked body without the last chunk",
        "The same",
        get_retried_post_not(
            "no last chunk",
            send_then_close(
                b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"%x\r\n%s\r\n" % (len(session()), session())
            ),
        ),
    ),
    Row(
        "F41",
        "A deletion is retried although the first attempt succeeded",
        "`NotFoundError` with `maybe_applied` and 2 attempts",
        (
            Case(
                server=(send_then_reset(), respond(404, b"{}")),
                scenario=revoke_session(),
                outcome="NotFoundError",
                requests=2,
                check=_check_maybe_applied,
            ),
        ),
    ),
    Row(
        "G01",
        "The connection breaks in the middle of the response",
        "A GET is retried, a POST raises `APIConnectionError`",
        (
            *get_retried_post_not("reset in the head", send_then_reset(HEAD[:20])),
            *get_retried_post_not("closed in the head", send_then_close(HEAD[:20])),
            *get_retried_post_not(
                "reset in the body", send_then_reset(HEAD + b"\r\n\r\n{")
            ),
            *get_retried_post_not("closed before the response", send_then_close(b"")),
        ),
    ),
)
