"""Moments and durations finer than microseconds, which msgspec rounds."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

import msgspec

from .model import ADDITIONAL
from .model_fields import struct_fields
from .moments import is_fine, parse_datetime, parse_duration, parse_time
from .msgspec_decoders import contains_type
from .type_guards import is_array, is_list_or_tuple, is_object


def restore_fine_moments(value: Any, plain: Any) -> Any:
    """Return a decoded value with the texts of its fine moments. Models are changed in place.

    Args:
        value: The decoded value.
        plain: The same JSON as plain data.
    """
    if isinstance(plain, str):
        return _restore(value, plain) if is_fine(plain) else value
    if isinstance(value, msgspec.Struct) and is_object(plain):
        for name, encoded_name in _fields_with_moments(type(value)):
            part = plain if encoded_name == ADDITIONAL else plain.get(encoded_name)
            member = getattr(value, name)
            restored = restore_fine_moments(member, part)
            if restored is not member:
                setattr(value, name, restored)
    elif is_list_or_tuple(value) and is_array(plain):
        restored = list(map(restore_fine_moments, value, plain))
        return tuple(restored) if isinstance(value, tuple) else restored
    elif is_object(value) and is_object(plain):
        return {
            name: restore_fine_moments(member, plain.get(name))
            for name, member in value.items()
        }
    return value


def _restore(value: object, text: str) -> object:
    match value:
        case datetime():
            return parse_datetime(text)
        case time():
            return parse_time(text)
        case timedelta():
            return parse_duration(text)
        case _:
            return value


def contains_moments(type_: Any) -> bool:
    """Return whether a type has date-times, times or durations."""
    return contains_type(type_, (datetime, time, timedelta).__contains__)


@cache
def _fields_with_moments(type_: Any) -> tuple[tuple[str, str], ...]:
    return tuple(
        (spec.name, spec.encode_name)
        for spec in struct_fields(type_)
        if contains_moments(spec.type)
    )
