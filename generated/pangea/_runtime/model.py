"""What models are made of: structs, enums that grow, and a value for "not given"."""

from enum import StrEnum
from typing import Any, Self

from msgspec import UNSET, Struct, UnsetType

__all__ = ["UNSET", "Model", "OpenEnum", "UnsetType"]


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
        values = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return [
            (n, ...) for n, value in values if value is not None and value is not UNSET
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
