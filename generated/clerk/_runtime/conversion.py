"""Conversion of plain JSON data to a type, field by field, with a list of mismatches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

import msgspec

from .decimals import DecimalString, ExactFloat, inexact_numbers
from .model import ADDITIONAL, OpenEnum, OpenIntEnum, Recursive, UnsetType
from .type_guards import is_array, is_object, is_subclass, json_type

MAX_MISMATCHES = 20
"""Maximum number of mismatches reported for one response, which may have millions."""


NO_PROPERTY = "no such property"
"""What is expected in place of a property without a field, if the schema forbids those."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A location where a response does not match its schema.

    It contains no data of the response: a key of a map may be a token or an address, so that
    it is written `*`.

    Attributes:
        path: A JSON path such as `$.sessions[0].profile.*`.
        expected: The type in the schema.
        actual: The JSON type in the response, or `nothing` if it is missing.
    """

    path: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, got {self.actual}"


@dataclass(slots=True)
class _Report:
    """Result of converting a value, or a part of it.

    Attributes:
        count: Number of mismatches.
        matched: Number of properties that have a field.
        mismatches: The first mismatches, at most `MAX_MISMATCHES`.
        unions: Cache of the conversions of arrays and objects to unions, by identity and
            type. Without it nested unions take exponential time.
        has_exact_numbers: Whether the data may contain `ExactFloat`.
    """

    count: int = 0
    matched: int = 0
    mismatches: list[Mismatch] = field(default_factory=list[Mismatch])
    unions: dict[tuple[int, Any], tuple[Any, _Report]] = field(
        default_factory=dict[tuple[int, Any], tuple[Any, "_Report"]]
    )
    has_exact_numbers: bool = False

    def add(self, path: str, expected: str, actual: str) -> None:
        self.count += 1
        if len(self.mismatches) < MAX_MISMATCHES:
            self.mismatches.append(Mismatch(path, expected, actual))

    def extend(self, other: _Report) -> None:
        self.count += other.count
        self.matched += other.matched
        self.mismatches += other.mismatches[: MAX_MISMATCHES - len(self.mismatches)]


def convert(
    value: object, type_: Any, path: str = "$", *, has_exact_numbers: bool = False
) -> tuple[Any, list[Mismatch]]:
    """Convert plain JSON data to a type.

    Args:
        value: The plain data.
        type_: The type.
        path: JSON path of the value.
        has_exact_numbers: Whether the data may contain `ExactFloat`.

    Returns:
        The value, with mismatching parts unconverted, and the mismatches.
    """
    report = _Report(has_exact_numbers=has_exact_numbers)
    return _convert(value, type_, path, report), report.mismatches


@cache
def struct_fields(type_: Any) -> tuple[msgspec.structs.FieldInfo, ...]:
    """Return the fields of a struct; cached, since msgspec takes 20 microseconds each time."""
    return msgspec.structs.fields(type_)


@cache
def additional_field(type_: Any) -> msgspec.structs.FieldInfo | None:
    """Return the field of a struct for additional properties, or None."""
    fields = (spec for spec in struct_fields(type_) if spec.encode_name == ADDITIONAL)
    return next(fields, None)


def _convert(value: Any, type_: Any, path: str, report: _Report) -> Any:
    origin = get_origin(type_)
    if type_ is Any:
        return inexact_numbers(value) if report.has_exact_numbers else value
    if origin in (Union, UnionType):
        return _convert_union(value, type_, path, report)
    if origin is Literal:
        if any(
            value == constant and type(value) is type(constant)
            for constant in get_args(type_)
        ):
            return value
    elif origin is list:
        if is_array(value):
            (item,) = get_args(type_)
            return [
                _convert(member, item, f"{path}[{index}]", report)
                for index, member in enumerate(value)
            ]
    elif origin is tuple:
        items = get_args(type_)
        if is_array(value) and len(value) == len(items):
            return tuple(
                _convert(member, item, f"{path}[{index}]", report)
                for index, (member, item) in enumerate(zip(value, items, strict=True))
            )
    elif origin is dict:
        if is_object(value):
            _, item = get_args(type_)
            return {
                name: _convert(member, item, f"{path}.*", report)
                for name, member in value.items()
            }
    elif is_subclass(type_, msgspec.Struct):
        if is_object(value):
            return _convert_struct(value, type_, path, report)
    elif is_subclass(type_, Recursive):
        return _convert(value, type_.definition(), path, report)
    elif is_subclass(type_, OpenEnum):
        if isinstance(value, str):
            return type_(value)
    elif is_subclass(type_, OpenIntEnum):
        number = _convert(value, int, path, report)
        return type_(number) if isinstance(number, int) else value
    elif type_ is datetime and isinstance(value, str):
        time = _parse_datetime(value)
        if time is not None:
            if time.tzinfo is None:
                report.add(path, "date-time with offset", "string")
            return time
    elif type_ is int and isinstance(value, float) and value.is_integer():
        return int(value)  # JSON Schema's integers include 1.0.
    elif type_ is Decimal or type_ == DecimalString:
        number = _parse_decimal(value)
        if number is not None:
            if isinstance(value, str) != (type_ == DecimalString):
                report.add(path, _type_name(type_), json_type(value))
            return number
    elif type_ is float and isinstance(value, float):
        return float(value)
    else:
        try:
            return msgspec.convert(value, type_)
        except msgspec.ValidationError:
            pass
    report.add(path, _type_name(type_), json_type(value))
    return value


def _parse_decimal(value: object) -> Decimal | None:
    """Return a number or its text as a decimal; None if it is neither."""
    try:
        return msgspec.convert(
            value.text if isinstance(value, ExactFloat) else value, Decimal
        )
    except msgspec.ValidationError:
        return None


def _parse_datetime(text: str) -> datetime | None:
    """Parse a date-time; None if it is invalid.

    A leap second, which `datetime` does not support, becomes the second after :59.
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
    value: dict[str, Any], type_: Any, path: str, report: _Report
) -> Any:
    fields: dict[str, Any] = {}
    names = type_.__struct_encode_fields__
    rest = {name: value[name] for name in value if name not in names}
    additional = additional_field(type_)
    if additional is None:
        for member in rest.values():
            report.add(f"{path}.*", NO_PROPERTY, json_type(member))
    elif rest:
        fields[additional.name] = _convert(rest, additional.type, path, report)
    for spec in struct_fields(type_):
        member_path = f"{path}.{spec.encode_name}"
        if spec is additional:
            continue
        if spec.encode_name in value:
            report.matched += 1
            member = value[spec.encode_name]
            fields[spec.name] = _convert(member, spec.type, member_path, report)
        elif spec.required:
            report.add(member_path, _type_name(spec.type), "nothing")
            fields[spec.name] = None
    return type_(**fields)


def _convert_union(value: Any, type_: Any, path: str, report: _Report) -> Any:
    # Only arrays and objects are distinct by identity: equal numbers may be one object.
    if is_array(value) or is_object(value):
        key = id(value), type_
        if key not in report.unions:
            report.unions[key] = _best_member(value, type_, path, report)
        converted, candidate_report = report.unions[key]
    else:
        converted, candidate_report = _best_member(value, type_, path, report)
    report.extend(candidate_report)
    return converted


def _best_member(
    value: Any, type_: Any, path: str, report: _Report
) -> tuple[Any, _Report]:
    """Convert a value to the best union member: fewest mismatches, then most properties."""
    if value is None and NoneType in get_args(type_):
        return None, _Report()
    members = [m for m in get_args(type_) if m not in (NoneType, UnsetType)]
    best: tuple[Any, _Report] | None = None
    for member in members:
        if len(members) > 1 and _has_other_constant(value, member):
            continue
        candidate = _Report(
            unions=report.unions, has_exact_numbers=report.has_exact_numbers
        )
        converted = _convert(value, member, path, candidate)
        if not candidate.count and not (is_array(value) or is_object(value)):
            return converted, candidate
        # A value that does not match at all is returned unchanged.
        is_better = best is None or _score(candidate) < _score(best[1])
        if is_better and (converted is not value or not candidate.count):
            best = converted, candidate
    if best is None:
        best = value, _Report()
        best[1].add(path, _type_name(type_), json_type(value))
    return best


def _score(report: _Report) -> tuple[int, int]:
    return report.count, -report.matched


def _has_other_constant(value: Any, member: Any) -> bool:
    """Return whether a constant property of a union member differs from the value's."""
    return (
        is_subclass(member, msgspec.Struct)
        and is_object(value)
        and any(
            value[spec.encode_name] not in get_args(spec.type)
            for spec in struct_fields(member)
            if get_origin(spec.type) is Literal and spec.encode_name in value
        )
    )


@cache
def _type_name(type_: Any) -> str:
    if get_origin(type_) in (Union, UnionType):
        return " | ".join(_type_name(m) for m in get_args(type_) if m is not UnsetType)
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
        Decimal: "decimal number",
    }
    if type_ == DecimalString:
        return "decimal text"
    plain: Any = get_origin(type_) or type_
    return names.get(plain) or str(getattr(plain, "__name__", plain))
