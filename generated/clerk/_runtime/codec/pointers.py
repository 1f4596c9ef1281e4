"""Lookup in response bodies by JSON pointer."""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct

from .model import ADDITIONAL, UNSET
from .type_guards import is_list_or_tuple, is_object

Pointer = tuple[str | int, ...]
"""A JSON pointer (RFC 6901) as keys and indexes, outermost first; empty for the body itself. The
index -1 is that of the last item."""


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
            if not isinstance(key, int) or not -len(value) <= key < len(value):
                return None
            value = value[key]
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
    # First, since it takes the values of the fields that an extended model has for them.
    additional = getattr(model, fields[ADDITIONAL]) if ADDITIONAL in fields else None
    if is_object(additional) and name in additional:
        return additional[name]
    value = getattr(model, fields[name], None) if name in fields else None
    return None if name == ADDITIONAL or value is UNSET else value


@cache
def _field_names(model: type[Any]) -> dict[str, str]:
    """Map the properties of a model to its fields; additional ones are under ADDITIONAL."""
    names = zip(model.__struct_encode_fields__, model.__struct_fields__, strict=True)
    return dict(names)
