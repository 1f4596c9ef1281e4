"""Cuts the body of a stream into what it is a stream of, piece by piece. No socket, no JSON.

However the body is cut up on its way, the same comes out.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from .response_body import BodyError

_MAX_RETRY_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Frame:
    """What a stream is of, as it came: an event's data, or an item's JSON.

    Attributes:
        event, id, retry: Of an event, as `ServerSentEvent` has them.
    """

    data: bytes
    event: str = "message"
    id: str = ""
    retry: int | None = None


class DelimitedParser:
    """Items that a byte separates.

    Args:
        separator: That byte.
        limit: How many bytes an item may have.
    """

    def __init__(self, separator: bytes, limit: int) -> None:
        self._separator = separator
        self._buffer = _Buffer(limit)

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The items that end in the next piece.

        Raises:
            BodyError: One is too large.
        """
        *ends, rest = data.split(self._separator)
        for end in ends:
            self._buffer.add(end)
            yield from self.end()
        self._buffer.add(rest)

    def end(self) -> Iterator[Frame]:
        """The last item, where nothing comes after it."""
        item = self._buffer.take().strip()
        if item:
            yield Frame(item)


class EventStreamParser:
    """Server-sent events (WHATWG HTML, section 9.2.6).

    Args:
        limit: How many bytes an event may have.
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
        """The events that end in the next piece.

        Raises:
            BodyError: One is too large.
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
        """Nothing: an event that is not finished is none."""
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
        """Take a line with a field, or one with a comment, whose name is empty."""
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
    """The error of an item that does not end."""
    return BodyError(f"an item of it is larger than {limit:,} bytes")


class _Buffer:
    """The beginning of what has not ended."""

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
