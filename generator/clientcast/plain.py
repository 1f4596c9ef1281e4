"""Plain data, as JSON has it: what a value is, and safe access to what may be of another kind."""

from typing import Any, TypeGuard


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
