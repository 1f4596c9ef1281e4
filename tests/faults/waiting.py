"""Faults of time: servers that do not answer, or never quite finish; clocks that jump."""

import socket
import time
from typing import Any
from unittest.mock import patch

import anyio
import pangea

from tests.faults.actions import GOOD, answer, drip, reply, then_silence
from tests.faults.modes import ASYNCIO, TRIO
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Play, Scene, dropped, get
from tests.faults.server import Action, deaf
from tests.faults.silence import BODY, ID, TOKEN
from tests.faults.vendors import session

HEAD, _, TEXT = answer().partition(b"\r\n\r\n")
HEAD += b"\r\n\r\n"


def _too_late(name: str, fault: Action, **options: Any) -> Case:
    return Case(
        name=name,
        server=(fault,),
        play=options.pop("play", dropped("sessions.get", ID, timeout=0.5)),
        outcome="APITimeoutError",
        attempts=1,
        least=0.5,
        most=3.0,
        **options,
    )


async def _to_deaf_ears(scene: Scene) -> Any:
    """A large body that nobody reads."""
    with deaf() as place:
        url = f"http://{place}"
        async with scene.client(pangea, base_url=url, timeout=0.5) as client:
            return await client("session.invalidate", BODY * 3_000_000)


async def _no_handshake(scene: Scene) -> Any:
    with deaf() as place:
        url = f"https://{place}"
        async with scene.client(base_url=url, timeout=0.5) as client:
            return await client("sessions.create", ID)


async def _slow_names(scene: Scene) -> Any:
    """A name whose address is looked up for two seconds."""

    def look_up(
        host: str,
        port: int,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        if not flags & socket.AI_NUMERICHOST:  # That it is no address is soon known.
            time.sleep(2)
        raise socket.gaierror(-2, "unknown")

    with patch("socket.getaddrinfo", look_up):
        async with scene.client(base_url="https://name.invalid", timeout=0.5) as client:
            began = time.monotonic()
            try:
                return await client("sessions.create", ID)
            finally:
                assert time.monotonic() - began < 1.5, "the look-up was waited for"


async def _slow_token(scene: Scene) -> Any:
    async def token() -> str:
        await anyio.sleep(30)
        return TOKEN

    async with scene.client(api_token=token, timeout=0.5) as client:
        return await client("sessions.create", ID)


async def _given_up(scene: Scene) -> str:
    async with scene.client() as client:
        with anyio.move_on_after(0.2) as scope:
            await client("sessions.get", ID)
        assert scope.cancelled_caught
        assert await scene.settled() == 0
    return type(scene.raised[0]).__name__


def _jumping(hours: int) -> Play:
    """A GET during which the clock of this machine is set, forward or back."""

    async def play(scene: Scene) -> Any:
        real = time.time

        def now() -> float:
            return real() + (hours * 3600 if scene.server.requests else 0)

        with patch("time.time", now):
            async with scene.client(timeout=5) as client:
                return await client("sessions.get", ID)

    return play


def _retry_after(seconds: float) -> Any:
    def check(seen: Seen) -> None:
        assert seen.error.retry_after == seconds

    return check


ROWS = (
    Row(
        "F20",
        "No answer at all",
        "`APITimeoutError` at the deadline; the connection is dropped",
        (
            _too_late("GET", then_silence(), maybe_delivered=True),
            _too_late(
                "POST",
                then_silence(),
                play=dropped("sessions.create", ID, timeout=0.5),
                maybe_delivered=True,
            ),
        ),
    ),
    Row(
        "F21",
        "A body that drips, each byte in time",
        "`APITimeoutError` at the deadline of the whole call; the connection is dropped",
        (_too_late("", drip(TEXT, 0.05, first=HEAD), maybe_delivered=True),),
    ),
    Row(
        "F22",
        "A head that drips, each byte in time",
        "`APITimeoutError` at the deadline of the whole call; the connection is dropped",
        (_too_late("", drip(HEAD, 0.05), maybe_delivered=True),),
    ),
    Row(
        "F23",
        "The server wishes a pause that would pass the deadline",
        "No pause: the error comes at once and says `retry_after`",
        (
            Case(
                server=(reply(503, b"", "Retry-After: 20"),),
                play=get(timeout=10),
                outcome="InternalServerError",
                attempts=1,
                most=3.0,
                check=_retry_after(20),
            ),
        ),
    ),
    Row(
        "F24",
        "The caller cancels",
        "The cancellation passes through at once; the connection is dropped",
        (
            Case(
                server=(then_silence(),),
                play=_given_up,
                outcome="str",
                least=0.2,
                most=3.0,
            ),
        ),
        modes=(ASYNCIO, TRIO),
    ),
    Row(
        "F90",
        "The clock of this machine jumps during a call",
        "Nothing happens: time is counted on the monotonic clock",
        tuple(
            Case(
                name=f"{hours:+} h",
                server=(reply(503, b""), reply(503, b""), GOOD),
                play=_jumping(hours),
                requests=3,
                most=5.0,
            )
            for hours in (1, -1)
        ),
    ),
    Row(
        "G07",
        "Other places at which a server can stop",
        "`APITimeoutError` at the deadline; the connection is dropped",
        (
            _too_late("in the head", then_silence(HEAD[:30])),
            _too_late("after the head", then_silence(HEAD)),
            _too_late("in the body", then_silence(HEAD + TEXT[:30])),
            _too_late(
                "before the end of the last chunk",
                then_silence(
                    b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n"
                    b"%x\r\n%s\r\n0\r\n" % (len(session()), session())
                ),
            ),
            _too_late("after 103", then_silence(b"HTTP/1.1 103 X\r\n\r\n")),
            _too_late(
                "103 again and again",
                drip(b"", 0, first=b"HTTP/1.1 103 X\r\n\r\n" * 50_000),
            ),
            _too_late("in an error", then_silence(answer(503, session())[:-5])),
            _too_late(
                "in the look-up of a name",
                GOOD,
                play=_slow_names,
                requests=0,
            ),
            _too_late("in the request", GOOD, play=_to_deaf_ears, requests=0),
            _too_late(
                "in the TLS handshake",
                GOOD,
                play=_no_handshake,
                requests=0,
                maybe_delivered=False,
            ),
        ),
    ),
    Row(
        "G21",
        "A credential is asked for, and does not come",
        "`APITimeoutError` at the deadline; nothing was sent",
        (
            Case(
                play=_slow_token,
                outcome="APITimeoutError",
                requests=0,
                attempts=0,
                maybe_delivered=False,
                least=0.5,
                most=3.0,
            ),
        ),
        modes=(ASYNCIO, TRIO),
    ),
)
