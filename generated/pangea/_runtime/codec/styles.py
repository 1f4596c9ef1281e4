"""Serialization of parameters and form properties (OpenAPI 3.1, section 4.8.12.2, `style`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from .model import UNSET
from .plain_data import to_json, to_plain_data, to_text
from .type_guards import is_array, is_object

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

_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}
"""Delimiters that are percent-encoded, and so cannot be part of an item."""
_RESERVED = ":/?@!$'()*,;"
"""Characters that `allowReserved` leaves unencoded. The other reserved characters are always
encoded, because they would end the value (RFC 3986, 2.2)."""
_INVALID_IN_COOKIE = re.compile(r"[^!#-+\--:<-\[\]-~]")
"""Characters that are invalid in a cookie (RFC 6265, 4.1.1, `cookie-octet`)."""


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
            _check_cookie(name, text)
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
        case _ if not _is_nested(data):
            yield f"{encoded(name)}={encoded(to_text(data))}"
        case _ if styled_value.explode:
            for key, text in _exploded_pairs(name, data):
                yield f"{encoded(key)}={encoded(text)}"
        case style:
            if items := _item_texts(name, data):
                _check_delimiter(name, items, _DELIMITERS.get(style, ""))
                safe = safe.replace(",", "")
                delimiter = quote(_DELIMITERS.get(style, ","), safe=",")
                yield f"{encoded(name)}={delimiter.join(map(encoded, items))}"


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
    is_exploded = styled_value.explode and _is_nested(data)
    if _is_nested(data):
        safe = safe.replace(",", "")
    if is_exploded and is_object(data):
        pairs = _member_texts(name, data)
        parts = [f"{quote(k, safe=safe)}={quote(text, safe=safe)}" for k, text in pairs]
    else:
        parts = [quote(item, safe=safe) for item in _item_texts(name, data)]
    match styled_value.style:
        case "label":
            if is_exploded:
                _check_delimiter(name, parts, ".")
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
    if not _is_nested(data):
        return to_text(data)
    if styled_value.explode and is_object(data):
        pairs = _member_texts(name, data)
        _check_delimiter(name, (key for key, _ in pairs), "=")
        items = [f"{key}={text}" for key, text in pairs]
    else:
        items = _item_texts(name, data)
    _check_delimiter(name, items, ",")
    return ",".join(items) if items else None


def flatten_deep_object(name: str, data: object) -> Iterator[tuple[str, str]]:
    """Yield the leaves of plain data in the style `deepObject`, each with its name.

    OpenAPI defines no lists or objects within the object: they have brackets of their own.
    """
    if is_object(data):
        for key, member in _given_members(data):
            if "[" in key or "]" in key:
                raise ValueError(f"{name} cannot be sent: a name in it has a bracket")
            yield from flatten_deep_object(f"{name}[{key}]", member)
    elif is_array(data):
        for index, item in enumerate(data):
            yield from flatten_deep_object(f"{name}[{index}]", item)
    else:
        yield name, _leaf_text(name, data)


def _exploded_pairs(name: str, data: object) -> Iterator[tuple[str, str]]:
    """Yield the pairs of an exploded list or object, in the style `form`.

    A list within an object repeats the name of its property. OpenAPI defines nothing else
    within a list or object: it is sent with brackets, as `deepObject` does.
    """
    if is_object(data):
        for key, member in _given_members(data):
            if is_array(member):
                yield from _exploded_pairs(key, member)
            else:
                yield from flatten_deep_object(key, member)
    elif is_array(data):
        for index, item in enumerate(data):
            item_name = f"{name}[{index}]" if _is_nested(item) else name
            yield from flatten_deep_object(item_name, item)


def _is_nested(data: object) -> bool:
    return is_array(data) or is_object(data)


def _given_members(data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    return ((key, member) for key, member in data.items() if is_given(member))


def _member_texts(name: str, data: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return the given members of an object as text."""
    return [(key, _leaf_text(name, member)) for key, member in _given_members(data)]


def _item_texts(name: str, data: object) -> list[str]:
    """Return the items of a list as text; for an object, each name followed by its value."""
    if is_object(data):
        return [text for pair in _member_texts(name, data) for text in pair]
    if is_array(data):
        return [_leaf_text(name, item) for item in data]
    return [to_text(data)]


def _leaf_text(name: str, data: object) -> str:
    """Return a scalar as text.

    Raises:
        ValueError: If it is a list or object, or null: no style defines them within another.
    """
    if _is_nested(data):
        problem = "its style has no lists or objects within lists or objects"
        raise ValueError(f"{name} cannot be sent: {problem}")
    if data is None:
        raise ValueError(f"{name} cannot be sent: an item of a list is null")
    return to_text(data)


def _check_delimiter(name: str, items: Iterable[str], delimiter: str) -> None:
    """Refuse items that contain the delimiter between them.

    Raises:
        ValueError: If an item contains it, so that it would be read as several.
    """
    if delimiter and any(delimiter in item for item in items):
        problem = f"an item has {delimiter!r}, which separates items"
        raise ValueError(f"{name} cannot be sent: {problem}")


def _check_cookie(name: str, text: str) -> str:
    """Return text of the style `cookie` unchanged: it is not encoded (OpenAPI 3.2, 4.12.2.3).

    Raises:
        ValueError: If the text has a character that is invalid in a cookie.
    """
    invalid = _INVALID_IN_COOKIE.search(text)
    if invalid is not None:
        raise ValueError(
            f"{name} cannot be sent: a cookie cannot contain {invalid[0]!r}:"
            " encode the text first"
        )
    return text
