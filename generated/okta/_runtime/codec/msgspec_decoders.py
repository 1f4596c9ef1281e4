"""msgspec decoders: much faster than `conversion`, but not available for every type."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from threading import Lock
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from .model import UnsetType
from .model_fields import struct_fields
from .type_guards import is_subclass

lock = Lock()
"""Held while msgspec looks up the fields of models. It crashes the process with a model whose
lookup failed half-way or is running in another thread."""
if hasattr(os, "register_at_fork"):
    # A child would wait for ever for a thread of its parent to release the lock.
    os.register_at_fork(
        before=lock.acquire,
        after_in_parent=lock.release,
        after_in_child=lock.release,
    )


class _AnyModel(msgspec.Struct):
    """Placeholder for any model."""


@cache
def msgspec_decoder(type_: Any) -> msgspec.json.Decoder[Any] | None:
    """Return the msgspec decoder of a type; None if msgspec does not support it."""
    with lock:
        return (
            None
            if contains_type(type_, _is_unsupported)
            else msgspec.json.Decoder(type_)
        )


def contains_type(type_: Any, predicate: Callable[[Any], bool]) -> bool:
    """Return whether a predicate holds for a type or any type nested in it."""
    return any(map(predicate, nested_types(type_)))


def nested_types(type_: Any) -> Iterator[Any]:
    """Yield a type and the types nested in it, each model with its fields once."""
    seen: set[Any] = set()
    todo = [type_]
    while todo:
        part = todo.pop()
        yield part
        if not is_subclass(part, msgspec.Struct):
            todo += _type_arguments(part)
        elif part not in seen:
            seen.add(part)
            todo += (spec.type for spec in struct_fields(part))


def _type_arguments(type_: Any) -> tuple[Any, ...]:
    """Return the types that a generic type, a union or an annotated type consists of."""
    origin = get_origin(type_)
    if origin is Annotated:
        return (type_.__origin__,)
    return () if origin is Literal else get_args(type_)


@cache
def _is_unsupported(type_: Any) -> bool:
    """Return whether msgspec does not support a type, regardless of nested types.

    It supports no unions of two models, of two arrays, or of a string and a date.
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
    """Return a type without its nested types."""
    if is_subclass(type_, msgspec.Struct):
        return _AnyModel
    origin = get_origin(type_)
    if origin is Annotated:
        return type_.__origin__
    return type_ if origin in (None, Literal) else origin
