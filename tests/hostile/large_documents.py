"""Hostile documents that are too large to store, generated before they are run."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.hostile.vectors import EITHER, Vector

_HEAD = """\
openapi: 3.1.0
info: {title: Large, version: '1'}
servers: [{url: 'https://api.example.com'}]
paths:
  /x: {get: {operationId: getX, tags: [x], responses: {'204': {description: ok}}}}
"""

_MEGABYTE = "a" * 1_000_000


def write_large_documents(folder: Path) -> list[Vector]:
    """Write the documents to a folder, and return them."""
    found = []
    for name, text in _DOCUMENTS.items():
        path = folder / f"{name}.yaml"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(text())
        found.append(Vector(name, path, EITHER, purpose=(text.__doc__ or "").strip()))
    return found


def _alias_of_large_text() -> Iterator[str]:
    """600 aliases of a text of 1 MB."""
    yield _HEAD
    yield f"x-text: &a {_MEGABYTE}\nx-list: ["
    yield ", ".join(["*a"] * 600)
    yield "]\n"


def _alias_of_large_description() -> Iterator[str]:
    """Hundreds of aliases of a text of 1 MB, as descriptions of parameters."""
    yield _HEAD.partition("paths:")[0]
    yield f"x-text: &a {_MEGABYTE}\n"
    yield "paths:\n  /x:\n    get:\n      operationId: getX\n      tags: [x]\n"
    yield "      responses: {'204': {description: ok}}\n      parameters:\n"
    for number in range(300):
        yield f"        - {{name: p{number}, in: query, description: *a, "
        yield "schema: {type: string}}\n"


def _repeated_alias_key() -> Iterator[str]:
    """A mapping that repeats one key 400 times: an alias of a text of 1 MB."""
    yield _HEAD
    yield f"x-text: &a {_MEGABYTE}\nx-map:\n"
    for number in range(400):
        yield f"  ? *a\n  : {number}\n"


def _repeated_key_of_alias_values() -> Iterator[str]:
    """A mapping that repeats one key 4,000 times, with two texts of 1 MB in turn."""
    yield _HEAD
    yield f"x-a: &a {_MEGABYTE}\nx-b: &b {_MEGABYTE}b\nx-map:\n"
    for _ in range(2000):
        yield "  k: *a\n  k: *b\n"


def _repeated_large_key() -> Iterator[str]:
    """A mapping that repeats a key of 1,000 characters 10,000 times."""
    yield _HEAD
    yield "x-map:\n"
    yield from [f"  {'k' * 1000}: 1\n"] * 10_000


def _distinct_large_keys() -> Iterator[str]:
    """12,000 unknown fields of 1,000 characters that differ in the last few."""
    yield f"{_HEAD}tags:\n  - name: x\n"
    for number in range(12_000):
        yield f"    {'k' * 1000}{number}: 1\n"


def _large_description() -> Iterator[str]:
    """A description of 2 MB, all of it backticks, brackets and spaces."""
    yield f"{_HEAD}tags:\n  - name: x\n    description: '{'` [ ] ( _ * ' * 170_000}'\n"


def _nested_brackets() -> Iterator[str]:
    """A description of 50,000 opening brackets."""
    yield f"{_HEAD}tags:\n  - name: x\n    description: '{'[' * 50_000}'\n"


def _colliding_properties() -> Iterator[str]:
    """3,000 properties with the same identifier."""
    yield _document({"properties": {f"a{'-' * n}": {} for n in range(3000)}})


def _colliding_enum_values() -> Iterator[str]:
    """5,000 enum values with the same identifier."""
    values = [f"a{' ' * n}" for n in range(5000)]
    yield _document({"properties": {"e": {"type": "string", "enum": values}}})


def _colliding_operations() -> Iterator[str]:
    """1,500 operations with the same identifier."""
    yield _document(
        {},
        {
            f"/{'-' * n}": {
                "get": {"operationId": f"a{'-' * n}", "responses": _NO_BODY}
            }
            for n in range(1500)
        },
    )


def _colliding_tags() -> Iterator[str]:
    """60 tags that are equal in the first 80 characters, in a package of many modules."""
    yield _tagged([f"{'t' * 81}{number}" for number in range(60)])


def _tags_of_modules() -> Iterator[str]:
    """Tags with the names of devices and modules, in a package of many modules."""
    names = "aux con nul prn com1 lpt9 __init__ shared models client typing builtins"
    yield _tagged([*names.split(), "property", "CONIN$", "a.b", "A.B", "..."] * 3)


def _wide_union() -> Iterator[str]:
    """A union of 300 objects with 20 properties each."""
    texts = {f"p{number}": {"type": "string"} for number in range(20)}
    yield _document(
        {
            "oneOf": [
                {"required": ["t"], "properties": {**texts, "t": {"enum": [f"v{n}"]}}}
                for n in range(300)
            ]
        }
    )


def _many_routes() -> Iterator[str]:
    """1,024 paths of ten segments: all combinations of parameters and literals."""
    paths: dict[str, Any] = {}
    for number in range(1024):
        chosen = [place for place in range(10) if number >> place & 1]
        route = "".join(f"/{{p{n}}}" if n in chosen else f"/a{n}" for n in range(10))
        parameters = [
            {"name": f"p{n}", "in": "path", "required": True, "schema": _TEXT}
            for n in chosen
        ]
        operation = {"operationId": f"g{number}", "responses": _NO_BODY}
        paths[route] = {"get": {**operation, "parameters": parameters}}
    yield _document({}, paths)


_TEXT = {"type": "string"}
_NO_BODY = {"204": {"description": "ok"}}


def _document(
    schema: dict[str, Any],
    paths: dict[str, Any] | None = None,
    schemas: dict[str, Any] | None = None,
) -> str:
    """Return a document with one operation, whose response has the schema, and more paths."""
    response = {
        "description": "ok",
        "content": {"application/json": {"schema": schema}},
    }
    one = {"/x": {"get": {"operationId": "getX", "responses": {"200": response}}}}
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Large", "version": "1"},
            "servers": [{"url": "https://api.example.com"}],
            "paths": {**one, **(paths or {})},
            "components": {"schemas": schemas or {}},
        }
    )


def _tagged(tags: list[str]) -> str:
    """Return a document with a path and a large model of its own for each tag."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    format_error = {"type": "string", "description": "d " * 50}
    for number, tag in enumerate(tags):
        schemas[f"S{number}"] = {
            "properties": {f"p{n}": format_error for n in range(30)}
        }
        schema = {"$ref": f"#/components/schemas/S{number}"}
        response = {
            "description": "ok",
            "content": {"application/json": {"schema": schema}},
        }
        operation = {"operationId": f"o{number}", "responses": {"200": response}}
        paths[f"/p{number}"] = {"get": {**operation, "tags": [tag]}}
    return _document({}, paths, schemas)


_DOCUMENTS: dict[str, Callable[[], Iterator[str]]] = {
    "alias-of-large-text": _alias_of_large_text,
    "alias-of-large-description": _alias_of_large_description,
    "repeated-alias-key": _repeated_alias_key,
    "repeated-key-of-alias-values": _repeated_key_of_alias_values,
    "repeated-large-key": _repeated_large_key,
    "distinct-large-keys": _distinct_large_keys,
    "large-description": _large_description,
    "nested-brackets": _nested_brackets,
    "colliding-properties": _colliding_properties,
    "colliding-enum-values": _colliding_enum_values,
    "colliding-operations": _colliding_operations,
    "colliding-tags": _colliding_tags,
    "tags-of-modules": _tags_of_modules,
    "wide-union": _wide_union,
    "many-routes": _many_routes,
}
