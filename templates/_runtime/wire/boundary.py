"""Detection of surplus bytes after a response on a connection.

Bytes after the end of a response would be parsed as the start of the next one, which may
belong to another call: such a connection must not be reused (RFC 9112, section 9.2).
"""

from __future__ import annotations

import re

_END_OF_HEAD = re.compile(rb"\n\r?\n")
"""The empty line after a head; h11 also accepts lines that end without CR."""

_LAST_CHUNK = b"0\r\n\r\n"
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d+)[ \t]*\r?\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\ntransfer-encoding:[^\r\n]*chunked[ \t]*\r?\n", re.IGNORECASE)


class ResponseBoundary:
    """Tracker of the end of the current response on one connection."""

    def __init__(self) -> None:
        self._is_head_request = False
        self._head = bytearray()
        self._searched = 0
        self._has_head = False
        self._expected_length: int | None = 0
        self._body_length = 0
        self._tail = b""

    def record_sent(self, data: bytes) -> None:
        """Record sent data; the first data after a response starts a new request."""
        if self._has_head or not self._head:
            self._is_head_request = data.startswith(b"HEAD ")
            self._head.clear()
            self._searched = 0
            self._has_head = False
            self._body_length = 0
            self._tail = b""

    def record_received(self, data: bytes) -> None:
        """Record received data."""
        if self._has_head:
            self._body_length += len(data)
        else:
            self._head += data
            self._parse_head()
        self._tail = (self._tail + data[-len(_LAST_CHUNK) :])[-len(_LAST_CHUNK) :]

    def is_complete(self) -> bool:
        """Return whether the received data ends with the response, as far as known."""
        if not self._has_head:
            return not self._head
        if self._expected_length is None:
            return self._tail == _LAST_CHUNK
        return self._body_length == self._expected_length

    def _parse_head(self) -> None:
        while True:
            found = _END_OF_HEAD.search(self._head, self._searched)
            if found is None:
                self._searched = max(0, len(self._head) - 2)
                return
            end = found.end()
            head = bytes(self._head[:end])
            status = head[9:12]
            if status[:1] != b"1" or status == b"101":
                break
            del self._head[:end]
            self._searched = 0
        self._has_head = True
        self._body_length = len(self._head) - end
        length = _LENGTH.search(head)
        if self._is_head_request or status in (b"204", b"304"):
            self._expected_length = 0
        elif _CHUNKED.search(head):
            self._expected_length = None
        else:
            self._expected_length = int(length[1]) if length else -1
