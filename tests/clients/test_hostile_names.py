"""Tests of names that are those of Python, of the libraries, or of this package's own classes.

Each is the name of an operation, tag, parameter, property, model and enum member of one
document. Everything stays callable and typed, under a predictable name.
"""

import builtins
import json
import keyword
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from tests.support.casting import Server, call_sync_and_async, import_client

OWN = tuple("""
    close aclose with_options raw request requests response send stream page events
    sender http httpx2 base_url timeout max_retries strict_responses on_request
    on_response models errors resources async_resources additional_properties
    given_properties nullable styled part field decimal_strings Model AsyncClient
    Resource Page Call UNSET File msgspec json typing datetime date Decimal Any Literal
    self cls args kwargs name value values mro to_dict to_json from_dict from_json evolve copy items keys get pop
    update count index with_raw_response with_streaming_response api _runtime _send
    """.split())
DUNDER = tuple("""
    __init__ __enter__ __exit__ __aenter__ __class__ __dict__ __slots__ __doc__ __eq__
    __module__ __hash__ __repr__ __new__ __struct_fields__ __struct_config__ __name__
    __post_init__ __all__ _missing_ _value_ _name_ _ignore_ _generate_next_value_
    __members__
    """.split())
STR = tuple(n for n in dir(str) if not n.startswith("_"))
BUILTINS = tuple(n for n in dir(builtins) if n.islower() and not n.startswith("_"))
KEYWORDS = tuple(keyword.kwlist) + tuple(keyword.softkwlist)
ALL_NAMES = tuple(dict.fromkeys((*OWN, *DUNDER, *KEYWORDS, *BUILTINS, *STR)))

NAMES: dict[str, tuple[str, str, str, str, str]] = {
    "close": ("close", "close_", "close", "close", "CLOSE"),
    "aclose": ("aclose", "aclose_", "aclose", "aclose", "ACLOSE"),
    "with_options": (
        *("with_options", "with_options_", "with_options", "with_options"),
        "WITH_OPTIONS",
    ),
    "raw": ("raw", "raw_", "raw", "raw", "RAW"),
    "request": ("request", "request_", "request", "request", "REQUEST"),
    "list": ("list", "list", "list", "list_", "LIST"),
    "print": ("print",) * 4 + ("PRINT",),
    "type": ("type",) * 4 + ("TYPE",),
    "self": ("self", "self", "self_query", "self", "SELF"),
    "__init__": ("init",) * 4 + ("INIT",),
    "__enter__": ("enter",) * 4 + ("ENTER",),
    "__struct_fields__": ("struct_fields",) * 4 + ("STRUCT_FIELDS",),
    "additional_properties": (
        *("additional_properties",) * 3,
        *("additional_properties_", "ADDITIONAL_PROPERTIES"),
    ),
    "nullable": ("nullable", "nullable", "nullable_query", "nullable", "NULLABLE"),
    "to_dict": ("to_dict",) * 3 + ("to_dict_", "TO_DICT"),
    "mro": ("mro",) * 4 + ("MRO",),
    "name": ("name",) * 4 + ("NAME",),
    "class": ("class_",) * 4 + ("CLASS",),
    "None": ("none",) * 4 + ("NONE",),
    "match": ("match",) * 4 + ("MATCH",),
    "httpx2": ("httpx2", "httpx2_", "httpx2", "httpx2", "HTTPX2"),
    "builtins": ("builtins_", "builtins_", "builtins", "builtins_", "BUILTINS"),
}
"""Method, resource, argument, field and enum member of some names."""


def document(names: tuple[str, ...]) -> dict[str, Any]:
    text = {"type": "string"}
    properties = {name: text for name in names}
    schemas: dict[str, Any] = {
        name: {"type": "object", "properties": {"x": text}} for name in names
    }
    done = {"204": {"description": "Done."}}
    paths: dict[str, Any] = {}
    for index, name in enumerate(names):
        model = {"$ref": f"#/components/schemas/{name}"}
        content = {"application/json": {"schema": model}}
        paths[f"/operations/{index}"] = {
            "post": {
                "operationId": name,
                "tags": ["operations"],
                "parameters": [{"name": name, "in": "query", "schema": text}],
                "requestBody": {"required": True, "content": content},
                "responses": {"200": {"description": "Done.", "content": content}},
            }
        }
        paths[f"/tags/{index}/{{{name}}}"] = {
            "get": {
                "operationId": f"read{index}",
                "tags": [name],
                "parameters": [
                    {"name": name, "in": "path", "required": True, "schema": text}
                ],
                "responses": done,
            }
        }
    whole = {"type": "object", "properties": properties}
    schemas["All_Properties"] = {**whole, "additionalProperties": text}
    schemas["All_Values"] = {"type": "string", "enum": list(names)}
    reference = {"$ref": "#/components/schemas/All_Properties"}
    paths["/properties"] = {
        "put": {
            "operationId": "put_properties",
            "tags": ["everything"],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": whole}},
            },
            "responses": done,
        },
        "post": {
            "operationId": "echo",
            "tags": ["everything"],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": reference}},
            },
            "responses": {
                "200": {
                    "description": "Done.",
                    "content": {"application/json": {"schema": reference}},
                }
            },
        },
    }
    values = {"$ref": "#/components/schemas/All_Values"}
    paths["/parameters"] = {
        "get": {
            "operationId": "get_parameters",
            "tags": ["everything"],
            "parameters": [
                *({"name": n, "in": "query", "schema": text} for n in names),
                {"name": "All", "in": "query", "schema": values},
            ],
            "responses": {
                "200": {
                    "description": "Done.",
                    "content": {"application/json": {"schema": values}},
                }
            },
        }
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hostile names", "version": "1"},
        "servers": [{"url": "https://names.example"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def generate(names: tuple[str, ...], folder: Path) -> ModuleType:
    spec = folder / "names.json"
    spec.write_text(json.dumps(document(names)), encoding="utf-8")
    return import_client(spec, folder)


def attributes(package: ModuleType) -> dict[str, dict[str, Any]]:
    """Return the operations of a package's manifest, by method and path."""
    manifest = Path(package.__file__ or "").parent / "clientcast.json"
    operations = json.loads(manifest.read_text(encoding="utf-8"))["api"]["operations"]
    return {f"{o['method']} {o['path']}": o for o in operations}


def arguments_of(operation: dict[str, Any]) -> dict[str, str]:
    """Return the Python name of each argument of an operation."""
    return {a["name"]: a["argument"] for a in operation["arguments"]}


def call_everything(package: ModuleType, names: tuple[str, ...]) -> None:
    """Call each operation in both modes, and read back what was sent and received."""
    operations = attributes(package)
    for index, name in enumerate(names):
        operation = operations[f"POST /operations/{index}"]
        argument = arguments_of(operation)[name]
        server = Server(200, {"x": name})
        sent = {argument: "1", "x": "2"}
        result = call_sync_and_async(package, server, operation["name"], **sent)
        assert result.x == name
        assert server.last.url.params.multi_items() == [(name, "1")]
        assert json.loads(server.last.content) == {"x": "2"}
        operation = operations[f"GET /tags/{index}/{{{name}}}"]
        server = Server(204)
        call_sync_and_async(package, server, operation["name"], "1")
        assert server.last.url.path == f"/tags/{index}/1"
    expected = {name: f"{index}" for index, name in enumerate(names)}
    operation = operations["PUT /properties"]
    sent = {argument: expected[n] for n, argument in arguments_of(operation).items()}
    server = Server(204)
    call_sync_and_async(package, server, operation["name"], **sent)
    assert json.loads(server.last.content) == expected
    operation = operations["POST /properties"]
    server = Server(200, {**expected, "other": "kept"})
    read = call_sync_and_async(package, server, operation["name"], {})
    assert msgspec.structs.asdict(read)["additional_properties"] == {"other": "kept"}
    call_sync_and_async(package, server, operation["name"], read)
    assert json.loads(server.last.content) == {**expected, "other": "kept"}
    operation = operations["GET /parameters"]
    sent = {argument: n for n, argument in arguments_of(operation).items()}
    server = Server(200, names[0])
    result = call_sync_and_async(package, server, operation["name"], **sent)
    assert dict(server.last.url.params) == {n: n for n in (*names, "All")}
    assert result == names[0]
    members = package.models.AllValues.__members__.values()
    assert [member.value for member in members] == list(names)


def find_type_errors(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "cast_names"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    return done.stdout if done.returncode else ""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return generate(tuple(NAMES), tmp_path_factory.mktemp("names"))


def test_every_operation_is_callable_whatever_its_names(package: ModuleType) -> None:
    call_everything(package, tuple(NAMES))


@pytest.mark.parametrize("name", NAMES)
def test_name_in_python_is_predictable(package: ModuleType, name: str) -> None:
    operations, index = attributes(package), [*NAMES].index(name)
    operation = operations[f"POST /operations/{index}"]
    model = package.models.AllProperties
    encoded = zip(model.__struct_encode_fields__, model.__struct_fields__, strict=True)
    assert NAMES[name] == (
        operation["name"].removeprefix("operations."),
        operations[f"GET /tags/{index}/{{{name}}}"]["name"].partition(".")[0],
        arguments_of(operation)[name],
        dict(encoded)[name],
        package.models.AllValues(name).name,
    )


def test_method_with_the_name_of_a_nested_resource_ends_with_an_underscore(
    tmp_path: Path,
) -> None:
    described = document(("items",))
    for path, tag in (("/operations/0", "shop"), ("/tags/0/{items}", "shop.items")):
        for operation in described["paths"][path].values():
            operation["tags"] = [tag]
    spec = tmp_path / "nested.json"
    spec.write_text(json.dumps(described), encoding="utf-8")
    package = import_client(spec, tmp_path)
    call_sync_and_async(package, Server(200, {}), "shop.items_", x="1")
    call_sync_and_async(package, Server(204), "shop.items.read0", "1")


@pytest.mark.full
def test_packages_with_these_names_have_no_type_errors(tmp_path: Path) -> None:
    generate(tuple(NAMES), tmp_path)
    assert find_type_errors(tmp_path) == ""


@pytest.mark.full
def test_operations_with_any_name_of_python_are_callable_and_typed(
    tmp_path: Path,
) -> None:
    package = generate(ALL_NAMES, tmp_path)
    call_everything(package, ALL_NAMES)
    assert find_type_errors(tmp_path) == ""
