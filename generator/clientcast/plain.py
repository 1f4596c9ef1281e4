"""Plain data as in JSON: type guards, and access to values of unknown types."""

import math
import re
from typing import Any, TypeGuard

MAX_DIGITS = 600
"""Digits of a number. Python converts that many to and from text with any configuration."""

NUMBER = re.compile(
    r"-?(?:0|[1-9][0-9]*)(?P<fraction>\.[0-9]+)?(?P<exponent>[eE][-+]?[0-9]+)?"
)
"""A number of JSON (RFC 8259, section 6): of ASCII digits, and finite unless it is large."""


def is_mapping(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether a value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is a JSON array."""
    return isinstance(value, list)


def mapping(value: object) -> dict[str, Any]:
    """Return a mapping unchanged, and an empty one for any other value."""
    return value if is_mapping(value) else {}


def sequence(value: object) -> list[Any]:
    """Return a list unchanged, and an empty one for any other value."""
    return value if is_list(value) else []


def text(value: object) -> str:
    """Return text unchanged, a number as text, and empty text for any other value."""
    if isinstance(value, bool) or value is None:
        return ""
    return str(value) if isinstance(value, str | int | float) else ""


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list, or a single text as a tuple."""
    if isinstance(value, str):
        return (value,)
    if not is_list(value):
        return ()
    return tuple(item for item in value if isinstance(item, str))


def escape(key: str) -> str:
    """Escape a key as a segment of a JSON pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def number(word: str) -> int | float | None:
    """Parse a number of JSON; None if it is not one, or out of range.

    A number of more than `MAX_DIGITS` characters, or one that overflows, is out of range.
    """
    found = NUMBER.fullmatch(word) if len(word) <= MAX_DIGITS else None
    if found is None:
        return None
    if not found["fraction"] and not found["exponent"]:
        return int(word)
    value = float(word)
    return value if math.isfinite(value) else None


def number_or_boolean(value: object) -> int | float | bool | None:
    """Parse text as a number or boolean of JSON; None if it is neither."""
    if not isinstance(value, str):
        return None
    word = value.strip(" \t\r\n")
    return word == "true" if word in ("true", "false") else number(word)


def count_values(value: Any) -> int:
    """Return the number of values within a value."""
    pending, count = [value], 0
    while pending:
        value = pending.pop()
        inner = value.values() if is_mapping(value) else value if is_list(value) else ()
        count += len(inner)
        pending += inner
    return count
