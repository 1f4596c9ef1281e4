"""Lists without a set response: the items of the example, and an end, in each style of paging."""

import json
import warnings
from typing import Any

import pytest

from tests.testing.packages import Package

ITEMS = [{"id": 1}, {"id": 2}]
STYLES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "optional_cursor": (
        {"style": "cursor", "parameter": "after", "cursor": "/next"},
        {"next": "c2"},
        [],
    ),
    "required_cursor": (
        {"style": "cursor", "parameter": "after", "cursor": "/next"},
        {"next": "c2"},
        ["next"],
    ),
    "last_item": (
        {"style": "cursor", "parameter": "after", "cursor": "/items/-1/id"},
        {"has_more": True},
        ["has_more"],
    ),
    "offset": (
        {"style": "offset", "parameter": "offset", "limit": "limit"},
        {},
        [],
    ),
    "offset_with_total": (
        {
            "style": "offset",
            "parameter": "offset",
            "limit": "limit",
            "total": "/total",
        },
        {"total": 40},
        ["total"],
    ),
    "page": ({"style": "page", "parameter": "page"}, {}, []),
    "page_with_totals": (
        {
            "style": "page",
            "parameter": "page",
            "total": "/total",
            "total_pages": "/pages",
        },
        {"total": 40, "pages": 20},
        ["total", "pages"],
    ),
    "url": (
        {"style": "url", "next": "/next"},
        {"next": "https://api.shop.example/url?page=2"},
        ["next"],
    ),
    "link": ({"style": "link"}, {}, []),
}


def schema_of(value: object) -> dict[str, Any]:
    kinds = {bool: "boolean", int: "integer", str: "string"}
    return {"type": kinds[type(value)]}


def operation(name: str) -> dict[str, Any]:
    pagination, more, required = STYLES[name]
    item = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer"}},
    }
    properties = {key: schema_of(value) for key, value in more.items()}
    schema = {
        "type": "object",
        "required": ["items", *required],
        "properties": {"items": {"type": "array", "items": item}, **properties},
    }
    content = {"schema": schema, "example": {"items": ITEMS, **more}}
    return {
        "operationId": name,
        "tags": ["lists"],
        "parameters": [
            {"name": key, "in": "query", "schema": {"type": kind}}
            for key, kind in (
                ("after", "string"),
                ("offset", "integer"),
                ("limit", "integer"),
                ("page", "integer"),
            )
        ],
        "responses": {
            "200": {"description": "A page.", "content": {"application/json": content}}
        },
        "x-client": {"method": name, "pagination": {**pagination, "items": "/items"}},
    }


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("lists")
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": "https://api.shop.example"}],
        "paths": {f"/{name}": {"get": operation(name)} for name in STYLES},
    }
    spec = folder / "lists.json"
    spec.write_text(json.dumps(document), encoding="utf-8")
    return Package(spec, folder)


@pytest.mark.parametrize("name", STYLES)
def test_list_has_the_items_of_the_example_once(package: Package, name: str) -> None:
    fake = package.fake()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = [*getattr(fake.client.lists, name)()]
    assert [item.id for item in found] == [1, 2]
    assert len(getattr(fake.lists, name).calls) <= 2
