"""Arguments of calls by their place: parameters, and properties of JSON and form bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import msgspec

from ..codec.plain_data import to_plain_data
from ..codec.request_body import NULL
from ..codec.styles import Styled, is_given
from ..codec.type_guards import is_mapping
from .request import Call

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ArgumentPath:
    """The place of one argument in a call.

    Attributes:
        location: The attribute of `Call` that has the argument.
        keys: The name of a parameter, or the keys of a property of the body, outermost first.
        sent_as: The JSON type that the document gives the property of a JSON body; empty if it
            gives another type or several.
    """

    location: Literal["path", "query", "header", "cookie", "json", "form"]
    keys: tuple[str, ...]
    sent_as: Literal["string", "integer", ""] = ""

    def value_in(self, call: Call[Any]) -> object:
        """Return the argument of a call as plain data; None if it is not given."""
        value = getattr(call, self.location)
        for key in self.keys:
            members = _members(value)
            value = None if members is None else members.get(key)
        value = _without_style(value)
        return to_plain_data(value, self.keys[-1]) if is_given(value) else None

    def replaced_in(self, call: Call[T], value: str | int) -> Call[T] | None:
        """Return a call with another value of the argument.

        None if the body of the call has no place for the argument.
        """
        holder = getattr(call, self.location)
        try:
            holder = _with_value(holder, self.keys, self._converted(value))
        except TypeError:
            return None
        arguments: dict[str, Any] = {self.location: holder}
        return msgspec.structs.replace(call, **arguments)

    def _converted(self, value: str | int) -> str | int:
        if self.sent_as == "string":
            return str(value)
        is_number = isinstance(value, str) and value.isascii() and value.isdecimal()
        return int(value) if self.sent_as == "integer" and is_number else value


def _with_value(holder: object, keys: tuple[str, ...], value: str | int) -> object:
    if isinstance(holder, Styled):
        return replace(holder, value=_with_value(holder.value, keys, value))
    if not keys:
        return value
    members = _members(holder)
    if members is None:
        raise TypeError(f"'{keys[0]}' cannot be set in what is no object")
    return {**members, keys[0]: _with_value(members.get(keys[0]), keys[1:], value)}


def _members(holder: object) -> Mapping[str, Any] | None:
    """Return an object, or model, as a mapping; None if it is something else."""
    value = _without_style(holder)
    if value is NULL or not is_given(value):
        return {}
    members = value if is_mapping(value) else to_plain_data(value)
    return members if is_mapping(members) else None


def _without_style(value: object) -> object:
    return value.value if isinstance(value, Styled) else value
