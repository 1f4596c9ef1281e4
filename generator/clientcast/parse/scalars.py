"""Types of scalars by `type` and `format`, and values of enums."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from clientcast.ir import Nullable, Scalar, ScalarKind
from clientcast.openapi import bare_media_type, is_textual
from clientcast.parse.keywords import ANNOTATIONS, CONSTRAINTS
from clientcast.plain import is_list, is_mapping, number_or_boolean, text, texts

_KIND_BY_FORMAT = {
    "date-time": ScalarKind.DATE_TIME,
    "date": ScalarKind.DATE,
    "time": ScalarKind.TIME,
    "duration": ScalarKind.DURATION,
    "uuid": ScalarKind.UUID,
    "byte": ScalarKind.BYTES,
    "binary": ScalarKind.BINARY,
    "decimal": ScalarKind.DECIMAL_STRING,
}
"""Formats of strings that have their own Python type (OpenAPI Format Registry)."""

STRING_FORMATS = frozenset(_KIND_BY_FORMAT)

_PLAIN_KEYWORDS = ANNOTATIONS | CONSTRAINTS | {"type", "format", "nullable"}
_TYPES = frozenset(("string", "integer", "number", "boolean"))


def plain_scalar(schema: dict[str, Any]) -> Scalar | Nullable | None:
    """Return the type of a schema with one scalar type and nothing else that has an effect.

    Most schemas of a document are of this kind. None for any other.
    """
    name, format_ = schema.get("type"), schema.get("format", "")
    is_nullable = schema.get("nullable") is True
    if is_list(name) and len(name) == 2 and name[1] == "null":
        name, is_nullable = name[0], True
    if not isinstance(name, str) or name not in _TYPES or not isinstance(format_, str):
        return None
    if not schema.keys() <= _PLAIN_KEYWORDS:
        return None
    type_ = scalar(name, format_)
    return Nullable(type_) if is_nullable else type_


def is_binary(schema: Mapping[str, object]) -> bool:
    """Return whether a schema describes octets: no JSON, and no text that encodes them.

    OpenAPI 3.0 has `format: binary`; 3.1 has `contentMediaType` (JSON Schema 2020-12, 8.4).
    """
    types = {*texts(schema.get("type"))} - {"null"}
    if types - {"string"} or schema.get("contentEncoding"):
        return False
    media_type = bare_media_type(text(schema.get("contentMediaType")))
    is_octets = bool(media_type) and not is_textual(media_type)
    return schema.get("format") == "binary" or is_octets


@cache
def scalar(type_name: str, format_name: str) -> Scalar:
    """Return the type of a string, integer, number or boolean."""
    if type_name == "string":
        return Scalar(_KIND_BY_FORMAT.get(format_name, ScalarKind.STRING))
    if type_name == "number" and format_name == "decimal":
        return Scalar(ScalarKind.DECIMAL)
    return Scalar(ScalarKind(type_name))


def coerce_enum_values(values: list[Any], types: frozenset[str] | None) -> list[Any]:
    """Return the values of an enum without duplicates, converted to the given JSON types.

    Values that cannot be converted are dropped: `0 (None)` beside `type: integer` is a remark.
    `type: object` is ignored, since it is a common mistake in enums.
    """
    if types and types != frozenset(("object",)):
        values = [
            v for v in (_coerce(value, types) for value in values) if v is not None
        ]
    unique = {json.dumps(value, sort_keys=True): value for value in values}
    return list(unique.values())


def json_types(values: list[Any]) -> frozenset[str]:
    """Return the JSON types of values; integers among numbers are numbers."""
    kinds = frozenset(map(json_type, values))
    return kinds - {"integer"} if "number" in kinds else kinds


def json_type(value: Any) -> str:
    """Return the JSON Schema type of a value."""
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
    """Return a value converted to one of the types; None if that is impossible."""
    json_type_name = json_type(value)
    if json_type_name in types or json_type_name == "integer" and "number" in types:
        return value
    if isinstance(value, float) and value.is_integer() and "integer" in types:
        return int(value)
    if "string" in types and json_type_name not in ("array", "object"):
        return json.dumps(value)
    return _parse_text(value, types) if isinstance(value, str) else None


def _parse_text(value: str, types: frozenset[str]) -> Any:
    """Return the number or boolean in a text; None if it has none of the types."""
    parsed = number_or_boolean(value)
    return parsed if parsed is not None and json_type(parsed) in types else None
