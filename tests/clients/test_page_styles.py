"""Tests of each style of paging against a server with 25 rows, ten to a page."""

import asyncio
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

ROWS = [{"id": str(number)} for number in range(25)]
SIZE = 10


class Listing(BaseHTTPRequestHandler):
    """A list of rows, paged as its path declares."""

    def _respond(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or "{}")
        query = {**dict(parse_qsl(url.query)), **body.get("paging", {})}
        style = url.path.strip("/")
        first = {"zero": 0, "from_two": 2}.get(style, 1)
        page = int(query.get("page", query.get("number", first)))
        start = (page - first) * SIZE
        if "skip" in query:
            start = int(query["skip"])
        after = query.get("starting_after", query.get("after"))
        if after is not None:
            start = int(after) + 1
        self.server.starts.append((style, start))  # type: ignore[attr-defined]
        rows = ROWS[start : start + SIZE]
        more = start + SIZE < len(ROWS)
        target = f"/{style}?page={page + 1}" if more else ""
        origin = f"http://{self.headers['Host']}"
        content: dict[str, Any] = {"data": rows}
        headers: dict[str, str] = {}
        match style:
            case "numbered":
                content["meta"] = {"pages": 3}
            case "zero" | "last":
                content["more"] = more
            case "from_two":
                headers["X-Pages"] = "3"
            case "counted" | "offset_header":
                headers["X-Total-Count"] = str(len(ROWS))
            case "relative":
                content["links"] = {"next": target or None}
            case "absolute":
                content["links"] = {"next": origin + target if more else None}
            case "foreign":
                content["links"] = {"next": "https://elsewhere.example/foreign"}
            case "in_header" if more:
                headers["X-Next"] = target
            case "header_cursor":
                headers |= {"X-Next-Cursor": rows[-1]["id"], "X-More": str(more)}
            case "in_body":
                content["meta"] = {"total": len(ROWS)}
            case _:
                pass
        data = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = _respond  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Any]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Listing) as listing:
        listing.starts = []  # type: ignore[attr-defined]
        thread = Thread(target=listing.serve_forever)
        thread.start()
        yield listing
        listing.shutdown()
        thread.join()


def read_ids(package: ModuleType, server: Any, style: str) -> list[list[str]]:
    """Return the ids of all rows in each mode."""
    url = f"http://127.0.0.1:{server.server_port}"
    arguments: dict[str, Any] = {"paging": {"size": SIZE}} if style == "in_body" else {}

    async def in_async() -> list[str]:
        async with package.AsyncPageStyles(base_url=url) as client:
            page = await getattr(client.rows, f"list_{style}")(**arguments)
            return [row.id async for row in page]

    with package.PageStyles(base_url=url) as client:
        page = getattr(client.rows, f"list_{style}")(**arguments)
        return [[row.id for row in page], asyncio.run(in_async())]


FULL = [0, 10, 20]
WITH_EMPTY = [*FULL, 30]


@pytest.mark.parametrize(
    ("style", "starts"),
    [
        ("numbered", FULL),
        ("zero", FULL),
        ("from_two", FULL),
        ("sized", FULL),
        ("unsized", WITH_EMPTY),
        ("counted", WITH_EMPTY),
        ("relative", FULL),
        ("absolute", FULL),
        ("in_header", FULL),
        ("last", FULL),
        ("last_plain", [*FULL, 25]),
        ("header_cursor", FULL),
        ("offset_header", FULL),
        ("in_body", WITH_EMPTY),
    ],
)
def test_style_reads_all_rows(
    clients: dict[str, ModuleType], server: Any, style: str, starts: list[int]
) -> None:
    expected = [row["id"] for row in ROWS]
    assert read_ids(clients["page_styles"], server, style) == [expected, expected]
    assert server.starts == [(style, start) for start in [*starts, *starts]]


def test_url_of_another_server_is_refused(
    clients: dict[str, ModuleType], server: Any
) -> None:
    package = clients["page_styles"]
    with pytest.raises(package.PaginationError, match="on another server"):
        read_ids(package, server, "foreign")
    assert len(server.starts) == 1
