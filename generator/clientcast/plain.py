"""Plain data, as JSON has it: what a value is, and safe access to what may be of another kind."""

import math
import re
from typing import Any, TypeGuard

MAX_DIGITS = 600
"""Of a number. Python converts that many to and from text however it is set up."""

NUMBER = re.compile(
    r"-?(?:0|[1-9][0-9]*)(?P<fraction>\.[0-9]+)?(?P<exponent>[eE][-+]?[0-9]+)?"
)
"""A number of JSON (RFC 8259, section 6): of ASCII digits, and finite unless it is large."""


def is_mapping(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a JSON array."""
    return isinstance(value, list)


def mapping(value: object) -> dict[str, Any]:
    """The value where it is a mapping, else an empty one."""
    return value if is_mapping(value) else {}


def sequence(value: object) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if is_list(value) else []


def text(value: object) -> str:
    """The value where it is text, a number as it is written, else nothing."""
    if isinstance(value, bool) or value is None:
        return ""
    return str(value) if isinstance(value, str | int | float) else ""


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list, or a text alone as the only one."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in sequence(value) if isinstance(item, str))


def number(word: str) -> int | float | None:
    """Return the number that a word of JSON is; None for another word or one out of range.

    Out of range is a number of more than `MAX_DIGITS` characters, or one that overflows.
    """
    found = NUMBER.fullmatch(word) if len(word) <= MAX_DIGITS else None
    if found is None:
        return None
    if not found["fraction"] and not found["exponent"]:
        return int(word)
    value = float(word)
    return value if math.isfinite(value) else None


def number_or_boolean(value: object) -> int | float | bool | None:
    """Return the number or boolean that text is the JSON of; None for anything else."""
    if not isinstance(value, str):
        return None
    word = value.strip(" \t\r\n")
    return word == "true" if word in ("true", "false") else number(word)
