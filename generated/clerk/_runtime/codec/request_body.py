"""Encoding of request bodies: JSON, forms, and the properties of multipart forms."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Protocol, TypeAlias

import msgspec

from .decimal_strings import decimal_strings
from .model import merge_additional
from .plain_data import encode_json, to_builtin, to_json, to_plain_data
from .styles import Styled, encode_query, is_given
from .type_guards import is_array, is_mapping, is_object


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
    return encode_json(plain_body(value))


def plain_body(value: object) -> object:
    """Return a body as plain data, with its nulls."""
    if is_object(value):
        return {k: to_plain_data(member, k) for k, member in value.items()}
    return to_plain_data(None if value is NULL else value)


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


class ReadableFile(Protocol):
    """A file object that is open for reading bytes."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""
        ...


Source: TypeAlias = (
    bytearray
    | memoryview
    | ReadableFile
    | os.PathLike[str]
    | Iterable[bytes]
    | Callable[[], Iterable[bytes]]
)
"""What the content of a request is read from, besides `bytes`: an open file, a path, an iterable,
or a function that returns one for each attempt."""

AsyncSource: TypeAlias = (
    Source | AsyncIterable[bytes] | Callable[[], AsyncIterable[bytes]]
)
"""What the asynchronous client can also read the content of a request from."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload.

    Attributes:
        content: The bytes of the file, or what they are read from while they are sent. An open
            file is read from its position, and stays open.
        name: The filename that is sent.
        content_type: The media type; empty for that of the extension of `name`.
    """

    content: bytes | AsyncSource = field(repr=False)
    name: str = "file"
    content_type: str = ""

    @classmethod
    def at(cls, path: os.PathLike[str] | str, content_type: str = "") -> File:
        """Return a file at a path, which is read when it is sent.

        Args:
            path: The path; its last part becomes the filename that is sent.
            content_type: The media type; empty for that of the extension.

        Raises:
            FileNotFoundError: If there is no such file.
        """
        path = Path(path)
        path.stat()
        return cls(path, path.name, content_type)


@dataclass(frozen=True, slots=True)
class Part:
    """A property of a multipart body with an explicit media type."""

    value: object = field(repr=False)
    content_type: str


def part(value: object, content_type: str) -> Part | None:
    """Set the media type of an argument; None if the argument is not given."""
    return Part(value, content_type) if is_given(value) else None


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
