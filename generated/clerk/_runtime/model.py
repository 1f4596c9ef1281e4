"""What models are made of: structs, enums that grow, and a value for "not given"."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, ClassVar, Self

from msgspec import UNSET, Struct, UnsetType

__all__ = [
    "ADDITIONAL",
    "UNSET",
    "Model",
    "OpenEnum",
    "Recursive",
    "UnsetType",
    "recursive",
    "merge_additional",
]

ADDITIONAL = "\ufdd0additional"
"""What msgspec knows the field of additional properties by: it begins with a code point that
no text has (Unicode, section 23.7)."""


class Model(Struct, omit_defaults=True):
    """A JSON object. A field that holds its default is not sent.

    Its values may be secrets, so that none is shown where it is printed or logged.
    """

    def __repr__(self) -> str:
        """The class and the names of the fields that are set: `<Session: id, login>`."""
        names = ", ".join(name for name, _ in self.__rich_repr__())
        return (
            f"<{type(self).__name__}: {names}>" if names else f"<{type(self).__name__}>"
        )

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """For Rich, whose tracebacks would otherwise show the values."""
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
    """Text of which some values are known. One that the server invents later is kept.

    A value that is unknown here is a member whose name is its value; it equals the plain
    text, as every member does.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member


class Recursive:
    """A type that contains itself with no object between.

    Attributes:
        meaning: What it stands for.
    """

    definition: ClassVar[Callable[[], Any]]


def recursive(name: str, definition: Callable[[], Any]) -> type[Recursive]:
    """A type that contains itself; it is asked for its meaning when all types are there."""
    return type(name, (Recursive,), {"meaning": staticmethod(definition)})


def merge_additional(part: dict[str, Any]) -> dict[str, Any]:
    """An object made of a model, with its additional properties among the others."""
    if ADDITIONAL not in part:
        return part
    fields = {name: value for name, value in part.items() if name != ADDITIONAL}
    return {**part[ADDITIONAL], **fields}
