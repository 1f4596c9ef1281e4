"""Tests that the faster parts of the validator are in use, and find what its own ones find."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clientcast.bundle import bundle
from clientcast.check import check
from clientcast.source import read
from clientcast.swagger import convert
from clientcast.validation.acceptance import find_doubts

from tests.support import validation
from tests.support.casting import SPECS
from tests.support.forks import GENERATOR, ForkServer

PROGRAM = """
from clientcast.validation import findings, program
{change}
program.main()
"""
SLOW = """
findings.speed_up = lambda: None
program.find_doubts = lambda text, document: None
"""
IN_USE = """
findings.speed_up()
import pathable.accessors as accessors
from openapi_schema_validator import OAS30Validator, OAS31Validator, OAS32Validator
from openapi_spec_validator.validation import keywords
assert accessors.Subscriptable == (dict, list, str)
for kind in (OAS30Validator, OAS31Validator, OAS32Validator):
    assert kind.check_schema.__func__.__module__ == findings.__name__
made = keywords.OpenAPIV31SchemaValidator({})
assert isinstance(made.visited_schema_ids, set)
assert isinstance(made.meta_checked_schema_ids, set)
"""
SCHEMAS = [
    {"type": "strin"},
    {"type": ["string", "string"]},
    {"pattern": "("},
    {"pattern": "(?P<a>x)"},
    {"items": {"pattern": "["}},
    {"patternProperties": {"(": {}}},
    {"minLength": -1},
    {"minLength": 1.0},
    {"minLength": 1e300},
    {"maximum": 10**400},
    {"$ref": "http://[bad"},
    {"enum": []},
    {"enum": [1, True, 1.0]},
    {"required": ["a", "a"]},
    {"properties": {"a": 1}},
    {"items": [{"type": "string"}]},
    {"externalDocs": {"url": "%"}},
    {"discriminator": {}},
    {"xml": {"name": 1}},
    {"type": "string", "default": 1},
    {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "strin"},
    {"$dynamicRef": 1},
]
DEFAULT_SCHEMAS: list[dict[str, Any]] = [
    {},
    {"type": "string", "maxLength": 2},
    {"type": "string", "format": "uri"},
    {"type": "string", "format": "byte"},
    {"type": "string", "enum": ["ab", "1"]},
    {"type": "string", "pattern": "^z$"},
    {"type": "integer", "format": "int32", "minimum": 1},
    {"type": "number", "maximum": 1, "exclusiveMaximum": True},
    {"type": "number", "format": "float", "maximum": 1},
    {"type": "boolean", "nullable": True},
    {"enum": [1, None, "ab"], "nullable": True},
    {"type": "array", "items": {"type": "integer"}, "minItems": 1},
    {"type": "array", "items": {"$ref": "#/components/schemas/S0"}},
    {"type": "array", "items": {}, "uniqueItems": True},
    {"type": "object", "required": ["a"]},
    {"type": "object", "properties": {"a": {"type": "string"}}},
    {"additionalProperties": False},
    {"allOf": [{"type": "string"}]},
    {"allOf": [{"$ref": "#/components/schemas/S1"}], "minLength": 3},
    {"allOf": [{"type": "object", "required": ["a"]}]},
    {"type": "string", "format": "date-time"},
    {"type": "string", "enum": ["ab", None, 1], "x-a": 1},
    {"required": ["b", "a"], "type": "array", "description": "An array."},
    {"allOf": [{"$ref": "#/components/schemas/S0"}, {"type": "integer"}]},
    {"allOf": [{"allOf": [{"required": ["b"]}]}], "type": ["string"]},
    {"allOf": [{"type": "string"}], "discriminator": {"propertyName": "a"}},
    {"$ref": "#/components/schemas/S18", "description": "An array."},
    {"not": {}},
]
DEFAULTS = ["ab", "abc", "1", 1, 0, 1 << 31, 1.0, 1.5, True, None, [], [1], [1, 1]] + [
    ["a"],
    {},
    {"a": 1},
    {"$ref": "#/components/schemas/S0"},
]
DOUBTED = """
find = findings.find
findings.find = lambda document, doubts: find(document, doubts) if doubts else 1 / 0
"""


SERVER = ForkServer("tests.check.test_fast_validator:run_program")


def prepare() -> None:
    validation.prepare()


def run_program() -> None:
    """Run the program of the validator with the change of it in the arguments."""
    exec(PROGRAM.format(change=sys.argv[1]), {})


@pytest.fixture(scope="module", autouse=True)
def closed_server() -> Iterator[None]:
    yield
    SERVER.close()


def findings(content: bytes, change: str) -> bytes:
    found = findings_or_none(content, change)
    assert found is not None
    return found


def findings_or_none(content: bytes, change: str) -> bytes | None:
    """Return the findings of the program with a change; None if it fails."""
    status, found = SERVER.run([change], content=content)
    return None if status else found


def findings_and_imports(content: bytes) -> bytes:
    """Return the findings, then whether the validator was imported."""
    program = (
        "import sys; from clientcast.validation.program import main; main();"
        "print('jsonschema' in sys.modules)"
    )
    return subprocess.check_output(
        [sys.executable, "-P", "-c", program],
        input=content,
        env={**os.environ, "PYTHONPATH": str(GENERATOR)},
    )


def document(version: str, schemas: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "openapi": version,
        "info": {"title": "All", "version": "1"},
        "paths": {},
        "components": {
            "schemas": {f"S{number}": schema for number, schema in enumerate(schemas)}
        },
    }


@pytest.mark.parametrize("version", ["3.0.4", "3.1.1", "3.2.0"])
def test_same_findings_in_schemas(version: str) -> None:
    content = json.dumps(document(version, SCHEMAS)).encode()
    found = findings(content, "")
    assert found == findings(content, SLOW)
    assert len(json.loads(found)) > 5


@pytest.mark.full
@pytest.mark.parametrize("version", ["3.0.4", "3.1.1"])
def test_same_findings_in_defaults(version: str) -> None:
    schemas = [
        {**schema, "default": default}
        for schema in DEFAULT_SCHEMAS
        for default in DEFAULTS
    ]
    content = json.dumps(document(version, schemas)).encode()
    found = findings(content, DOUBTED)
    assert found == findings(content, SLOW)
    assert len(json.loads(found)) > 100


@pytest.mark.parametrize(
    "version, schema, default",
    [
        ("3.0.4", {"type": "string", "format": "date-time"}, {}),
        ("3.0.4", {"allOf": [{"$ref": "#/components/schemas/S1"}]}, {}),
        ("3.0.4", {"type": "string", "enum": ["a"]}, "b"),
        ("3.1.1", {"allOf": [{"required": ["a", "b"]}], "type": "object"}, {"b": 1}),
    ],
)
def test_validator_is_not_imported_for_usual_mistakes_in_defaults(
    version: str, schema: dict[str, Any], default: object
) -> None:
    schemas = [{**schema, "default": default}, {"type": "object", "required": ["a"]}]
    content = json.dumps(document(version, schemas)).encode()
    found = findings_and_imports(content)
    assert found == findings(content, SLOW) + b"False\n"
    assert b"default" in found


def test_validator_is_not_imported_for_an_orderly_document() -> None:
    content = json.dumps(document("3.0.4", [{"type": "string"}])).encode()
    assert findings_and_imports(content) == b"[]False\n"


@pytest.mark.parametrize(
    ("schemas", "keyword"),
    [
        ([{"$ref": "other.json"}], "$ref"),
        ([{"$ref": "#/components/schemas/S1"}, {"$ref": "#/paths/~1a"}], "$ref"),
        ([{"$id": "https://a.example", "type": "string"}], "$id"),
        ([{"$schema": "https://a.example", "type": "string"}], "$schema"),
        ([{"allOf": [{"items": {"$ref": "#/components/schemas/S0"}}]}], "allOf"),
    ],
)
def test_only_the_validator_can_tell(schemas: list[Any], keyword: str) -> None:
    irregular = document("3.1.1", schemas)
    text = json.dumps(irregular)
    assert keyword in text
    assert find_doubts(text, irregular) is None
    assert find_doubts(
        text.replace(keyword, "x-a"), json.loads(text.replace(keyword, "x-a"))
    ) == (False, ())


@pytest.mark.full
@pytest.mark.parametrize(
    "spec",
    sorted([*SPECS.glob("bad/*.yaml"), *SPECS.glob("ok/*.yaml")])[::4],
    ids=lambda spec: spec.stem,
)
def test_same_findings_in_documents(spec: Path) -> None:
    fixed, _ = check(convert(bundle(read(spec, spec.name), spec)))
    content = json.dumps(fixed.data).encode()
    assert findings_or_none(content, "") == findings_or_none(content, SLOW)


def test_faster_parts_are_in_use() -> None:
    assert json.loads(findings(json.dumps(document("3.1.1", SCHEMAS)).encode(), IN_USE))


def test_all_errors_of_a_schema_are_found_in_a_certain_order() -> None:
    names = [f"name{number}" for number in range(20)]
    wrong = {"properties": {n: {"items": {"minimum": True}} for n in names}}
    content = json.dumps(document("3.1.1", [{}, wrong, wrong])).encode()
    found = json.loads(findings(content, ""))
    assert [tuple(path[2:5]) for _, path, *_ in found] == [
        (schema, "properties", name)
        for schema in ("S1", "S2")
        for name in sorted(names)
    ]
