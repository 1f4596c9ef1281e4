"""Faults of paged lists: circles, endless pages, pages that fail."""

import json
from collections.abc import Callable
from contextlib import aclosing

import clerk
import pangea

from tests.faults.actions import respond, response_bytes
from tests.faults.clients import load_client
from tests.faults.harness import Harness, Scenario
from tests.faults.leak_search import BODY, CANARY, QUERY, RESPONSE_DATA
from tests.faults.row import Case, Observation, Row
from tests.faults.server import Action, Responder, run_server
from tests.faults.vendors import pangea_page


def _pages(count: int) -> tuple[Action, ...]:
    return tuple(
        respond(200, pangea_page(n, f"{CANARY}-cursor-{n}" if n < count - 1 else None))
        for n in range(count)
    )


def _endless(responder: Responder) -> None:
    responder.send(
        response_bytes(
            200, pangea_page(responder.number, f"{CANARY}-cursor-{responder.number}")
        )
    )


def list_ids(limit: int = 1000) -> Scenario:
    """Return a scenario that lists ids, at most `limit`."""

    async def scenario(harness: Harness) -> list[str]:
        found: list[str] = []
        async with harness.client(pangea) as client:
            page = await client("session.list", filter={"email": BODY})
            async with aclosing(harness.iterate(page)) as items:
                async for item in items:
                    found.append(item.id)
                    if len(found) == limit:
                        break
        return found

    return scenario


def _check_count(number: int) -> Callable[[Observation], None]:
    def check(observation: Observation) -> None:
        assert (
            len(observation.value) == len(set(observation.value)) == number
        ), observation.value

    return check


async def _abandoned_lists(harness: Harness) -> int:
    """Abandon a list in the middle, a hundred times over two connections."""
    async with harness.pool(2) as http, harness.client(pangea, http=http) as client:
        for number in range(100):
            page = await client("session.list")
            async with aclosing(harness.iterate(page)) as items:
                async for _ in items:
                    if number % 2:
                        break
                    try:
                        raise LookupError
                    except LookupError:
                        break
        return 100


async def _continued_list(harness: Harness) -> list[str]:
    """List ids, and continue from the last page after the third page failed."""
    found: list[str] = []
    async with harness.client(pangea, max_retries=0) as client:
        page = await client("session.list")
        try:
            async for item in harness.iterate(page):
                found.append(item.id)
        except pangea.InternalServerError as error:
            again = await harness.call(error.last_page.next_page)
            async for item in harness.iterate(again):
                found.append(item.id)
    return found


CLERK_SESSION = {
    "object": "session",
    "user_id": f"{RESPONSE_DATA}-user",
    "client_id": f"{RESPONSE_DATA}-client",
    "status": "active",
    "last_active_at": 1,
    "expire_at": 1,
    "abandon_at": 1,
    "created_at": 1,
    "updated_at": 1,
}


def _clerk_sessions(count: int, total: int | None = None) -> bytes:
    found = [{**CLERK_SESSION, "id": f"{RESPONSE_DATA}-{n}"} for n in range(count)]
    return json.dumps(
        found if total is None else {"data": found, "total_count": total}
    ).encode()


def _page_sizes(paginated: bool) -> Scenario:
    async def scenario(harness: Harness) -> list[int]:
        sizes: list[int] = []
        async with harness.client(clerk) as client:
            page = await client(
                "sessions.list", user_id=QUERY, limit=2, paginated=paginated
            )
            while True:
                sizes.append(len(page.items))
                if not page.has_next:
                    return sizes
                page = await harness.call(page.next_page)

    return scenario


def _check_offsets(*expected: int | None) -> Callable[[Observation], None]:
    def check(observation: Observation) -> None:
        requests = observation.server.requests
        assert len(requests) == len(expected), f"{len(requests)} requests"
        for request, offset in zip(requests, expected, strict=True):
            assert (f"offset={offset}" in request.target) == (offset is not None)

    return check


def _listed_by_links(*links: str) -> Scenario:
    """Return a scenario with a list by links: each page has the next of these `Link` headers.

    Args:
        links: The headers; {url} is the URL of the server, {other} of another one.
    """

    async def scenario(harness: Harness) -> int:
        with run_server(respond()) as other:
            pages = [
                respond(
                    200,
                    b'[{"name": "%s"}]' % CANARY.encode(),
                    "Link: " + link.format(url=harness.server.url, other=other.url),
                )
                for link in links
            ]
            harness.server.actions = (*pages, respond(200, b"[]"))
            count = 0
            try:
                async with harness.client(load_client("links")) as client:
                    page = await client("things.list", limit=1)
                    async for _ in harness.iterate(page):
                        count += 1
            finally:
                assert other.connections == 0, "the other server got a connection"
            return count

    return scenario


def _check_targets(*expected: str) -> Callable[[Observation], None]:
    def check(observation: Observation) -> None:
        assert [request.target for request in observation.server.requests] == list(
            expected
        )
        for request in observation.server.requests:
            assert request.header("Authorization") is not None

    return check


ROWS = (
    Row(
        "F82",
        "A list is abandoned in the middle, 100 times",
        "The pool is not exhausted",
        (
            Case(
                server=(_endless,),
                scenario=_abandoned_lists,
                outcome="int",
                requests=100,
            ),
        ),
    ),
    Row(
        "F85",
        "The same cursor on every page",
        "`PaginationError` after two pages",
        (
            Case(
                server=(respond(200, pangea_page(0, f"{CANARY}-cursor")),),
                scenario=list_ids(),
                outcome="PaginationError",
                requests=2,
            ),
            Case(
                name="a circle of two",
                server=(
                    respond(200, pangea_page(0, f"{CANARY}-a")),
                    respond(200, pangea_page(1, f"{CANARY}-b")),
                    respond(200, pangea_page(2, f"{CANARY}-a")),
                ),
                scenario=list_ids(),
                outcome="PaginationError",
                requests=3,
            ),
        ),
    ),
    Row(
        "F86",
        "Endless new cursors",
        "A page is fetched only when its first item is requested",
        (
            Case(
                server=(_endless,),
                scenario=list_ids(5),
                outcome="list",
                requests=3,
                check=_check_count(5),
            ),
            Case(
                name="four pages",
                server=_pages(4),
                scenario=list_ids(),
                outcome="list",
                requests=4,
                check=_check_count(8),
            ),
        ),
    ),
    Row(
        "F87",
        "The next page is at another origin",
        "`PaginationError`; nothing is sent to that origin",
        (
            *(
                Case(
                    name=name,
                    spec="links",
                    scenario=_listed_by_links(f'<{link}>; rel="next"'),
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
                spec="links",
                scenario=_listed_by_links(
                    '<{url}/things?limit=1&after=a>; rel="next"',
                    '</things>; rel="first", <?limit=1&after=b>; rel="next"',
                ),
                outcome="int",
                requests=3,
                check=_check_targets(
                    "/things?limit=1",
                    "/things?limit=1&after=a",
                    "/things?limit=1&after=b",
                ),
            ),
            Case(
                name="in a circle",
                spec="links",
                scenario=_listed_by_links(
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
        "Retried; if that fails, the error has `last_page`, from which the list continues",
        (
            Case(
                name="once",
                server=(*_pages(4)[:2], respond(503, b""), *_pages(4)[2:]),
                scenario=list_ids(),
                outcome="list",
                requests=5,
                check=_check_count(8),
            ),
            Case(
                name="and the list continues",
                server=(*_pages(4)[:2], respond(503, b""), *_pages(4)[2:]),
                scenario=_continued_list,
                outcome="list",
                requests=5,
                check=_check_count(8),
            ),
        ),
    ),
    Row(
        "G20",
        "Pages by offset, with and without a total, that are inconsistent",
        "The list ends at the total, or at a short page without one; empty pages are passed, ten in a row with a warning at most",
        (
            Case(
                name="bare, the last one short",
                server=(
                    respond(200, _clerk_sessions(2)),
                    respond(200, _clerk_sessions(1)),
                ),
                scenario=_page_sizes(False),
                outcome="list",
                requests=2,
                check=_check_offsets(None, 2),
            ),
            Case(
                name="bare, the last one empty",
                server=(respond(200, _clerk_sessions(2)), respond(200, b"[]")),
                scenario=_page_sizes(False),
                outcome="list",
                requests=2,
                check=_check_offsets(None, 2),
            ),
            Case(
                name="a total",
                server=(
                    respond(200, _clerk_sessions(2, 3)),
                    respond(200, _clerk_sessions(1, 3)),
                ),
                scenario=_page_sizes(True),
                outcome="list",
                requests=2,
                check=_check_offsets(None, 2),
            ),
            Case(
                name="a total that is never reached",
                server=(
                    respond(200, _clerk_sessions(2, 99)),
                    respond(200, _clerk_sessions(0, 99)),
                ),
                scenario=_page_sizes(True),
                outcome="list",
                requests=11,
                warning="10 page(s) in a row have none",
                check=_check_offsets(None, *range(2, 21, 2)),
            ),
            Case(
                name="a total below zero",
                server=(respond(200, _clerk_sessions(2, -5)),),
                scenario=_page_sizes(True),
                outcome="list",
            ),
        ),
    ),
)
