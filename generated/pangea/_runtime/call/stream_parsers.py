"""Incremental parsers of streamed bodies into frames. Perform no I/O and decode no JSON.

The result does not depend on how the body is split into chunks.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from ..wire.response_body import BodyError

_MAX_RETRY_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Frame:
    """An undecoded unit of a stream.

    Attributes:
        data: The data of an event, or the JSON of an item.
        event, id, retry: Fields of an event, see `ServerSentEvent`.
    """

    data: bytes
    event: str = "message"
    id: str = ""
    retry: int | None = None


class DelimitedParser:
    """Parser of items that are separated by a byte.

    Args:
        separator: The byte.
        limit: Maximum size of an item in bytes.
    """

    def __init__(self, separator: bytes, limit: int) -> None:
        self._separator = separator
        self._buffer = _Buffer(limit)

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the items that are complete after the next chunk.

        Raises:
            BodyError: If an item is too large.
        """
        *ends, rest = data.split(self._separator)
        for end in ends:
            self._buffer.add(end)
            yield from self.end()
        self._buffer.add(rest)

    def end(self) -> Iterator[Frame]:
        """Yield the last item if the body does not end with the separator."""
        item = self._buffer.take().strip()
        if item:
            yield Frame(item)


class EventStreamParser:
    """Parser of server-sent events (WHATWG HTML, section 9.2.6).

    Args:
        limit: Maximum size of an event in bytes.
    """

    def __init__(self, limit: int) -> None:
        self._buffer = _Buffer(limit)
        self._size = 0
        self._limit = limit
        self._is_first_line = True
        self._is_after_cr = False
        self._data: list[bytes] = []
        self._event = ""
        self._id = ""
        self._retry: int | None = None

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the events that are complete after the next chunk.

        Raises:
            BodyError: If an event is too large.
        """
        if self._is_after_cr and data.startswith(b"\n"):  # the second half of a CRLF
            data = data[1:]
            self._is_after_cr = False
        for line in data.splitlines(keepends=True):
            self._buffer.add(line)
            self._is_after_cr = line.endswith(b"\r")
            if line.endswith((b"\r", b"\n")):
                yield from self._process_line(self._buffer.take().rstrip(b"\r\n"))

    def end(self) -> Iterator[Frame]:
        """Yield nothing: an incomplete event at the end is discarded."""
        yield from ()

    def _process_line(self, line: bytes) -> Iterator[Frame]:
        if self._is_first_line:
            line = line.removeprefix(codecs.BOM_UTF8)
            self._is_first_line = False
        if line:
            self._process_field(line)
        else:
            if self._data:
                yield Frame(
                    b"\n".join(self._data),
                    self._event or "message",
                    self._id,
                    self._retry,
                )
            self._data = []
            self._size = 0
            self._event = ""
            self._retry = None

    def _process_field(self, line: bytes) -> None:
        """Process a line with a field, or with a comment, whose field name is empty."""
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match name:
            case b"data":
                self._size += len(value) + 1
                if self._size > self._limit:
                    raise _item_too_large(self._limit)
                self._data.append(value)
            case b"event":
                self._event = value.decode("utf-8", "replace")
            case b"id" if b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
            case b"retry" if value.isdigit() and len(value) < _MAX_RETRY_DIGITS:
                self._retry = int(value)
            case _:
                pass


def _item_too_large(limit: int) -> BodyError:
    """Return the error for an item that exceeds the size limit."""
    return BodyError(f"an item of it is larger than max_body, {limit:,} bytes")


class _Buffer:
    """Buffer for an incomplete item, with a size limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._data = bytearray()

    def add(self, data: bytes) -> None:
        self._data += data
        if len(self._data) > self._limit:
            raise _item_too_large(self._limit)

    def take(self) -> bytes:
        data = bytes(self._data)
        self._data.clear()
        return data
