"""Keeps the properties that a model has no field for, which msgspec passes over."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from .conversion import Mismatch, additional_of, convert, fields_of
from .decoders import leads_to
from .values import is_array, is_class, is_object, is_row


def is_open(type_: Any) -> bool:
    """Whether it is a model that keeps additional properties."""
    return is_class(type_, msgspec.Struct) and additional_of(type_) is not None


def fill(value: object, plain: object, path: str = "$") -> list[Mismatch]:
    """Put additional properties into the models that a value has, and tell what does not fit.

    Args:
        value: What was read of a JSON text.
        plain: The same text as plain data.
        path: Where it stands.
    """
    found: list[Mismatch] = []
    if isinstance(value, msgspec.Struct) and is_object(plain):
        for name, wire in _fields_with_open(type(value)):
            if wire in plain:
                found += fill(getattr(value, name), plain[wire], f"{path}.{wire}")
        field = additional_of(type(value))
        if field is not None:
            own = value.__struct_encode_fields__
            rest = {name: plain[name] for name in plain if name not in own}
            kept, wrong = convert(rest, field.type, path)
            setattr(value, field.name, kept)
            found += wrong
    elif is_row(value) and is_array(plain):
        for index, (item, part) in enumerate(zip(value, plain, strict=True)):
            found += fill(item, part, f"{path}[{index}]")
    elif is_object(value) and is_object(plain):
        for name, item in value.items():
            found += fill(item, plain[name], f"{path}.*")
    return found


@cache
def _fields_with_open(type_: Any) -> tuple[tuple[str, str], ...]:
    return tuple(
        (spec.name, spec.encode_name)
        for spec in fields_of(type_)
        if leads_to(spec.type, is_open)
    )
