"""Connections that are closed, reset or cut short."""

from typing import Any

from tests.faults.actions import GONE, GOOD, answer, reply, then_close, then_reset
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Scene, create, refresh, revoke
from tests.faults.server import Action
from tests.faults.silence import ID
from tests.faults.vendors import session

HEAD, _, TEXT = answer().partition(b"\r\n\r\n")


LONGER = b"HTTP/1.1 200 X\r\nContent-Length: %d\r\n\r\n%s"


def _again(method: str, times: int, **options: Any) -> Any:
    """So many calls of one client, with time between them for the server to close."""

    async def play(scene: Scene) -> Any:
        async with scene.client(**options) as client:
            for _ in range(times):
                value = await client(method, ID)
                await scene.mode.sleep(0.05)
            return value

    return play


def tried_again(name: str, fault: Action) -> tuple[Case, ...]:
    """A GET is tried again and a POST is not, where no whole answer came."""
    return (
        Case(name=f"{name}, GET", server=(fault, GOOD), requests=2),
        Case(
            name=f"{name}, POST",
            server=(fault, GOOD),
            play=create(),
            outcome="APIConnectionError",
            attempts=1,
            maybe_delivered=True,
        ),
    )


def for_ever(fault: Action) -> Case:
    """A GET is tried three times and no more."""
    return Case(
        name="GET, for ever",
        server=(fault,),
        outcome="APIConnectionError",
        requests=3,
        attempts=3,
        maybe_delivered=True,
    )


def _applied(seen: Seen) -> None:
    assert seen.error.maybe_applied
    assert seen.error.attempts == 2


ROWS = (
    Row(
        "F08",
        "A kept connection that the server closed meanwhile, GET",
        "A new connection, unnoticed by the caller",
        (
            Case(
                server=(then_close(answer()),),
                play=_again("sessions.get", 3, max_retries=0),
                requests=3,
                connections=3,
            ),
        ),
    ),
    Row(
        "F09",
        "A kept connection that the server closed meanwhile, POST",
        "A new connection; the server sees each POST once",
        (
            Case(
                server=(then_close(answer()),),
                play=_again("sessions.create", 5),
                requests=5,
                connections=5,
            ),
        ),
    ),
    Row(
        "F10",
        "A kept connection that breaks once a POST was written",
        "`APIConnectionError`, maybe delivered; not sent again unless the spec says that is safe",
        (
            Case(
                name="reset, POST",
                server=(GOOD, then_reset(), GOOD),
                play=_again("sessions.create", 2),
                outcome="APIConnectionError",
                requests=2,
                attempts=1,
                maybe_delivered=True,
            ),
            Case(
                name="closed, POST",
                server=(GOOD, then_close(b""), GOOD),
                play=_again("sessions.create", 2),
                outcome="APIConnectionError",
                requests=2,
                attempts=1,
                maybe_delivered=True,
            ),
            Case(
                name="reset, POST that is safe to repeat",
                server=(GOOD, then_reset(), GOOD),
                play=_again("sessions.refresh", 2),
                requests=3,
            ),
            Case(
                name="closed, GET that may not be retried: once more at no charge",
                server=(GOOD, then_close(b""), GOOD),
                play=_again("sessions.get", 2, max_retries=0),
                requests=3,
            ),
        ),
    ),
    Row(
        "F11",
        "Reset before any answer, GET",
        "Tried again",
        (
            Case(server=(then_reset(), GOOD), requests=2),
            Case(
                name="DELETE",
                server=(then_reset(), GONE),
                play=revoke(),
                outcome="None",
                requests=2,
            ),
            Case(
                name="POST that is safe to repeat",
                server=(then_reset(), GOOD),
                play=refresh(),
                requests=2,
            ),
            for_ever(then_reset()),
        ),
    ),
    Row(
        "F12",
        "Reset before any answer, POST",
        "`APIConnectionError`, maybe delivered; sent once",
        (
            Case(
                server=(then_reset(), GOOD),
                play=create(),
                outcome="APIConnectionError",
                attempts=1,
                maybe_delivered=True,
            ),
        ),
    ),
    Row(
        "F13",
        "A body that breaks off before its `Content-Length`",
        "No part of it is returned: a GET is tried again, a POST is an `APIConnectionError`",
        (
            *tried_again("20 of 500 bytes", then_close(LONGER % (500, b" " * 20))),
            for_ever(then_close(LONGER % (500, b" " * 20))),
        ),
    ),
    Row(
        "F14",
        "Whole JSON that is shorter than its `Content-Length`",
        "Likewise: the server meant to say more",
        tried_again("50 bytes short", then_close(LONGER % (len(TEXT) + 50, session()))),
    ),
    Row(
        "F15",
        "Chunks without the last one",
        "Likewise",
        tried_again(
            "no last chunk",
            then_close(
                b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"%x\r\n%s\r\n" % (len(session()), session())
            ),
        ),
    ),
    Row(
        "F41",
        "A deletion is tried again, and the first try had worked",
        "`NotFoundError` that says `maybe_applied`, with 2 attempts",
        (
            Case(
                server=(then_reset(), reply(404, b"{}")),
                play=revoke(),
                outcome="NotFoundError",
                requests=2,
                check=_applied,
            ),
        ),
    ),
    Row(
        "G01",
        "The connection breaks in the middle of the answer",
        "A GET is tried again, a POST is an `APIConnectionError`",
        (
            *tried_again("reset in the head", then_reset(HEAD[:20])),
            *tried_again("closed in the head", then_close(HEAD[:20])),
            *tried_again("reset in the body", then_reset(HEAD + b"\r\n\r\n{")),
            *tried_again("closed before the answer", then_close(b"")),
        ),
    ),
)
