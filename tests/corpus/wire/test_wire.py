"""Tests of the generation of requests, and of the detection of wrong ones."""

import json
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
from tests.corpus.wire.document import Description, Operation  # noqa: E402
from tests.corpus.wire.requests import ExpectedRequest, differences  # noqa: E402
from tests.corpus.wire.same import json_differences  # noqa: E402
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
    assert Validator(description, operation).violations(request()) == []


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
        request(body={**SENT.body, "tags": [1]}),
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
    validator = Validator(description, operation)
    (violation,) = validator.violations(sent)
    assert violation.name == name
    assert not validator.is_unsupported(violation, "application/json")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"a": [1, 1.0]}, {"a": [1.0, 1]}, []),
        ({"at": "2026-01-02T03:00:00+01:00"}, {"at": "2026-01-02T02:00:00Z"}, []),
        ({"a": None}, {}, ["a null is missing at $.a"]),
        ({"a": 1}, {}, ["a member is missing at $.a"]),
        ({}, {"a": 1}, ["an unexpected member at $.a"]),
        ([{"a": True}], [{"a": 1}], ["bool became int at $[].a: True -> 1"]),
    ],
)
def test_json_differences_name_kind_and_path(
    one: Any, other: Any, expected: list[str]
) -> None:
    assert list(json_differences(one, other)) == expected


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
    assert [response.status for response in cases.responses()] == [404]


def test_plain_json_is_converted_to_annotated_types(tmp_path: Path) -> None:
    converted = convert_value(["2026-01-02T03:04:05Z", 3, "YWI="], list[Any])
    assert plain(converted) == ["2026-01-02T03:04:05Z", 3, "YWI="]
    assert convert_value("YWI=", bytes) == b"ab"
    assert convert_value([1, "a"], tuple[int, str]) == (1, "a")
    for value, type_ in ((1, str), ("x", bytes), ([1], list[str]), (None, int)):
        with pytest.raises(ConversionError):
            convert_value(value, type_)
