"""Additional properties of models: those without a field, which msgspec skips."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from .conversion import Mismatch, additional_field, convert, struct_fields
from .msgspec_decoders import contains_type
from .type_guards import is_array, is_list_or_tuple, is_object, is_subclass


def keeps_additional(type_: Any) -> bool:
    """Return whether a type is a model that keeps additional properties."""
    return is_subclass(type_, msgspec.Struct) and additional_field(type_) is not None


def fill_additional(value: object, plain: object, path: str = "$") -> list[Mismatch]:
    """Set the additional properties of all models in a value.

    Args:
        value: The decoded value.
        plain: The same JSON as plain data.
        path: JSON path of the value.

    Returns:
        The mismatches of additional properties with their type.
    """
    mismatches: list[Mismatch] = []
    if isinstance(value, msgspec.Struct) and is_object(plain):
        for name, encoded_name in _fields_with_additional(type(value)):
            if encoded_name in plain:
                mismatches += fill_additional(
                    getattr(value, name), plain[encoded_name], f"{path}.{encoded_name}"
                )
        field = additional_field(type(value))
        if field is not None:
            field_names = value.__struct_encode_fields__
            rest = {name: plain[name] for name in plain if name not in field_names}
            converted, mismatched = convert(
                rest, field.type, path, has_exact_numbers=True
            )
            setattr(value, field.name, converted)
            mismatches += mismatched
    elif is_list_or_tuple(value) and is_array(plain):
        for index, (item, part) in enumerate(zip(value, plain, strict=True)):
            mismatches += fill_additional(item, part, f"{path}[{index}]")
    elif is_object(value) and is_object(plain):
        for name, item in value.items():
            mismatches += fill_additional(item, plain[name], f"{path}.*")
    return mismatches


@cache
def _fields_with_additional(type_: Any) -> tuple[tuple[str, str], ...]:
    return tuple(
        (spec.name, spec.encode_name)
        for spec in struct_fields(type_)
        if contains_type(spec.type, keeps_additional)
    )
