"""Additional properties of models: those without a field, which msgspec refuses."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

from .model import ADDITIONAL
from .model_fields import additional_field, struct_fields
from .type_guards import is_array, is_object, is_subclass

_Move = Callable[[list[Any]], None]
"""Function for all values of a type: one call for many is the fastest."""


class ForbiddenPropertyError(Exception):
    """A model without additional properties has a property without a field."""


def move_additional(plain: object, type_: Any) -> None:
    """Move the properties without a field, in place, to where msgspec decodes them.

    Args:
        plain: The JSON value of a type that msgspec supports, as plain data.
        type_: The type.

    Raises:
        ForbiddenPropertyError: If a model without additional properties has one.
    """
    move = _move_function(type_)
    if move is not None:
        move([plain])


@cache
def _move_function(type_: Any) -> _Move | None:
    """Return the function for the values of a type; None if there are no models in it."""
    origin, args = get_origin(type_), get_args(type_)
    if is_subclass(type_, msgspec.Struct):
        return _struct_function(type_)
    if origin in (Union, UnionType):
        return _union_function([f for f in map(_move_function, args) if f is not None])
    if origin is list:
        return _list_function(_move_function(args[0]))
    if origin is dict:
        return _dict_function(_move_function(args[1]))
    if origin is tuple:
        return _tuple_function([_move_function(item) for item in args])
    return None


def _struct_function(type_: Any) -> _Move:
    names = frozenset(type_.__struct_encode_fields__) - {ADDITIONAL}
    has_only_fields = names.issuperset
    is_open = additional_field(type_) is not None

    def move(values: list[Any]) -> None:
        objects: list[dict[str, Any]] = [v for v in values if type(v) is dict]
        for value in objects:
            if not has_only_fields(value):
                if not is_open:
                    raise ForbiddenPropertyError
                rest = [name for name in value if name not in names]
                value[ADDITIONAL] = {name: value.pop(name) for name in rest}
        for name, move_members in _field_functions(type_):
            members = [value[name] for value in objects if name in value]
            if members:
                move_members(members)

    return move


@cache
def _field_functions(type_: Any) -> tuple[tuple[str, _Move], ...]:
    """Return the encoded name and the function of each field of a model that has one."""
    pairs = ((f.encode_name, _move_function(f.type)) for f in struct_fields(type_))
    return tuple((name, move) for name, move in pairs if move is not None)


def _union_function(functions: list[_Move]) -> _Move | None:
    """Return the function for a union, whose members have different JSON types."""

    def move(values: list[Any]) -> None:
        for move_members in functions:
            move_members(values)

    return functions[0] if len(functions) == 1 else move if functions else None


def _list_function(move_items: _Move | None) -> _Move | None:
    if move_items is None:
        return None

    def move(values: list[Any]) -> None:
        move_items([item for value in values if is_array(value) for item in value])

    return move


def _dict_function(move_members: _Move | None) -> _Move | None:
    if move_members is None:
        return None

    def move(values: list[Any]) -> None:
        objects = (value for value in values if is_object(value))
        move_members([member for value in objects for member in value.values()])

    return move


def _tuple_function(functions: list[_Move | None]) -> _Move | None:
    if not any(functions):
        return None

    def move(values: list[Any]) -> None:
        arrays = [value for value in values if is_array(value)]
        for index, move_items in enumerate(functions):
            if move_items is not None:
                move_items([value[index] for value in arrays if index < len(value)])

    return move
