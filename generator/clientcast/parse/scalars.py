"""Reads what is one token of JSON: its type by format, and the values of an enum."""

import json
from typing import Any

from clientcast.ir import Scalar, ScalarKind
from clientcast.plain import is_list, is_mapping, number_or_boolean

_KIND_BY_FORMAT = {
    "date-time": ScalarKind.DATE_TIME,
    "date": ScalarKind.DATE,
    "time": ScalarKind.TIME,
    "duration": ScalarKind.DURATION,
    "uuid": ScalarKind.UUID,
    "byte": ScalarKind.BYTES,
    "binary": ScalarKind.BINARY,
    "decimal": ScalarKind.DECIMAL,
}
"""Formats of text that are a type of their own (OpenAPI Format Registry)."""

STRING_FORMATS = frozenset(_KIND_BY_FORMAT)


def scalar(type_name: str, format_name: str) -> Scalar:
    """The type of a string, integer, number or boolean.

    A number of the format `decimal` stays a number, which JSON tools hold in binary.
    """
    if type_name == "string":
        return Scalar(_KIND_BY_FORMAT.get(format_name, ScalarKind.STRING))
    return Scalar(ScalarKind(type_name))


def coerce_enum_values(values: list[Any], types: frozenset[str] | None) -> list[Any]:
    """The values of an enum, each once, as those of the type beside it.

    A value that cannot be of that type is left out: `0 (None)` beside `type: integer` is a
    remark. That an enum of other values stands beside `type: object` is an oversight of it.
    """
    if types and types != frozenset(("object",)):
        values = [
            v for v in (_coerce(value, types) for value in values) if v is not None
        ]
    unique = {json.dumps(value, sort_keys=True): value for value in values}
    return list(unique.values())


def json_types(values: list[Any]) -> frozenset[str]:
    """The types of values; an integer beside fractions is a number."""
    kinds = frozenset(map(json_type, values))
    return kinds - {"integer"} if "number" in kinds else kinds


def json_type(value: Any) -> str:
    """What JSON Schema calls the type of a value."""
    if is_mapping(value):
        return "object"
    if is_list(value):
        return "array"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "integer" if isinstance(value, int) else "number"


def _coerce(value: Any, types: frozenset[str]) -> Any:
    """A value as one of the types, None where it is none."""
    json_type_name = json_type(value)
    if json_type_name in types or json_type_name == "integer" and "number" in types:
        return value
    if isinstance(value, float) and value.is_integer() and "integer" in types:
        return int(value)
    if "string" in types and json_type_name not in ("array", "object"):
        return json.dumps(value)
    return _parse_text(value, types) if isinstance(value, str) else None


def _parse_text(value: str, types: frozenset[str]) -> Any:
    """Return the number or boolean that text is, if that is of the types."""
    parsed = number_or_boolean(value)
    return parsed if parsed is not None and json_type(parsed) in types else None
