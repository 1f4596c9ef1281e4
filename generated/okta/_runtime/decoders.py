"""What msgspec reads by itself: it reads much faster than we do, but not every type."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from threading import Lock
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from .conversion import fields_of
from .model import UnsetType
from .values import is_class

_building = Lock()


class _Object(msgspec.Struct):
    """Stands for any one model."""


@cache
def decoder_of(type_: Any) -> msgspec.json.Decoder[Any] | None:
    """What reads JSON as a type; None where msgspec cannot.

    msgspec takes a model whose fields it gave up half-way, or of which another thread looks
    up the fields at this moment, for one that it knows, and its decoder ends the process. So
    it is asked for no type that it does not know, and for one at a time.
    """
    with _building:
        return None if leads_to(type_, _is_unknown) else msgspec.json.Decoder(type_)


def leads_to(type_: Any, is_wanted: Callable[[Any], bool]) -> bool:
    """Whether a type is one that is wanted, or has one in it."""
    seen: set[Any] = set()
    todo = [type_]
    while todo:
        part = todo.pop()
        if is_wanted(part):
            return True
        if not is_class(part, msgspec.Struct):
            todo += () if get_origin(part) is Literal else get_args(part)
        elif part not in seen:
            seen.add(part)
            todo += (spec.type for spec in fields_of(part))
    return False


@cache
def _is_unknown(type_: Any) -> bool:
    """Whether msgspec does not know a type, whatever it thinks of the types in it.

    It tells no two models apart, nor two arrays, and no text from a date in a union.
    """
    if is_class(type_, msgspec.Struct) or type_ is UnsetType:
        return False
    is_union = get_origin(type_) in (Union, UnionType)
    members = get_args(type_) if is_union else (type_,)
    kinds = [_kind(member) for member in members if member is not UnsetType]
    if len(set(kinds)) < len(kinds):
        return True
    try:
        msgspec.json.Decoder(Union[tuple(kinds)])
    except TypeError:
        return True
    return False


def _kind(type_: Any) -> Any:
    """A type without the types in it."""
    if is_class(type_, msgspec.Struct):
        return _Object
    origin = get_origin(type_)
    return type_ if origin in (None, Literal) else origin
