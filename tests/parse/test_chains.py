"""Tests of long chains of references, and of the limit of nesting."""

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
from clientcast.trust import NO_TRUST, Trust

LENGTH = 2_000

Schema = dict[str, Any]
Link = Callable[[Schema], Schema]

LINKS: dict[str, Link] = {
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
"""Schemas that contain a reference to the next component."""

INLINE_LINKS: dict[str, Link] = {
    "properties": LINKS["properties"],
    "arrays": LINKS["arrays"],
    "maps": LINKS["maps"],
    "oneOf": LINKS["oneOf"],
}


def write_document(schemas: Schema, folder: Path) -> Path:
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


def parse_document(
    spec: Path, trust: Trust = NO_TRUST
) -> tuple[ir.Api, tuple[Diagnostic, ...]]:
    fixed, diagnostics = check(convert(read(spec, spec.name)), trust)
    api, more_diagnostics = parse(fixed, trust)
    return api, (*diagnostics, *more_diagnostics)


def error_codes(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    return [d.code for d in diagnostics if d.severity == "error"]


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_long_reference_chain_is_parsed(link: Link, tmp_path: Path) -> None:
    spec = write_document(chain(link, LENGTH, {"type": "string"}), tmp_path)
    api, diagnostics = parse_document(spec)
    assert error_codes(diagnostics) == []
    assert api.operations[0].success.type is not None


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_long_reference_cycle_is_parsed(link: Link, tmp_path: Path) -> None:
    last = link({"$ref": "#/components/schemas/S0"})
    api, diagnostics = parse_document(
        write_document(chain(link, LENGTH, last), tmp_path), Trust(lenient=True)
    )
    assert error_codes(diagnostics) == []
    assert api.operations[0].success.type is not None


def test_long_reference_chain_keeps_fields_of_each_record(tmp_path: Path) -> None:
    link = LINKS["properties"]
    api, _ = parse_document(
        write_document(chain(link, LENGTH, link({"type": "string"})), tmp_path)
    )
    records = [s for s in api.schemas.values() if isinstance(s, ir.Record)]
    assert len(records) == LENGTH + 1
    for number in range(LENGTH):
        record = api.schemas[f"/components/schemas/S{number}"]
        assert isinstance(record, ir.Record)
        assert record.fields[0].type == ir.Named(f"/components/schemas/S{number + 1}")


def test_null_is_kept_if_a_component_is_read_later(tmp_path: Path) -> None:
    api, _ = parse_document(
        write_document(
            chain(LINKS["nullable objects"], 100, {"type": "string"}), tmp_path
        )
    )
    for number in range(98):
        record = api.schemas[f"/components/schemas/S{number}"]
        assert isinstance(record, ir.Record)
        name = ir.Named(f"/components/schemas/S{number + 1}")
        assert record.fields[0].type == ir.Nullable(name)


@pytest.mark.parametrize("kind", ["arrays", "oneOf", "nullable objects"])
def test_client_of_a_reference_chain_compiles(kind: str, tmp_path: Path) -> None:
    spec = write_document(chain(LINKS[kind], 100, {"type": "string"}), tmp_path)
    files = cast(spec, spec.name).files
    assert files is not None
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")


@pytest.mark.parametrize("link", INLINE_LINKS.values(), ids=INLINE_LINKS)
def test_nesting_beyond_the_limit_is_an_error(link: Link, tmp_path: Path) -> None:
    schema: Schema = {"type": "string"}
    for _ in range(40):
        schema = link(schema)
    _, diagnostics = parse_document(write_document({"S0": schema}, tmp_path))
    (error,) = [d for d in diagnostics if d.severity == "error"]
    assert (error.code, error.message) == (
        "limit-nesting",
        "schemas are nested more than 40 deep",
    )
    _, diagnostics = parse_document(
        write_document({"S0": next(iter(inline_schemas(schema)))}, tmp_path)
    )
    assert error_codes(diagnostics) == []


def inline_schemas(schema: Schema) -> list[Schema]:
    """Return the direct subschemas of a schema."""
    schemas_below = [*schema.get("properties", {}).values(), *schema.get("oneOf", [])]
    return [
        *schemas_below,
        *(schema[key] for key in ("items", "additionalProperties") if key in schema),
    ]


def test_long_allof_chain_is_an_error(tmp_path: Path) -> None:
    def link(next_: Schema) -> Schema:
        return {"allOf": [next_, {"type": "object", "properties": {"a": {}}}]}

    _, diagnostics = parse_document(
        write_document(chain(link, LENGTH, {"type": "object"}), tmp_path)
    )
    assert error_codes(diagnostics) == ["limit-parts"]


def test_long_chain_of_bare_references_is_an_error(tmp_path: Path) -> None:
    _, diagnostics = parse_document(
        write_document(chain(dict, LENGTH, {"type": "object"}), tmp_path)
    )
    assert error_codes(diagnostics) == ["limit-references"]
    last: Schema = {"$ref": "#/components/schemas/S0"}
    _, diagnostics = parse_document(write_document(chain(dict, LENGTH, last), tmp_path))
    assert error_codes(diagnostics) == ["reference-cycle"]


def test_long_chain_of_unions_becomes_models(tmp_path: Path) -> None:
    schemas = chain(LINKS["oneOf"], 2_000, {"type": "string"})
    api, _ = parse_document(write_document(schemas, tmp_path))
    assert bind(api, "")[0].models


def test_responses_of_wrong_type_are_ignored() -> None:
    parse(Document("a.yaml", "", {"paths": {"/a": {"get": {"responses": []}}}}))
