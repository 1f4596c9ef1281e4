"""Tests of XML bodies, read and written over a socket, sync and async."""

import inspect
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
import yaml

from tests.clients.xml.scenarios import SCENARIOS, Scenario
from tests.clients.xml.server import Clients, XmlServer, make_clients, run_xml_server

VERSIONS = sorted({scenario.version for scenario in SCENARIOS})
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def slug(scenario: Scenario) -> str:
    return re.sub(r"\W+", "-", scenario.name).strip("-").lower()


def document(version: str) -> dict[str, Any]:
    """Return a document with an operation that reads and one that writes each scenario."""
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for scenario in SCENARIOS:
        if scenario.version != version:
            continue
        components = yaml.safe_load(scenario.components)
        assert schemas.keys().isdisjoint(components)
        schemas |= components
        schema: Any = {"$ref": f"#/components/schemas/{next(iter(components))}"}
        if scenario.schema:
            schema = yaml.safe_load(scenario.schema)
        content = {"application/xml": {"schema": schema}}
        identifier = slug(scenario).replace("-", "_")
        paths[f"/{slug(scenario)}"] = {
            "get": {
                "tags": ["case"],
                "x-client": {"method": f"get_{identifier}"},
                "responses": {"200": {"description": "", "content": content}},
            },
            "put": {
                "tags": ["case"],
                "x-client": {"method": f"put_{identifier}"},
                # Optional, so that objects are passed whole.
                "requestBody": {"content": content},
                "responses": {"204": {"description": ""}},
            },
        }
    return {
        "openapi": version,
        "info": {"title": "Cases", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


@pytest.fixture(scope="module")
def server() -> Iterator[XmlServer]:
    with run_xml_server() as server:
        yield server


@pytest.fixture(scope="module")
def clients_by_version(
    tmp_path_factory: pytest.TempPathFactory, server: XmlServer
) -> Iterator[dict[str, Clients]]:
    made: dict[str, Clients] = {}
    for version in VERSIONS:
        folder = tmp_path_factory.mktemp("xml")
        name = f"cases_{version.replace('.', '_')}"
        made[version] = make_clients(document(version), name, folder, server.url)
    yield made
    for clients in made.values():
        clients.close()


def to_json_data(value: Any) -> Any:
    if isinstance(value, list):
        return [to_json_data(item) for item in value]
    return value.to_dict() if isinstance(value, msgspec.Struct) else value


def arguments(method: Callable[..., Any], value: Any) -> dict[str, Any]:
    """Return the arguments of a method that sends a value."""
    names = [*inspect.signature(method).parameters]
    if names == ["body"]:
        return {"body": value}
    return {name: getattr(value, name) for name in names}


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=slug)
def test_body_is_read_and_written(
    scenario: Scenario,
    mode: str,
    server: XmlServer,
    clients_by_version: dict[str, Clients],
) -> None:
    clients = clients_by_version[scenario.version]
    name = slug(scenario).replace("-", "_")
    server.respond(scenario.received)

    def call(method: str, **kwargs: Any) -> Any:
        return clients.call(mode, f"case.{method}_{name}", **kwargs)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = call("get")
    found = [str(w.message).partition(": ")[2] for w in caught]
    assert found == list(scenario.mismatches)
    assert to_json_data(value) == scenario.data
    assert server.last.accept == "application/xml"
    if scenario.expected:
        method = getattr(clients.sync.case, f"put_{name}")
        call("put", **arguments(method, value))
        assert server.last.body.decode() == DECLARATION + scenario.expected
        assert server.last.content_type == "application/xml"
