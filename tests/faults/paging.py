"""Faults of lists: circles, endless pages, pages that fail."""

import json
from collections.abc import Callable
from contextlib import aclosing

import clerk
import pangea

from tests.faults.actions import answer, reply
from tests.faults.packages import cast
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Play, Scene
from tests.faults.server import Action, Turn, serving
from tests.faults.silence import ANSWER, BODY, CANARY, QUERY
from tests.faults.vendors import page_of


def _pages(count: int) -> tuple[Action, ...]:
    return tuple(
        reply(200, page_of(n, f"{CANARY}-cursor-{n}" if n < count - 1 else None))
        for n in range(count)
    )


def _endless(turn: Turn) -> None:
    turn.send(answer(200, page_of(turn.number, f"{CANARY}-cursor-{turn.number}")))


def listed(limit: int = 1000) -> Play:
    """The ids of a list, at most so many."""

    async def play(scene: Scene) -> list[str]:
        found: list[str] = []
        async with scene.client(pangea) as client:
            page = await client("session.list", filter={"email": BODY})
            async with aclosing(scene.each(page)) as items:
                async for item in items:
                    found.append(item.id)
                    if len(found) == limit:
                        break
        return found

    return play


def _count(number: int) -> Callable[[Seen], None]:
    def check(seen: Seen) -> None:
        assert len(seen.value) == len(set(seen.value)) == number, seen.value

    return check


async def _left_early(scene: Scene) -> int:
    """Lists that are left in the middle, a hundred times over two connections."""
    async with scene.pool(2) as http, scene.client(pangea, http=http) as client:
        for number in range(100):
            page = await client("session.list")
            async with aclosing(scene.each(page)) as items:
                async for _ in items:
                    if number % 2:
                        break
                    try:
                        raise LookupError
                    except LookupError:
                        break
        return 100


async def _goes_on(scene: Scene) -> list[str]:
    """A list whose third page fails, and what comes when it goes on from the second."""
    found: list[str] = []
    async with scene.client(pangea, max_retries=0) as client:
        page = await client("session.list")
        try:
            async for item in scene.each(page):
                found.append(item.id)
        except pangea.InternalServerError as error:
            again = await scene.made(error.last_page.next_page)
            async for item in scene.each(again):
                found.append(item.id)
    return found


CLERK_SESSION = {
    "object": "session",
    "user_id": f"{ANSWER}-user",
    "client_id": f"{ANSWER}-client",
    "status": "active",
    "last_active_at": 1,
    "expire_at": 1,
    "abandon_at": 1,
    "created_at": 1,
    "updated_at": 1,
}


def _clerk_sessions(count: int, total: int | None = None) -> bytes:
    found = [{**CLERK_SESSION, "id": f"{ANSWER}-{n}"} for n in range(count)]
    return json.dumps(
        found if total is None else {"data": found, "total_count": total}
    ).encode()


def _by_offset(paginated: bool) -> Play:
    async def play(scene: Scene) -> list[int]:
        sizes: list[int] = []
        async with scene.client(clerk) as client:
            page = await client(
                "sessions.list", user_id=QUERY, limit=2, paginated=paginated
            )
            while True:
                sizes.append(len(page.items))
                if not page.has_next:
                    return sizes
                page = await scene.made(page.next_page)

    return play


def _offsets(*expected: int | None) -> Callable[[Seen], None]:
    def check(seen: Seen) -> None:
        for request, offset in zip(seen.server.requests, expected, strict=True):
            assert (f"offset={offset}" in request.target) == (offset is not None)

    return check


def _linked(*links: str) -> Play:
    """A list by links, each page with the next of these; {url} is the server's, {other} not."""

    async def play(scene: Scene) -> int:
        with serving(reply()) as other:
            pages = [
                reply(
                    200,
                    b'[{"name": "%s"}]' % CANARY.encode(),
                    "Link: " + link.format(url=scene.server.url, other=other.url),
                )
                for link in links
            ]
            scene.server.actions = (*pages, reply(200, b"[]"))
            count = 0
            try:
                async with scene.client(cast("links")) as client:
                    page = await client("things.list", limit=1)
                    async for _ in scene.each(page):
                        count += 1
            finally:
                assert other.connections == 0, "the other server was asked"
            return count

    return play


def _targets(*expected: str) -> Callable[[Seen], None]:
    def check(seen: Seen) -> None:
        assert [request.target for request in seen.server.requests] == list(expected)
        for request in seen.server.requests:
            assert request.header("Authorization") is not None

    return check


ROWS = (
    Row(
        "F82",
        "A list is left in the middle, 100 times",
        "The pool is not used up",
        (
            Case(
                server=(_endless,),
                play=_left_early,
                outcome="int",
                requests=100,
            ),
        ),
    ),
    Row(
        "F85",
        "The same cursor for ever",
        "`PaginationError` after two pages",
        (
            Case(
                server=(reply(200, page_of(0, f"{CANARY}-cursor")),),
                play=listed(),
                outcome="PaginationError",
                requests=2,
            ),
            Case(
                name="a circle of two",
                server=(
                    reply(200, page_of(0, f"{CANARY}-a")),
                    reply(200, page_of(1, f"{CANARY}-b")),
                    reply(200, page_of(2, f"{CANARY}-a")),
                ),
                play=listed(),
                outcome="PaginationError",
                requests=3,
            ),
        ),
    ),
    Row(
        "F86",
        "New cursors without end",
        "A page is fetched when its first item is wanted, no sooner",
        (
            Case(
                server=(_endless,),
                play=listed(5),
                outcome="list",
                requests=3,
                check=_count(5),
            ),
            Case(
                name="four pages that end",
                server=_pages(4),
                play=listed(),
                outcome="list",
                requests=4,
                check=_count(8),
            ),
        ),
    ),
    Row(
        "F87",
        "The next page is at another origin",
        "`PaginationError`; nothing is sent there",
        (
            *(
                Case(
                    name=name,
                    casts="links",
                    play=_linked(f'<{link}>; rel="next"'),
                    outcome="PaginationError",
                )
                for name, link in (
                    ("another port", "{other}/things?after=x"),
                    ("no scheme", "//127.0.0.2/things"),
                    ("another scheme", "ftp://127.0.0.1/things"),
                    ("another host", "http://localhost/things"),
                    ("a user", "http://me:you@127.0.0.1/things"),
                    ("no URL", "http://["),
                )
            ),
            Case(
                name="the same origin",
                casts="links",
                play=_linked(
                    '<{url}/things?limit=1&after=a>; rel="next"',
                    '</things>; rel="first", <?limit=1&after=b>; rel="next"',
                ),
                outcome="int",
                requests=3,
                check=_targets(
                    "/things?limit=1",
                    "/things?limit=1&after=a",
                    "/things?limit=1&after=b",
                ),
            ),
            Case(
                name="in a circle",
                casts="links",
                play=_linked(
                    '</things?after=a>; rel="next"', '</things?after=a>; rel="next"'
                ),
                outcome="PaginationError",
                requests=2,
            ),
        ),
    ),
    Row(
        "F88",
        "A page in the middle fails",
        "Tried again; where that does not help, the error has `last_page`, to go on from",
        (
            Case(
                name="once",
                server=(*_pages(4)[:2], reply(503, b""), *_pages(4)[2:]),
                play=listed(),
                outcome="list",
                requests=5,
                check=_count(8),
            ),
            Case(
                name="and is gone on from",
                server=(*_pages(4)[:2], reply(503, b""), *_pages(4)[2:]),
                play=_goes_on,
                outcome="list",
                requests=5,
                check=_count(8),
            ),
        ),
    ),
    Row(
        "G20",
        "Pages by offset, with and without a total, that do not add up",
        "Ends where a page is short or empty, whatever the total says",
        (
            Case(
                name="bare, the last one short",
                server=(reply(200, _clerk_sessions(2)), reply(200, _clerk_sessions(1))),
                play=_by_offset(False),
                outcome="list",
                requests=2,
                check=_offsets(None, 2),
            ),
            Case(
                name="bare, the last one empty",
                server=(reply(200, _clerk_sessions(2)), reply(200, b"[]")),
                play=_by_offset(False),
                outcome="list",
                requests=2,
                check=_offsets(None, 2),
            ),
            Case(
                name="a total",
                server=(
                    reply(200, _clerk_sessions(2, 3)),
                    reply(200, _clerk_sessions(1, 3)),
                ),
                play=_by_offset(True),
                outcome="list",
                requests=2,
                check=_offsets(None, 2),
            ),
            Case(
                name="a total that is never reached",
                server=(
                    reply(200, _clerk_sessions(2, 99)),
                    reply(200, _clerk_sessions(0, 99)),
                ),
                play=_by_offset(True),
                outcome="list",
                requests=2,
                check=_offsets(None, 2),
            ),
            Case(
                name="a total below zero",
                server=(reply(200, _clerk_sessions(2, -5)),),
                play=_by_offset(True),
                outcome="list",
            ),
        ),
    ),
)
