"""Tests of the generation of requests, and of the detection of wrong ones."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

pytest.importorskip("openapi_core", reason="openapi-core is not installed")

from tests.corpus.wire.cases import Cases  # noqa: E402
from tests.corpus.wire.convert import (
    ConversionError,
    convert_value,
    plain,
)  # noqa: E402
from tests.corpus.wire.core import BASE_URL, Validator  # noqa: E402
from tests.corpus.wire.disputes import Disagreement, dispute_reason  # noqa: E402
from tests.corpus.wire.document import Description, Operation  # noqa: E402
from tests.corpus.wire.requests import ExpectedRequest, differences  # noqa: E402
from tests.corpus.wire.same import (  # noqa: E402
    Fields,
    Formatted,
    json_differences,
    load_json,
)
from tests.corpus.wire.values import Size, ValueGenerator  # noqa: E402

PET = {
    "type": "object",
    "required": ["name", "born"],
    "properties": {
        "name": {"type": "string", "minLength": 2},
        "born": {"type": "string", "format": "date"},
        "tags": {"type": "array", "items": {"type": "integer"}, "minItems": 1},
    },
    "additionalProperties": {"type": "boolean"},
}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "paths": {
        "/pets/{id}": {
            "put": {
                "parameters": [
                    {"name": "id", "in": "path", "schema": {"type": "integer"}},
                    {"name": "of", "in": "query", "schema": {"type": "array"}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/pet"}}},
                },
                "responses": {"404": {"description": "None."}},
            }
        }
    },
    "pet": PET,
}
SENT = ExpectedRequest(
    {("path", "id"): 3, ("query", "of"): ["a b", "c"]},
    {"name": "Rex", "born": "2026-01-02"},
    "application/json",
)


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Description:
    path = tmp_path_factory.mktemp("document") / "pets.json"
    path.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    return Description.read(path)


@pytest.fixture(scope="module")
def operation(description: Description) -> Operation:
    (found,) = description.operations()
    return found


def request(
    url: str = "/pets/3?of=a%20b&of=c", method: str = "PUT", body: Any = SENT.body
) -> httpx2.Request:
    return httpx2.Request(method, f"{BASE_URL}{url}", json=body)


def test_correct_request_has_no_differences_or_violations(
    description: Description, operation: Operation
) -> None:
    assert list(differences(operation, SENT, request())) == []
    readings = Validator(description, operation).read(request())
    assert [r.violations for r in readings] == [[], [], [], []]
    read = {r.name: r.value for r in readings}
    assert read["path id"] == 3
    assert read["query of"] == ["a b", "c"]
    assert read["body"] == SENT.body


@pytest.mark.parametrize(
    "sent",
    [
        request(method="POST"),
        request("/pets"),
        request("/pets/4?of=a%20b&of=c"),
        request("/pets/3?of=a%20b"),
        request("/pets/3?of=a%20b,c"),
        request("/pets/3"),
        request(body={"name": "Rex"}),
        request("/pets/3?of=c&of=a%20b"),
        request("/pets/3?of=a%20b&of=c&of=c"),
        request("/pets/3?of=a%20b&of=c&more=1"),
        request(body={**SENT.body, "tags": [1]}),
        request(body={**SENT.body, "tags": None}),
        request(body={**SENT.body, "name": "rex"}),
        request(body={**SENT.body, "born": "2026-01-02T00:00:00Z"}),
        request(body={**SENT.body, "name": None}),
    ],
)
def test_request_with_other_values_has_a_difference(
    operation: Operation, sent: httpx2.Request
) -> None:
    assert len(list(differences(operation, SENT, sent))) == 1


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (request("/pets/three"), "path id"),
        (request(body={"name": "Rex"}), "body"),
        (request(body={**SENT.body, "tags": ["1"]}), "body"),
    ],
)
def test_openapi_core_reports_an_invalid_request(
    description: Description, operation: Operation, sent: httpx2.Request, name: str
) -> None:
    readings = Validator(description, operation).read(sent)
    (reading,) = [r for r in readings if r.violations]
    assert reading.name == name
    disagreement = Disagreement(description, operation, SENT, reading)
    assert dispute_reason(disagreement) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"a": [1, 1.0]}, {"a": [1.0, 1]}, []),
        ({"a": None}, {}, ["a null is missing at $.a"]),
        ({}, {"a": None}, ["an unexpected null at $.a"]),
        ({}, Fields(a=None), []),
        ({}, Fields(a=1), ["null became int at $.a: None -> 1"]),
        (Fields(a=None), {"a": None}, []),
        ("3", 3, ["str became int at $: '3' -> 3"]),
        ("a", "A", ["str became str at $: 'a' -> 'A'"]),
        (
            [1, 2],
            [2, 1],
            ["int became int at $[]: 1 -> 2"] + ["int became int at $[]: 2 -> 1"],
        ),
        (2**60, float(2**60 + 1), []),
        (
            2**60 + 1,
            float(2**60 + 1),
            [f"int became float at $: {2**60 + 1} -> {2.0**60}"],
        ),
        ({"a": 1}, {}, ["a member is missing at $.a"]),
        ({}, {"a": 1}, ["an unexpected member at $.a"]),
        ([{"a": True}], [{"a": 1}], ["bool became int at $[].a: True -> 1"]),
    ],
)
def test_json_differences_name_kind_and_path(
    one: Any, other: Any, expected: list[str]
) -> None:
    assert list(json_differences(one, other)) == expected


MOMENT = "2026-01-02T03:00:00.5+01:00"


@pytest.mark.parametrize(
    ("content_type", "body", "is_equal"),
    [
        ("application/x-www-form-urlencoded", {"a": None}, True),
        ("application/x-www-form-urlencoded", {"a": None, "b": "x"}, False),
        ("application/json", {"a": None}, False),
        ("application/json", {}, True),
    ],
)
def test_body_without_members_that_can_be_sent_is_empty(
    operation: Operation, content_type: str, body: Any, is_equal: bool
) -> None:
    sent = replace(SENT, content_type=content_type, body=body, is_spread=True)
    empty = httpx2.Request("PUT", f"{BASE_URL}/pets/3?of=a%20b&of=c")
    assert (list(differences(operation, sent, empty)) == []) is is_equal


@pytest.mark.parametrize(
    ("given", "read", "is_equal"),
    [
        (MOMENT, "2026-01-02T03:00:00.5+01:00", True),
        (Formatted(MOMENT, "date-time"), "2026-01-02T03:00:00.500000+01:00", True),
        (MOMENT, "2026-01-02T03:00:00.500000+01:00", False),
        (Formatted(MOMENT, "date-time"), "2026-01-02T02:00:00.5Z", False),
        (Formatted("PT60M", "duration"), "PT1H", True),
        ("PT60M", "PT1H", False),
    ],
)
def test_notation_of_a_string_may_differ_only_if_its_format_allows_it(
    given: str, read: str, is_equal: bool
) -> None:
    assert (list(json_differences(given, read)) == []) is is_equal


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', "[NaN]", "{} {}"])
def test_json_with_a_duplicate_or_invalid_member_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        load_json(text)


def test_generated_values_are_valid_and_deterministic(
    description: Description,
) -> None:
    def generate() -> list[Any]:
        maker = ValueGenerator(description, "seed", request=True)
        return [maker.value(PET, size) for size in Size for _ in range(5)]

    values = generate()
    assert values == generate()
    assert all(
        ValueGenerator(description, "", True).is_valid(PET, value) for value in values
    )
    assert any("tags" in value for value in values)
    assert any(value.get("key") in (True, False) for value in values)


def test_requests_have_minimal_and_full_size(
    description: Description, operation: Operation
) -> None:
    cases = Cases(description, operation, pytest.fail)
    least, full, _ = cases.requests("application/json")
    assert list(least.parameters) == [("path", "id")]
    assert list(full.parameters) == [("path", "id"), ("query", "of")]
    responses = list(cases.responses())
    assert [r.status for r in responses] == [200, 200, 200, 200, 404]
    assert all(r.content for r in responses if r.status == 200)  # Undocumented.


def test_plain_json_is_converted_to_annotated_types(tmp_path: Path) -> None:
    converted = convert_value(["2026-01-02T03:04:05Z", 3, "YWI="], list[Any])
    assert plain(converted) == ["2026-01-02T03:04:05Z", 3, "YWI="]
    assert convert_value("YWI=", bytes) == b"ab"
    assert convert_value([1, "a"], tuple[int, str]) == (1, "a")
    for value, type_ in ((1, str), ("x", bytes), ([1], list[str]), (None, int)):
        with pytest.raises(ConversionError):
            convert_value(value, type_)


# Small operations


def read_operation(tmp_path: Path, path: str, operation: dict[str, Any]) -> Operation:
    text = {"responses": {}, **operation}
    document = {"openapi": "3.1.0", "info": {}, "paths": {path: {"post": text}}}
    file = tmp_path / "document.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    (found,) = Description.read(file).operations()
    return found


MULTIPART = 'multipart/form-data; boundary="b"'
FORM_SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "level": {"type": "string", "default": 1},
        "goals": {"type": "array", "items": {"type": "string"}, "enum": [["a"]]},
    },
}


@pytest.mark.parametrize(
    ("schema", "given", "content_type", "content", "reason"),
    [
        (
            FORM_SCHEMA,
            {"name": "Rex"},
            "application/x-www-form-urlencoded",
            b"name=Rex",
            "a form has the members that are sent",
        ),
        (
            FORM_SCHEMA,
            {"name": "Rex"},
            "application/x-www-form-urlencoded",
            b"name=Fido",
            None,
        ),
        (
            {"type": "array", "items": {"type": "string"}},
            "--b--",
            MULTIPART,
            b"--b--",
            "a form that is no object",
        ),
        (FORM_SCHEMA, {}, MULTIPART, b"--b--\r\n", "a form without members"),
    ],
)
def test_dispute_over_a_form_has_a_reason(
    schema: Any,
    given: Any,
    content_type: str,
    content: bytes,
    reason: str | None,
    tmp_path: Path,
) -> None:
    kind = content_type.partition(";")[0]
    body = {"content": {kind: {"schema": schema}}}
    operation = read_operation(tmp_path, "/a", {"requestBody": body})
    description = Description.read(tmp_path / "document.json")
    received = httpx2.Request(
        "POST", f"{BASE_URL}/a", content=content, headers={"Content-Type": content_type}
    )
    readings = Validator(description, operation).read(received)
    (reading,) = [r for r in readings if r.name == "body"]
    assert reading.violations
    sent = ExpectedRequest({}, given, kind, is_spread=isinstance(given, dict))
    found = dispute_reason(Disagreement(description, operation, sent, reading))
    assert (found or "").startswith(reason or "") and bool(found) == bool(reason)


def parameter(name: str, location: str = "path", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": location, "schema": {"type": "string"}, **more}


@pytest.mark.parametrize(
    ("path", "values", "right", "wrong"),
    [
        ("/a b/{id}", {"id": "x"}, "/a%20b/x", "/ab/x"),
        ("/a/:id", {"id": "x"}, "/a/x", "/a/:id"),
        ("/a/{from},{to}", {"from": "x", "to": "y"}, "/a/x,y", "/a/y,x"),
        ("/a/{+id}", {"id": "x/y"}, "/a/x/y", "/a/x%2Fz"),
        ("/a/{id}:run", {"id": "x"}, "/a/x:run", "/a/x:stop"),
        ("/a?kind=dog", {}, "/a?kind=dog", "/a?kind=cat"),
        ("/a?kind=dog", {}, "/a?kind=dog", "/a"),
        ("/a#one", {}, "/a", "/a?one"),
    ],
)
def test_path_is_that_of_the_document(
    tmp_path: Path, path: str, values: dict[str, str], right: str, wrong: str
) -> None:
    parameters = [parameter(name) for name in values]
    operation = read_operation(tmp_path, path, {"parameters": parameters})
    sent = ExpectedRequest({("path", name): v for name, v in values.items()})

    def messages(url: str) -> list[str]:
        received = httpx2.Request("POST", f"{BASE_URL}{url}")
        return [d.message for d in differences(operation, sent, received)]

    assert messages(right) == []
    assert messages(wrong) != []


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([("Authorization", "Bearer x")], []),
        ([], ["header Authorization"]),
        ([("Authorization", "x"), ("Authorization", "y")], ["header Authorization"]),
    ],
)
def test_declared_authorization_is_sent_once(
    tmp_path: Path, headers: list[tuple[str, str]], expected: list[str]
) -> None:
    declared = parameter("Authorization", "header", required=True)
    operation = read_operation(tmp_path, "/a", {"parameters": [declared]})
    sent = ExpectedRequest(credentials=frozenset({("header", "Authorization")}))
    received = httpx2.Request("POST", f"{BASE_URL}/a", headers=headers)
    assert [d.name for d in differences(operation, sent, received)] == expected


@pytest.mark.parametrize(
    ("content_type", "content", "expected"),
    [
        ("application/x-www-form-urlencoded", b"name=Rex", []),
        ("application/x-www-form-urlencoded", b"name=Rex&name=Rex", ["differs"]),
        ("application/x-www-form-urlencoded", b"name=Rex&age=", ["unexpected"]),
        (
            "application/x-www-form-urlencoded",
            b"name=Rex&none=",
            ["differs", "unexpected"],
        ),
        ("application/json", b'{"name": "Rex", "none": null}', []),
        ("application/json", b'{"name": "Rex"}', ["null is missing"]),
        ("application/json", b"", ["not JSON"]),
    ],
)
def test_body_has_what_was_given_and_no_more(
    tmp_path: Path, content_type: str, content: bytes, expected: list[str]
) -> None:
    body = {"content": {content_type: {"schema": {"type": "object"}}}}
    operation = read_operation(tmp_path, "/a", {"requestBody": body})
    sent = ExpectedRequest({}, {"name": "Rex", "none": None}, content_type)
    received = httpx2.Request(
        "POST", f"{BASE_URL}/a", content=content, headers={"Content-Type": content_type}
    )
    found = [d.message for d in differences(operation, sent, received)]
    assert len(found) == len(expected)
    assert all(e in message for e, message in zip(expected, found, strict=True)), found


def test_undeclared_members_are_added_to_open_objects_only(
    description: Description,
) -> None:
    values = ValueGenerator(description, "seed", request=False)
    closed = {"type": "object", "additionalProperties": False}
    typed = {"type": "object", "additionalProperties": {"type": "object"}}
    schema = {
        "type": "object",
        "required": ["a", "b", "c"],
        "properties": {
            "a": {**closed, "properties": {"b": {"type": "object"}}},
            "b": {"anyOf": [closed, {"items": {"type": "string"}}]},
            "c": {"type": "array", "items": {"type": "object"}, "minItems": 1},
            "d": typed,
        },
    }
    value = {"b": []}
    while value["b"] != {}:
        value = values.value(schema, Size.FULL)
    values.add_undeclared(schema, value)
    added = {"added_later": 5}
    assert value == {
        "a": {"b": added},
        "b": {},
        "c": [added, added],
        "d": {name: added for name in value["d"]},
        **added,
    }
