"""Comparison of JSON values: exact, except where the schema allows another notation."""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

ABSENT: Any = msgspec.UNSET

NOTATIONS: dict[str, Any] = {
    "date-time": datetime,
    "time": time,
    "duration": timedelta,
    "uuid": UUID,
}
"""Formats whose values have several notations, such as `12:00:00Z` and `12:00:00.0Z`."""


class Formatted(str):
    """String of a schema with one of the formats in `NOTATIONS`.

    Attributes:
        notation: The format.
    """

    notation: str

    def __new__(cls, text: str, notation: str) -> "Formatted":
        found = super().__new__(cls, text)
        found.notation = notation
        return found


class Fields(dict[str, Any]):
    """Properties of a model. One that is None may be null or missing in its JSON."""


def is_equal(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal.

    Numbers are equal by value, as in JSON Schema, and a `Formatted` string equals other
    notations of its value.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return all(
            is_equal(_member(one, other, name), _member(other, one, name))
            for name in one.keys() | other.keys()
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            is_equal(a, b) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return _is_same_decimal(one, other)
    if isinstance(one, str) and isinstance(other, str):
        return str(one) == str(other) or _is_same_value(one, other)
    return bool(one == other)


def _member(of: dict[str, Any], other: dict[str, Any], name: str) -> Any:
    """Return a member; None instead of `ABSENT` if the other object is a model."""
    if name in of:
        return of[name]
    return None if isinstance(other, Fields) else ABSENT


def _is_same_value(one: str, other: str) -> bool:
    """Return whether two strings are notations of one value, with the same offset."""
    notation = getattr(one, "notation", "") or getattr(other, "notation", "")
    if not notation:
        return False
    first, second = (_parse(text, NOTATIONS[notation]) for text in (one, other))
    if first is None or second is None or first != second:
        return False
    if isinstance(first, datetime | time):
        return bool(first.utcoffset() == second.utcoffset())
    return True


def _is_same_decimal(one: Any, other: Any) -> bool:
    """Return whether a decimal equals a number, or is written as a text."""
    first, second = (
        f"{v:f}" if isinstance(v, Decimal) else str(v) for v in (one, other)
    )
    if isinstance(one, str) or isinstance(other, str):
        return first == second
    try:
        return Decimal(first) == Decimal(second)
    except ArithmeticError:
        return False


def _parse(text: str, type_: Any) -> Any:
    try:
        return msgspec.convert(str(text), type_)
    except msgspec.ValidationError:
        return None


def json_differences(one: Any, other: Any, path: str = "$") -> Iterator[str]:
    """Yield a message for each difference, with the JSON path after `at`."""
    if is_equal(one, other):
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one.keys() | other.keys():
            first, second = _member(one, other, name), _member(other, one, name)
            if second is ABSENT:
                kind = "null" if first is None else "member"
                yield f"a {kind} is missing at {path}.{name}"
            elif first is ABSENT:
                kind = "null" if second is None else "member"
                yield f"an unexpected {kind} at {path}.{name}"
            else:
                yield from json_differences(first, second, f"{path}.{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for a, b in zip(one, other, strict=True):
            yield from json_differences(a, b, f"{path}[]")
    else:
        kinds = f"{json_type(one)} became {json_type(other)}"
        yield f"{kinds} at {path}: {repr(one)[:60]} -> {repr(other)[:60]}"


def json_type(value: Any) -> str:
    """Return the name of a value's type in messages."""
    if isinstance(value, str):
        return "str"
    return "null" if value is None else type(value).__name__


def load_json(text: str | bytes) -> Any:
    """Return the value of JSON.

    Raises:
        ValueError: If it is not JSON (RFC 8259), or an object has a name twice.
    """
    return json.loads(
        text, object_pairs_hook=_unique_members, parse_constant=_refuse_constant
    )


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member occurs twice")
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def unmarked(value: Any) -> Any:
    """Return a value with plain strings in place of `Formatted` ones."""
    if isinstance(value, dict):
        return {name: unmarked(part) for name, part in value.items()}
    if isinstance(value, list):
        return [unmarked(part) for part in value]
    return str(value) if isinstance(value, str) else value
