"""Tests of what the docstring of a method begins with."""

import ast
import json
from pathlib import Path

import pytest

from clientcast.pipeline import cast


@pytest.mark.parametrize(
    ("summary", "description", "first"),
    [
        ("List it", "It is listed.", "List it."),
        ("Is it?", "", "Is it?"),
        ("", "Lists it. And more.\n\nMuch more.", "Lists it. And more."),
        ("", "# List\n\nIt is listed.", "GET /it."),
        ("", "", "GET /it."),
    ],
)
def test_a_docstring_begins_with_what_the_operation_does(
    summary: str, description: str, first: str, tmp_path: Path
) -> None:
    operation = {"operationId": "it", "summary": summary, "description": description}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "It", "version": "1"},
        "servers": [{"url": "https://it.example"}],
        "paths": {"/it": {"get": {**operation, "responses": {"204": {}}}}},
    }
    spec = tmp_path / "it.json"
    spec.write_text(json.dumps(document), encoding="utf-8")
    files = cast(spec, spec.name).files
    assert files is not None
    (method,) = (
        node
        for node in ast.walk(ast.parse(files["client.py"]))
        if isinstance(node, ast.FunctionDef) and node.name == "it"
    )
    text = ast.get_docstring(method) or ""
    assert text.split("\n\n")[0] == first
