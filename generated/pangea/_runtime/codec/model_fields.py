"""The fields of models."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from .model import ADDITIONAL, DefaultConstant


@cache
def struct_fields(type_: Any) -> tuple[msgspec.structs.FieldInfo, ...]:
    """Return the fields of a struct; cached, since msgspec takes 20 microseconds each time."""
    return msgspec.structs.fields(type_)


@cache
def additional_field(type_: Any) -> msgspec.structs.FieldInfo | None:
    """Return the field of a struct for additional properties, or None."""
    fields = (spec for spec in struct_fields(type_) if spec.encode_name == ADDITIONAL)
    return next(fields, None)


def is_required(field: msgspec.structs.FieldInfo) -> bool:
    """Return whether a property must be present in a response."""
    factory = field.default_factory
    is_constant = isinstance(factory, DefaultConstant) and factory.is_required
    return field.required or is_constant


def is_tag(field: msgspec.structs.FieldInfo) -> bool:
    """Return whether the value of a property selects the model from a union."""
    factory = field.default_factory
    return isinstance(factory, DefaultConstant) and factory.is_tag
