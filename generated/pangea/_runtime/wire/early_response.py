"""Responses that arrive while the body of their request is sent.

A server may refuse a body before its end, such as with 413, and close the connection, which then
breaks. Sending ends at such a response, so that it is read (RFC 9112, section 9.5).
"""

from __future__ import annotations

import select
import socket
import sys

_HEAD_END = b"\r\n\r\n"
_STATUS_END = len(b"HTTP/1.1 200")
_MAX_SIZE = 64 * 1024
"""Number of bytes that are kept while the body is sent; the rest stays in the socket."""


class EarlyResponse:
    """Data received while a request body is sent, and read after it."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._is_closed = False

    @property
    def is_full(self) -> bool:
        """Whether no more data should be received before the body is sent."""
        return self._is_closed or len(self._data) >= _MAX_SIZE

    @property
    def is_empty(self) -> bool:
        """Whether all data is read."""
        return not (self._data or self._is_closed)

    def feed(self, data: bytes) -> None:
        """Keep received data; nothing if the server has closed the connection."""
        self._data += data
        self._is_closed = not data

    def refuses_body(self) -> bool:
        """Return whether the server needs no more of the body: it has responded with another
        status than 1xx and 2xx, or closed the connection."""
        start = 0
        while self._data.startswith(b"1", start + 9):
            end = self._data.find(_HEAD_END, start)
            if end < 0:
                return self._is_closed
            start = end + len(_HEAD_END)
        has_status = len(self._data) >= start + _STATUS_END
        return (
            self._is_closed or has_status and self._data[start + 9 : start + 10] > b"2"
        )

    def take(self, max_bytes: int) -> bytes | None:
        """Return data in the order of its arrival; None if there is no more."""
        if not self._data:
            return b"" if self._is_closed else None
        data = bytes(self._data[:max_bytes])
        del self._data[:max_bytes]
        return data


def wait_until_ready(
    connection: socket.socket, timeout: float | None
) -> tuple[bool, bool]:
    """Wait until a socket can be read or written; return whether it can be each.

    Raises:
        TimeoutError: If it can be neither within the timeout in seconds.
    """
    if sys.platform == "win32":
        readable, writable, _ = select.select([connection], [connection], [], timeout)
        found = bool(readable), bool(writable)
    else:
        poll = select.poll()
        poll.register(connection, select.POLLIN | select.POLLOUT)
        events = poll.poll(None if timeout is None else max(0.0, timeout) * 1000)
        mask = events[0][1] if events else 0
        found = bool(mask & ~select.POLLOUT), bool(mask & select.POLLOUT)
    if not any(found):
        raise TimeoutError("the timeout has passed")
    return found
