"""Property test: valid JSON is read without a mismatch, and sent unchanged; so are models that
are made by hand.

Schemas are drawn and generated as models of requests and responses, and values are drawn from
the schemas: with properties that the schemas do not describe, and with null where it is allowed.
Only these are not drawn: other notations of the same date-time, base64 or UUID; integers for
`type: number`, because 1 and 1.0 are the same number; and, beside `anyOf`, other values of
properties that a member describes, because the members become one model.
"""

import importlib
import itertools
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from clientcast.bind import bind
from clientcast.check import check
from clientcast.diagnostic import Severity
from clientcast.parse import parse
from clientcast.render import render
from clientcast.source import read
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

from tests.corpus.wire.convert import convert_value

Schema = dict[str, Any]
Values = st.SearchStrategy[Any]
Properties = dict[str, tuple[Schema, Values]]
UNKNOWN_NAMES = (
    "",
    "added_later",
    "additional_properties",
    "_added_0",
    "π",
    "a b",
    "ID",
)
NAMES = (
    "id",
    "additional_properties",
    "Id",
    "class",
    "with space",
    "naïve",
    "self",
    "date",
    'a "b"',
    "x-y",
)
DATE_TIMES = ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.250000+02:00"]
COUNT = itertools.count()
COMPONENT = "x-component"
"""Keyword with the name of a schema that becomes a component."""

SCALARS: list[tuple[Schema, Values]] = [
    ({"type": "string"}, st.text(max_size=3)),
    ({"type": "integer"}, st.integers(-9, 9)),
    ({"type": "number"}, st.sampled_from([0.5, -1.25])),
    ({"type": "boolean"}, st.booleans()),
    ({"type": ["string", "integer"]}, st.sampled_from(["1", 1])),
    ({"type": "string", "format": "uuid"}, st.uuids().map(str)),
    ({"type": "string", "format": "date"}, st.dates().map(str)),
    ({"type": "string", "format": "byte"}, st.sampled_from(["", "YWI="])),
    ({"type": "string", "enum": ["a", "b"]}, st.sampled_from(["a", "b"])),
    ({"enum": [1, "a"]}, st.sampled_from([1, "a"])),
    ({"const": True}, st.just(True)),
    ({"enum": [0.5, 1.5]}, st.sampled_from([0.5, 1.5])),
    ({"type": "string", "format": "date-time"}, st.sampled_from(DATE_TIMES)),
    ({"type": "string", "format": "decimal"}, st.sampled_from(["1.50", "-0.1"])),
    ({"type": "string", "format": "duration"}, st.sampled_from(["PT1H30M", "P1D"])),
    ({}, st.sampled_from([{"any": [1, None]}, 0, "x", None, {"a": None}, [None], 0.5])),
    ({"type": "object"}, st.sampled_from([{}, {"": 1}, {"a": None, "b": {"c": None}}])),
]
"""Scalars, and schemas of any value."""
OTHER_VALUES = st.sampled_from([None, 5, 0.5, "x", [None], {"a": {"b": None}}])


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> tuple[Schema, Values]:
    """Draw a schema, and a strategy of its values."""
    deeper = schemas(depth - 1)
    kinds = ["list", "map", "object", "all", "tuple", "union", "beside", "nullable"]
    kinds.append("tagged")
    match draw(st.sampled_from(["scalar", *(kinds if depth else ())])):
        case "list":
            items, values = draw(deeper)
            return {"type": "array", "items": items}, st.lists(values, max_size=2)
        case "map":
            item, values = draw(deeper)
            schema = {"type": "object", "additionalProperties": item}
            return schema, st.dictionaries(st.text(max_size=2), values, max_size=2)
        case "tuple":
            parts = [draw(deeper), draw(deeper)]
            schema = {"type": "array", "prefixItems": [part for part, _ in parts]}
            schema |= {"minItems": 2, "maxItems": 2}
            return schema, st.tuples(*(values for _, values in parts)).map(list)
        case "union":
            members = [draw(deeper) for _ in range(draw(st.integers(1, 3)))]
            keyword = draw(st.sampled_from(["oneOf", "anyOf"]))
            schema = {keyword: [member for member, _ in members]}
            return schema, st.one_of([values for _, values in members])
        case "nullable":
            schema, values = draw(deeper)
            schema = {"anyOf": [schema, {"type": "null"}]}
            return schema, st.one_of(st.none(), values)
        case "object":
            properties = draw(objects(depth - 1))
            other, others = draw(schemas(0))
            match draw(st.sampled_from(["undeclared", "true", "false", "typed"])):
                case "undeclared":
                    return object_schema(properties), open_values(properties)
                case "true":
                    schema = {**object_schema(properties), "additionalProperties": True}
                    return schema, open_values(properties)
                case "false":
                    schema = {
                        **object_schema(properties),
                        "additionalProperties": False,
                    }
                    return schema, object_values(properties)
                case _:
                    pass
            more = st.dictionaries(st.sampled_from(["other", "π"]), others, max_size=2)
            both = st.tuples(object_values(properties), more)
            schema = {**object_schema(properties), "additionalProperties": other}
            return schema, both.map(lambda pair: {**pair[1], **pair[0]})
        case "all":
            properties = draw(objects(depth - 1))
            names = draw(st.permutations(list(properties)))
            parts = [{name: properties[name] for name in names[i::2]} for i in (0, 1)]
            return {"allOf": list(map(object_schema, parts))}, open_values(properties)
        case "beside":
            own = {"own": draw(deeper)}
            members = [draw(objects(depth - 1)) for _ in range(2)]
            schema = {**object_schema(own), "anyOf": list(map(object_schema, members))}
            of_members = st.one_of([object_values(member) for member in members])
            both = st.tuples(open_values(own, *members), of_members)
            return schema, both.map(lambda pair: {**pair[1], **pair[0]})
        case "tagged":
            return draw(tagged_unions([draw(objects(depth - 1)) for _ in range(2)]))
        case _:
            return draw(st.sampled_from(SCALARS))


@st.composite
def tagged_unions(draw: st.DrawFn, members: list[Properties]) -> tuple[Schema, Values]:
    """Draw a union with a discriminator, and an object of it and of its first member alone.

    Each member is a component. Its discriminator is required, optional or not declared.
    """
    names = [f"Tagged{next(COUNT)}" for _ in members]
    tags = [name.lower() for name in names] if draw(st.booleans()) else names
    schemas: list[Schema] = []
    alone: list[Values] = []
    for name, properties in zip(names, members, strict=True):
        schema = {**object_schema(properties), COMPONENT: name}
        declared = draw(st.sampled_from(["required", "optional", "undeclared"]))
        if declared != "undeclared":
            schema["properties"] = {**schema["properties"], "kind": {"type": "string"}}
        if declared == "required":
            schema["required"] = [*schema["required"], "kind"]
        schemas.append(schema)
        alone.append(open_values(properties))
    union: Schema = {
        "oneOf": schemas,
        "discriminator": {
            "propertyName": "kind",
            "mapping": {
                tag: f"#/components/schemas/{name}"
                for tag, name in zip(tags, names, strict=True)
            },
        },
    }
    if tags is names:
        del union["discriminator"]["mapping"]
    tagged = [
        values.map(lambda value, tag=tag: {"kind": tag, **value})
        for values, tag in zip(alone, tags, strict=True)
    ]
    is_required = "kind" in schemas[0]["required"]
    schema = {"type": "object", "properties": {"union": union, "one": schemas[0]}}
    one = tagged[0] if is_required else st.one_of(alone[0], tagged[0])
    return schema, st.fixed_dictionaries(
        {}, optional={"union": st.one_of(tagged), "one": one}
    )


def objects(depth: int) -> st.SearchStrategy[Properties]:
    """Return a strategy of properties; those with short names are required."""
    return st.dictionaries(
        st.sampled_from(NAMES), schemas(depth), min_size=1, max_size=3
    )


def object_schema(properties: Properties) -> Schema:
    return {
        "type": "object",
        "required": [name for name in properties if len(name) < 5],
        "properties": {name: schema for name, (schema, _) in properties.items()},
    }


def object_values(properties: Properties) -> Values:
    return st.fixed_dictionaries(
        {name: values for name, (_, values) in properties.items() if len(name) < 5},
        optional={
            name: values for name, (_, values) in properties.items() if len(name) >= 5
        },
    )


def open_values(properties: Properties, *others: Properties) -> Values:
    """Return the values of an object that allows other properties than its own.

    Args:
        others: Properties whose names are not drawn.
    """
    described = {name for each in (properties, *others) for name in each}
    names = [name for name in UNKNOWN_NAMES if name not in described]
    more = st.dictionaries(st.sampled_from(names), OTHER_VALUES, max_size=2)
    both = st.tuples(more, object_values(properties))
    return both.map(lambda pair: {**pair[0], **pair[1]})


def move_components(schema: Any, components: dict[str, Any]) -> Any:
    """Return a schema with references to those that are components, and add these."""
    if isinstance(schema, list):
        return [move_components(part, components) for part in schema]
    if not isinstance(schema, dict):
        return schema
    moved = {name: move_components(part, components) for name, part in schema.items()}
    name = moved.pop(COMPONENT, None)
    if name is None:
        return moved
    components[name] = moved
    return {"$ref": f"#/components/schemas/{name}"}


def build_document(drawn_schemas: list[Schema]) -> dict[str, Any]:
    components: dict[str, Any] = {}
    components["It"] = {
        "type": "object",
        "properties": {
            f"m{index}": move_components(schema, components)
            for index, schema in enumerate(drawn_schemas)
        },
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/It"}}}
    response = {"description": "It.", "content": content}
    items = {"type": "array", "items": {"$ref": "#/components/schemas/It"}}
    body = {"required": True, "content": {"application/json": {"schema": items}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Drawn", "version": "1"},
        "paths": {
            "/it": {
                "get": {"operationId": "get", "responses": {"200": response}},
                "put": {
                    "operationId": "put",
                    "requestBody": body,
                    "responses": {"204": {"description": "Done."}},
                },
            }
        },
        "components": {"schemas": components},
    }


def generate_package(drawn_schemas: list[Schema], folder: Path) -> str:
    """Generate a package with models of the schemas, and return its name."""
    name = f"drawn_{next(COUNT)}"
    path = folder / "drawn.json"
    path.write_text(json.dumps(build_document(drawn_schemas)), encoding="utf-8")
    document, diagnostics = check(read(path))
    assert not [d for d in diagnostics if d.severity is Severity.ERROR]
    api, found = parse(document)
    assert not [d for d in found if d.severity is Severity.ERROR]
    for place, text in render(bind(api, document.digest)[0]).items():
        file = folder / name / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    importlib.invalidate_caches()
    return name


@pytest.fixture(autouse=True)
def same_examples_in_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no constants of the modules of the process, which depend on its other tests."""
    none = providers.Constants()
    monkeypatch.setattr(providers.HypothesisProvider, "_local_constants", none)
    cache = type(providers.CONSTANTS_CACHE)(1024)
    monkeypatch.setattr(providers, "CONSTANTS_CACHE", cache)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # Shrinking takes minutes.
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_valid_json_is_read_and_sent_unchanged(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    drawn_schemas = data.draw(st.lists(schemas(), min_size=8, max_size=8))
    name = generate_package([schema for schema, _ in drawn_schemas], folder)
    sys.path.insert(0, str(folder))
    try:
        it = importlib.import_module(f"{name}.models").It
        json_decoding = importlib.import_module(f"{name}._runtime.codec.json_decoding")
        request_body = importlib.import_module(f"{name}._runtime.codec.request_body")
    finally:
        sys.path.remove(str(folder))
    for index, (_, values) in enumerate(drawn_schemas):
        for _ in range(5):
            value = {f"m{index}": data.draw(values)}
            model, mismatches = json_decoding.decode_json(
                json.dumps(value).encode(), it
            )
            assert mismatches == [], (drawn_schemas[index][0], value)
            for each in (model, convert_value(value, it)):
                sent = request_body.json_body(each)
                assert json.loads(sent) == value, drawn_schemas[index][0]
