"""Where the body of an answer goes in place of memory: a file."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

import httpx2

from .response_body import BodyError, Decompressor


class Download:
    """A file that the body of an answer is written to.

    Attributes:
        size: Bytes that were written.
        is_claimed: Whether a call writes to it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._start_position = file.tell() if file.seekable() else None
        self.size = 0
        self.is_claimed = False

    @property
    def can_restart(self) -> bool:
        """Whether it is as it was at first, or can be made so."""
        return self._start_position is not None or self.size == 0

    def start(self, response: httpx2.Response) -> FileWriter:
        """What takes the body of an answer.

        Raises:
            BodyError: It is encoded in a way that was not asked for.
        """
        if self.size and self._start_position is not None:
            self._file.seek(self._start_position)
            self._file.truncate()
        self.size = 0
        return FileWriter(self, response)

    def write(self, data: bytes) -> None:
        """Write the next piece."""
        self._file.write(data)
        self.size += len(data)


class FileWriter:
    """The body of one answer, fed piece by piece.

    Args:
        download: Where it goes.
        response: The answer, whose body is to come.

    Raises:
        BodyError: It is encoded in a way that was not asked for.
    """

    def __init__(self, download: Download, response: httpx2.Response) -> None:
        is_plain = response.is_stream_consumed
        headers = response.headers
        encoding = "" if is_plain else headers.get("content-encoding", "")
        length = headers.get("content-length", "")
        self._decompressor = Decompressor(encoding)
        self._download = download
        self._expected_length = (
            int(length) if length.isdecimal() and not is_plain else None
        )
        self._received_length = 0

    def feed(self, data: bytes) -> None:
        """Write the next piece.

        Raises:
            BodyError: The body is not encoded as its header says.
            OSError: The file does not take it.
        """
        self._received_length += len(data)
        for chunk in self._decompressor.decompress(data):
            self._download.write(chunk)

    def content(self) -> bytes:
        """Nothing, once all pieces are in.

        Raises:
            BodyError: The body breaks off.
        """
        self._decompressor.end()
        if (
            self._expected_length is not None
            and self._received_length != self._expected_length
        ):
            raise BodyError("its length is not that of its header")
        return b""


_download: ContextVar[Download | None] = ContextVar("download", default=None)


@contextmanager
def downloading(to: str | os.PathLike[str] | BinaryIO) -> Generator[Download]:
    """Let the call that is made in this block write its answer to a file.

    Args:
        to: A file that is open for writing bytes, or the path of one, which is there once
            it is whole.

    Raises:
        TypeError: On leaving: no call that returns bytes was made.
        OSError: The file cannot be written.
    """
    if isinstance(to, str | os.PathLike):
        with _atomic_file(Path(to)) as file, downloading(file) as download:
            yield download
        return
    download = Download(to)
    token = _download.set(download)
    try:
        yield download
    finally:
        _download.reset(token)
    if not download.is_claimed:
        raise TypeError("download takes a method that returns bytes, and its arguments")


def pop_current_download() -> Download | None:
    """Where the answer to the call that is being made goes; it is told once."""
    download = _download.get()
    if download is not None:
        _download.set(None)
    return download


@contextmanager
def _atomic_file(path: Path) -> Generator[BinaryIO]:
    """A file that gets its name when it is whole, and is gone where that does not come."""
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{path} is no file that could be replaced")
    temporary = path.with_name(f".{token_hex(8)}.part")
    try:
        with temporary.open("xb") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
