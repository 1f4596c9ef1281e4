"""Tests that documents with obvious mistakes are fixed and become the intended client."""

import inspect
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from clientcast.check import check, has_errors
from clientcast.check.fixes import Fixes
from clientcast.check.wrong_types import ABSENT, UNKNOWN, fix_value
from clientcast.pipeline import cast
from clientcast.route import request_route
from clientcast.source import read

from tests.support.casting import SPECS, Server, call_sync_and_async, import_client

SPEC = SPECS / "ok" / "mistakes.yaml"
THING = {"name": "Walden", "kind": "1", "level": 7, "shades": ["dark"], "other": [1]}
CLIENT = {"place": "eu", "api_key": "secret"}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return import_client(SPEC, tmp_path_factory.mktemp("mistakes"))


def send_call(
    package: ModuleType, method: str, *args: Any, reply: object = None, **kwargs: Any
) -> tuple[Server, Any]:
    server = Server(200 if reply is not None else 204, reply)
    returned = call_sync_and_async(
        package, server, f"{method}", *args, client=CLIENT, **kwargs
    )
    return server, returned


@pytest.mark.parametrize(
    ("method", "args", "url"),
    [
        ("undeclared.get_thing", ("7",), "/undeclared/7"),
        ("things.get_optional", (7,), "/optional/7"),
        ("colon.get", (7,), "/colon/7"),
        ("case.get", ("a/b",), "/case/a%2Fb"),
        ("query.get", ("7",), "/query/7?kind=small"),
        ("beside.get", ("7",), "/beside/7"),
        ("beside.put", ("7",), "/beside/7"),
        ("no.twice_get_no_20slash", (True,), "/no%20slash?flag=true"),
        ("no.twice_get_no_20slash_", (), "/no%20slash"),
    ],
)
def test_fixed_path_is_requested(
    method: str, args: tuple[Any, ...], url: str, package: ModuleType
) -> None:
    reply = THING if method.endswith("thing") else None
    server, _ = send_call(package, method, *args, reply=reply)
    assert str(server.last.url) == f"https://eu.example.com{url}"
    assert server.last.headers["x-key"] == "secret"


def test_fixed_schema_encodes_and_decodes(package: ModuleType) -> None:
    server, thing = send_call(package, "undeclared.get_thing", "7", reply=THING)
    assert isinstance(thing, package.models.Thing)
    assert thing.kind is package.models.ThingKind.VALUE_1
    assert (thing.level, thing.other) == (7, [1])
    assert thing.shades == [package.models.ThingShadesItem.DARK]
    with pytest.raises(TypeError, match="name"):
        package.models.Thing()
    server, _ = send_call(package, "things.make", body=thing, reply={})
    assert json.loads(server.last.content) == THING


def test_schema_without_constraints_accepts_an_empty_response(
    package: ModuleType,
) -> None:
    assert (
        send_call(package, "things.make", body=package.models.Thing(name="a"))[1]
        is None
    )


def test_required_property_without_schema_is_optional(package: ModuleType) -> None:
    whole = {"size": 1, "weight": [2]}
    server, half = send_call(package, "halves.put", 1, weight=[2], reply=whole)
    assert json.loads(server.last.content) == whole
    assert half == package.models.Half(size=1, weight=[2])
    server, half = send_call(package, "halves.put", 1, reply={"size": 1})
    assert json.loads(server.last.content) == {"size": 1}
    assert half.weight is None


def test_removed_parameters_are_not_in_signatures(package: ModuleType) -> None:
    client = package.Mistakes(**CLIENT)
    methods = (
        client.colon.get,
        client.case.get,
        client.query.get,
        client.beside.get,
    )
    assert [[*inspect.signature(method).parameters] for method in methods] == [
        ["thing_id"],
        ["thing_id"],
        ["thing_id", "size"],
        ["thing_id", "size"],
    ]


def test_fixed_document_keeps_all_operations_and_reports_all_mistakes() -> None:
    result = cast(SPEC, SPEC.name)
    assert result.operations == result.document_operations == 11
    assert not has_errors(result.diagnostics)
    assert len(result.diagnostics) >= 40


def test_fixes_leave_the_original_document_unchanged() -> None:
    document = read(SPEC)
    before = json.dumps(document.data)
    fixed, found = check(document)
    assert json.dumps(document.data) == before != json.dumps(fixed.data)
    assert fixed.diagnostic("/info", "x", "y") == document.diagnostic("/info", "x", "y")
    again, left = check(fixed)
    assert {d.code for d in left} < {d.code for d in found}
    assert again.data == fixed.data


def test_fixes_are_applied_to_a_copy() -> None:
    shared = {"deep": [1, {"a": 1}, 3]}
    data = {"one": shared, "two": shared, "list": [1, 2, 3]}
    fixes = Fixes()
    assert not fixes
    fixes.remove("/one/deep/0")
    fixes.replace("/one/deep/1/a", {"b": [1]})
    fixes.replace("/one/deep/1/a/b", 2)
    fixes.append("/one/names", "x")
    fixes.append("/one/names", "x")
    fixes.append("/list", 4)
    fixes.rename_key("/two", "a/b")
    fixes.replace("/nowhere/at/all", 1)
    fixes.remove("/list/7")
    assert fixes.apply(data) == {
        "one": {"deep": [{"a": {"b": 2}}, 3], "names": ["x"]},
        "a/b": {"deep": [1, {"a": 1}, 3]},
        "list": [1, 2, 3, 4],
    }
    assert data == {"one": shared, "two": shared, "list": [1, 2, 3]}
    assert shared == {"deep": [1, {"a": 1}, 3]}


def test_fixes_remove_and_append_list_items() -> None:
    fixes = Fixes()
    fixes.remove("/list/0")
    fixes.append("/list", 4)
    fixes.remove("/list/2")
    assert fixes.apply({"list": [1, 2, 3]}) == {"list": [2, 4]}


@pytest.mark.parametrize(
    ("path", "in_path", "in_query", "route"),
    [
        ("/a/{b}", ["b"], [], "/a/{b}"),
        ("/a/{b}", [], [], "/a/{b}"),
        ("a/b", [], [], "/a/b"),
        ("/a b#c?d", [], [], "/a%20b"),
        ("/a?", [], [], "/a"),
        ("/a?b=1&c={c}&d", [], ["c"], "/a?b=1&d"),
        ("/a?c={c}", ["c"], [], "/a?c={c}"),
        ("/:a/:b:c/x:a", ["a"], [], "/{a}/:b:c/x:a"),
        ("/{A_B}/{ab}", ["a-b"], [], "/{a-b}/{a-b}"),
        ("/{A_B}/{a-b}", ["a-b"], [], "/{A_B}/{a-b}"),
        ("//a", [], [], "//a"),
    ],
)
def test_request_route_fixes_paths(
    path: str, in_path: list[str], in_query: list[str], route: str
) -> None:
    assert request_route(path, in_path, in_query) == route


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("true", "boolean", True),
        ("No", "boolean", False),
        (1, "boolean", True),
        ("perhaps", "boolean", ABSENT),
        ("10", "number", 10),
        ("1.5", "number", 1.5),
        ("NaN", "number", ABSENT),
        ("true", "number", ABSENT),
        (True, "string", "true"),
        (["one"], "string", "one"),
        (["one", "two"], "string", ABSENT),
        ("one", "[string]", ["one"]),
        ({}, "[Parameter*]", []),
        ({"name": "a"}, "[Parameter*]", [{"name": "a"}]),
        ({"0": {"name": "a"}}, "[Parameter*]", [{"name": "a"}]),
        ({"a": {}}, "[Parameter*]", UNKNOWN),
        ([], "{Schema}", {}),
        ([{"a": {}}, {"b": {}}], "{Schema}", {"a": {}, "b": {}}),
        ([{"a": {}}, {"a": {}}], "{Schema}", UNKNOWN),
        ("string", "Schema", {"type": "string"}),
        ("Thing", "Schema", {}),
        (None, "Schema", {}),
        (None, "Parameter", ABSENT),
        ("https://a.b", "Server", {"url": "https://a.b"}),
        ("text", "Operation", UNKNOWN),
        ("text", "Parameter", UNKNOWN),
    ],
)
def test_value_of_the_wrong_type_is_fixed(value: Any, kind: str, expected: Any) -> None:
    found = fix_value(value, kind, required=False, in_map=False).value
    assert found is expected or (found == expected and type(found) is type(expected))


def test_empty_value_in_a_map_becomes_an_empty_object() -> None:
    assert fix_value(None, "Response", required=False, in_map=True).value == {}
    assert fix_value(None, "Response", required=False, in_map=False).value is ABSENT
    assert fix_value([], "string", required=True, in_map=False).value is UNKNOWN


def test_paths_that_share_a_path_item_keep_separate_operations(tmp_path: Path) -> None:
    spec = tmp_path / "shared.json"
    item = {"get": {"tags": ["one"], "operationId": "getOne", "responses": {"204": {}}}}
    spec.write_text(
        json.dumps(
            {
                "openapi": "3.1.0",
                "info": {"title": "Shared", "version": "1"},
                "servers": [{"url": "https://x.example.com"}],
                "paths": {
                    path: {"$ref": "#/components/pathItems/One"}
                    for path in ("/longer/path", "/short", "/shorts")
                },
                "components": {"pathItems": {"One": item}},
            }
        )
    )
    shared = import_client(spec, tmp_path)
    for method, path in (
        ("get_one_short", "/short"),
        ("get_one_shorts", "/shorts"),
        ("get_one_path", "/longer/path"),
    ):
        server = Server(204)
        call_sync_and_async(shared, server, f"one.{method}")
        assert server.last.url.path == path
