"""Tests of the examples in docstrings: valid Python with the values of the document."""

import ast
import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
from clientcast.pipeline import cast
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.casting import SPECS

TEXTS = st.text() | st.sampled_from(
    [
        '"""',
        "\\",
        "\\N{DIGIT ONE}",
        "\n>>> import os",
        "\r",
        "\u2028",
        "\u202e",
        "'",
        "#",
        "{x}",
    ]
)
DOCUMENTS = sorted((SPECS / "ok").glob("*.yaml"))


def examples(source: str) -> list[ast.Call]:
    """Return the outermost call of each example in a module's docstrings."""
    found: list[ast.Call] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            text = ast.get_docstring(node) or ""
            _, _, example = text.partition("\n\nExamples::\n\n")
            if example:
                tree = compile(
                    textwrap.dedent(example),
                    "<example>",
                    "exec",
                    ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
                )
                calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
                assert calls, example
                found.append(calls[0])
    return found


def files_of(spec: Path) -> dict[str, str]:
    result = cast(spec, spec.name)
    assert result.files is not None, result.diagnostics
    return dict(result.files)


@pytest.mark.parametrize("spec", DOCUMENTS, ids=lambda spec: str(spec.stem))
def test_each_operation_has_an_example_in_both_modes(spec: Path) -> None:
    files = files_of(spec)
    operations = json.loads(files["clientcast.json"])["api"].get("operations", [])
    for module in ("client.py", "async_client.py"):
        called = [ast.unparse(call.func) for call in examples(files[module])]
        python_names = [name.partition(".")[2] for name in called]
        assert {operation["name"] for operation in operations} <= set(python_names)


def with_examples(path: Any, member: Any) -> str:
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "paths": {
                "/a/{id}": {
                    "post": {
                        "operationId": "do",
                        "tags": ["things"],
                        "parameters": [
                            {
                                "name": "id",
                                "in": "path",
                                "required": True,
                                "schema": {"type": "string"},
                                "example": path,
                            }
                        ],
                        "requestBody": {
                            "required": True,
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "object",
                                        "required": ["member"],
                                        "additionalProperties": False,
                                        "properties": {"member": {}},
                                    },
                                    "example": {"member": member},
                                }
                            },
                        },
                        "responses": {"204": {"description": "Done."}},
                    }
                }
            },
        }
    )


VALUES = st.recursive(
    TEXTS | st.integers(-(10**9), 10**9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=15, deadline=None)
@given(TEXTS, VALUES)
def test_example_values_are_literals_in_the_call(
    tmp_path_factory: pytest.TempPathFactory, path: str, member: object
) -> None:
    spec = tmp_path_factory.mktemp("spec") / "t.json"
    spec.write_text(with_examples(path, member), encoding="utf-8")
    files = files_of(spec)
    for module in ("client.py", "async_client.py"):
        calls = [
            c for c in examples(files[module]) if ast.unparse(c.func)[-3:] == ".do"
        ]
        assert len(calls) == 1
        assert [ast.literal_eval(value) for value in calls[0].args] == [path, member]
