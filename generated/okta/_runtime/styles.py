"""Serialization of parameters and form properties (OpenAPI 3.1, section 4.8.12.2, `style`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from .model import UNSET, merge_additional
from .type_guards import is_array, is_list_or_tuple, is_mapping, is_object, is_sequence

Style = Literal[
    "simple",
    "label",
    "matrix",
    "form",
    "spaceDelimited",
    "pipeDelimited",
    "deepObject",
    "cookie",
    "json",
    "whole",
    "wholeJson",
]
"""Styles of OpenAPI, and three more: `json` is for parameters with `content` instead of a style;
the last two are for a parameter that is the whole query (OpenAPI 3.2, 4.12.1, `querystring`)."""

_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_RESERVED = ":/?@!$'()*,;"
"""Characters that `allowReserved` does not encode; the other reserved ones would end a value (RFC
3986, 2.2)."""
_INVALID_IN_COOKIE = re.compile(r"[^!#-+\--:<-\[\]-~]")
"""Characters that are invalid in a cookie (RFC 6265, 4.1.1, `cookie-octet`)."""

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Styled:
    """A value with a style other than the default of its location.

    Attributes:
        value: The argument.
        style: The style.
        explode: Whether items and properties are separate parameters.
        reserved: Whether reserved characters are not encoded.
    """

    value: object
    style: Style
    explode: bool = False
    reserved: bool = False

    def __repr__(self) -> str:
        return f"<Styled {self.style}>"


def styled(
    value: object, style: Style, *, explode: bool = False, reserved: bool = False
) -> Styled | None:
    """Set the style of an argument; None if the argument is not given."""
    return Styled(value, style, explode, reserved) if is_given(value) else None


def is_given(value: object) -> bool:
    """Return whether an argument is given: neither None nor UNSET."""
    return value is not None and value is not UNSET


def encode_query(name: str, value: object) -> Iterator[str]:
    """Yield a query parameter or form property as encoded `name=value` pairs.

    The default style is `form`, exploded.
    """
    if not is_given(value):
        return
    options = (
        value if isinstance(value, Styled) else Styled(value, "form", explode=True)
    )
    safe = _RESERVED if options.reserved else ""
    data = to_plain_data(options.value, name)

    def encoded(text: str) -> str:
        return (
            _check_cookie(text) if options.style == "cookie" else quote(text, safe=safe)
        )

    match options.style:
        case "json":
            yield f"{encoded(name)}={encoded(to_json(data))}"
        case "whole":
            yield encoded(to_text(data))
        case "wholeJson":
            yield encoded(to_json(data))
        case "deepObject":
            for key, text in flatten_deep_object(name, data):
                yield f"{encoded(key)}={encoded(text)}"
        case _ if not (is_array(data) or is_object(data)):
            yield f"{encoded(name)}={encoded(to_text(data))}"
        case _ if options.explode and is_object(data):
            for key, member in _given_members(data):
                yield f"{encoded(key)}={encoded(to_text(member))}"
        case _ if options.explode:
            for item in _item_texts(data):
                yield f"{encoded(name)}={encoded(item)}"
        case _:
            delimiter = _DELIMITERS.get(options.style, ",")
            if items := [encoded(item) for item in _item_texts(data)]:
                yield f"{encoded(name)}={delimiter.join(items)}"


def _check_cookie(text: str) -> str:
    """Return text of the style `cookie`, which encodes nothing (OpenAPI 3.2, 4.12.2.3).

    Raises:
        ValueError: If the text has a character that is invalid in a cookie.
    """
    invalid = _INVALID_IN_COOKIE.search(text)
    if invalid is not None:
        raise ValueError(
            f"a cookie cannot contain {invalid[0]!r}: encode the text first"
        )
    return text


def encode_segment(name: str, value: object) -> str:
    """Return a path parameter as an encoded path segment. The default style is `simple`."""
    options = value if isinstance(value, Styled) else Styled(value, "simple")
    safe = _RESERVED.replace("/", "").replace("?", "") if options.reserved else ""
    data = to_plain_data(options.value, name)
    if options.style == "json":
        return quote(to_json(data), safe=safe)
    is_exploded = options.explode and (is_array(data) or is_object(data))
    if is_exploded and is_object(data):
        parts = [
            f"{quote(key, safe=safe)}={quote(to_text(member), safe=safe)}"
            for key, member in _given_members(data)
        ]
    else:
        parts = [quote(item, safe=safe) for item in _item_texts(data)]
    match options.style:
        case "label":
            return "." + ("." if options.explode else ",").join(parts)
        case "matrix":
            prefix = f";{quote(name, safe='')}="
            if is_exploded:
                separator = ";" if is_object(data) else prefix
                return (";" if is_object(data) else prefix) + separator.join(parts)
            return prefix + ",".join(parts)
        case _:
            return ",".join(parts)


def encode_header(name: str, value: object) -> str | None:
    """Return the value of a header parameter, in the style `simple` without encoding.

    None for an empty list or object, for which no header is sent.
    """
    options = value if isinstance(value, Styled) else Styled(value, "simple")
    data = to_plain_data(options.value, name)
    if options.style == "json":
        return to_json(data)
    if options.explode and is_object(data):
        items = [f"{key}={to_text(member)}" for key, member in _given_members(data)]
    else:
        items = _item_texts(data)
    return ",".join(items) if items else None


def to_plain_data(value: object, name: str) -> object:
    """Convert a value to plain data, with datetimes in UTC (RFC 3339, section 4.4).

    Args:
        value: The value.
        name: The name of the argument, for errors.

    Raises:
        ValueError: If a datetime has no time zone, or a number is NaN or infinite.
        TypeError: If a value has an unsupported class.
    """
    if isinstance(value, str | int):
        return value
    plain: object = msgspec.to_builtins(
        value, builtin_types=(datetime, Decimal), enc_hook=_to_builtin
    )

    def convert(part: object) -> object:
        if isinstance(part, float | Decimal):
            if not isfinite(part):
                raise ValueError(f"{name} cannot be sent: a number is NaN or infinite")
            return str(part) if isinstance(part, Decimal) else part
        if isinstance(part, datetime):
            return _format_datetime(part)
        if is_object(part):
            return {
                name: convert(member) for name, member in merge_additional(part).items()
            }
        if is_list_or_tuple(part):
            return [convert(member) for member in part]
        return part

    return convert(plain)


def _to_builtin(value: object) -> object:
    """Convert a mapping or sequence of a class that msgspec does not support."""
    if is_mapping(value):
        return dict(value)
    if is_sequence(value):
        return list(value)
    raise TypeError(f"a {type(value).__name__} cannot be sent")


def _format_datetime(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a datetime without a time zone is ambiguous: set its tzinfo")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _given_members(data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    return ((key, member) for key, member in data.items() if is_given(member))


def _item_texts(data: object) -> list[str]:
    """Return the items of a value as text; of an object, names and values in turn."""
    if is_object(data):
        return [text for pair in _given_members(data) for text in map(to_text, pair)]
    if is_array(data):
        return [to_text(item) for item in data if is_given(item)]
    return [to_text(data)]


def flatten_deep_object(name: str, data: object) -> Iterator[tuple[str, str]]:
    """Yield the leaves of plain data in the style `deepObject`, each with its name."""
    if is_object(data):
        for key, member in _given_members(data):
            yield from flatten_deep_object(f"{name}[{key}]", member)
    elif is_array(data):
        for index, item in enumerate(data):
            yield from flatten_deep_object(f"{name}[{index}]", item)
    elif is_given(data):
        yield name, to_text(data)


def to_text(data: Any) -> str:
    """Return plain data as text; lists and objects, which have no defined form, as JSON."""
    return data if isinstance(data, str) else to_json(data)


def to_json(data: object) -> str:
    """Return plain data as compact JSON."""
    return _encoder.encode(data).decode("utf-8")
