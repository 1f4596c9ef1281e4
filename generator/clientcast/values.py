"""Fields of structs, and structs as plain data.

The types between stages are structs of msgspec: they are cheaper to define and to make than
dataclasses, whose methods are compiled at each import. Classes that have fields which are not
compared, or a `cached_property`, are dataclasses.
"""

import dataclasses
from typing import Any

from msgspec import Struct, to_builtins


def field_names(kind: type[Any]) -> tuple[str, ...]:
    """Return the names of the fields of a class of structs, or of a dataclass, in their order."""
    if issubclass(kind, Struct):
        return tuple(kind.__struct_fields__)
    return tuple(field.name for field in dataclasses.fields(kind))


def fields_of(value: object) -> tuple[str, ...]:
    """Return the names of the fields of a struct or dataclass, in their order."""
    kind: type[Any] = value.__class__
    return field_names(kind)


def has_fields(value: object) -> bool:
    """Return whether a value is a struct or dataclass."""
    is_standard = dataclasses.is_dataclass(value) and not isinstance(value, type)
    return isinstance(value, Struct) or is_standard


def as_dict(value: object) -> dict[str, Any]:
    """Return the values of the fields by name, as plain data: tuples are lists."""
    found: dict[str, Any] = to_builtins(value)
    return found


def as_tuple(value: object) -> tuple[Any, ...]:
    """Return the values of the fields, and of structs in them, as tuples."""
    return tuple(_plain(getattr(value, name)) for name in fields_of(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Struct):
        return as_tuple(value)
    return tuple(map(_plain, value)) if value.__class__ is tuple else value
