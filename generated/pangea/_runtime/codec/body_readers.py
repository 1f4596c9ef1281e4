"""Readers of response bodies: each returns the value of a body of one form.

A call has a table of them by status and media type (`Call.contents`) if its bodies are not all of
one form. To read another form, add a function with the signature of `Reader` in a module of its
own, so that only the packages that use it have it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from .conversion import Mismatch
from .json_decoding import decode_json, decode_json_lines
from .lenient_json import charset_of, known_encoding
from .media_types import (
    is_json,
    is_known,
    is_text,
    matching_range,
    media_type_names,
    related_range,
)
from .type_guards import is_plain, json_type
from .unions import accepted_json_types

Reader: TypeAlias = Callable[
    [bytes, Any, Mapping[str, str]], tuple[Any, list[Mismatch]]
]
"""Reads a body as a type, with the headers of the response. Returns the value and its mismatches.

Raises `msgspec.DecodeError` if the body cannot be read.
"""


def read_json(
    content: bytes, type_: Any, headers: Mapping[str, str]
) -> tuple[Any, list[Mismatch]]:
    """Return the value of a JSON body; a list if it has several, as grpc-gateway streams them.

    Raises:
        msgspec.DecodeError: If the body is not JSON, or of another kind than the type, such as
            null or an array in place of an object.
    """
    if not content:
        raise msgspec.DecodeError("it is empty")
    try:
        value, mismatches = decode_json(content, type_, headers)
    except msgspec.DecodeError:
        values = decode_json_lines(content, type_)
        if values is None:
            raise
        return values
    if mismatches and mismatches[0].path == "$":
        if is_plain(value) and json_type(value) not in accepted_json_types(type_):
            raise msgspec.DecodeError(str(mismatches[0]))
    return value, mismatches


def read_text(
    content: bytes, type_: Any, headers: Mapping[str, str]
) -> tuple[str, list[Mismatch]]:
    """Return the text of a body; with replacement characters if it is not in its charset."""
    encoding = known_encoding(charset_of(headers.get("content-type", "")))
    try:
        return content.decode(encoding), []
    except UnicodeDecodeError:
        text = content.decode(encoding, "replace")
    return text, [Mismatch("$", f"text in {encoding.upper()}", "other bytes")]


def read_bytes(
    content: bytes, type_: Any, headers: Mapping[str, str]
) -> tuple[bytes, list[Mismatch]]:
    """Return a body as it is."""
    return content, []


def read_any(
    content: bytes, type_: Any, headers: Mapping[str, str]
) -> tuple[Any, list[Mismatch]]:
    """Return a body by its `Content-Type` as JSON, text or bytes; and its mismatches.

    If the type is `str`, it is text unless it is JSON.
    """
    content_type = headers.get("content-type", "")
    if is_json(content_type) or not content_type.strip():
        try:
            return read_json(content, type_, headers)
        except msgspec.DecodeError:
            pass
    if is_json(content_type):
        text, mismatches = read_text(content, str, headers)
        return text, [Mismatch("$", "JSON", "text"), *mismatches]
    if type_ is str or is_text(content_type):
        return read_text(content, str, headers)
    return content, []


Table: TypeAlias = Mapping[str, tuple[Reader, Any]]
"""The reader and the type of each declared media type or range."""


def read_declared(
    table: Table, content: bytes, headers: Mapping[str, str]
) -> tuple[Any, list[Mismatch]]:
    """Return the value of a body by its `Content-Type`, and its mismatches.

    A body of an undeclared media type is read as one of the same form, which is a mismatch, or
    as JSON if it is JSON.

    Raises:
        msgspec.DecodeError: If the body cannot be read, or is of no declared form.
    """
    content_type, ranges = headers.get("content-type", ""), tuple(table)
    declared = matching_range(content_type, ranges)
    range_ = declared or related_range(content_type, ranges)
    expected, actual = media_type_names(content_type, ranges)
    if range_ is None:
        problem = f"its media type is {actual}, in place of {expected}"
        for read, type_ in table.values():
            if read is read_json:
                try:
                    return read_json(content, type_, headers)
                except msgspec.DecodeError as error:
                    problem += f", and {error}"
                    break
        raise msgspec.DecodeError(problem)
    read, type_ = table[range_]
    value, mismatches = read(content, type_, headers)
    if declared is None and is_known(content_type) and read is not read_json:
        mismatches = [Mismatch("$", expected, actual), *mismatches]
    return value, mismatches


READERS: Mapping[str, Reader] = {
    "json": read_json,
    "text": read_text,
    "bytes": read_bytes,
}
"""The reader of each format of a call whose bodies are all of one form."""
