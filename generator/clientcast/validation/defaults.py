"""Acceptance of defaults by schemas without a validator, where that is simple."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

from clientcast.plain import is_list, is_mapping

_NEUTRAL_KEYWORDS = {
    *("title", "description", "default", "example", "deprecated", "readOnly"),
    *("writeOnly", "xml", "externalDocs", "pattern"),
}
"""Keywords that the validator takes as annotations, and `pattern`, which it is not to apply."""
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
_RANGES = {"int32": 1 << 31, "int64": 1 << 63}
_UNCHECKED_FORMATS = {"password", "binary"}
if not any(map(find_spec, ("rfc3987", "rfc3986_validator"))):
    _UNCHECKED_FORMATS.add("uri")  # The validator checks it with one of these.
_MAX_DEPTH = 20


def accepts(
    schema: Mapping[str, Any],
    value: Any,
    resolve: Callable[[Any], Any],
    depth: int = 0,
) -> bool:
    """Return whether a schema certainly accepts a value; False if that takes a validator.

    Args:
        resolve: Function from a schema to what it refers to, or to itself.
    """
    if depth > _MAX_DEPTH:
        return False
    for keyword, expected in schema.items():
        if keyword in _NEUTRAL_KEYWORDS or keyword.startswith("x-"):
            continue
        match keyword:
            case "type":
                if not isinstance(expected, str) or not _has_type(value, expected):
                    return False
            case "nullable":
                if not isinstance(expected, bool):
                    return False
            case "enum":
                if not isinstance(value, str | int) or not any(
                    type(item) is type(value) and item == value for item in expected
                ):
                    return False
            case _ if keyword in _BOUNDS:
                if not _is_within(keyword, expected, value):
                    return False
            case "format":
                if not _has_format(value, expected):
                    return False
            case "items":
                if value and not (
                    is_list(value)
                    and is_mapping(expected)
                    and all(accepts(expected, v, resolve, depth + 1) for v in value)
                ):
                    return False
            case "$ref":
                target = resolve(schema)
                if not is_mapping(target):
                    return False
                if not accepts(target, value, resolve, depth + 1):
                    return False
            case "allOf":
                for part in expected:
                    if not is_mapping(part):
                        return False
                    if not accepts(part, value, resolve, depth + 1):
                        return False
            case "properties" | "additionalProperties":
                if value:
                    return False
            case _:
                return False
    return True


def _has_type(value: Any, expected: str) -> bool:
    match expected:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return type(value) is int
        case "number":
            return type(value) in (int, float)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case _:
            return False


def _is_within(keyword: str, bound: Any, value: Any) -> bool:
    """Return whether a value is within a bound, or the bound is for other types."""
    if type(bound) not in (int, float):
        return False
    match value:
        case str() if keyword.endswith("Length"):
            size: float = len(value)
        case [*items] if keyword.endswith("Items"):
            size = len(items)
        case int() | float() if keyword.endswith("imum") and type(value) is not bool:
            size = value
        case _:
            return True
    return bool(size >= bound if keyword.startswith("min") else size <= bound)


def _has_format(value: Any, name: Any) -> bool:
    if name in _RANGES:
        limit = _RANGES[name]
        return type(value) in (str, bool) or (
            type(value) is int and -limit <= value < limit
        )
    if name in ("float", "double"):
        return type(value) in (str, bool, int, float)
    return name in _UNCHECKED_FORMATS and type(value) in (str, bool, int, float)
