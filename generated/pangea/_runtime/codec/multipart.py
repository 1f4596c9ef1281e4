"""Encoding of multipart forms (RFC 7578), whose files may be read while they are sent."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from mimetypes import MimeTypes
from secrets import token_hex
from typing import TypeVar

from .media_types import essence, is_json
from .plain_data import to_json, to_plain_data, to_text
from .request_body import File, Part, form_members
from .styles import Styled, flatten_deep_object
from .type_guards import is_array, is_buffer, is_list_or_tuple, is_object, is_path

S = TypeVar("S")

_OCTETS = "application/octet-stream"
_IN_QUOTES = re.compile(r'[\x00-\x1f\x7f"]')
"""Characters of names that are percent-encoded: those of WHATWG HTML, section 4.10.22.8, and other
control characters, which no header may have."""

_SIMPLE_NAME = re.compile(r"[^<>/]+")


def multipart_body(members: object) -> tuple[bytes, str]:
    """Encode a body of `multipart/form-data` whose files are bytes.

    Returns:
        The body, and its media type with the boundary.
    """
    pieces, content_type = multipart_pieces(members, bytes_only)
    return b"".join(pieces), content_type


def multipart_pieces(
    members: object, open_content: Callable[[object, str], bytes | S | None]
) -> tuple[list[bytes | S], str]:
    """Return the body of a multipart form in pieces, and its media type with the boundary.

    Args:
        members: The properties of the form, which may be a model.
        open_content: A function that returns the content of a file by its value and the name of
            its property, as bytes or what they are read from; None if the value is no file.
    """
    boundary = token_hex(16)
    pieces: list[bytes | S] = []
    for name, value in form_members(members):
        for part_name, part_value in _flatten_member(name, value):
            for filename, content, content_type in _encode_parts(
                part_name, part_value, open_content
            ):
                head = _part_head(boundary, part_name, filename, content_type)
                pieces += (head, content, b"\r\n")
    if not pieces:  # A body needs a part: an empty form has an empty one.
        pieces = [_part_head(boundary, "", None, ""), b"\r\n"]
    pieces.append(b"--%s--\r\n" % boundary.encode())
    return pieces, f"multipart/form-data; boundary={boundary}"


def bytes_only(value: object, name: str) -> bytes | None:
    """Return the content of a file that is bytes; None if the value is no file."""
    if isinstance(value, bytes):
        return value
    return bytes(value) if is_buffer(value) else None


def _part_head(
    boundary: str, name: str, filename: str | None, content_type: str
) -> bytes:
    """Return the delimiter and the headers of a part."""
    lines = [
        f"--{boundary}",
        f'Content-Disposition: form-data; name="{_in_quotes(name)}"',
    ]
    if filename is not None:
        lines[1] += f'; filename="{_in_quotes(filename)}"'
    if content_type:
        if not content_type.isprintable():
            raise ValueError(
                f"{name} cannot be sent: its media type has a character that a header"
                " cannot have"
            )
        lines.append(f"Content-Type: {content_type}")
    return "\r\n".join((*lines, "", "")).encode()


def _in_quotes(text: str) -> str:
    """Return a name as it is in quotes in a header of a part."""
    return _IN_QUOTES.sub(lambda found: f"%{ord(found[0]):02X}", text)


def _flatten_member(name: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield a property of a multipart body, flattened if its style is `deepObject`."""
    if isinstance(value, Styled):
        yield from flatten_deep_object(name, to_plain_data(value.value, name))
    else:
        yield name, value


def _encode_parts(
    name: str,
    value: object,
    open_content: Callable[[object, str], bytes | S | None],
) -> Iterator[tuple[str | None, bytes | S, str]]:
    """Yield the parts of a property: filename, content and media type of each."""
    payload = value.value if isinstance(value, Part) else value
    content_type = value.content_type if isinstance(value, Part) else ""
    if is_list_or_tuple(payload) and not is_json(content_type):
        for item in payload:
            item_type = content_type
            if is_list_or_tuple(item):
                item_type = content_type or "application/json"
            yield from _encode_parts(name, Part(item, item_type), open_content)
    elif isinstance(payload, File):
        content = open_content(payload.content, name)
        if content is None:
            raise TypeError(
                f"{name} cannot be sent: this client has no operation that reads files"
                " while it sends them; pass bytes"
            )
        content_type = content_type or payload.content_type
        yield payload.name, content, content_type or _guessed_type(payload.name)
    elif payload is None:
        raise ValueError(f"{name} cannot be sent: an item of a list is null")
    elif (
        not is_list_or_tuple(payload)
        and (content := open_content(payload, name)) is not None
    ):
        filename = _filename(payload)
        yield filename or name, content, content_type or _guessed_type(filename)
    else:
        text, content_type = _encode_text(name, payload, content_type)
        yield None, text.encode(), content_type


def _encode_text(name: str, payload: object, content_type: str) -> tuple[str, str]:
    """Return the text and the media type of a part that is no file."""
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
    return to_string(data), content_type


def _filename(file: object) -> str:
    """Return the name of an open file or path without its folder; empty if it has none."""
    path: object = os.fspath(file) if is_path(file) else getattr(file, "name", "")
    name = os.path.basename(path) if isinstance(path, str) else ""
    return name if _SIMPLE_NAME.fullmatch(name) else ""


def _guessed_type(filename: str) -> str:
    """Return the media type of an extension, the same on every machine."""
    media_type, compression = MimeTypes().guess_type(filename)
    return media_type if media_type and not compression else _OCTETS
