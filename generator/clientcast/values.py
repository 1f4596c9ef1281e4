"""Fields of structs, and structs as plain data.

The types between stages are structs of msgspec: they are cheaper to define and to make than
dataclasses, whose methods are compiled at each import. Classes that have fields which are not
compared, or a `cached_property`, are dataclasses.
"""

import dataclasses
from typing import Any

from msgspec import Struct, to_builtins


def field_names(kind: type[Any]) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass, in their order."""
    if issubclass(kind, Struct):
        return tuple(kind.__struct_fields__)
    return tuple(field.name for field in dataclasses.fields(kind))


def is_dataclass(value: object) -> bool:
    """Return whether a value is an instance of a dataclass."""
    is_standard = dataclasses.is_dataclass(value) and not isinstance(value, type)
    return isinstance(value, Struct) or is_standard


def as_dict(value: object) -> dict[str, Any]:
    """Return the values of the fields by name, as plain data: tuples are lists."""
    found: dict[str, Any] = to_builtins(value)
    return found


def as_tuple(value: object) -> tuple[Any, ...]:
    """Return the values of the fields, and of dataclasses in them, as tuples."""
    return tuple(_plain(getattr(value, name)) for name in field_names(type(value)))


def _plain(value: Any) -> Any:
    if isinstance(value, Struct):
        return as_tuple(value)
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value
