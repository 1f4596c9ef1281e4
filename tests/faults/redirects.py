"""Redirects: none is followed, so that no credential and no body goes where it was not sent."""

from typing import Any

from tests.faults.actions import answer, reply
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Play, Scene, create, get
from tests.faults.server import Action, Turn, serving
from tests.faults.silence import CANARY, ID


def _away(method: str, status: int, place: str = "http://127.0.0.1") -> Play:
    """A call that is sent to another server; 0 where that one saw nothing of it."""

    async def play(scene: Scene) -> Any:
        with serving(reply()) as other:
            scene.server.actions = (
                reply(status, b"", f"Location: {place}:{other.port}/{CANARY}"),
            )
            async with scene.client() as client:
                try:
                    await client(method, ID)
                finally:
                    assert other.connections == 0, "the other server was asked"

    return play


def _to(location: str) -> Action:
    return reply(302, b"", f"Location: {location}")


def _to_itself(turn: Turn) -> None:
    turn.send(answer(302, b"", f"Location: {turn.request.target}"))


def _status(seen: Seen) -> None:
    assert 300 <= seen.error.status_code < 400


def _refused(name: str, play: Play, **options: Any) -> Case:
    return Case(
        name=name,
        play=play,
        outcome="APIStatusError",
        attempts=1,
        check=_status,
        **options,
    )


ROWS = (
    Row(
        "F43",
        "302 to another origin, GET",
        "`APIStatusError`; the other server sees nothing",
        (
            _refused("another port", _away("sessions.get", 302)),
            _refused("another host", _away("sessions.get", 302, "http://localhost")),
        ),
    ),
    Row(
        "F44",
        "307 and 308 to another origin, POST with a body",
        "`APIStatusError`; the other server sees nothing",
        tuple(
            _refused(str(status), _away("sessions.create", status))
            for status in (307, 308)
        ),
    ),
    Row(
        "F45",
        "From https to http",
        "`APIStatusError`; nothing is sent in clear",
        (_refused("", _away("sessions.get", 302), tls="trusted"),),
    ),
    Row(
        "F46",
        "A redirect to itself",
        "`APIStatusError` after one request",
        (_refused("", get(), server=(_to_itself,)),),
    ),
    Row(
        "G09",
        "Each other 3xx, with and without `Location`",
        "`APIStatusError` after one request",
        (
            *(
                _refused(f"{status}", get(), server=(reply(status, b""),))
                for status in (300, 301, 302, 303, 305, 306, 307, 308)
            ),
            *(
                _refused(
                    f"{status} with Location",
                    create(),
                    server=(reply(status, b"", "Location: /"),),
                )
                for status in (300, 301, 302, 303, 304, 305, 307, 308)
            ),
            _refused("304, GET", get(), server=(reply(304, b""),)),
            *(
                _refused(f"to {name}", get(), server=(_to(location),))
                for name, location in (
                    ("no URL", "http://["),
                    ("a file", "file:///etc/passwd"),
                    ("nowhere", ""),
                )
            ),
        ),
    ),
)
