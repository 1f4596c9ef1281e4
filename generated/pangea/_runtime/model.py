"""Base classes of models: structs, open enums, recursive types, and UNSET."""

from collections.abc import Callable
from enum import IntEnum, StrEnum
from typing import Any, ClassVar, Self

from msgspec import UNSET, Struct, UnsetType

__all__ = [
    "ADDITIONAL",
    "UNSET",
    "Model",
    "OpenEnum",
    "OpenIntEnum",
    "Recursive",
    "UnsetType",
    "recursive",
    "merge_additional",
]

ADDITIONAL = "\ufdd0additional"
"""Encoded name of the field for additional properties. It begins with a noncharacter (Unicode,
section 23.7), so that no property of an API has this name."""


class Model(Struct, omit_defaults=True):
    """Base class of models, which represent JSON objects.

    A field that has its default is not sent. The repr omits values, since they may be secret.
    """

    def __repr__(self) -> str:
        """Return the class and the names of the set fields: `<Session: id, login>`."""
        names = ", ".join(name for name, _ in self.__rich_repr__())
        return (
            f"<{type(self).__name__}: {names}>" if names else f"<{type(self).__name__}>"
        )

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Return the names of the set fields for Rich, which otherwise shows the values."""
        pairs = zip(self.__struct_fields__, self.__struct_encode_fields__, strict=True)
        values = ((name, wire, getattr(self, name)) for name, wire in pairs)
        return [
            (name, ...)
            for name, wire, value in values
            if value is not None
            and value is not UNSET
            and (value or wire != ADDITIONAL)
        ]


class OpenEnum(StrEnum):
    """A string enum that preserves unknown values, such as those a server adds later.

    An unknown value becomes a member with the value as its name. Like every member it equals
    the plain string.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member


class OpenIntEnum(IntEnum):
    """An integer enum that preserves unknown values, as `OpenEnum` does."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        member = int.__new__(cls, value)
        member._name_ = str(value)
        member._value_ = value
        return member


class Recursive:
    """Base class of recursive aliases: types that contain themselves without an object.

    Attributes:
        definition: Returns the type that the alias stands for.
    """

    definition: ClassVar[Callable[[], Any]]


def recursive(name: str, definition: Callable[[], Any]) -> type[Recursive]:
    """Create a recursive alias.

    Args:
        name: The name of the alias.
        definition: Returns its type; called once all types are defined.
    """
    return type(name, (Recursive,), {"definition": staticmethod(definition)})


def merge_additional(part: dict[str, Any]) -> dict[str, Any]:
    """Move the additional properties of an encoded model among its other properties."""
    if ADDITIONAL not in part:
        return part
    fields = {name: value for name, value in part.items() if name != ADDITIONAL}
    return {**part[ADDITIONAL], **fields}
