"""What a request carries in its body: JSON, a form, or parts of several kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx2
import msgspec

from .model import merge_additional
from .styles import (
    Styled,
    encode_query,
    flatten_deep_object,
    is_given,
    to_json,
    to_plain_data,
    to_text,
)
from .type_guards import is_array, is_list_or_tuple, is_object


class _Null:
    """Stands for a JSON null that is to be sent."""


_NULL = _Null()


def nullable(value: object) -> object:
    """A JSON body, or a member of one, for which None is null, and UNSET is not sent."""
    return _NULL if value is None else value


def none_if_empty(members: Mapping[str, object]) -> dict[str, object] | None:
    """An optional body: no body at all where no member is given."""
    given = {name: value for name, value in members.items() if is_given(value)}
    return given or None


def json_body(value: object) -> bytes:
    """A JSON body. Of an object, members that are None are not sent, see `nullable`."""
    if is_object(value):
        value = {
            name: None if member is _NULL else member
            for name, member in value.items()
            if is_given(member)
        }
    return msgspec.json.encode(to_plain_data(None if value is _NULL else value))


def form_body(members: object) -> bytes:
    """A body of `application/x-www-form-urlencoded`; objects in it are JSON, if not styled."""
    pairs = [
        pair
        for name, value in _form_members(members)
        for pair in encode_query(name, _form_value(value))
    ]
    return "&".join(pairs).encode("ascii")


def _form_value(value: object) -> object:
    if isinstance(value, Styled):
        return value
    data = to_plain_data(value)
    return Styled(data, "json") if is_object(data) else data


@dataclass(frozen=True, slots=True)
class File:
    """A file to be sent as a part of a body.

    Attributes:
        content: What is in it.
        name: What it is called; it need not exist.
        content_type: Its media type.
    """

    content: bytes = field(repr=False)
    name: str = "file"
    content_type: str = "application/octet-stream"

    @classmethod
    def at(
        cls, path: Path | str, content_type: str = "application/octet-stream"
    ) -> File:
        """A file of this machine, read now."""
        path = Path(path)
        return cls(path.read_bytes(), path.name, content_type)


@dataclass(frozen=True, slots=True)
class Part:
    """A member of a multipart body that is not of the usual media type."""

    value: object = field(repr=False)
    content_type: str


def part(value: object, content_type: str) -> Part | None:
    """An argument of a media type; None where it is not given."""
    return Part(value, content_type) if is_given(value) else None


def multipart_body(members: object) -> tuple[bytes, str]:
    """A body of `multipart/form-data`, and its media type with the boundary (RFC 7578)."""
    files = [
        (content, part)
        for name, value in _form_members(members)
        for content, part_value in _flatten_member(name, value)
        for part in _encode_parts(content, part_value)
    ]
    # httpx2 knows how parts are framed. A body without any is one of an empty form.
    request = httpx2.Request("POST", "http://-", files=files or [("", (None, b""))])
    return request.read(), request.headers["Content-Type"]


def _form_members(members: object) -> Iterator[tuple[str, object]]:
    """The members of a form that are given; it may be a model."""
    plain: object = members
    if not is_object(plain):
        plain = msgspec.to_builtins(members, builtin_types=(bytes, datetime))
    if not is_object(plain):
        raise TypeError("the members of a form are those of an object")
    for name, value in merge_additional(plain).items():
        if is_given(value):
            yield name, value


def _flatten_member(name: str, value: object) -> Iterator[tuple[str, object]]:
    """A member of a multipart body, or those inside it where its style is `deepObject`."""
    if isinstance(value, Styled):
        yield from flatten_deep_object(name, to_plain_data(value.value))
    else:
        yield name, value


def _encode_parts(
    name: str, value: object
) -> Iterator[tuple[str | None, bytes, str | None]]:
    """The parts that a member becomes: the name of a file, what is in it, its media type."""
    content = value.value if isinstance(value, Part) else value
    content_type = value.content_type if isinstance(value, Part) else ""
    if is_list_or_tuple(content) and "json" not in content_type:
        for item in content:
            yield from _encode_parts(name, Part(item, content_type))
    elif isinstance(content, File):
        yield content.name, content.content, content_type or content.content_type
    elif isinstance(content, bytes):
        yield name, content, content_type or "application/octet-stream"
    else:
        data = to_plain_data(content)
        is_json = "json" in content_type or is_object(data) or is_array(data)
        text = to_json(data) if is_json else to_text(data)
        yield None, text.encode(), content_type or (
            "application/json" if is_json else None
        )
