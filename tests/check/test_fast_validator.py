"""Tests that the faster parts of the validator are in use, and find what its own ones find."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from clientcast.bundle import bundle
from clientcast.check import check, validator
from clientcast.source import read
from clientcast.swagger import convert

from tests.support.casting import SPECS

PROGRAM = """
import sys
sys.path.insert(0, {folder!r})
import child
{change}
child.main()
"""
SLOW = "child.speed_up = lambda: None"
IN_USE = """
child.speed_up()
import pathable.accessors as accessors
from openapi_schema_validator import OAS30Validator, OAS31Validator, OAS32Validator
from openapi_spec_validator.validation import keywords
assert accessors.Subscriptable == (dict, list, str)
for kind in (OAS30Validator, OAS31Validator, OAS32Validator):
    assert kind.check_schema.__func__.__module__ == "child"
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


def findings(content: bytes, change: str) -> bytes:
    program = PROGRAM.format(folder=str(validator.PROGRAM.parent), change=change)
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        input=content,
        capture_output=True,
        check=True,
    )
    return done.stdout


def document(version: str) -> dict[str, Any]:
    return {
        "openapi": version,
        "info": {"title": "All", "version": "1"},
        "paths": {},
        "components": {
            "schemas": {f"S{number}": schema for number, schema in enumerate(SCHEMAS)}
        },
    }


@pytest.mark.parametrize("version", ["3.0.4", "3.1.1", "3.2.0"])
def test_same_findings_in_schemas(version: str) -> None:
    content = json.dumps(document(version)).encode()
    found = findings(content, "")
    assert found == findings(content, SLOW)
    assert len(json.loads(found)) > 5


@pytest.mark.full
@pytest.mark.parametrize(
    "spec",
    sorted([*SPECS.glob("bad/*.yaml"), *SPECS.glob("ok/*.yaml")])[::4],
    ids=lambda spec: spec.stem,
)
def test_same_findings_in_documents(spec: Path) -> None:
    fixed, _ = check(convert(bundle(read(spec, spec.name), spec)))
    content = json.dumps(fixed.data).encode()
    assert fast_or_failed(content, "") == fast_or_failed(content, SLOW)


def fast_or_failed(content: bytes, change: str) -> bytes | None:
    try:
        return findings(content, change)
    except subprocess.CalledProcessError:
        return None


def test_faster_parts_are_in_use() -> None:
    assert json.loads(findings(json.dumps(document("3.1.1")).encode(), IN_USE))
