"""Decoding of JSON bodies into models, tolerant of mismatches with the schema.

The server has already processed the call, so that a response which does not quite match its
schema is still useful: matching parts are converted, the others stay plain data. msgspec
decodes bodies that match, by `extended_models` or `additional_properties` if they have
properties without a field; `conversion` converts the others field by field.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast, get_origin

import msgspec

from .additional_properties import ForbiddenPropertyError, move_additional
from .conversion import Mismatch, convert
from .decimals import exact_number, has_long_integers, is_exact_float
from .extended_models import NotExtendedError, decode_extended, unknown_name
from .fine_moments import contains_moments, restore_fine_moments
from .lenient_json import (
    UTF_8,
    EncodingError,
    charset_of,
    load_with_nonfinite,
    to_utf8,
    with_nonfinite,
)
from .model import Recursive, absent_constants
from .model_fields import struct_fields
from .moments import has_fine_moments, has_naive_moments
from .msgspec_decoders import contains_type, msgspec_decoder
from .type_guards import is_array, is_object, is_subclass

__all__ = ["Mismatch", "decode_json", "decode_json_lines"]

T = TypeVar("T")

_MISMATCHED = object()
"""Placeholder for a value that does not match its type."""


def decode_json(
    content: bytes, type_: Any, headers: Mapping[str, str] | None = None
) -> tuple[Any, list[Mismatch]]:
    """Decode JSON as a type; return the value and its mismatches.

    If an object has a property twice, the last one counts. A byte order mark is skipped. A
    date-time without an offset is converted and reported as a mismatch, and so are NaN,
    infinities, numbers that are too great for a float, and an encoding other than UTF-8. An
    integer that a float cannot hold stays an integer, also where the type is float.

    Args:
        content: The JSON.
        type_: The type.
        headers: The headers, whose charset counts if the content is not UTF-8.

    Raises:
        msgspec.DecodeError: If the content is not JSON, or is nested too deeply.
    """
    result = _decode(content, type_)
    if isinstance(result, str):
        result = _decode_leniently(content, type_, headers, result)
    # Error trackers record local variables: no frame may hold the body when the error is
    # raised. So it is raised outside any except block.
    del content, headers
    if isinstance(result, str):
        raise msgspec.DecodeError(result)
    return result


def decode_json_lines(
    content: bytes, type_: Any
) -> tuple[list[Any], list[Mismatch]] | None:
    """Decode JSON values on separate lines as a list of a type, reported as a mismatch.

    None for content that is no such values. A list type is the type of the whole.
    """
    try:
        values = _plain_decoder(type_).decode_lines(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    is_list = get_origin(type_) is list
    items, mismatches = _convert(values, type_ if is_list else cast(Any, list)[type_])
    return items, [Mismatch("$", "one JSON value", "several"), *mismatches]


def _decode(content: bytes, type_: Any) -> tuple[Any, list[Mismatch]] | str:
    """Return the result of `decode_json`, or the message of its error."""
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        checks = _checks(type_)
        if checks.decoder is not None:
            with absent_constants:
                try:
                    value = checks.decoder.decode(content)
                except msgspec.ValidationError as error:
                    name = unknown_name(error)
                    value = _MISMATCHED
                    if name is not None:
                        value = _decode_with_additional(content, type_, name)
                has_constants = not absent_constants.count
            if (
                value is not _MISMATCHED
                and has_constants
                and (
                    not checks.has_datetimes
                    or not has_naive_moments(content)
                    or _all(value, datetime, _has_offset)
                )
                and (
                    not checks.has_floats
                    or not has_long_integers(content)
                    or _all(value, float, is_exact_float)
                )
            ):
                if checks.has_moments and has_fine_moments(content):
                    value = restore_fine_moments(value, msgspec.json.decode(content))
                return value, []
        return _convert(_plain_decoder(type_).decode(content), type_)
    except RecursionError:
        return "JSON is nested too deeply"
    except UnicodeDecodeError:
        return "JSON is not UTF-8"
    except msgspec.DecodeError as error:
        return str(error)


def _decode_with_additional(content: bytes, type_: Any, name: str) -> Any:
    """Return the value if it matches, except for properties without a field, such as `name`."""
    try:
        return decode_extended(content, type_, name)
    except NotExtendedError:
        pass
    if _has_decimals(type_):  # The numbers of plain data are not exact.
        return _MISMATCHED
    plain = msgspec.json.decode(content)
    try:
        move_additional(plain, type_)
        return msgspec.convert(plain, type_)
    except (ForbiddenPropertyError, msgspec.ValidationError):
        return _MISMATCHED


def _decode_leniently(
    content: bytes, type_: Any, headers: Mapping[str, str] | None, problem: str
) -> tuple[Any, list[Mismatch]] | str:
    """Return the result of JSON that RFC 8259 does not allow, or the message of its error."""
    content_type = "" if headers is None else headers.get("content-type", "")
    encoding: list[Mismatch] = []
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        recoded = to_utf8(content, charset_of(content_type))
        if recoded is not None:
            content, actual = recoded
            encoding = [Mismatch("$", UTF_8, actual)]
            result = _decode(content, type_)
            if not isinstance(result, str):
                return result[0], result[1] + encoding
            problem = result
        parse_float = exact_number if _has_decimals(type_) else float
        data = load_with_nonfinite(content, parse_float)
        value, mismatches = _convert(data, type_)
        return value, with_nonfinite(value, mismatches) + encoding
    except EncodingError as error:
        return f"JSON cannot be decoded: {error}"
    except (ValueError, RecursionError):
        return problem


def _convert(data: object, type_: Any) -> tuple[Any, list[Mismatch]]:
    has_exact_numbers = _has_decimals(type_)
    with absent_constants:
        value, mismatches = convert(data, type_, has_exact_numbers=has_exact_numbers)
    # A number that is too great for a float is exact in the data, but infinite as a float.
    return value, (
        with_nonfinite(value, mismatches) if has_exact_numbers else mismatches
    )


@cache
def _plain_decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    """Return the decoder to plain data that a type is converted from."""
    return msgspec.json.Decoder(
        float_hook=exact_number if _has_decimals(type_) else None
    )


@cache
def _has_decimals(type_: Any) -> bool:
    return contains_type(type_, _is_decimal)


def _is_decimal(type_: Any) -> bool:
    return type_ is Decimal or is_subclass(type_, Recursive)


class _Checks(msgspec.Struct, frozen=True):
    """The decoder of a type, and which values the type contains that msgspec does not check.

    Attributes:
        decoder: The decoder of msgspec; None if it does not support the type.
        has_datetimes, has_floats: Whether the type contains such values.
        has_moments: Whether it contains moments or durations.
    """

    decoder: msgspec.json.Decoder[Any] | None
    has_datetimes: bool
    has_floats: bool
    has_moments: bool


@cache
def _checks(type_: Any) -> _Checks:
    return _Checks(
        msgspec_decoder(type_),
        _has(type_, datetime),
        _has(type_, float),
        contains_moments(type_),
    )


@cache
def _has(type_: Any, class_: Any) -> bool:
    """Return whether a class is among the types within a type."""
    return contains_type(type_, lambda part: part is class_)


@cache
def _fields_with(type_: Any, class_: Any) -> tuple[str, ...]:
    return tuple(f.name for f in struct_fields(type_) if _has(f.type, class_))


def _has_offset(moment: datetime) -> bool:
    """Return whether a date-time has an offset, which msgspec does not check."""
    return moment.tzinfo is not None


def _all(value: object, class_: type[T], is_valid: Callable[[T], bool]) -> bool:
    """Return whether all values of a class within a value are valid."""
    if isinstance(value, class_):
        return is_valid(value)
    if isinstance(value, msgspec.Struct):
        for name in _fields_with(type(value), cast(Any, class_)):
            if not _all(getattr(value, name), class_, is_valid):
                return False
        return True
    if is_array(value):
        return all(_all(item, class_, is_valid) for item in value)
    if is_object(value):
        return all(_all(member, class_, is_valid) for member in value.values())
    return True
