"""What models are made of: structs, enums that grow, and a value for "not given"."""

from enum import StrEnum
from typing import Self

from msgspec import UNSET, Struct, UnsetType

__all__ = ["UNSET", "Model", "OpenEnum", "UnsetType"]


class Model(Struct, omit_defaults=True):
    """A JSON object. A field that holds its default is not sent."""


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
