"""Tests of docstrings: their first line, and what they have in place of a description."""

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
def test_docstring_begins_with_the_summary_of_the_operation(
    summary: str, description: str, first: str, tmp_path: Path
) -> None:
    operation = {"operationId": "see", "summary": summary, "description": description}
    operation["responses"] = {"204": {"description": "Done."}}
    text = docstring(files_of(tmp_path, operation)["client.py"], "see")
    assert text.split("\n\n")[0] == first


def test_undescribed_part_is_named_as_it_is_sent(tmp_path: Path) -> None:
    string = {"type": "string"}
    parameters = [
        {"name": "createdAfter", "in": "query", "schema": string},
        {"name": "order", "in": "query", "schema": {**string, "default": "userId"}},
        {"name": "userId", "in": "query", "schema": string},
        {"name": "X-Trace", "in": "header", "schema": string},
        {
            "name": "asOf",
            "in": "query",
            "schema": string,
            "description": "As `userId`.",
        },
    ]
    statuses = ("204", "404", "5XX", "default")
    operation = {
        "operationId": "see",
        "parameters": parameters,
        "responses": {status: {"description": ""} for status in statuses},
    }
    text = docstring(files_of(tmp_path, operation)["client.py"], "see")
    for line in (
        "created_after: The query parameter `createdAfter`.",
        'order: The query parameter `order`. The server\'s default is `"userId"`.',
        "x_trace: The header `X-Trace`.",
        "as_of: As `user_id`.",
        "NotFoundError: The status is 404.",
        "InternalServerError: The status is 5XX.",
        "APIStatusError: Any other status.",
    ):
        assert f"    {line}\n" in f"{text}\n", text


def test_model_does_not_inherit_the_description_of_allof(tmp_path: Path) -> None:
    schemas = {
        "Item": {
            "allOf": [{"$ref": "#/components/schemas/ItemBase"}],
            "properties": {"size": {"type": "integer"}},
        },
        "ItemBase": {
            "description": "What all have.",
            "type": "object",
            "properties": {"id": {"type": "string"}},
        },
    }
    schema = {"$ref": "#/components/schemas/Item"}
    content = {"application/json": {"schema": schema}}
    operation = {
        "operationId": "it",
        "responses": {"200": {"description": "It.", "content": content}},
    }
    files = files_of(tmp_path, operation, schemas)
    assert docstring(files["models.py"], "Item") == ""


def files_of(
    folder: Path, operation: dict[str, Any], schemas: dict[str, Any] | None = None
) -> Mapping[str, str]:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "It", "version": "1"},
        "servers": [{"url": "https://it.example"}],
        "paths": {"/it": {"get": operation}},
        "components": {"schemas": schemas or {}},
    }
    spec = folder / "it.json"
    spec.write_text(json.dumps(document), encoding="utf-8")
    files = cast(spec, spec.name).files
    assert files is not None
    return files


def docstring(module: str, name: str) -> str:
    """Return the docstring of the only function or class of a name."""
    (found,) = (
        node
        for node in ast.walk(ast.parse(module))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
    )
    return ast.get_docstring(found) or ""
