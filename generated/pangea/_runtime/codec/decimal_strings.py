"""Decimals that are sent as text, found by the types of models and arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

from .decimals import DecimalString, decimal_text
from .model import Recursive
from .model_fields import additional_field, struct_fields
from .type_guards import is_mapping, is_sequence, is_subclass


def decimal_strings(value: object, type_: Any = None) -> object:
    """Return a value with its decimals as text where their type is `DecimalString`.

    Args:
        value: An argument, or a part of it.
        type_: Its type; None if it is unknown, so that only models say which are text.
    """
    return _convert(value, tuple(_members(type_)))


def _convert(value: object, types: tuple[Any, ...]) -> object:
    """Convert a value that has one of the types, which contain no unions."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            return value  # It is refused later, by the name of its argument.
        return decimal_text(value) if DecimalString in types else value
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(
            value,
            **{
                field.name: _convert(
                    getattr(value, field.name), tuple(_members(field.type))
                )
                for field in struct_fields(type(value))
            },
        )
    if is_mapping(value):
        return {
            name: _convert(member, tuple(_property_types(types, name)))
            for name, member in value.items()
        }
    if is_sequence(value) and not isinstance(value, str | bytes):
        return [
            _convert(item, tuple(_item_types(types, index)))
            for index, item in enumerate(value)
        ]
    return value


def _members(type_: Any) -> Iterator[Any]:
    """Yield the members of a union, and any other type itself."""
    if is_subclass(type_, Recursive):
        type_ = type_.definition()
    if get_origin(type_) in (Union, UnionType):
        for member in get_args(type_):
            yield from _members(member)
    else:
        yield type_


def _property_types(types: tuple[Any, ...], name: object) -> Iterator[Any]:
    """Yield the types of a property of a mapping that is given for one of the types."""
    for type_ in types:
        if get_origin(type_) in (dict, Mapping):
            yield from _members(get_args(type_)[1])
        elif is_subclass(type_, msgspec.Struct):
            fields = struct_fields(type_)
            field = next((f for f in fields if f.encode_name == name), None)
            additional = additional_field(type_)
            if field is not None:
                yield from _members(field.type)
            elif additional is not None:
                yield from _property_types((additional.type,), name)


def _item_types(types: tuple[Any, ...], index: int) -> Iterator[Any]:
    """Yield the types of an item of a list that is given for one of the types."""
    for type_ in types:
        items = get_args(type_)
        if get_origin(type_) in (list, Sequence):
            yield from _members(items[0])
        elif get_origin(type_) is tuple and index < len(items):
            yield from _members(items[index])
