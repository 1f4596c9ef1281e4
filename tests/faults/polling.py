"""Answers that come later, and calls that may be made again under a key."""

import uuid
from typing import Any

import pangea

from tests.faults.actions import reply
from tests.faults.packages import cast
from tests.faults.paging import listed
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Play, Scene
from tests.faults.silence import ANSWER, BODY, CANARY
from tests.faults.vendors import envelope, page_of


def _keys(seen: Seen) -> None:
    keys = [request.header("Idempotency-Key") for request in seen.server.requests]
    first, again, other = keys
    assert first is not None and first == again != other, keys
    assert uuid.UUID(first).version == 4


async def _made_twice(scene: Scene) -> Any:
    async with scene.client(cast("things")) as client:
        await client("things.make", BODY)
        return await client("things.make", BODY)


async def _with_key(scene: Scene) -> Any:
    async with scene.client(cast("things")) as client:
        return await client("things.make", BODY, idempotency_key=f"{CANARY}-key")


def _own_key(seen: Seen) -> None:
    for request in seen.server.requests:
        assert request.header("Idempotency-Key") == f"{CANARY}-key"


ACCEPTED = reply(202, envelope(None, "Accepted"))


def _resumed(**options: Any) -> Play:
    """A list whose answer is not ready in time, and is fetched later."""

    async def play(scene: Scene) -> list[str]:
        async with scene.client(pangea, **options) as client:
            try:
                await client("session.list", size=10)
            except pangea.AcceptedError as error:
                name = error.request_id
            else:
                raise AssertionError("it was answered")
            scene.server.actions = (reply(200, page_of(0, None)),)
            later = client.changed(timeout=10.0)
            bound = later.client.session.list
            page = await scene.made(later.client.resume, name, bound, size=10)
            return [item.id for item in page.items]

    return play


def _polled(seen: Seen) -> None:
    first, *others = seen.server.requests
    assert first.method == "POST" and others
    for request in others:
        assert request.method == "GET"
        assert request.target == f"/request/{ANSWER}-request"
        assert request.header("Authorization") is not None


THING = reply(200, b'{"name": "%s"}' % CANARY.encode())


ROWS = (
    Row(
        "F42",
        "503 once, POST with an `Idempotency-Key`",
        "Sent again with the same key; each call has its own, a random UUID",
        (
            Case(
                name="made",
                casts="things",
                server=(reply(503, b""), THING),
                play=_made_twice,
                outcome="Thing",
                requests=3,
                check=_keys,
            ),
            Case(
                name="given",
                casts="things",
                server=(reply(503, b""), THING),
                play=_with_key,
                outcome="Thing",
                requests=2,
                check=_own_key,
            ),
        ),
    ),
    Row(
        "F89",
        "202, and the answer does not come",
        "Asked for until the deadline, then `AcceptedError`, from which one can go on",
        (
            Case(
                name="at last",
                server=(ACCEPTED, ACCEPTED, reply(200, page_of(0, None))),
                play=listed(),
                outcome="list",
                requests=3,
                most=20.0,
                check=_polled,
            ),
            Case(
                name="never, and gone on from",
                server=(ACCEPTED,),
                play=_resumed(timeout=2.0),
                outcome="list",
                requests=(2, 10),
                most=15.0,
                check=_polled,
            ),
        ),
    ),
)
