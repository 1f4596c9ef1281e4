"""Acceptance and refusal of defaults by schemas without a validator, where that is simple."""

from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple

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
_TYPES = ("string", "boolean", "integer", "number", "array", "object")

Resolve = Callable[[Any], Any]


class UnsureError(Exception):
    """Whether a schema accepts a value, or the message if not, is known to a validator alone."""


class Refusal(NamedTuple):
    """The refusal of a value by a schema.

    Attributes:
        schema: The schema with the keyword that refuses the value.
        message: The message of the validator.
    """

    schema: Mapping[str, Any]
    message: str


def refusals(
    schema: Mapping[str, Any], value: Any, resolve: Resolve, depth: int = 0
) -> Iterator[Refusal]:
    """Yield why a schema refuses a value, as the validator does; nothing if it accepts it.

    Args:
        resolve: Function from a schema to what it refers to, or to itself.

    Raises:
        UnsureError: That takes a validator.
    """
    if depth > _MAX_DEPTH or isinstance(value, float):
        raise UnsureError
    for keyword, expected in schema.items():
        match keyword:
            case "type" if expected in _TYPES and value is not None:
                if not _has_type(value, expected):
                    yield Refusal(schema, f"{value!r} is not of type {expected!r}")
            case "required" if is_list(expected) and is_mapping(value):
                for name in expected:
                    if name not in value:
                        yield Refusal(schema, f"{name!r} is a required property")
            case "enum" if is_list(expected) and isinstance(value, str):
                if value not in expected:
                    yield Refusal(schema, f"{value!r} is not one of {expected!r}")
            case "$ref" if all(map(_is_neutral, schema.keys() - {"$ref"})):
                yield from _refusals_of_part(resolve(schema), value, resolve, depth)
            case "allOf" if is_list(expected) and "discriminator" not in schema:
                for part in expected:
                    yield from _refusals_of_part(part, value, resolve, depth)
            case _:
                if not accepts({keyword: expected}, value, resolve, depth):
                    raise UnsureError


def _refusals_of_part(
    schema: Any, value: Any, resolve: Resolve, depth: int
) -> Iterator[Refusal]:
    if not is_mapping(schema):
        raise UnsureError
    yield from refusals(schema, value, resolve, depth + 1)


def _is_neutral(keyword: str) -> bool:
    return keyword in _NEUTRAL_KEYWORDS or keyword.startswith("x-")


def accepts(
    schema: Mapping[str, Any],
    value: Any,
    resolve: Resolve,
    depth: int = 0,
) -> bool:
    """Return whether a schema certainly accepts a value; False if that takes a validator.

    Args:
        resolve: Function from a schema to what it refers to, or to itself.
    """
    if depth > _MAX_DEPTH:
        return False
    for keyword, expected in schema.items():
        if _is_neutral(keyword):
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
    if is_list(value) or is_mapping(value):  # Formats are of strings and numbers.
        return True
    if name in _RANGES:
        limit = _RANGES[name]
        return type(value) in (str, bool) or (
            type(value) is int and -limit <= value < limit
        )
    if name in ("float", "double"):
        return type(value) in (str, bool, int, float)
    return name in _UNCHECKED_FORMATS and type(value) in (str, bool, int, float)
