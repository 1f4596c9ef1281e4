"""Encoding of request bodies: JSON, forms, and multipart forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx2
import msgspec

from .decimal_strings import decimal_strings
from .media_types import essence, is_json
from .model import merge_additional
from .plain_data import encode_json, to_builtin, to_json, to_plain_data, to_text
from .styles import Styled, encode_query, flatten_deep_object, is_given
from .type_guards import is_array, is_list_or_tuple, is_mapping, is_object


class _Null:
    """Placeholder for an explicit JSON null."""


NULL = _Null()
"""A JSON body, or property of one, that is null."""


def nullable(value: object) -> object:
    """Mark a nullable body or property: None is sent as null, UNSET is not sent."""
    return NULL if value is None else value


def given_properties(members: Mapping[str, object]) -> dict[str, object]:
    """Return the properties of a JSON body that are given, made from arguments.

    An argument that is None is not given; see `nullable` for null.
    """
    return {
        name: None if value is NULL else value
        for name, value in members.items()
        if is_given(value)
    }


def none_if_empty(members: Mapping[str, object]) -> dict[str, object] | None:
    """Return the given properties of an optional body; None, for no body, without any."""
    return given_properties(members) or None


def json_body(value: object) -> bytes:
    """Encode a JSON body as it is, with its nulls."""
    if is_object(value):
        data: object = {k: to_plain_data(member, k) for k, member in value.items()}
    else:
        data = to_plain_data(None if value is NULL else value)
    return encode_json(data)


def form_body(members: object) -> bytes:
    """Encode a body of `application/x-www-form-urlencoded`; unstyled objects become JSON."""
    pairs = [
        pair
        for name, value in form_members(members)
        for pair in encode_query(name, _form_value(name, value))
    ]
    return "&".join(pairs).encode("ascii")


def _form_value(name: str, value: object) -> object:
    """Return a property of a form: objects and items of lists are JSON unless they have a style.

    OpenAPI 3.1, section 4.8.15.1, `contentType`.
    """
    if isinstance(value, Styled):
        return value
    if isinstance(value, File):
        raise TypeError(f"{name} cannot be sent: only multipart forms have files")
    data = to_plain_data(value, name)
    if is_array(data):
        return [
            to_json(item) if is_array(item) or is_object(item) else item
            for item in data
        ]
    return Styled(data, "json") if is_object(data) else data


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload.

    Attributes:
        content: The bytes of the file.
        name: The filename that is sent.
        content_type: The media type.
    """

    content: bytes = field(repr=False)
    name: str = "file"
    content_type: str = "application/octet-stream"

    @classmethod
    def at(
        cls, path: Path | str, content_type: str = "application/octet-stream"
    ) -> File:
        """Read a file from a path.

        Args:
            path: The path; its last part becomes the filename that is sent.
            content_type: The media type.
        """
        path = Path(path)
        return cls(path.read_bytes(), path.name, content_type)


@dataclass(frozen=True, slots=True)
class Part:
    """A property of a multipart body with an explicit media type."""

    value: object = field(repr=False)
    content_type: str


def part(value: object, content_type: str) -> Part | None:
    """Set the media type of an argument; None if the argument is not given."""
    return Part(value, content_type) if is_given(value) else None


def multipart_body(members: object) -> tuple[bytes, str]:
    """Encode a body of `multipart/form-data` (RFC 7578).

    Returns:
        The body, and its media type with the boundary.
    """
    files = [
        (part_name, encoded_part)
        for name, value in form_members(members)
        for part_name, part_value in _flatten_member(name, value)
        for encoded_part in _encode_parts(part_name, part_value)
    ]
    # httpx2 encodes the parts. A body needs one: an empty form has an empty part.
    request = httpx2.Request("POST", "http://-", files=files or [("", (None, b""))])
    return request.read(), request.headers["Content-Type"]


def form_members(members: object) -> Iterator[tuple[str, object]]:
    """Yield the given properties of a form, which may be a model."""
    plain: object = dict(members) if is_mapping(members) else members
    if not is_object(plain):
        plain = msgspec.to_builtins(
            decimal_strings(members),
            builtin_types=(bytes, datetime, timedelta, Decimal),
            enc_hook=to_builtin,
        )
    if not is_object(plain):
        raise TypeError("a form must be an object")
    for name, value in merge_additional(plain).items():
        if is_given(value):
            yield name, value


def _flatten_member(name: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield a property of a multipart body, flattened if its style is `deepObject`."""
    if isinstance(value, Styled):
        yield from flatten_deep_object(name, to_plain_data(value.value, name))
    else:
        yield name, value


def _encode_parts(
    name: str, value: object
) -> Iterator[tuple[str | None, bytes, str | None]]:
    """Yield the parts of a property: filename, content and media type of each."""
    payload = value.value if isinstance(value, Part) else value
    content_type = value.content_type if isinstance(value, Part) else ""
    if is_list_or_tuple(payload) and not is_json(content_type):
        for item in payload:
            item_type = content_type
            if is_list_or_tuple(item):
                item_type = content_type or "application/json"
            yield from _encode_parts(name, Part(item, item_type))
    elif isinstance(payload, File):
        yield payload.name, payload.content, content_type or payload.content_type
    elif isinstance(payload, bytes):
        yield name, payload, content_type or "application/octet-stream"
    elif payload is None:
        raise ValueError(f"{name} cannot be sent: an item of a list is null")
    else:
        data = to_plain_data(payload, name)
        has_structure = is_object(data) or is_array(data)
        if has_structure and not content_type:
            content_type = "application/json"
        is_text = is_json(content_type) or essence(content_type) == "text/plain"
        if has_structure and not is_text:
            raise ValueError(
                f"{name} cannot be sent: give it as {content_type}, as text or bytes"
            )
        to_string = to_json if has_structure or is_json(content_type) else to_text
        text = to_string(data)
        yield None, text.encode(), content_type or None
