"""Dataclasses that are cheap to define and to make: at run time they are structs of msgspec.

The standard library compiles the methods of each class when it is imported, and a frozen class
sets each field by `object.__setattr__`. Type checkers see the standard dataclasses, and check
what they check of those. Structs have no fields that are not compared, and no place for a
`cached_property`: classes that need these are dataclasses of the standard library.
"""

import dataclasses
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs, to_builtins

__all__ = [
    "as_dict",
    "as_tuple",
    "dataclass",
    "field",
    "field_names",
    "is_dataclass",
    "replace",
]

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    from msgspec import field

    def dataclass(*, slots: bool, frozen: bool = False, order: bool = False):
        """Return a decorator that makes a struct of a class with annotated fields."""
        assert slots, "a struct has no other attributes than its fields"

        def define(cls: type) -> type:
            namespace = {**vars(cls), "__qualname__": cls.__qualname__}
            for name in ("__dict__", "__weakref__"):
                namespace.pop(name, None)
            return type(Struct)(
                cls.__name__, (Struct,), namespace, frozen=frozen, order=order
            )

        return define

    def replace(value, /, **changes):
        """Return a copy of a dataclass with other values of some fields."""
        if isinstance(value, Struct):
            return structs.replace(value, **changes)
        return dataclasses.replace(value, **changes)


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
