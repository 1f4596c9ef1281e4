"""Decimals: JSON numbers, or text if the schema is a string."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite
from typing import Annotated, Any, TypeAlias

from .type_guards import is_array, is_object

DecimalString: TypeAlias = Annotated[Decimal, "string"]
"""A decimal whose schema is a string. All other decimals are sent as numbers."""

_MAX_EXPONENT = 1000
"""The greatest exponent that is written as digits."""


class ExactFloat(float):
    """A number of a response with its text, which a decimal needs.

    Attributes:
        text: The number as received.
    """

    text: str


_MAX_EXACT_FLOAT = 2**53
"""The number up to which a float is exact for every integer (RFC 8259, section 6)."""

_LONG_INTEGER = re.compile(rb"(?<![^:\[,\s-])[0-9]{16,}(?=[\s,\]}])")
_DIGITS_AS_0 = bytes(ord("0" if chr(i) in "0123456789" else " ") for i in range(256))


def has_long_integers(content: bytes) -> bool:
    """Return whether JSON may have an integer that a float cannot hold."""
    # Much faster than to search all content with the pattern.
    has_digits = b"0" * 16 in content.translate(_DIGITS_AS_0)
    return has_digits and _LONG_INTEGER.search(content) is not None


def is_exact_float(number: float) -> bool:
    """Return whether a float that was an integer in JSON is surely that integer."""
    return -_MAX_EXACT_FLOAT < number < _MAX_EXACT_FLOAT


def exact_number(text: str) -> float | Decimal:
    """Return a JSON number with a fraction or exponent; a decimal if it is no finite float."""
    number = ExactFloat(text)
    if not isfinite(number):
        return Decimal(text)
    number.text = text
    return number


def exact_float(value: Decimal) -> ExactFloat:
    """Return a decimal as the nearest float, with its text."""
    number = ExactFloat(value)
    number.text = str(value)
    return number


def inexact_numbers(data: Any) -> Any:
    """Return plain data with plain floats in place of `ExactFloat`."""
    if isinstance(data, ExactFloat):
        return float(data)
    if is_array(data):
        return list(map(inexact_numbers, data))
    if is_object(data):
        return {name: inexact_numbers(member) for name, member in data.items()}
    return data


def decimal_text(value: Decimal) -> str:
    """Return a decimal in fixed-point notation, unless that is extremely long."""
    exponent = value.as_tuple().exponent
    is_short = isinstance(exponent, int) and abs(exponent) <= _MAX_EXPONENT
    return f"{value:f}" if is_short else str(value)
