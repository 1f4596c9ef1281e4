"""Tests that chains of references are read however long, and nesting is bounded."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from clientcast import ir
from clientcast.bind import bind
from clientcast.check import check
from clientcast.diagnostic import Diagnostic
from clientcast.parse import parse
from clientcast.pipeline import cast
from clientcast.source import Document, read
from clientcast.swagger import convert

LENGTH = 2_000

Schema = dict[str, Any]
Link = Callable[[Schema], Schema]

NAMES: dict[str, Link] = {
    "properties": lambda next_: {"type": "object", "properties": {"next": next_}},
    "arrays": lambda next_: {"type": "array", "items": next_},
    "tuples": lambda next_: {
        "type": "array",
        "prefixItems": [next_, {"type": "string"}],
    },
    "maps": lambda next_: {"type": "object", "additionalProperties": next_},
    "patterns": lambda next_: {"type": "object", "patternProperties": {"^a": next_}},
    "oneOf": lambda next_: {"oneOf": [next_, {"type": "integer"}]},
    "oneOf of one": lambda next_: {"oneOf": [next_]},
    "allOf of one": lambda next_: {"allOf": [next_]},
    "nullable objects": lambda next_: {
        "type": ["object", "null"],
        "properties": {"next": next_},
    },
    "enums of arrays": lambda next_: {"type": "array", "enum": ["a"], "items": next_},
}
"""How one component leads to the next by a reference, which is a name."""

NESTED: dict[str, Link] = {
    "properties": NAMES["properties"],
    "arrays": NAMES["arrays"],
    "maps": NAMES["maps"],
    "oneOf": NAMES["oneOf"],
}


def document(schemas: Schema, folder: Path) -> Path:
    reference = {"schema": {"$ref": "#/components/schemas/S0"}}
    response = {"description": "d", "content": {"application/json": reference}}
    spec = folder / "chain.json"
    data = {
        "openapi": "3.1.0",
        "info": {"title": "Chain", "version": "1"},
        "servers": [{"url": "https://chain.example"}],
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": response}}}},
        "components": {"schemas": schemas},
    }
    spec.write_text(json.dumps(data), encoding="utf-8")
    return spec


def chain(link: Link, length: int, last: Schema) -> Schema:
    schemas = {
        f"S{i}": link({"$ref": f"#/components/schemas/S{i + 1}"}) for i in range(length)
    }
    return {**schemas, f"S{length}": last}


def parsed(spec: Path) -> tuple[ir.Api, tuple[Diagnostic, ...]]:
    meant, found = check(convert(read(spec, spec.name)))
    api, more = parse(meant)
    return api, (*found, *more)


def errors(found: tuple[Diagnostic, ...]) -> list[str]:
    return [d.code for d in found if d.severity == "error"]


@pytest.mark.parametrize("link", NAMES.values(), ids=NAMES)
def test_a_long_chain_of_references_is_read(link: Link, tmp_path: Path) -> None:
    spec = document(chain(link, LENGTH, {"type": "string"}), tmp_path)
    api, found = parsed(spec)
    assert errors(found) == []
    assert api.operations[0].success.type is not None


@pytest.mark.parametrize("link", NAMES.values(), ids=NAMES)
def test_a_long_circle_of_references_is_read(link: Link, tmp_path: Path) -> None:
    last = link({"$ref": "#/components/schemas/S0"})
    api, found = parsed(document(chain(link, LENGTH, last), tmp_path))
    assert errors(found) == []
    assert api.operations[0].success.type is not None


def test_each_component_of_a_chain_keeps_its_fields(tmp_path: Path) -> None:
    link = NAMES["properties"]
    api, _ = parsed(document(chain(link, LENGTH, link({"type": "string"})), tmp_path))
    records = [s for s in api.schemas.values() if isinstance(s, ir.Record)]
    assert len(records) == LENGTH + 1
    for number in range(LENGTH):
        record = api.schemas[f"/components/schemas/S{number}"]
        assert isinstance(record, ir.Record)
        assert record.fields[0].type == ir.Named(f"/components/schemas/S{number + 1}")


def test_null_is_kept_where_a_component_is_read_later(tmp_path: Path) -> None:
    api, _ = parsed(
        document(chain(NAMES["nullable objects"], 100, {"type": "string"}), tmp_path)
    )
    for number in range(98):
        record = api.schemas[f"/components/schemas/S{number}"]
        assert isinstance(record, ir.Record)
        name = ir.Named(f"/components/schemas/S{number + 1}")
        assert record.fields[0].type == ir.Nullable(name)


@pytest.mark.parametrize("kind", ["arrays", "oneOf", "nullable objects"])
def test_the_client_of_a_chain_compiles(kind: str, tmp_path: Path) -> None:
    spec = document(chain(NAMES[kind], 100, {"type": "string"}), tmp_path)
    files = cast(spec, spec.name).files
    assert files is not None
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")


@pytest.mark.parametrize("link", NESTED.values(), ids=NESTED)
def test_nesting_is_bounded_where_the_limit_is_passed(
    link: Link, tmp_path: Path
) -> None:
    schema: Schema = {"type": "string"}
    for _ in range(40):
        schema = link(schema)
    _, found = parsed(document({"S0": schema}, tmp_path))
    (limit,) = [d for d in found if d.severity == "error"]
    assert (limit.code, limit.message) == (
        "limit-nesting",
        "schemas are nested more than 40 deep",
    )
    _, found = parsed(document({"S0": next(iter(_inner(schema)))}, tmp_path))
    assert errors(found) == []


def _inner(schema: Schema) -> list[Schema]:
    """The schemas just within one."""
    inner = [*schema.get("properties", {}).values(), *schema.get("oneOf", [])]
    return [
        *inner,
        *(schema[key] for key in ("items", "additionalProperties") if key in schema),
    ]


def test_a_long_chain_of_allof_is_a_limit(tmp_path: Path) -> None:
    def link(next_: Schema) -> Schema:
        return {"allOf": [next_, {"type": "object", "properties": {"a": {}}}]}

    _, found = parsed(document(chain(link, LENGTH, {"type": "object"}), tmp_path))
    assert errors(found) == ["limit-parts"]


def test_a_long_chain_of_bare_references_is_a_limit(tmp_path: Path) -> None:
    _, found = parsed(document(chain(dict, LENGTH, {"type": "object"}), tmp_path))
    assert errors(found) == ["limit-references"]
    last: Schema = {"$ref": "#/components/schemas/S0"}
    _, found = parsed(document(chain(dict, LENGTH, last), tmp_path))
    assert errors(found) == []
    assert {d.code for d in found} == {"reference-cycle"}


def test_a_chain_of_unions_is_bound(tmp_path: Path) -> None:
    schemas = chain(NAMES["oneOf"], 2_000, {"type": "string"})
    api, _ = parsed(document(schemas, tmp_path))
    assert bind(api, "").models


def test_a_document_of_any_shape_is_parsed() -> None:
    parse(Document("a.yaml", "", {"paths": {"/a": {"get": {"responses": []}}}}))
