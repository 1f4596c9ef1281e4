"""Comparison of JSON values."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

ABSENT: Any = msgspec.UNSET


def is_equal(one: Any, other: Any, nulls: bool = True) -> bool:
    """Return whether two JSON values are equal, comparing date-times and durations by value.

    Args:
        nulls: Whether null properties differ from missing ones.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        names = one.keys() | other.keys()
        missing = ABSENT if nulls else None
        return all(
            is_equal(one.get(name, missing), other.get(name, missing), nulls)
            for name in names
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            is_equal(a, b, nulls) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return _is_equal_decimal(one, other)
    return bool(one == other) or _parse_text(one) == _parse_text(other) is not None


def _is_equal_decimal(one: Any, other: Any) -> bool:
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except ArithmeticError:
        return False


_PLAIN_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _parse_text(value: Any) -> Any:
    """Parse a date-time, duration, time or UUID; return None for any other value."""
    if isinstance(value, str) and not _PLAIN_DATE.fullmatch(value):
        for type_ in (datetime, timedelta, time, UUID):
            try:
                return msgspec.convert(value, type_)
            except msgspec.ValidationError:
                pass
    return None


def json_differences(
    one: Any, other: Any, nulls: bool = True, path: str = "$"
) -> Iterator[str]:
    """Yield a message for each difference, with the JSON path after `at`."""
    if is_equal(one, other, nulls):
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one:
            if name not in other:
                if nulls or one[name] is not None:
                    kind = "null" if one[name] is None else "member"
                    yield f"a {kind} is missing at {path}.{name}"
            else:
                yield from json_differences(
                    one[name], other[name], nulls, f"{path}.{name}"
                )
        for name in other.keys() - one.keys():
            if nulls or other[name] is not None:
                yield f"an unexpected member at {path}.{name}"
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for a, b in zip(one, other, strict=True):
            yield from json_differences(a, b, nulls, f"{path}[]")
    else:
        kinds = f"{json_type(one)} became {json_type(other)}"
        yield f"{kinds} at {path}: {repr(one)[:60]} -> {repr(other)[:60]}"


def json_type(value: Any) -> str:
    """Return the name of a value's type in messages."""
    return "null" if value is None else type(value).__name__
