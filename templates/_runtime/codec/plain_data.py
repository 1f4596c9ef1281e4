"""Plain data: JSON values, and decimals, made from arguments; and their text."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

import msgspec

from .decimal_strings import decimal_strings
from .decimals import ExactFloat, decimal_text, is_exact_float
from .model import merge_additional
from .moments import fine_text, format_datetime, format_duration
from .type_guards import is_list_or_tuple, is_mapping, is_object, is_sequence

_encoder = msgspec.json.Encoder(decimal_format="number")


def to_plain_data(value: object, name: str = "body", purpose: str = "sent") -> object:
    """Convert a value to plain data, with its decimals if they are sent as numbers.

    Datetimes keep their offset, or have none.

    Args:
        value: The value.
        name: The name of the argument, for errors.
        purpose: What it cannot be if there is an error.

    Raises:
        ValueError: If a number is NaN or infinite.
        TypeError: If a value has an unsupported class.
    """
    if isinstance(value, str | int):
        return value
    has_decimals = False

    def convert(part: object) -> object:
        if isinstance(part, Decimal):
            nonlocal has_decimals
            has_decimals = True
        if isinstance(part, float | Decimal):
            if not _is_finite(part):
                raise ValueError(
                    f"{name} cannot be {purpose}: a number is NaN or infinite"
                )
            return part
        if isinstance(part, datetime):
            return format_datetime(part)
        if isinstance(part, timedelta):
            return format_duration(part)
        if is_object(part):
            return {
                name: convert(member) for name, member in merge_additional(part).items()
            }
        if is_list_or_tuple(part):
            return [convert(member) for member in part]
        return part

    plain = convert(_to_builtins(value, name, purpose))
    if has_decimals:
        return convert(_to_builtins(decimal_strings(value), name, purpose))
    return plain


def _is_finite(number: float | Decimal) -> bool:
    return number.is_finite() if isinstance(number, Decimal) else isfinite(number)


def _to_builtins(value: object, name: str, purpose: str) -> object:
    try:
        return msgspec.to_builtins(
            value, builtin_types=(datetime, timedelta, Decimal), enc_hook=to_builtin
        )
    except TypeError as error:
        problem = str(error)
    raise TypeError(f"{name} cannot be {purpose}: {problem}")


def to_builtin(value: object) -> object:
    """Convert a value of a class that msgspec does not support."""
    if isinstance(value, ExactFloat):
        return Decimal(value.text)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, datetime):
        return fine_text(value) or format_datetime(value)
    if isinstance(value, timedelta):
        return fine_text(value) or format_duration(value)
    if isinstance(value, time):
        return fine_text(value) or value.isoformat()
    if is_mapping(value):
        return dict(value)
    if is_sequence(value):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not supported")


def to_text(data: Any) -> str:
    """Return plain data as text; nested lists and objects, which no style defines, as JSON.

    A float that is an integer has no fraction: an id of `type: number` is read as `5.0`, and
    what it identifies has the path `/things/5`.
    """
    if isinstance(data, Decimal):
        return decimal_text(data)
    if isinstance(data, float) and data.is_integer() and is_exact_float(data):
        return str(int(data))
    return data if isinstance(data, str) else to_json(data)


def to_json(data: object) -> str:
    """Return plain data as compact JSON."""
    return encode_json(data).decode("utf-8")


def encode_json(data: object) -> bytes:
    """Encode plain data as compact JSON."""
    return _encoder.encode(data)
