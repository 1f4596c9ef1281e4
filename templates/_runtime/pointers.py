"""Lookup in response bodies by JSON pointer."""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct

from .model import ADDITIONAL
from .type_guards import is_list_or_tuple, is_object

Pointer = tuple[str | int, ...]
"""A JSON pointer (RFC 6901) as keys and indexes, outermost first; empty for the body itself."""


def value_at(body: object, pointer: Pointer) -> object:
    """Return the value at a pointer; None if there is none.

    Keys are JSON property names, never Python attribute names: a document must not reach
    other attributes of a Python object.

    Args:
        body: A model, or plain data.
        pointer: The pointer.
    """
    value = body
    for key in pointer:
        if is_object(value):
            value = value.get(str(key))
        elif is_list_or_tuple(value):
            value = value[key] if isinstance(key, int) and key < len(value) else None
        elif isinstance(value, Struct):
            value = _property_value(value, str(key))
        else:
            return None
    return value


def text_at(body: object, pointer: Pointer) -> str | None:
    """Return the string at a pointer; None if there is no string."""
    value = value_at(body, pointer) if pointer else None
    return value if isinstance(value, str) else None


def _property_value(model: Struct, name: str) -> object:
    fields = _field_names(type(model))
    if name in fields and name != ADDITIONAL:
        return getattr(model, fields[name])
    additional = getattr(model, fields[ADDITIONAL]) if ADDITIONAL in fields else None
    return additional.get(name) if is_object(additional) else None


@cache
def _field_names(model: type[Any]) -> dict[str, str]:
    """Map the properties of a model to its fields; additional ones are under ADDITIONAL."""
    names = zip(model.__struct_encode_fields__, model.__struct_fields__, strict=True)
    return dict(names)
