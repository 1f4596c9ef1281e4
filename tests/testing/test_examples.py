"""Tests of the example values of documents."""

from typing import Any

import pytest
from clientcast.examples import Examples
from clientcast.examples.patterns import search_of
from clientcast.examples.values import ExampleMaker

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
