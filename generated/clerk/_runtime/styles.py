"""Serialization of parameters and form properties (OpenAPI 3.1, section 4.8.12.2, `style`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from .decimal_strings import decimal_strings
from .decimals import decimal_text
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
"""The styles of OpenAPI and three more: `json` for a parameter with `content`, `whole` and
`wholeJson` for one that is the whole query (`in: querystring`, OpenAPI 3.2, 4.12.1)."""

_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_RESERVED = ":/?@!$'()*,;"
"""Characters that `allowReserved` leaves unencoded. The other reserved characters are always
encoded, because they would end the value (RFC 3986, 2.2)."""
_INVALID_IN_COOKIE = re.compile(r"[^!#-+\--:<-\[\]-~]")
"""Characters that are invalid in a cookie (RFC 6265, 4.1.1, `cookie-octet`)."""

_encoder = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Styled:
    """An argument with a style other than the default of its location.

    Attributes:
        value: The argument.
        style: The style.
        explode: Whether items and properties are serialized separately.
        allow_reserved: Whether reserved characters are sent without encoding.
    """

    value: object
    style: Style
    explode: bool = False
    allow_reserved: bool = False

    def __repr__(self) -> str:
        return f"<Styled {self.style}>"


def styled(
    value: object, style: Style, *, explode: bool = False, allow_reserved: bool = False
) -> Styled:
    """Return an argument with its style, which it keeps if it is given later."""
    return Styled(value, style, explode, allow_reserved)


def is_given(value: object) -> bool:
    """Return whether an argument is given: neither None nor UNSET, with a style or without."""
    if type(value) is Styled:
        value = value.value
    return value is not None and value is not UNSET


def encode_query(name: str, value: object) -> Iterator[str]:
    """Yield a query parameter or form property as encoded `name=value` pairs.

    The default style is `form`, exploded.
    """
    if not is_given(value):
        return
    styled_value = (
        value if isinstance(value, Styled) else Styled(value, "form", explode=True)
    )
    safe = _RESERVED if styled_value.allow_reserved else ""
    data = to_plain_data(styled_value.value, name)

    def encoded(text: str) -> str:
        return (
            _check_cookie(text)
            if styled_value.style == "cookie"
            else quote(text, safe=safe)
        )

    match styled_value.style:
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
        case _ if styled_value.explode and is_object(data):
            for key, member in _given_members(data):
                yield f"{encoded(key)}={encoded(to_text(member))}"
        case _ if styled_value.explode:
            for item in _item_texts(data):
                yield f"{encoded(name)}={encoded(item)}"
        case _:
            delimiter = _DELIMITERS.get(styled_value.style, ",")
            if items := [encoded(item) for item in _item_texts(data)]:
                yield f"{encoded(name)}={delimiter.join(items)}"


def _check_cookie(text: str) -> str:
    """Return text of the style `cookie` unchanged: it is not encoded (OpenAPI 3.2, 4.12.2.3).

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
    styled_value = value if isinstance(value, Styled) else Styled(value, "simple")
    safe = (
        _RESERVED.replace("/", "").replace("?", "")
        if styled_value.allow_reserved
        else ""
    )
    data = to_plain_data(styled_value.value, name)
    if styled_value.style == "json":
        return quote(to_json(data), safe=safe)
    is_exploded = styled_value.explode and (is_array(data) or is_object(data))
    if is_exploded and is_object(data):
        parts = [
            f"{quote(key, safe=safe)}={quote(to_text(member), safe=safe)}"
            for key, member in _given_members(data)
        ]
    else:
        parts = [quote(item, safe=safe) for item in _item_texts(data)]
    match styled_value.style:
        case "label":
            return "." + ("." if styled_value.explode else ",").join(parts)
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
    styled_value = value if isinstance(value, Styled) else Styled(value, "simple")
    data = to_plain_data(styled_value.value, name)
    if styled_value.style == "json":
        return to_json(data)
    if styled_value.explode and is_object(data):
        items = [f"{key}={to_text(member)}" for key, member in _given_members(data)]
    else:
        items = _item_texts(data)
    return ",".join(items) if items else None


def to_plain_data(value: object, name: str = "body") -> object:
    """Convert a value to plain data, with its decimals if they are sent as numbers.

    Datetimes keep their offset, or have none.

    Args:
        value: The value.
        name: The name of the argument, for errors.

    Raises:
        ValueError: If a number is NaN or infinite.
        TypeError: If a value has an unsupported class.
    """
    if isinstance(value, str | int):
        return value
    has_decimals = False

    def convert(part: object) -> object:
        if isinstance(part, Decimal):
            nonlocal has_decimals
            has_decimals = True
        if isinstance(part, float | Decimal):
            if not _is_finite(part):
                raise ValueError(f"{name} cannot be sent: a number is NaN or infinite")
            return part
        if isinstance(part, datetime):
            return _format_datetime(part)
        if isinstance(part, timedelta):
            return _format_duration(part)
        if is_object(part):
            return {
                name: convert(member) for name, member in merge_additional(part).items()
            }
        if is_list_or_tuple(part):
            return [convert(member) for member in part]
        return part

    plain = convert(_to_builtins(value))
    return convert(_to_builtins(decimal_strings(value))) if has_decimals else plain


def _is_finite(number: float | Decimal) -> bool:
    return number.is_finite() if isinstance(number, Decimal) else isfinite(number)


def _to_builtins(value: object) -> object:
    return msgspec.to_builtins(
        value, builtin_types=(datetime, timedelta, Decimal), enc_hook=_to_builtin
    )


def _to_builtin(value: object) -> object:
    """Convert a number, mapping or sequence of a class that msgspec does not support."""
    if isinstance(value, float):
        return float(value)
    if is_mapping(value):
        return dict(value)
    if is_sequence(value):
        return list(value)
    raise TypeError(f"a {type(value).__name__} cannot be sent")


def _format_datetime(value: datetime) -> str:
    """Return a date-time (RFC 3339, section 5.6), in UTC if its offset has seconds."""
    offset = value.utcoffset()
    if offset is not None and offset % timedelta(minutes=1):
        value = value.astimezone(UTC)
    return value.isoformat().replace("+00:00", "Z")


def _format_duration(value: timedelta) -> str:
    """Return a duration in days, hours, minutes and seconds (RFC 3339, appendix A)."""
    length = abs(value)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    date = f"{length.days}D" if length.days else ""
    time = f"{hours}H" if hours else ""
    time += f"{minutes}M" if minutes else ""
    if seconds or length.microseconds or not (date or time):
        fraction = f".{length.microseconds:06}".rstrip(".0")
        time += f"{seconds}{fraction}S"
    sign = "-" if value < timedelta() else ""
    return f"{sign}P{date}T{time}" if time else f"{sign}P{date}"


def _given_members(data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    return ((key, member) for key, member in data.items() if is_given(member))


def _item_texts(data: object) -> list[str]:
    """Return the items of a list as text; for an object, each name followed by its value."""
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
    """Return plain data as text; nested lists and objects, which no style defines, as JSON."""
    if isinstance(data, Decimal):
        return decimal_text(data)
    return data if isinstance(data, str) else to_json(data)


def to_json(data: object) -> str:
    """Return plain data as compact JSON."""
    return encode_json(data).decode("utf-8")


def encode_json(data: object) -> bytes:
    """Encode plain data as compact JSON."""
    return _encoder.encode(data)
