"""Tests of removing the items of a list, on a server that removes them."""

import asyncio
import json
import warnings
from collections.abc import Iterator
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.faults.server import Responder, Server, run_server

PAGE_SIZE = 10
COUNT = 25

both_modes = pytest.mark.parametrize("mode", ["sync", "async"])


class Rows:
    """Rows of a server, by id, with pages in each style."""

    def __init__(self, count: int = COUNT) -> None:
        self.ids = [f"row{number:02}" for number in range(count)]

    def __call__(self, responder: Responder) -> None:
        target = urlsplit(responder.request.target)
        query = {name: values[0] for name, values in parse_qs(target.query).items()}
        if responder.request.method == "DELETE":
            self.ids.remove(target.path.rpartition("/")[2])
            responder.send(b"HTTP/1.1 204 No Content\r\n\r\n")
            return
        start = int(query.get("skip", 0))
        if "after" in query:
            start = sum(row <= query["after"] for row in self.ids)
        rows = self.ids[start : start + PAGE_SIZE]
        has_more = start + PAGE_SIZE < len(self.ids)
        body: dict[str, object] = {"rows": rows, "total": len(self.ids)}
        link = ""
        body |= {"last": rows[-1] if rows else "", "more": has_more}
        if has_more:
            link = f'Link: <?after={rows[-1]}>; rel="next"\r\n'
        content = json.dumps(body).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n{link}\r\n"
        responder.send(head.encode() + content)


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def server(rows: Rows) -> Iterator[Server]:
    with run_server(rows) as server:
        yield server


STYLES = [
    "list_by_offset",
    "list_by_offset_with_total",
    "list_by_cursor",
    "list_by_link",
]


@both_modes
@pytest.mark.parametrize("method", STYLES)
def test_collected_items_can_all_be_removed(
    clients: dict[str, ModuleType], rows: Rows, server: Server, method: str, mode: str
) -> None:
    package = clients["removals"]
    expected = list(rows.ids)

    async def in_async() -> list[str]:
        async with package.AsyncRemovals(base_url=server.url) as client:
            page = await getattr(client.rows, method)()
            found: list[str] = await page.all()
            for row in found:
                await client.rows.remove(row)
            return found

    if mode == "async":
        found = asyncio.run(in_async())
    else:
        with package.Removals(base_url=server.url) as client:
            found = getattr(client.rows, method)().all()
            for row in found:
                client.rows.remove(row)
    assert found == expected
    assert rows.ids == []


@both_modes
@pytest.mark.parametrize(
    ("method", "left"),
    [
        ("list_by_offset", 10),
        ("list_by_offset_with_total", 10),
        ("list_by_cursor", 0),
        ("list_by_link", 0),
    ],
)
def test_removing_while_iterating_skips_items_only_by_offset(
    clients: dict[str, ModuleType],
    rows: Rows,
    server: Server,
    method: str,
    left: int,
    mode: str,
) -> None:
    """The docstrings say so: it is how offsets work, whatever the client does."""
    package = clients["removals"]

    async def in_async() -> None:
        async with package.AsyncRemovals(base_url=server.url) as client:
            async for row in await getattr(client.rows, method)():
                await client.rows.remove(row)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if mode == "async":
            asyncio.run(in_async())
        else:
            with package.Removals(base_url=server.url) as client:
                for row in getattr(client.rows, method)():
                    client.rows.remove(row)
    assert len(rows.ids) == left
    is_noticed = method == "list_by_offset_with_total"
    assert [warning.category for warning in caught] == (
        [package.PaginationWarning] if is_noticed else []
    )
    for warning in caught:
        assert "the total fell from 25 to 15" in str(warning.message)
        assert warning.filename == __file__


@both_modes
def test_all_fetches_no_page_after_max_items(
    clients: dict[str, ModuleType], rows: Rows, server: Server, mode: str
) -> None:
    package = clients["removals"]

    async def in_async(max_items: int | None) -> Any:
        async with package.AsyncRemovals(base_url=server.url) as client:
            return await (await client.rows.list_by_cursor()).all(max_items)

    def in_sync(max_items: int | None) -> Any:
        with package.Removals(base_url=server.url) as client:
            return client.rows.list_by_cursor().all(max_items)

    def collect(max_items: int | None) -> Any:
        return (
            asyncio.run(in_async(max_items)) if mode == "async" else in_sync(max_items)
        )

    with pytest.raises(
        package.PaginationError, match="more than 20 items: .* None"
    ) as e:
        collect(20)
    assert len(server.requests) == 2
    assert e.value.last_page.items == rows.ids[10:20]
    assert collect(21) == collect(None) == rows.ids


def test_docstrings_warn_of_removing_by_offset(clients: dict[str, ModuleType]) -> None:
    methods = clients["removals"].client.Rows
    for name in STYLES:
        text = " ".join(getattr(methods, name).__doc__.split())
        assert "collect them with `all()`" in text
        assert ("before you remove any" in text) == ("offset" in name)
