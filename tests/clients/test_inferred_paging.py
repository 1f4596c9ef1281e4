"""Tests of inferred paging, against a server that pages as well-known vendors do."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from clientcast.check import check
from clientcast.conventions import Conventions
from clientcast.loading import load_document

from tests.support.casting import import_client

ROWS = [{"id": f"row_{number}"} for number in range(25)]
SIZE = 10
TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
LIST = {"type": "array", "items": {"type": "object", "properties": {"id": TEXT}}}
FIRST_IS_1 = {"type": "integer", "default": 1}
FIRST_IS_0 = {"type": "integer", "default": 0}


def mapping_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


LISTS: Mapping[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "github": ({"per_page": NUMBER, "page": FIRST_IS_1}, LIST, "link"),
    "github_search": (
        {"per_page": NUMBER, "page": FIRST_IS_1},
        mapping_of(total_count=NUMBER, items=LIST),
        "page",
    ),
    "stripe": (
        {"limit": NUMBER, "starting_after": TEXT, "ending_before": TEXT},
        mapping_of(object=TEXT, data=LIST, has_more=FLAG, url=TEXT),
        "cursor",
    ),
    "openai": (
        {"limit": NUMBER, "after": TEXT},
        mapping_of(data=LIST, first_id=TEXT, last_id=TEXT, has_more=FLAG),
        "cursor",
    ),
    "clerk": (
        {"limit": {"type": "integer", "default": 10}, "offset": FIRST_IS_0},
        mapping_of(data=LIST, total_count=NUMBER),
        "offset",
    ),
    "clerk_array": ({"limit": NUMBER, "offset": FIRST_IS_0}, LIST, "offset"),
    "kubernetes": (
        {"limit": NUMBER, "continue": TEXT, "watch": FLAG},
        mapping_of(items=LIST, metadata={**mapping_of(**{"continue": TEXT})}),
        "cursor",
    ),
    "slack": (
        {"limit": NUMBER, "cursor": TEXT},
        mapping_of(
            ok=FLAG, members=LIST, response_metadata=mapping_of(next_cursor=TEXT)
        ),
        "cursor",
    ),
    "hubspot": (
        {"limit": NUMBER, "after": TEXT},
        mapping_of(results=LIST, paging=mapping_of(next=mapping_of(after=TEXT))),
        "cursor",
    ),
    "google": (
        {"pageSize": NUMBER, "pageToken": TEXT},
        mapping_of(files=LIST, nextPageToken=TEXT),
        "cursor",
    ),
    "django": (
        {"page": NUMBER},
        mapping_of(count=NUMBER, next=TEXT, previous=TEXT, results=LIST),
        "url",
    ),
    "json_api": (
        {"page[size]": NUMBER},
        mapping_of(data=LIST, links=mapping_of(self=TEXT, next=TEXT)),
        "url",
    ),
    "hal": (
        {"size": NUMBER},
        mapping_of(
            _embedded=mapping_of(rows=LIST),
            _links=mapping_of(self=mapping_of(href=TEXT), next=mapping_of(href=TEXT)),
        ),
        "url",
    ),
    "spring": (
        {"page": FIRST_IS_0, "size": NUMBER},
        mapping_of(content=LIST, totalPages=NUMBER, totalElements=NUMBER, last=FLAG),
        "page",
    ),
}
"""The parameters, the response and the expected style of the list of each vendor."""


class Vendor(BaseHTTPRequestHandler):
    """A list of rows, paged as the vendor in its path does."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query, vendor = dict(parse_qsl(url.query)), url.path.strip("/")
        self.server.calls.append(vendor)  # type: ignore[attr-defined]
        first = 0 if vendor == "spring" else 1
        page = int(query.get("page", first))
        start = int(query.get("offset", (page - first) * SIZE))
        for name in ("starting_after", "after"):
            if name in query:
                start = int(query[name].removeprefix("row_")) + 1
        for name in ("continue", "cursor", "pageToken"):
            start = int(query.get(name, f"at{start}").removeprefix("at"))
        rows, more = ROWS[start : start + SIZE], start + SIZE < len(ROWS)
        token = f"at{start + SIZE}" if more else ""
        target = f"http://{self.headers['Host']}/{vendor}?page={page + 1}"
        headers: dict[str, str] = {}
        body: Any = rows
        match vendor:
            case "github":
                if more:
                    headers["Link"] = f'<{target}>; rel="next", <{target}>; rel="last"'
            case "github_search":
                body = {"total_count": len(ROWS), "items": rows}
            case "stripe":
                body = {"object": "list", "data": rows, "has_more": more, "url": "/"}
            case "openai":
                last = rows[-1]["id"]
                body = {"data": rows, "last_id": last, "has_more": more}
            case "clerk":
                body = {"data": rows, "total_count": len(ROWS)}
            case "kubernetes":
                body = {"items": rows, "metadata": {"continue": token} if more else {}}
            case "slack":
                metadata = {"next_cursor": token}
                body = {"ok": True, "members": rows, "response_metadata": metadata}
            case "hubspot":
                paging = {"paging": {"next": {"after": rows[-1]["id"]}}} if more else {}
                body = {"results": rows, **paging}
            case "google":
                body = {"files": rows, **({"nextPageToken": token} if more else {})}
            case "django":
                link = target if more else None
                body = {"count": len(ROWS), "next": link, "results": rows}
            case "json_api":
                body = {"data": rows, "links": {"next": target if more else None}}
            case "hal":
                links = {"next": {"href": target}} if more else {}
                body = {"_embedded": {"rows": rows}, "_links": links}
            case "spring":
                body = {"content": rows, "totalPages": 3, "totalElements": 25}
            case _:
                pass
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Vendor) as vendor:
        vendor.calls = []  # type: ignore[attr-defined]
        thread = Thread(target=vendor.serve_forever)
        thread.start()
        yield vendor
        vendor.shutdown()
        thread.join()


def document_of(
    lists: Mapping[str, tuple[dict[str, Any], dict[str, Any], str]],
) -> dict[str, Any]:
    """Return a document without `x-client` that has these lists."""
    paths = {
        f"/{name}": {
            "get": {
                "operationId": f"list_{name}",
                "tags": ["rows"],
                "parameters": [
                    {"name": key, "in": "query", "schema": schema}
                    for key, schema in parameters.items()
                ],
                "responses": {
                    "200": {
                        "description": "Rows.",
                        "headers": (
                            {"Link": {"schema": TEXT}} if name == "github" else {}
                        ),
                        "content": {"application/json": {"schema": body}},
                    }
                },
            }
        }
        for name, (parameters, body, _) in lists.items()
    }
    info = {"title": "Vendors", "version": "1"}
    servers = [{"url": "https://vendors.example"}]
    return {"openapi": "3.0.3", "info": info, "servers": servers, "paths": paths}


@pytest.fixture(scope="module")
def vendors(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("vendors")
    spec = folder / "vendors.json"
    spec.write_text(json.dumps(document_of(LISTS)), encoding="utf-8")
    conventions = Conventions(testing=False, infer_pagination=True)
    return import_client(spec, folder, conventions=conventions)


def inferred(folder: Path, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inferred pagination of each path."""
    spec = folder / "document.json"
    spec.write_text(json.dumps(document), encoding="utf-8")
    fixed, _ = check(load_document(spec, spec.name), infer_pagination=True)
    return {
        path: item["get"]["x-client"]["pagination"]
        for path, item in fixed.data["paths"].items()
        if "x-client" in item["get"]
    }


def test_style_is_that_of_the_vendor(tmp_path: Path) -> None:
    blocks = inferred(tmp_path, document_of(LISTS))
    styles = {path.strip("/"): block["style"] for path, block in blocks.items()}
    assert styles == {name: style for name, (_, _, style) in LISTS.items()}
    assert blocks["/stripe"] == {
        "style": "cursor",
        "parameter": "starting_after",
        "cursor": "/data/-1/id",
        "items": "/data",
        "has_more": "/has_more",
    }


@pytest.mark.parametrize("vendor", LISTS)
def test_all_rows_come_once_in_both_modes(
    vendor: str, vendors: ModuleType, server: Any
) -> None:
    url = f"http://127.0.0.1:{server.server_port}"

    async def in_async() -> list[str]:
        async with vendors.AsyncVendors(base_url=url) as client:
            page = await getattr(client.rows, f"list_{vendor}")()
            return [row.id async for row in page]

    expected = [row["id"] for row in ROWS]
    with vendors.Vendors(base_url=url) as client:
        page = getattr(client.rows, f"list_{vendor}")()
        assert [row.id for row in page] == expected
    assert asyncio.run(in_async()) == expected


@pytest.mark.parametrize(
    ("parameters", "body"),
    [
        pytest.param({"page": NUMBER, "limit": NUMBER}, LIST, id="unknown first page"),
        pytest.param(
            {"page": NUMBER}, mapping_of(data=LIST, next=TEXT), id="which next"
        ),
        pytest.param(
            {"offset": NUMBER, "page": FIRST_IS_1, "limit": NUMBER},
            LIST,
            id="two styles",
        ),
        pytest.param(
            {"offset": {"type": "string"}, "limit": NUMBER}, LIST, id="textual offset"
        ),
        pytest.param(
            {"after": TEXT}, mapping_of(data=LIST, has_more=FLAG), id="after what"
        ),
        pytest.param(
            {"cursor": TEXT}, mapping_of(data=LIST, cursor=TEXT), id="own cursor"
        ),
        pytest.param(
            {"page_token": TEXT},
            mapping_of(users=LIST, groups=LIST, next_page_token=TEXT),
            id="two arrays",
        ),
        pytest.param(
            {"limit": NUMBER}, mapping_of(data=LIST, total=NUMBER), id="no page"
        ),
        pytest.param(
            {"page_token": TEXT},
            mapping_of(rows=LIST, next_page_token=mapping_of(at=NUMBER)),
            id="token that is no scalar",
        ),
    ],
)
def test_ambiguous_list_has_no_proposal(
    parameters: dict[str, Any], body: dict[str, Any], tmp_path: Path
) -> None:
    document = document_of({"unclear": (parameters, body, "")})
    assert inferred(tmp_path, document) == {}


def test_number_of_items_on_this_page_is_no_total(tmp_path: Path) -> None:
    total = {"type": "integer", "description": "Number of items on this page."}
    parameters = {"offset": NUMBER, "limit": NUMBER}
    body = mapping_of(data=LIST, total=total)
    blocks = inferred(tmp_path, document_of({"rows": (parameters, body, "")}))
    assert "total" not in blocks["/rows"]


def test_pagination_of_the_document_counts(tmp_path: Path) -> None:
    document = document_of({"stripe": LISTS["stripe"]})
    own = {"style": "url", "next": "/url", "items": "/data"}
    document["paths"]["/stripe"]["get"]["x-client"] = {"pagination": own}
    assert inferred(tmp_path, document) == {"/stripe": own}
