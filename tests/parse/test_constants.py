"""Tests of `const` and `enum` with values that Python compares equal and JSON does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from clientcast import ir
from clientcast.check import check
from clientcast.parse import parse
from clientcast.source import read


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [{"enum": [1, "a"]}, {"const": True}]},
        {"oneOf": [{"enum": [1, "a"]}, {"enum": [True, "a"]}]},
        {"anyOf": [{"const": 1}, {"const": "a"}, {"const": True}]},
    ],
)
def test_union_keeps_one_and_true_apart(schema: dict[str, Any], tmp_path: Path) -> None:
    content = {"application/json": {"schema": schema}}
    responses = {"200": {"description": "It.", "content": content}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "It", "version": "1"},
        "servers": [{"url": "https://it.example"}],
        "paths": {"/it": {"get": {"operationId": "get", "responses": responses}}},
    }
    path = tmp_path / "it.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    api, _ = parse(check(read(path))[0])
    type_ = api.operations[0].success.type
    assert isinstance(type_, ir.Constant)
    assert repr(type_.values) == "(1, 'a', True)"
