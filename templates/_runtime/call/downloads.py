"""Downloads: response bodies that are written to a file instead of memory."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

import httpx2

from ..codec.body_readers import read_bytes
from ..codec.media_types import (
    accepted_ranges,
    matching_range,
    media_type_names,
    related_range,
)
from ..wire.lazy_messages import content_encoding
from ..wire.response_body import BodyError, Decompressor
from .exchange import Exchange, overriding
from .request import Call


class Download:
    """Destination file of a response body.

    Attributes:
        size: Number of bytes written.
        is_claimed: Whether a call has started to use it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._start_position = file.tell() if file.seekable() else None
        self._ranges: tuple[str, ...] = ("*/*",)
        self.size = 0
        self.is_claimed = False

    def apply(self, exchange: Exchange[Any]) -> None:
        """Write the response body of a call to the file.

        Raises:
            TypeError: If the call does not return bytes.
        """
        if exchange.call.response_format not in ("bytes", "undescribed"):
            raise TypeError(
                f"{exchange.call} cannot be downloaded: it does not return bytes"
            )
        self.is_claimed = True
        self._ranges = _file_ranges(exchange.call)
        exchange.destination = self

    @property
    def can_restart(self) -> bool:
        """True if the file is unchanged or can be reset to its original state."""
        return self._start_position is not None or self.size == 0

    def start(self, response: httpx2.Response) -> FileWriter:
        """Reset the file and return the writer for a response body.

        Raises:
            BodyError: If the content encoding is unsupported, or the body is no file.
        """
        content_type = response.headers.get("content-type", "")
        if not (
            matching_range(content_type, self._ranges)
            or related_range(content_type, self._ranges)
        ):
            expected, actual = media_type_names(content_type, self._ranges)
            raise BodyError(f"its media type is {actual}, in place of {expected}")
        if self.size and self._start_position is not None:
            self._file.seek(self._start_position)
            self._file.truncate()
        self.size = 0
        return FileWriter(self, response)

    def write(self, data: bytes) -> None:
        """Write the next decompressed chunk."""
        self._file.write(data)
        self.size += len(data)


class FileWriter:
    """Incremental writer of one response body into a file.

    Args:
        download: The destination.
        response: The response, whose body is not read yet.

    Raises:
        BodyError: If the content encoding is unsupported.
    """

    def __init__(self, download: Download, response: httpx2.Response) -> None:
        is_decoded = response.is_stream_consumed
        length = response.headers.get("content-length", "")
        self._decompressor = Decompressor(content_encoding(response))
        self._download = download
        self._expected_length = (
            int(length) if length.isdecimal() and not is_decoded else None
        )
        self._received_length = 0

    def feed(self, data: bytes) -> None:
        """Write the next chunk.

        Raises:
            BodyError: If the data is invalid for its content encoding.
            OSError: If the file cannot be written.
        """
        self._received_length += len(data)
        for chunk in self._decompressor.decompress(data):
            self._download.write(chunk)

    def content(self) -> bytes:
        """Check that the body is complete; return an empty body, since it is in the file.

        Raises:
            BodyError: If the body is truncated.
        """
        self._decompressor.end()
        if (
            self._expected_length is not None
            and self._received_length != self._expected_length
        ):
            raise BodyError("its length differs from its Content-Length")
        return b""


def _file_ranges(call: Call[Any]) -> tuple[str, ...]:
    """Return the media types of the bodies of a call that are files."""
    if not call.contents:
        return accepted_ranges(call.accept)
    tables = call.contents.values()
    return tuple(n for t in tables for n, (read, _) in t.items() if read is read_bytes)


@contextmanager
def downloading(to: str | os.PathLike[str] | BinaryIO) -> Generator[Download]:
    """Write the response body of the call in this block to a file.

    Args:
        to: A file object that is open for writing bytes, or a path, which is replaced once the
            body is complete.

    Raises:
        TypeError: On exit, if no call that returns bytes was made.
        OSError: If the file cannot be written.
    """
    if isinstance(to, str | os.PathLike):
        with _atomic_file(Path(to)) as file, downloading(file) as download:
            yield download
        return
    download = Download(to)
    with overriding(download):
        yield download
    if not download.is_claimed:
        raise TypeError("download takes a method that returns bytes, and its arguments")


@contextmanager
def _atomic_file(path: Path) -> Generator[BinaryIO]:
    """Open a temporary file that replaces a path on success and is deleted on an error."""
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{path} is not a regular file")
    temporary = path.with_name(f".{token_hex(8)}.part")
    try:
        with temporary.open("xb") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
