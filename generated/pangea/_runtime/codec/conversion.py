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

from .decimals import DecimalString, ExactFloat, inexact_numbers, is_exact_float
from .model import (
    UNSET,
    OpenEnum,
    OpenIntEnum,
    OpenModel,
    Recursive,
    Unknown,
    UnsetType,
)
from .model_fields import additional_field, is_required, struct_fields
from .moments import parse_datetime, parse_duration, parse_time
from .plain_data import to_plain_data
from .type_guards import is_array, is_object, is_subclass, json_type
from .unions import Candidate, UnionMembers, members_of, required_names

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
        matched: Number of properties that have a field and a value other than null, which
            every optional field accepts.
        unknown: Number of properties that have none, in models that declare no others.
        mismatches: The first mismatches, at most `MAX_MISMATCHES`.
        unions: Cache of the conversions of arrays and objects to unions, by identity and
            type. Without it nested unions take exponential time.
        has_exact_numbers: Whether the data may contain `ExactFloat`.
    """

    count: int = 0
    matched: int = 0
    unknown: int = 0
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
        self.unknown += other.unknown
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
        moment = parse_datetime(value)
        if moment is not None:
            if moment.tzinfo is None:
                report.add(path, "date-time with offset", "string")
            return moment
    elif (type_ is time or type_ is timedelta) and isinstance(value, str):
        parsed = parse_time(value) if type_ is time else parse_duration(value)
        if parsed is not None:
            return parsed
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
    elif type_ is float and type(value) is int and not is_exact_float(value):
        return value  # A float may be another number: type checkers take int for float.
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
        report.unknown += len(rest) if is_subclass(type_, OpenModel) else 0
        fields[additional.name] = _convert(rest, additional.type, path, report)
    for spec in struct_fields(type_):
        member_path = f"{path}.{spec.encode_name}"
        if spec is additional:
            continue
        if spec.encode_name in value:
            report.matched += value[spec.encode_name] is not None
            member = value[spec.encode_name]
            fields[spec.name] = _convert(member, spec.type, member_path, report)
        elif is_required(spec):
            report.add(member_path, _type_name(spec.type), "nothing")
            fields[spec.name] = UNSET
    return type_(**fields)


def _convert_union(value: Any, type_: Any, path: str, report: _Report) -> Any:
    # Only arrays and objects are distinct by identity: equal numbers may be one object.
    if is_array(value) or is_object(value):
        key = id(value), type_
        if key not in report.unions:
            report.unions[key] = _choose_member(value, type_, path, report)
        converted, chosen_report = report.unions[key]
    else:
        converted, chosen_report = _choose_member(value, type_, path, report)
    report.extend(chosen_report)
    return converted


def _choose_member(
    value: Any, type_: Any, path: str, report: _Report
) -> tuple[Any, _Report]:
    """Convert a value to the union member that `unions` describes, or leave it as it is."""
    members = members_of(type_)
    chosen: tuple[Any, _Report] | None
    if value is None:
        chosen = (None, _Report()) if members.is_nullable else None
    elif is_object(value):
        chosen = _convert_object(value, members, path, report)
    elif is_array(value):
        chosen = _convert_array(value, members, path, report)
    else:
        chosen = _convert_scalar(value, members, path, report)
    if chosen is not None:
        return chosen
    unmatched = _Report()
    if report.has_exact_numbers:
        value = inexact_numbers(value)
    if is_object(value):
        for name, values in members.unmatched_tags(value):
            actual = json_type(value[name]) if name in value else "nothing"
            unmatched.add(f"{path}.{name}", " | ".join(map(repr, values)), actual)
    if not unmatched.count:
        unmatched.add(path, _type_name(type_), json_type(value))
    if is_object(value) and members.has_unknown:
        return Unknown(value), unmatched
    return value, unmatched


def _convert_object(
    value: dict[str, Any], members: UnionMembers, path: str, report: _Report
) -> tuple[Any, _Report] | None:
    """Convert an object to a member of a union; None if it is none of them."""
    if len(members.objects) == 1 and not members.has_unknown:
        return _attempt(value, members.objects[0], path, report)
    candidates = members.candidates(value)
    if members.tags and len(candidates) == 1 and candidates[0].selected:
        return _attempt(value, candidates[0].member, path, report)
    attempts = [(c, _attempt(value, c.member, path, report)) for c in candidates]
    fitting = [a for a in attempts if not a[1][1].count]
    if fitting:
        best, attempt = min(fitting, key=_object_rank)
        others = (c for c, _ in fitting if c is not best)
        # Members that an absent tag would distinguish are not guessed.
        return None if any(best.absent & c.absent for c in others) else attempt
    if members.tags and not any(c.selected for c in candidates):
        return None
    for possible in (
        [a for c, a in attempts if all(n in value for n in required_names(c.member))],
        [a for c, a in attempts if c.matched],
    ):
        if len(possible) == 1:
            return possible[0]
    return None


def _object_rank(
    attempt: tuple[Candidate, tuple[Any, _Report]],
) -> tuple[tuple[int, int], int, int]:
    candidate, (_, report) = attempt
    return candidate.rank, report.unknown, -report.matched


def _convert_array(
    value: list[Any], members: UnionMembers, path: str, report: _Report
) -> tuple[Any, _Report] | None:
    """Convert an array to a member of a union; None if it is none of them."""
    attempts = [_attempt(value, member, path, report) for member in members.arrays]
    if len(attempts) == 1:
        return attempts[0]
    fitting = [attempt for attempt in attempts if not attempt[1].count]
    return min(fitting, key=lambda a: (a[1].unknown, -a[1].matched), default=None)


def _convert_scalar(
    value: Any, members: UnionMembers, path: str, report: _Report
) -> tuple[Any, _Report] | None:
    """Convert a string, number or boolean to a member of a union; None if it is none of them.

    Text that may be plain text is converted only if the result is sent as the same text.
    """
    nearly: tuple[Any, _Report] | None = None
    for member in members.sort(value):
        converted, attempt_report = _attempt(value, member, path, report)
        if str in members.others and isinstance(value, str):
            if attempt_report.count or to_plain_data(converted) != value:
                continue
        if not attempt_report.count:
            return converted, attempt_report
        if converted is not value and nearly is None:
            nearly = converted, attempt_report
    return nearly


def _attempt(value: Any, type_: Any, path: str, report: _Report) -> tuple[Any, _Report]:
    attempt_report = _Report(
        unions=report.unions, has_exact_numbers=report.has_exact_numbers
    )
    return _convert(value, type_, path, attempt_report), attempt_report


@cache
def _type_name(type_: Any) -> str:
    if get_origin(type_) in (Union, UnionType):
        members = (m for m in get_args(type_) if m not in (UnsetType, Unknown))
        return " | ".join(map(_type_name, members))
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
