"""Tests of the example values of documents."""

from typing import Any

import pytest
from clientcast.examples import Examples
from clientcast.examples.patterns import search_of
from clientcast.examples.values import ExampleMaker, NoExampleError, _ValueMaker

SCHEMAS: dict[str, Any] = {
    "Node": {
        "required": ["id", "owner"],
        "properties": {
            "id": {"type": "integer", "minimum": 5},
            "owner": {"$ref": "#/components/schemas/Owner"},
            "parent": {"$ref": "#/components/schemas/Node"},
            "children": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Node"},
            },
        },
    },
    "Owner": {
        "required": ["name", "node"],
        "properties": {
            "name": {"type": "string", "example": "ann"},
            "node": {
                "nullable": True,
                "allOf": [{"$ref": "#/components/schemas/Node"}],
            },
        },
    },
}


def document(operations: int) -> dict[str, Any]:
    """Return a document whose operations respond with a node or with its owner."""

    def operation(name: str) -> dict[str, Any]:
        schema = {"$ref": f"#/components/schemas/{name}"}
        content = {"application/json": {"schema": schema}}
        return {"responses": {"200": {"content": content}}}

    return {
        "paths": {
            f"/{number}": {"get": operation(("Node", "Owner")[number % 2])}
            for number in range(operations)
        },
        "components": {"schemas": SCHEMAS},
    }


def test_example_does_not_depend_on_what_was_made_before() -> None:
    data = document(4)
    pointers = [f"/paths/~1{number}/get" for number in range(4)]
    together = Examples(data).find(pointers, {}).responses
    for order in (pointers[::-1], *([pointer] for pointer in pointers)):
        found = Examples(data).find(order, {}).responses
        assert found == {pointer: together[pointer] for pointer in order}
    assert all(response[0].is_found for response in together.values())


def test_each_schema_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    accepts, checked = ExampleMaker.accepts, list[object]()

    def count(maker: ExampleMaker, *args: Any, **keywords: Any) -> bool:
        checked.append(args)
        return accepts(maker, *args, **keywords)

    monkeypatch.setattr(ExampleMaker, "accepts", count)
    numbers: list[int] = []
    for operations in (2, 40):
        pointers = [f"/paths/~1{number}/get" for number in range(operations)]
        Examples(document(operations)).find(pointers, {})
        numbers.append(len(checked))
        checked.clear()
    assert numbers[0] == numbers[1] > 0


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(?=a)(a+)+$", r"(a*)*\1b"])
def test_search_for_a_pattern_ends(pattern: str) -> None:
    finds = search_of(pattern)
    assert finds is not None
    assert not finds("a" * 40 + "!")


def test_pattern_is_searched_as_before() -> None:
    finds = search_of("b+")
    assert finds is not None and finds("abbc") and not finds("ac")
    assert search_of("(") is None


def extensions(count: int) -> dict[str, Any]:
    """Return a schema that is a union, and the members, each of which extends it."""
    kinds = [f"kind{number}" for number in range(count)]
    schemas: dict[str, Any] = {
        kind: {
            "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"properties": {"kind": {"const": kind}}},
            ]
        }
        for kind in kinds
    }
    members = [{"$ref": f"#/components/schemas/{kind}"} for kind in kinds]
    schemas["Base"] = {"type": "object", "required": ["kind"], "oneOf": members}
    return schemas


def test_members_of_a_union_may_extend_it() -> None:
    schemas = extensions(20)
    maker = ExampleMaker({"components": {"schemas": schemas}})
    assert maker.accepts(schemas["Base"], {"kind": "kind7"})
    assert maker.accepts(schemas["kind7"], {"kind": "kind7"})
    assert not maker.accepts(schemas["kind7"], {"kind": "kind8"})
    assert not maker.accepts(schemas["Base"], {"kind": "other"})
    assert not maker.accepts(schemas["Base"], {})


def test_value_in_nested_unions_is_checked_once_by_each() -> None:
    schema: dict[str, Any] = {"type": "string"}
    value: object = 1
    for _ in range(30):
        members = [{"properties": {"a": schema}} for _ in range(3)]
        schema, value = {"anyOf": members}, {"a": value}
    assert not ExampleMaker({}).accepts(schema, value)


def test_example_of_an_extended_schema_is_that_of_its_own_kind() -> None:
    schemas = extensions(20)
    maker = ExampleMaker({"components": {"schemas": schemas}})
    assert maker.value(schemas["kind7"]) == {"kind": "kind7"}
    assert maker.value(schemas["Base"]) == {"kind": "kind0"}


def test_schemas_without_examples_have_a_common_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new_value, made = _ValueMaker._new_value, list[object]()

    def count(maker: _ValueMaker, *args: Any) -> Any:
        made.append(args)
        return new_value(maker, *args)

    monkeypatch.setattr(_ValueMaker, "_new_value", count)
    schemas = extensions(200)
    for kind, schema in schemas.items():
        if kind != "Base":
            schema["allOf"][1]["properties"]["next"] = schemas["Base"]
            schema["allOf"][1]["required"] = ["next"]
    maker = ExampleMaker({"components": {"schemas": schemas}})
    for schema in schemas.values():
        with pytest.raises(NoExampleError):
            maker.value(schema)
    assert len(made) < 120_000


@pytest.mark.parametrize("keyword", ["unions", "patterns"])
def test_unknown_keyword_of_a_schema_is_ignored(keyword: str) -> None:
    maker = ExampleMaker({})
    for schema in (
        {"type": "string", "pattern": "^b+$", keyword: 5},
        {"allOf": [{"pattern": "^b+$"}, {"type": "string", keyword: ["^a+$"]}]},
    ):
        value = maker.value(schema)
        assert value and {*value} == {"b"}
        assert maker.accepts(schema, value) and not maker.accepts(schema, "a")
