"""Request bodies that are read while they are sent, and do not arrive."""

import io
from collections.abc import Callable, Iterator
from typing import Any

from tests.faults.actions import respond, response_bytes, send_then_reset
from tests.faults.clients import load_client
from tests.faults.harness import Harness, Scenario
from tests.faults.leak_search import BODY, ID
from tests.faults.row import Case, Observation, Row
from tests.faults.server import Responder

_CONTENT = BODY.encode() * 1_000_000
_PART = 1_000_000
_SAVED = b'{"id": "a"}'
_TOO_LARGE = response_bytes(413, _SAVED, "Connection: close")


def _file() -> io.BytesIO:
    file = io.BytesIO(b"before" + _CONTENT)
    file.seek(6)
    return file


def _iterator() -> Iterator[bytes]:
    for start in range(0, len(_CONTENT), _PART):
        yield _CONTENT[start : start + _PART]


def _shrinking() -> io.BytesIO:
    class File(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            self.truncate(_PART)
            return super().read(size)

    return File(_CONTENT)


def _failing() -> Iterator[bytes]:
    yield _CONTENT
    raise LookupError


def _replace(make: Callable[[], Any] = _file, **options: Any) -> Scenario:
    """Return a scenario that sends content as the whole body of a PUT."""

    async def scenario(harness: Harness) -> Any:
        async with harness.client(load_client("uploads"), **options) as client:
            return await client("files.replace", ID, make())

    return scenario


def _create(make: Callable[[], Any] = _file, **options: Any) -> Scenario:
    """Return a scenario that sends a file in a form, with a POST."""

    async def scenario(harness: Harness) -> Any:
        async with harness.client(load_client("uploads"), **options) as client:
            return await client("files.create", make())

    return scenario


def _check_bodies(observation: Observation) -> None:
    bodies = [request.body for request in observation.server.requests]
    assert all(body == _CONTENT for body in bodies), [len(body) for body in bodies]


def _check_not_retried(observation: Observation) -> None:
    assert "not retried: body can be read only once" in str(observation.error)


def _hang_unread(responder: Responder) -> None:
    """Read nothing more until the client closes the connection."""
    responder.server.stopped.wait(2)


def _refuse_and_hang(responder: Responder) -> None:
    """Respond, and then neither read the rest of the body nor close the connection."""
    responder.send(_TOO_LARGE)
    _hang_unread(responder)


def _close_unread(responder: Responder) -> None:
    """Respond, and close the connection while the body arrives, which resets it."""
    responder.send(_TOO_LARGE)
    responder.server.stopped.wait(0.1)
    responder.connection.close()


ROWS = (
    Row(
        "G50",
        "A connection that is reset in the middle of an upload",
        "A PUT of an open file is sent again from where it began, a POST raises"
        " `APIConnectionError`; so does an iterator, which can be read once",
        (
            Case(
                name="PUT",
                server=(send_then_reset(), respond(200, _SAVED)),
                scenario=_replace(),
                outcome="Saved",
                requests=2,
                max_body=_PART,
                spec="uploads",
            ),
            Case(
                name="POST",
                server=(send_then_reset(), respond(200, _SAVED)),
                scenario=_create(),
                outcome="APIConnectionError",
                attempts=1,
                maybe_delivered=True,
                max_body=_PART,
                spec="uploads",
            ),
            Case(
                name="iterator",
                server=(send_then_reset(), respond(200, _SAVED)),
                scenario=_replace(_iterator),
                outcome="APIConnectionError",
                attempts=1,
                max_body=_PART,
                spec="uploads",
                check=_check_not_retried,
            ),
        ),
    ),
    Row(
        "G51",
        "A server that stops reading in the middle of an upload",
        "`APITimeoutError` at the deadline; the connection is closed",
        tuple(
            Case(
                name=name,
                server=(_hang_unread,),
                scenario=scenario,
                outcome="APITimeoutError",
                reason="WRITE_TIMEOUT",
                min_seconds=0.5,
                max_body=_PART,
                spec="uploads",
            )
            for name, scenario in (
                ("file", _replace(timeout=0.5)),
                ("form", _create(timeout=0.5)),
                ("iterator", _replace(_iterator, timeout=0.5)),
            )
        ),
    ),
    Row(
        "G52",
        "413 in the middle of an upload",
        "Sending ends, and the response is the error: also if the connection is closed, or"
        " kept open unread",
        tuple(
            Case(
                name=f"{name}, {end}",
                server=(action,),
                scenario=scenario,
                outcome="APIStatusError",
                attempts=1,
                max_seconds=5.0,
                max_body=_PART,
                spec="uploads",
            )
            for end, action in (
                ("open", _refuse_and_hang),
                ("closed", _close_unread),
            )
            for name, scenario in (
                ("file", _replace()),
                ("form", _create()),
                ("iterator", _replace(_iterator)),
            )
        ),
    ),
    Row(
        "G53",
        "503 after an upload",
        "An open file is sent again from where it began; an iterator raises"
        " `InternalServerError`, which says why there was no retry",
        (
            Case(
                name="file",
                server=(respond(503, b"", "Retry-After: 0"), respond(200, _SAVED)),
                scenario=_replace(),
                outcome="Saved",
                requests=2,
                spec="uploads",
                check=_check_bodies,
            ),
            Case(
                name="iterator",
                server=(respond(503, b"", "Retry-After: 0"), respond(200, _SAVED)),
                scenario=_replace(_iterator),
                outcome="InternalServerError",
                attempts=1,
                spec="uploads",
                check=_check_not_retried,
            ),
        ),
    ),
    Row(
        "G54",
        "A file that becomes shorter, or an iterator that raises, during the upload",
        "`ValueError`, or the error of the iterator; the server receives no complete request",
        (
            Case(
                name="shorter",
                scenario=_replace(_shrinking),
                outcome="ValueError",
                requests=0,
                spec="uploads",
            ),
            Case(
                name="iterator",
                scenario=_replace(_failing),
                outcome="LookupError",
                requests=0,
                spec="uploads",
            ),
        ),
    ),
)
