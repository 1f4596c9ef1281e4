"""Tests of the arguments that select a page: where they are, and how they are passed."""

import asyncio
import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest
from msgspec import Struct, structs

from tests.support.casting import import_client

ROWS = ["a", "b", "c", "d", "e"]
STYLES = ("cursor", "offset", "link")
TYPES = ("string", "integer")
PARAMETERS = ("query", "header", "cookie")
BODIES = ("members", "whole", "nested", "form", "form-whole")
MEDIA_TYPES = {
    "form": "application/x-www-form-urlencoded",
    "form-whole": "application/x-www-form-urlencoded",
}


def operation(style: str, place: str, type_: str) -> dict[str, Any]:
    """Return an operation whose paging takes its arguments from a place."""
    page = {"after": {"type": type_}, "size": {"type": type_}}
    prefix = "/paging/" if place == "nested" else ""
    pagination: dict[str, Any] = {"style": style, "items": "/data"}
    if style == "cursor":
        pagination |= {"parameter": f"{prefix}after", "cursor": "/next"}
    if style == "offset":
        pagination |= {
            "parameter": f"{prefix}after",
            "limit": f"{prefix}size",
            "total": "/total",
        }
    value: dict[str, Any] = {
        "operationId": f"{style} {place} {type_}",
        "tags": ["rows"],
        "x-client": {"pagination": pagination},
        "responses": {
            "200": {
                "description": "A page.",
                "content": {"application/json": {"schema": response_schema(type_)}},
            }
        },
    }
    if place in PARAMETERS:
        value["parameters"] = [
            {"name": name, "in": place, "schema": schema}
            for name, schema in {**page, "state": {"type": "string"}}.items()
        ]
        return value
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"state": {"type": "string"}, **page},
    }
    if place == "nested":
        schema["properties"] = {
            "state": {"type": "string"},
            "paging": {
                "type": "object",
                "properties": {**page, "order": {"type": "string"}},
            },
        }
    if place.endswith("whole"):
        schema["additionalProperties"] = {"type": "string"}
    media_type = MEDIA_TYPES.get(place, "application/json")
    value["requestBody"] = {
        "required": True,
        "content": {media_type: {"schema": schema}},
    }
    return value


def response_schema(type_: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "data": {"type": "array", "items": {"type": "string"}},
            "next": {"type": [type_, "null"]},
            "total": {"type": "integer"},
        },
    }


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """Return the client of all styles, places and types."""
    folder = tmp_path_factory.mktemp("page_arguments")
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Rows", "version": "1"},
        "servers": [{"url": "https://rows.example"}],
        "paths": {
            f"/{style}/{place}/{type_}": {
                "get" if place in PARAMETERS else "post": operation(style, place, type_)
            }
            for style in STYLES
            for place in (*PARAMETERS, *BODIES)
            for type_ in TYPES
        },
    }
    spec = folder / "page_arguments.json"
    spec.write_text(json.dumps(document), encoding="utf-8")
    return import_client(spec, folder)


class Server:
    """Server of two rows a page, which reads the arguments where the document has them."""

    def __init__(self) -> None:
        self.arguments: list[dict[str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        _, style, place, type_ = request.url.path.split("/")
        arguments = read_arguments(request, place)
        self.arguments.append(arguments)
        page = arguments.get("paging") or {} if place == "nested" else arguments
        start = int(
            request.url.params.get("from", 0)
            if style == "link"
            else page.get("after") or 0
        )
        end = start + 2
        following: object = end if type_ == "integer" else str(end)
        body = {
            "data": ROWS[start:end],
            "next": following if end < len(ROWS) else None,
            "total": len(ROWS),
        }
        link = f'<?from={end}>; rel="next"' if end < len(ROWS) else ""
        return httpx2.Response(200, json=body, headers={"Link": link})


def read_arguments(request: httpx2.Request, place: str) -> dict[str, Any]:
    match place:
        case "query":
            return dict(request.url.params)
        case "header":
            names = {"after", "size", "state"} & request.headers.keys()
            return {name: request.headers[name] for name in names}
        case "cookie":
            pairs = request.headers.get("cookie", "").split("; ")
            return dict(pair.split("=", 1) for pair in pairs if pair)
        case "form" | "form-whole":
            text = request.content.decode()
            return {name: values[0] for name, values in parse_qs(text).items()}
        case _:
            found: dict[str, Any] = json.loads(request.content)
            return found


def list_rows(
    package: ModuleType, mode: str, method: str, **arguments: Any
) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the rows of all pages, and the arguments of each request."""
    server = Server()
    transport = httpx2.MockTransport(server)
    if mode == "sync":
        with package.Rows(http=transport) as client:
            return list(getattr(client.rows, method)(**arguments)), server.arguments

    async def run() -> list[str]:
        async with package.AsyncRows(http=transport) as client:
            return [
                row async for row in await getattr(client.rows, method)(**arguments)
            ]

    return asyncio.run(run()), server.arguments


Pass = Callable[[ModuleType, str, dict[str, Any]], dict[str, Any]]


def as_members(package: ModuleType, name: str, members: dict[str, Any]) -> Any:
    return members


def as_mapping(package: ModuleType, name: str, members: dict[str, Any]) -> Any:
    return {"body": members}


def as_model(package: ModuleType, name: str, members: dict[str, Any]) -> Any:
    model = getattr(package.models, f"{name}Request")
    names = {field.encode_name: field.name for field in structs.fields(model)}
    known = {names[key]: value for key, value in members.items() if key in names}
    rest = {key: value for key, value in members.items() if key not in names}
    (additional,) = set(names.values()) - {"after", "size", "state"}
    return {"body": model(**known, **{additional: rest})}


WAYS = [
    *((place, as_members) for place in (*PARAMETERS, "members", "form")),
    *(
        (place, way)
        for place in ("whole", "form-whole")
        for way in (as_mapping, as_model)
    ),
]


def plain(value: Any) -> Any:
    """Return an argument as plain data, to compare it with itself later."""
    if isinstance(value, Struct):
        return {key: plain(member) for key, member in structs.asdict(value).items()}
    return deepcopy(value)


def sent(value: object, place: str, type_: str) -> object:
    """Return a position as it is sent: a number in JSON alone."""
    is_json = place in ("members", "whole", "nested")
    return value if is_json and type_ == "integer" else str(value)


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize(("place", "way"), WAYS)
@pytest.mark.parametrize("style", STYLES)
def test_other_arguments_are_kept_on_each_page(
    package: ModuleType, style: str, place: str, way: Pass, type_: str, mode: str
) -> None:
    members: dict[str, Any] = {"state": "open"}
    if place.endswith("whole"):
        members["extra"] = "x"
    name = f"{style.title()}{place.title().replace('-', '')}{type_.title()}"
    arguments = way(package, name, dict(members))
    before = plain(arguments.get("body", arguments))
    method = f"{style}_{place.replace('-', '_')}_{type_}"
    rows, requests = list_rows(package, mode, method, **arguments)
    assert rows == ROWS
    assert plain(arguments.get("body", arguments)) == before
    positions = [{}, {"after": 2}, {"after": 4}] if style != "link" else [{}, {}, {}]
    assert requests == [
        {**members, **{k: sent(v, place, type_) for k, v in position.items()}}
        for position in positions
        if style != "link" or place != "query" or position is positions[0]
    ] + ([{"from": "2"}, {"from": "4"}] if style == "link" and place == "query" else [])


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize(("place", "way"), WAYS)
@pytest.mark.parametrize("style", ["cursor", "offset"])
def test_position_of_the_caller_is_where_the_list_begins(
    package: ModuleType, style: str, place: str, way: Pass, type_: str, mode: str
) -> None:
    start: Any = 1 if type_ == "integer" else "1"
    name = f"{style.title()}{place.title().replace('-', '')}{type_.title()}"
    arguments = way(package, name, {"after": start, "size": start})
    method = f"{style}_{place.replace('-', '_')}_{type_}"
    rows, requests = list_rows(package, mode, method, **arguments)
    assert rows == ROWS[1:]
    assert [request["after"] for request in requests] == [
        sent(1, place, type_),
        sent(3, place, type_),
    ]
    assert {request["size"] for request in requests} == {sent(1, place, type_)}


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("style", ["cursor", "offset"])
@pytest.mark.parametrize("given", ["nothing", "mapping", "model"])
def test_nested_property_is_set_beside_the_others(
    package: ModuleType, given: str, style: str, type_: str, mode: str
) -> None:
    paging: Mapping[str, Any] = {} if given == "nothing" else {"order": "up"}
    value: Any = paging
    if given == "model":
        # Equal inline schemas are one class, named after the first.
        name = f"CursorNested{type_.title()}RequestPaging"
        value = getattr(package.models, name)(order="up")
    arguments = {} if given == "nothing" else {"paging": value}
    method = f"{style}_nested_{type_}"
    rows, requests = list_rows(package, mode, method, state="open", **arguments)
    assert rows == ROWS
    assert requests[1:] == [
        {"state": "open", "paging": {**paging, "after": sent(n, "nested", type_)}}
        for n in (2, 4)
    ]
