"""Reads an answer's JSON into models: strictly where it fits, field by field where it does not.

The server has carried the call out, so that an answer which is not quite what the API's
description says is still an answer: what fits is converted, what does not stays as it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeGuard, Union, get_args, get_origin

import msgspec

from .model import UnsetType
from .values import is_array, is_object


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A place where an answer is not what its description says.

    Attributes:
        path: A JSON path such as `$.sessions[0].status`.
        expected: What the description says.
        got: The JSON type that came, or `nothing`.
    """

    path: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, got {self.got}"


def read(content: bytes, type_: Any) -> tuple[Any, list[Mismatch]]:
    """JSON text as a value of a type, and where it does not fit.

    Raises:
        msgspec.DecodeError: The text is not JSON.
    """
    decoder = _decoder(type_)
    if decoder is not None:
        try:
            return decoder.decode(content), []
        except msgspec.ValidationError:
            pass
    mismatches: list[Mismatch] = []
    return _convert(msgspec.json.decode(content), type_, "$", mismatches), mismatches


@lru_cache(maxsize=1024)
def _decoder(type_: Any) -> msgspec.json.Decoder[Any] | None:
    """None for a union of several objects, which msgspec does not tell apart."""
    try:
        return msgspec.json.Decoder(type_)
    except TypeError:
        return None


def _convert(value: Any, type_: Any, path: str, mismatches: list[Mismatch]) -> Any:
    origin = get_origin(type_)
    if type_ is Any:
        return value
    if origin in (Union, UnionType):
        return _convert_union(value, type_, path, mismatches)
    if origin is Literal:
        if any(
            value == known and type(value) is type(known) for known in get_args(type_)
        ):
            return value
    elif origin is list and is_array(value):
        (item,) = get_args(type_)
        return [
            _convert(member, item, f"{path}[{index}]", mismatches)
            for index, member in enumerate(value)
        ]
    elif origin is dict and is_object(value):
        _, item = get_args(type_)
        return {
            name: _convert(member, item, f"{path}.{name}", mismatches)
            for name, member in value.items()
        }
    elif _is_class(type_, msgspec.Struct):
        if is_object(value):
            return _convert_struct(value, type_, path, mismatches)
    elif _is_class(type_, Enum):
        if isinstance(value, str):
            return type_(value)
    else:
        try:
            return msgspec.convert(value, type_)
        except msgspec.ValidationError:
            pass
    mismatches.append(Mismatch(path, _name(type_), _json_type(value)))
    return value


def _convert_struct(
    value: dict[str, Any], type_: type[Any], path: str, mismatches: list[Mismatch]
) -> Any:
    fields = {}
    for field in msgspec.structs.fields(type_):
        where = f"{path}.{field.encode_name}"
        if field.encode_name in value:
            member = value[field.encode_name]
            fields[field.name] = _convert(member, field.type, where, mismatches)
        elif field.required:
            mismatches.append(Mismatch(where, _name(field.type), "nothing"))
            fields[field.name] = None
    return type_(**fields)


def _convert_union(
    value: Any, type_: Any, path: str, mismatches: list[Mismatch]
) -> Any:
    """The first member that fits; of objects where none does, the one that fits best."""
    members = [m for m in get_args(type_) if m is not UnsetType]
    if value is None and NoneType in members:
        return None
    best: tuple[Any, list[Mismatch]] | None = None
    for member in members:
        if member is NoneType:
            continue
        wrong: list[Mismatch] = []
        converted = _convert(value, member, path, wrong)
        if not wrong:
            return converted
        within = all(mismatch.path != path for mismatch in wrong)
        if within and not _contradicts(value, member):
            if best is None or len(wrong) < len(best[1]):
                best = converted, wrong
    if best is None:
        mismatches.append(Mismatch(path, _name(type_), _json_type(value)))
        return value
    mismatches.extend(best[1])
    return best[0]


def _contradicts(value: Any, member: Any) -> bool:
    """Whether a constant that tells the members of a union apart says that it is another."""
    if not _is_class(member, msgspec.Struct):
        return False
    return any(
        value[field.encode_name] not in get_args(field.type)
        for field in msgspec.structs.fields(member)
        if get_origin(field.type) is Literal and field.encode_name in value
    )


def _is_class(type_: Any, base: type[Any]) -> TypeGuard[type[Any]]:
    return isinstance(type_, type) and issubclass(type_, base)


def _name(type_: Any) -> str:
    if get_origin(type_) in (Union, UnionType):
        return " | ".join(_name(m) for m in get_args(type_) if m is not UnsetType)
    if type_ is NoneType:
        return "null"
    if get_origin(type_) is Literal:
        return " | ".join(map(repr, get_args(type_)))
    names: dict[Any, str] = {
        str: "string",
        int: "integer",
        float: "number",
        bool: "boolean",
        list: "array",
        dict: "object",
        datetime: "date-time",
        date: "date",
    }
    plain: Any = get_origin(type_) or type_
    return names.get(plain) or str(getattr(plain, "__name__", plain))


def _json_type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int():
            return "integer"
        case float():
            return "number"
        case list():
            return "array"
        case _:
            return "object"
