"""What msgspec reads by itself: it reads much faster than we do, but not every type."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from threading import Lock
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from .conversion import struct_fields
from .model import UnsetType
from .type_guards import is_subclass

_lock = Lock()


class _AnyModel(msgspec.Struct):
    """Stands for any one model."""


@cache
def msgspec_decoder(type_: Any) -> msgspec.json.Decoder[Any] | None:
    """What reads JSON as a type; None where msgspec cannot.

    msgspec takes a model whose fields it gave up half-way, or of which another thread looks
    up the fields at this moment, for one that it knows, and its decoder ends the process. So
    it is asked for no type that it does not know, and for one at a time.
    """
    with _lock:
        return (
            None
            if contains_type(type_, _is_unsupported)
            else msgspec.json.Decoder(type_)
        )


def contains_type(type_: Any, predicate: Callable[[Any], bool]) -> bool:
    """Whether a type is one that is wanted, or has one in it."""
    seen: set[Any] = set()
    todo = [type_]
    while todo:
        part = todo.pop()
        if predicate(part):
            return True
        if not is_subclass(part, msgspec.Struct):
            todo += () if get_origin(part) is Literal else get_args(part)
        elif part not in seen:
            seen.add(part)
            todo += (spec.type for spec in struct_fields(part))
    return False


@cache
def _is_unsupported(type_: Any) -> bool:
    """Whether msgspec does not know a type, whatever it thinks of the types in it.

    It tells no two models apart, nor two arrays, and no text from a date in a union.
    """
    if is_subclass(type_, msgspec.Struct) or type_ is UnsetType:
        return False
    is_union = get_origin(type_) in (Union, UnionType)
    members = get_args(type_) if is_union else (type_,)
    shallow_types = [
        _shallow_type(member) for member in members if member is not UnsetType
    ]
    if len(set(shallow_types)) < len(shallow_types):
        return True
    try:
        msgspec.json.Decoder(Union[tuple(shallow_types)])
    except TypeError:
        return True
    return False


def _shallow_type(type_: Any) -> Any:
    """A type without the types in it."""
    if is_subclass(type_, msgspec.Struct):
        return _AnyModel
    origin = get_origin(type_)
    return type_ if origin in (None, Literal) else origin
