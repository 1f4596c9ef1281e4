"""Type guards, which type checkers use to narrow types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from os import PathLike
from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether a value is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is a JSON array."""
    return isinstance(value, list)


def is_list_or_tuple(value: object) -> TypeGuard[Sequence[Any]]:
    """Return whether a value is a list or a tuple."""
    return isinstance(value, list | tuple)


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Return whether a value is a mapping of any class."""
    return isinstance(value, Mapping)


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Return whether a value is a sequence of any class."""
    return isinstance(value, Sequence)


def is_buffer(value: object) -> TypeGuard[bytearray | memoryview[int]]:
    """Return whether a value is bytes in another class."""
    return isinstance(value, bytearray | memoryview)


def is_path(value: object) -> TypeGuard[PathLike[str]]:
    """Return whether a value is a path, but no text."""
    return isinstance(value, PathLike)


def is_subclass(type_: object, base: type[Any]) -> bool:
    """Return whether a type is a class and a subclass of another."""
    return isinstance(type_, type) and issubclass(type_, base)


def is_plain(value: object) -> bool:
    """Return whether a value is plain data, as JSON has it."""
    return value is None or isinstance(value, str | int | float | list | dict)


def json_type(value: object) -> str:
    """Return the JSON type of plain data."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int():
            return "integer"
        case float() | Decimal():
            return "number"
        case list():
            return "array"
        case _:
            return "object"
