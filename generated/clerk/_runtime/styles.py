"""How values are written in URLs, headers and forms (OpenAPI 3.1, section 4.8.12.2, `style`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from .model import UNSET, whole
from .values import is_array, is_mapping, is_object, is_row, is_sequence

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
"""`json` is what OpenAPI says by `content` in place of a style. The last two are for a value
that is a whole query by itself (OpenAPI 3.2, 4.12.1, `querystring`)."""

_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_RESERVED = ":/?@!$'()*,;"
"""What `allowReserved` leaves as it is: the others would end a value (RFC 3986, 2.2)."""
_NO_COOKIE = re.compile(r"[^!#-+\--:<-\[\]-~]")
"""What a cookie cannot have (RFC 6265, 4.1.1, `cookie-octet`)."""

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Styled:
    """A value that is not written in the usual style of its place.

    Attributes:
        explode: Whether each item or member is written by itself.
        reserved: Whether characters that URLs reserve are left as they are.
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
    """An argument in a style; None where it is not given."""
    return Styled(value, style, explode, reserved) if is_given(value) else None


def is_given(value: object) -> bool:
    """Whether an argument is to be sent."""
    return value is not None and value is not UNSET


def query_of(name: str, value: object) -> Iterator[str]:
    """A parameter of a query or form as `name=value`, encoded; usually `form`, exploded."""
    if not is_given(value):
        return
    how = value if isinstance(value, Styled) else Styled(value, "form", explode=True)
    safe = _RESERVED if how.reserved else ""
    data = sendable(how.value)

    def encoded(text: str) -> str:
        return _of_cookie(text) if how.style == "cookie" else quote(text, safe=safe)

    match how.style:
        case "json":
            yield f"{encoded(name)}={encoded(json_text(data))}"
        case "whole":
            yield encoded(text_of(data))
        case "wholeJson":
            yield encoded(json_text(data))
        case "deepObject":
            for key, text in deep_of(name, data):
                yield f"{encoded(key)}={encoded(text)}"
        case _ if not (is_array(data) or is_object(data)):
            yield f"{encoded(name)}={encoded(text_of(data))}"
        case _ if how.explode and is_object(data):
            for key, member in _members(data):
                yield f"{encoded(key)}={encoded(text_of(member))}"
        case _ if how.explode:
            for item in _items(data):
                yield f"{encoded(name)}={encoded(item)}"
        case _:
            delimiter = _DELIMITERS.get(how.style, ",")
            if items := [encoded(item) for item in _items(data)]:
                yield f"{encoded(name)}={delimiter.join(items)}"


def _of_cookie(text: str) -> str:
    """Text in the style `cookie`, in which nothing is encoded (OpenAPI 3.2, 4.12.2.3)."""
    wrong = _NO_COOKIE.search(text)
    if wrong is not None:
        raise ValueError(f"a cookie cannot have {wrong[0]!r}: encode the text before")
    return text


def segment_of(name: str, value: object) -> str:
    """A parameter of a path, encoded; usually `simple`."""
    how = value if isinstance(value, Styled) else Styled(value, "simple")
    safe = _RESERVED.replace("/", "").replace("?", "") if how.reserved else ""
    data = sendable(how.value)
    if how.style == "json":
        return quote(json_text(data), safe=safe)
    is_exploded = how.explode and (is_array(data) or is_object(data))
    if is_exploded and is_object(data):
        texts = [
            f"{quote(key, safe=safe)}={quote(text_of(member), safe=safe)}"
            for key, member in _members(data)
        ]
    else:
        texts = [quote(item, safe=safe) for item in _items(data)]
    match how.style:
        case "label":
            return "." + ("." if how.explode else ",").join(texts)
        case "matrix":
            prefix = f";{quote(name, safe='')}="
            if is_exploded:
                between = ";" if is_object(data) else prefix
                return (";" if is_object(data) else prefix) + between.join(texts)
            return prefix + ",".join(texts)
        case _:
            return ",".join(texts)


def header_of(value: object) -> str | None:
    """A parameter of a header: always `simple`, and nothing in it is encoded.

    None for a list or object with nothing in it, for which no header is sent.
    """
    how = value if isinstance(value, Styled) else Styled(value, "simple")
    data = sendable(how.value)
    if how.style == "json":
        return json_text(data)
    if how.explode and is_object(data):
        items = [f"{key}={text_of(member)}" for key, member in _members(data)]
    else:
        items = _items(data)
    return ",".join(items) if items else None


def sendable(value: object) -> object:
    """A value as plain data, with each of its moments known (RFC 3339, section 4.4)."""
    if isinstance(value, str | int | float):
        return value
    plain: object = msgspec.to_builtins(
        value, builtin_types=(datetime,), enc_hook=_builtin
    )

    def known(part: object) -> object:
        if isinstance(part, datetime):
            return _instant(part)
        if is_object(part):
            return {name: known(member) for name, member in whole(part).items()}
        if is_row(part):
            return [known(member) for member in part]
        return part

    return known(plain)


def _builtin(value: object) -> object:
    """A mapping or sequence of another class as one that msgspec knows."""
    if is_mapping(value):
        return dict(value)
    if is_sequence(value):
        return list(value)
    raise TypeError(f"a {type(value).__name__} cannot be sent")


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(
            "a datetime without a time zone says no moment: add its tzinfo"
        )
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _members(data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    return ((key, member) for key, member in data.items() if is_given(member))


def _items(data: object) -> list[str]:
    """A value as the texts that stand one after another: of an object, names and values."""
    if is_object(data):
        return [text for pair in _members(data) for text in map(text_of, pair)]
    if is_array(data):
        return [text_of(item) for item in data if is_given(item)]
    return [text_of(data)]


def deep_of(name: str, data: object) -> Iterator[tuple[str, str]]:
    """Plain data in the style `deepObject`: the names and texts of its leaves."""
    if is_object(data):
        for key, member in _members(data):
            yield from deep_of(f"{name}[{key}]", member)
    elif is_array(data):
        for index, item in enumerate(data):
            yield from deep_of(f"{name}[{index}]", item)
    elif is_given(data):
        yield name, text_of(data)


def text_of(data: Any) -> str:
    """A plain value as text; lists and objects, for which no style is defined, as JSON."""
    return data if isinstance(data, str) else json_text(data)


def json_text(data: object) -> str:
    """Plain data as compact JSON."""
    return _encoder.encode(data).decode("utf-8")
