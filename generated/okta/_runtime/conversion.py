"""Converts plain JSON to a type field by field, and tells where it does not fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

import msgspec

from .model import ADDITIONAL, Recursive, UnsetType
from .values import is_array, is_class, is_object, json_type

MOST_MISMATCHES = 20
"""How many are told of one answer, which may have millions."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A place where an answer is not what its description says.

    Nothing of it is data: a key of a map may be a token or an address, and is written `*`.

    Attributes:
        path: A JSON path such as `$.sessions[0].profile.*`.
        expected: What the description says.
        got: The JSON type that came, or `nothing`.
    """

    path: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, got {self.got}"


@dataclass(slots=True)
class _Findings:
    """What was found in an answer, or a part of it, so far.

    Attributes:
        count: How many mismatches there are.
        known: How many properties have a field of their own.
        mismatches: The first of them.
        unions: What arrays and objects, by their identity, were read as where a union
            stands. Without it unions within unions take exponential time.
    """

    count: int = 0
    known: int = 0
    mismatches: list[Mismatch] = field(default_factory=list[Mismatch])
    unions: dict[tuple[int, Any], tuple[Any, _Findings]] = field(
        default_factory=dict[tuple[int, Any], tuple[Any, "_Findings"]]
    )

    def add(self, path: str, expected: str, got: str) -> None:
        self.count += 1
        if len(self.mismatches) < MOST_MISMATCHES:
            self.mismatches.append(Mismatch(path, expected, got))

    def extend(self, others: _Findings) -> None:
        self.count += others.count
        self.known += others.known
        self.mismatches += others.mismatches[: MOST_MISMATCHES - len(self.mismatches)]


def convert(value: object, type_: Any, path: str = "$") -> tuple[Any, list[Mismatch]]:
    """Plain JSON as a value of a type, and where it does not fit."""
    findings = _Findings()
    return _convert(value, type_, path, findings), findings.mismatches


@cache
def fields_of(type_: Any) -> tuple[msgspec.structs.FieldInfo, ...]:
    """The fields of a struct. To find them takes msgspec 20 microseconds each time."""
    return msgspec.structs.fields(type_)


@cache
def additional_of(type_: Any) -> msgspec.structs.FieldInfo | None:
    """The field of a struct that holds the properties without a field of their own."""
    fields = (spec for spec in fields_of(type_) if spec.encode_name == ADDITIONAL)
    return next(fields, None)


def _convert(value: Any, type_: Any, path: str, findings: _Findings) -> Any:
    origin = get_origin(type_)
    if type_ is Any:
        return value
    if origin in (Union, UnionType):
        return _convert_union(value, type_, path, findings)
    if origin is Literal:
        if any(
            value == known and type(value) is type(known) for known in get_args(type_)
        ):
            return value
    elif origin is list:
        if is_array(value):
            (item,) = get_args(type_)
            return [
                _convert(member, item, f"{path}[{index}]", findings)
                for index, member in enumerate(value)
            ]
    elif origin is tuple:
        items = get_args(type_)
        if is_array(value) and len(value) == len(items):
            return tuple(
                _convert(member, item, f"{path}[{index}]", findings)
                for index, (member, item) in enumerate(zip(value, items, strict=True))
            )
    elif origin is dict:
        if is_object(value):
            _, item = get_args(type_)
            return {
                name: _convert(member, item, f"{path}.*", findings)
                for name, member in value.items()
            }
    elif is_class(type_, msgspec.Struct):
        if is_object(value):
            return _convert_struct(value, type_, path, findings)
    elif is_class(type_, Recursive):
        return _convert(value, type_.meaning(), path, findings)
    elif is_class(type_, Enum):
        if isinstance(value, str):
            return type_(value)
    elif type_ is datetime and isinstance(value, str):
        time = _datetime(value)
        if time is not None:
            if time.tzinfo is None:
                findings.add(path, "date-time with offset", "string")
            return time
    elif type_ is int and isinstance(value, float) and value.is_integer():
        return int(value)  # JSON Schema's integers include 1.0.
    else:
        try:
            return msgspec.convert(value, type_)
        except msgspec.ValidationError:
            pass
    findings.add(path, _name(type_), json_type(value))
    return value


def _datetime(text: str) -> datetime | None:
    """The date-time of a text, None for none.

    A leap second, which Python does not know, is the second after :59.
    """
    is_leap = text[17:19] == "60"
    try:
        time = msgspec.convert(
            f"{text[:17]}59{text[19:]}" if is_leap else text, datetime
        )
        return time + timedelta(seconds=is_leap)
    except (msgspec.ValidationError, OverflowError):
        return None


def _convert_struct(
    value: dict[str, Any], type_: Any, path: str, findings: _Findings
) -> Any:
    fields: dict[str, Any] = {}
    for spec in fields_of(type_):
        where = f"{path}.{spec.encode_name}"
        if spec.encode_name == ADDITIONAL:
            fields[spec.name] = _additional(value, type_, spec, path, findings)
        elif spec.encode_name in value:
            findings.known += 1
            member = value[spec.encode_name]
            fields[spec.name] = _convert(member, spec.type, where, findings)
        elif spec.required:
            findings.add(where, _name(spec.type), "nothing")
            fields[spec.name] = None
    return type_(**fields)


def _additional(
    value: dict[str, Any],
    type_: Any,
    spec: msgspec.structs.FieldInfo,
    path: str,
    findings: _Findings,
) -> dict[str, Any]:
    own = type_.__struct_encode_fields__
    rest = {name: value[name] for name in value if name not in own}
    kept: dict[str, Any] = _convert(rest, spec.type, path, findings)
    return kept


def _convert_union(value: Any, type_: Any, path: str, findings: _Findings) -> Any:
    # Only these have an identity of their own: equal numbers may be one object.
    if is_array(value) or is_object(value):
        key = id(value), type_
        if key not in findings.unions:
            findings.unions[key] = _choose(value, type_, path, findings)
        converted, found = findings.unions[key]
    else:
        converted, found = _choose(value, type_, path, findings)
    findings.extend(found)
    return converted


def _choose(
    value: Any, type_: Any, path: str, findings: _Findings
) -> tuple[Any, _Findings]:
    """The member that fits best: the first of those that know most of its properties."""
    if value is None and NoneType in get_args(type_):
        return None, _Findings()
    members = [m for m in get_args(type_) if m not in (NoneType, UnsetType)]
    best: tuple[Any, _Findings] | None = None
    for member in members:
        if len(members) > 1 and _contradicts(value, member):
            continue
        tried = _Findings(unions=findings.unions)
        converted = _convert(value, member, path, tried)
        if not tried.count and not (is_array(value) or is_object(value)):
            return converted, tried
        # What does not fit at all stays the same object.
        is_better = best is None or _rank(tried) < _rank(best[1])
        if is_better and (converted is not value or not tried.count):
            best = converted, tried
    if best is None:
        best = value, _Findings()
        best[1].add(path, _name(type_), json_type(value))
    return best


def _rank(findings: _Findings) -> tuple[int, int]:
    return findings.count, -findings.known


def _contradicts(value: Any, member: Any) -> bool:
    """Whether a constant that tells the members of a union apart says that it is another."""
    return (
        is_class(member, msgspec.Struct)
        and is_object(value)
        and any(
            value[spec.encode_name] not in get_args(spec.type)
            for spec in fields_of(member)
            if get_origin(spec.type) is Literal and spec.encode_name in value
        )
    )


@cache
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
        tuple: "array",
        datetime: "date-time",
        date: "date",
        time: "time",
        timedelta: "duration",
        UUID: "uuid",
        bytes: "base64",
        Decimal: "decimal",
    }
    plain: Any = get_origin(type_) or type_
    return names.get(plain) or str(getattr(plain, "__name__", plain))
