"""Extensions of OpenAPI that name and describe the values of an enum, in the same order.

A list has one item for each value; it may leave out null. A mapping has the values as keys.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from clientcast.plain import is_list, is_mapping, sequence

NAMES = ("x-enum-varnames", "x-enumNames")
DESCRIPTIONS = ("x-enum-descriptions", "x-enumDescriptions")


def value_text(value: Any) -> str:
    """Return the text of a value of an enum: `0`, `true`, `open`."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def expected_lengths(schema: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many items a list may have: with, and without one for null."""
    values = sequence(schema.get("enum"))
    return len(values), sum(value is not None for value in values)


def items_by_value(
    schema: Mapping[str, Any], keyword: str
) -> Iterable[tuple[str, str, Any]]:
    """Return the items of an extension: the key or index, the text of the value, the item."""
    given = schema.get(keyword)
    if is_mapping(given):
        return [(key, key, item) for key, item in given.items()]
    if not is_list(given) or len(given) not in expected_lengths(schema):
        return []
    values = sequence(schema.get("enum"))
    if len(given) < len(values):
        values = [value for value in values if value is not None]
    pairs = zip(values, given, strict=True)
    return [
        (str(index), value_text(value), item)
        for index, (value, item) in enumerate(pairs)
    ]
