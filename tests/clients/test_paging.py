"""Tests of JSON pointers into responses: page items, cursors, totals and error fields."""

import asyncio
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest
from clientcast.check import check
from clientcast.source import read

Requests = list[httpx2.Request]


def read_pages(
    package: ModuleType, method: str, *bodies: object
) -> tuple[list[Any], Requests]:
    """Return the items of all pages and the requests; both modes must agree on both."""
    found: list[tuple[list[Any], Requests]] = []

    def transport() -> tuple[httpx2.MockTransport, Requests]:
        requests: Requests = []
        bodies_left = iter(bodies)

        def respond(request: httpx2.Request) -> httpx2.Response:
            requests.append(request)
            return httpx2.Response(200, json=next(bodies_left))

        return httpx2.MockTransport(respond), requests

    async def in_async() -> None:
        http, requests = transport()
        async with package.AsyncPaging(http=http) as client:
            page = await getattr(client.pages, method)()
            found.append(([item async for item in page], requests))

    http, requests = transport()
    with package.Paging(http=http) as client:
        found.append((list(getattr(client.pages, method)()), requests))
    asyncio.run(in_async())
    (items, sync), (async_items, asynchronous) = found
    assert items == async_items
    assert [r.url for r in sync] == [r.url for r in asynchronous]
    return items, sync


@pytest.mark.parametrize(
    ("method", "first", "last"),
    [
        ("list_open", {"items": ["a"], "__class__": "2"}, {"items": ["b"]}),
        ("list_map", {"items": ["a"], "keys": "2"}, {"items": ["b"]}),
        ("list_map", {"data": [{"values": ["a"]}], "keys": "2"}, {"items": ["b"]}),
    ],
)
def test_cursor_among_additional_properties_leads_to_the_next_page(
    clients: dict[str, ModuleType], method: str, first: object, last: object
) -> None:
    items, requests = read_pages(clients["paging"], method, first, last)
    assert items == ["a", "b"]
    assert [r.url.query for r in requests] == [b"", b"after=2"]


def test_cursor_of_a_renamed_property_leads_to_the_next_page(
    clients: dict[str, ModuleType],
) -> None:
    first = {"class": [{"id": "a"}], "page": {"nextCursor": 7}}
    last = {"class": [{"id": "b"}], "page": {}}
    items, requests = read_pages(clients["paging"], "list_renamed", first, last)
    assert [item.id for item in items] == ["a", "b"]
    assert requests[-1].url.query == b"after=7"


def test_missing_cursor_ends_the_pages(
    clients: dict[str, ModuleType],
) -> None:
    for method in ("list_open", "list_map"):
        items, requests = read_pages(clients["paging"], method, {"items": ["a"]})
        assert items == ["a"]
        assert len(requests) == 1


def test_total_is_found_in_a_member_of_a_union(clients: dict[str, ModuleType]) -> None:
    first = {"rows": [{"id": "a"}], "meta": {"total": 2}}
    last = {"rows": [{"id": "b"}], "meta": {"total": 2}}
    items, requests = read_pages(clients["paging"], "list_alternatives", first, last)
    assert [item.id for item in items] == ["a", "b"]
    assert requests[-1].url.query == b"skip=1"


def test_total_that_is_too_great_causes_few_requests(
    clients: dict[str, ModuleType],
) -> None:
    package, method = clients["paging"], "list_alternatives"
    first = {"rows": [{"id": "a"}], "meta": {"total": 10**6}}
    empty = {"rows": [], "meta": {"total": 10**6}}
    with pytest.warns(package.PaginationWarning, match="the list ends here"):
        items, requests = read_pages(package, method, first, *[empty] * 20)
    assert (len(items), len(requests)) == (1, 11)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_total_is_found_in_data_that_matches_no_member(
    clients: dict[str, ModuleType],
) -> None:
    first = {"rows": [{"id": 1}], "meta": {"total": 2, "x": "y"}}
    last = {"rows": [{"id": 2}], "meta": {"total": 2}}
    items, requests = read_pages(clients["paging"], "list_alternatives", first, last)
    assert len(items) == 2
    assert requests[-1].url.query == b"skip=1"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            {"error": {"class": "c", "__doc__": "m"}, "ids": ["i"]},
            ("c", "m", "i"),
        ),
        ({"error": {}, "ids": []}, (None, None, None)),
        ({"error": "text", "ids": {"0": "i"}}, (None, None, "i")),
    ],
)
def test_error_pointers_read_members_but_no_python_attributes(
    clients: dict[str, ModuleType], body: object, found: tuple[str | None, ...]
) -> None:
    package = clients["paging"]
    http = httpx2.MockTransport(lambda request: httpx2.Response(400, json=body))
    with package.Paging(http=http) as client:
        with pytest.raises(package.errors.BadRequestError) as caught:
            client.pages.list_open()
    error = caught.value
    assert (error.code, error.message, error.request_id) == found


CLOSED = {"type": "object", "properties": {"a": {"type": "string"}}}
OPEN_SCHEMAS: list[object] = [
    {},
    True,
    {"type": "object"},
    {"type": ["object", "null"]},
    {**CLOSED, "additionalProperties": True},
    {**CLOSED, "additionalProperties": {"type": "string"}},
    {**CLOSED, "unevaluatedProperties": {"type": "string"}},
    {**CLOSED, "patternProperties": {"^n": {"type": "string"}}},
    {**CLOSED, "required": ["next"]},
    {**CLOSED, "then": {"properties": {"next": {"type": "string"}}}},
    {"allOf": [CLOSED, {"additionalProperties": True}]},
    {"oneOf": [CLOSED, {"type": "object"}]},
    {"anyOf": [{"oneOf": [CLOSED, {}]}, {"type": "string"}]},
]
CLOSED_SCHEMAS: list[object] = [
    CLOSED,
    {**CLOSED, "additionalProperties": False},
    {**CLOSED, "properties": {"next": False, "a": True}},
    {"type": "object", "additionalProperties": False},
    {"type": "string"},
    {"enum": ["next"]},
    {"type": "array", "items": CLOSED},
    {"allOf": [CLOSED, {"type": "object"}]},
    {"oneOf": [CLOSED, {"type": "string"}]},
    {**CLOSED, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
]


@pytest.mark.parametrize(
    ("schema", "resolves"),
    [
        *((schema, True) for schema in OPEN_SCHEMAS),
        *((schema, False) for schema in CLOSED_SCHEMAS),
    ],
)
def test_pointer_is_accepted_if_the_schema_has_or_allows_the_property(
    schema: object, resolves: bool, tmp_path: Path
) -> None:
    operation = {
        "operationId": "x",
        "parameters": [{"name": "after", "in": "query", "schema": {"type": "string"}}],
        "x-client": {
            "pagination": {
                "style": "cursor",
                "parameter": "after",
                "cursor": "/next",
                "items": ["/next"],
            }
        },
        "responses": {
            "200": {
                "description": "A page.",
                "content": {"application/json": {"schema": schema}},
            }
        },
    }
    data = {
        "openapi": "3.1.0",
        "info": {"title": "Open", "version": "1"},
        "paths": {"/x": {"get": operation}},
    }
    path = tmp_path / "open.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    _, found = check(read(path, path.name))
    bad_options = [d for d in found if d.code == "bad-option"]
    assert len(bad_options) == (0 if resolves else 2)
