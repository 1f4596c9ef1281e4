"""Bodies of recordings: text or bytes, Base64 and content codings, within limits."""

import base64
import json
import zlib
from collections.abc import Iterable
from typing import Any

from clientcast.traffic.exchanges import Headers, Message, RecordingError

MAX_BODY = 16 * 1024 * 1024
"""Bytes of a body, decompressed."""
MAX_JSON_DEPTH = 200

_GZIP = b"\x1f\x8b"


def make_message(headers: Headers, body: bytes | str | None) -> Message:
    """Return a message, its body without the content coding that the headers declare.

    Recorders often keep the header and decode the body: a body that is not of the coding is
    left as it is.

    Raises:
        RecordingError: The body cannot be decoded.
    """
    message = Message(headers, None)
    if body is None:
        return message
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    if len(content) > MAX_BODY:
        raise RecordingError(f"a body is larger than {MAX_BODY >> 20} MiB")
    for coding in reversed(message.header("content-encoding").lower().split(",")):
        content = _decoded(content, coding.strip())
    return Message(headers, content)


def from_base64(text: object) -> bytes:
    """Decode a body in Base64.

    Raises:
        RecordingError: It is not Base64.
    """
    if not isinstance(text, str) or len(text) > 2 * MAX_BODY:
        raise RecordingError("a Base64 body is no text, or too large")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise RecordingError("a body is not valid Base64") from None


def parse_json(content: bytes) -> Any:
    """Parse a JSON body.

    Raises:
        RecordingError: It is not JSON in UTF-8, or nested too deep.
    """
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RecordingError("the body is not UTF-8") from None
    except RecursionError:
        raise RecordingError("the body is nested too deep") from None
    except ValueError:
        raise RecordingError("the body is not JSON") from None
    if _depth_exceeds(value, MAX_JSON_DEPTH):
        raise RecordingError("the body is nested too deep")
    return value


def _decoded(content: bytes, coding: str) -> bytes:
    """Remove a content coding (RFC 9110, 8.4.1)."""
    match coding:
        case "gzip" | "x-gzip" if content.startswith(_GZIP):
            return _decompressed(content, (31,))
        case "deflate" if not _is_json(content):
            return _decompressed(content, (15, -15))
        case "br" | "zstd" | "compress" if content and not _is_text(content):
            raise RecordingError(
                f"a body has the content coding {coding}, which is not supported: record"
                " decoded bodies"
            )
        case _:
            return content


def _decompressed(content: bytes, windows: Iterable[int]) -> bytes:
    """Decompress within `MAX_BODY`; the windows are formats of zlib, in their order."""
    for bits in windows:
        decompressor = zlib.decompressobj(bits)
        try:
            found = decompressor.decompress(content, MAX_BODY + 1)
        except zlib.error:
            continue
        if len(found) > MAX_BODY:
            raise RecordingError(f"a body is larger than {MAX_BODY >> 20} MiB")
        if not decompressor.eof:
            raise RecordingError("a compressed body is incomplete")
        return found
    raise RecordingError("a compressed body is damaged")


def _is_json(content: bytes) -> bool:
    try:
        parse_json(content)
    except RecordingError:
        return not content
    return True


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\0" not in text


def _depth_exceeds(value: Any, maximum: int) -> bool:
    level = [value]
    for _ in range(maximum):
        level = [
            item
            for parent in level
            if isinstance(parent, dict | list)
            for item in (parent.values() if isinstance(parent, dict) else parent)
        ]
        if not level:
            return False
    return True
