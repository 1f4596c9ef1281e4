"""Property test: valid JSON is read without a mismatch, and sent unchanged.

Schemas are drawn and generated as models, and values are drawn from the schemas. Values that
do not return as the same JSON are not drawn: date-times in an unusual notation; base64, numbers
and UUIDs in an unusual notation; null for optional properties, which is not sent; integers for
`type: number`, because 1 and 1.0 are the same number.
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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Schema = dict[str, Any]
Values = st.SearchStrategy[Any]
NAMES = ("id", "Id", "class", "with space", "naïve", "self", "date", 'a "b"', "x-y")
COUNT = itertools.count()

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
    ({}, st.sampled_from([{"any": [1]}, 0, "x"])),
]


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> tuple[Schema, Values]:
    """Draw a schema, and a strategy of its values."""
    deeper = schemas(depth - 1)
    kinds = ["list", "map", "object", "all", "tuple", "union", "beside"]
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
        case "object":
            properties = draw(objects(depth - 1))
            other, others = draw(schemas(0))
            if not draw(st.booleans()):
                return object_schema(properties), object_values(properties)
            more = st.dictionaries(st.sampled_from(["other", "π"]), others, max_size=2)
            both = st.tuples(object_values(properties), more)
            schema = {**object_schema(properties), "additionalProperties": other}
            return schema, both.map(lambda pair: {**pair[1], **pair[0]})
        case "all":
            properties = draw(objects(depth - 1))
            names = draw(st.permutations(list(properties)))
            parts = [{name: properties[name] for name in names[i::2]} for i in (0, 1)]
            return {"allOf": list(map(object_schema, parts))}, object_values(properties)
        case "beside":
            own = {"own": draw(deeper)}
            members = [draw(objects(depth - 1)) for _ in range(2)]
            schema = {**object_schema(own), "anyOf": list(map(object_schema, members))}
            of_members = st.one_of([object_values(member) for member in members])
            both = st.tuples(object_values(own), of_members)
            return schema, both.map(lambda pair: {**pair[1], **pair[0]})
        case _:
            return draw(st.sampled_from(SCALARS))


def objects(depth: int) -> st.SearchStrategy[dict[str, tuple[Schema, Values]]]:
    """Return a strategy of properties; those with short names are required."""
    return st.dictionaries(
        st.sampled_from(NAMES), schemas(depth), min_size=1, max_size=3
    )


def object_schema(properties: dict[str, tuple[Schema, Values]]) -> Schema:
    return {
        "type": "object",
        "required": [name for name in properties if len(name) < 5],
        "properties": {name: schema for name, (schema, _) in properties.items()},
    }


def object_values(properties: dict[str, tuple[Schema, Values]]) -> Values:
    return st.fixed_dictionaries(
        {name: values for name, (_, values) in properties.items() if len(name) < 5},
        optional={
            name: values for name, (_, values) in properties.items() if len(name) >= 5
        },
    )


def build_document(drawn_schemas: list[Schema]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {
            f"m{index}": schema for index, schema in enumerate(drawn_schemas)
        },
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/It"}}}
    response = {"description": "It.", "content": content}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Drawn", "version": "1"},
        "paths": {
            "/it": {"get": {"operationId": "get", "responses": {"200": response}}}
        },
        "components": {"schemas": {"It": schema}},
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
    for place, text in render(bind(api, document.digest)).items():
        file = folder / name / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    importlib.invalidate_caches()
    return name


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
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
        json_decoding = importlib.import_module(f"{name}._runtime.json_decoding")
        plain_data = importlib.import_module(f"{name}._runtime.plain_data")
    finally:
        sys.path.remove(str(folder))
    for index, (_, values) in enumerate(drawn_schemas):
        for _ in range(5):
            value = {f"m{index}": data.draw(values)}
            model, mismatches = json_decoding.decode_json(
                json.dumps(value).encode(), it
            )
            assert mismatches == [], value
            sent = plain_data.to_plain_data(model)
            assert json.loads(json.dumps(sent)) == value
