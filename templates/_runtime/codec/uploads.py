"""Content of requests that is read while it is sent: open files, paths, and iterables of bytes.

A generator of this module holds no data while it may raise: error trackers record local variables.
"""

from __future__ import annotations

import inspect
import io
import os
import stat
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Iterable,
    Iterator,
    Set,
)
from typing import Any, TypeAlias, TypeGuard, cast

from .type_guards import is_buffer, is_mapping, is_path, is_sequence

CHUNK_SIZE = 256 * 1024
"""Maximum size of the chunks that are sent, in bytes."""

Chunks: TypeAlias = Iterator[bytes] | AsyncIterator[bytes]


class Upload:
    """Content of a request that is read for each attempt.

    Args:
        name: The name of the argument, for errors.
        read: A function that returns the content, in chunks that it has checked.
        length: The number of bytes; None if it is unknown.
        is_repeatable: Whether the content can be read again.

    Attributes:
        length: The number of bytes; None if it is unknown.
    """

    def __init__(
        self,
        name: str,
        read: Callable[[], Chunks],
        length: int | None = None,
        *,
        is_repeatable: bool = True,
    ) -> None:
        self.length = length
        self._name = name
        self._read = read
        self._is_repeatable = is_repeatable
        self._is_started = False

    def __repr__(self) -> str:
        return f"<Upload of {self._name}>"

    @property
    def repeat_problem(self) -> str:
        """The reason why the content cannot be sent again; empty if it can."""
        if self._is_repeatable or not self._is_started:
            return ""
        return (
            f"{self._name} can be read only once; pass an open file that can seek, or a"
            " function that returns a new iterator"
        )

    def open(self) -> Chunks:
        """Return the content in chunks, from its beginning.

        Raises:
            ValueError: If it has been read and cannot be read again.
        """
        if self.repeat_problem:
            raise ValueError(self.repeat_problem)
        self._is_started = True
        return self._read()


def open_upload(
    value: object, name: str, *, accepts_async: bool
) -> bytes | Upload | None:
    """Return content as bytes, or as an upload; None if a value is neither.

    Args:
        value: The content as the caller gives it.
        name: The name of the argument, for errors.
        accepts_async: Whether asynchronous iterables can be read.

    Raises:
        TypeError: If it is text, or asynchronous in a synchronous client.
        ValueError: If it is closed or used up.
        OSError: If a path cannot be read.
    """
    if value is None or isinstance(value, str | int | float) or is_mapping(value):
        return None
    if isinstance(value, bytes):
        return value
    if is_buffer(value):
        return bytes(value)
    if is_path(value):
        return _path_upload(value, name)
    if _is_async_iterable(value) and not accepts_async:
        raise TypeError(
            f"{name} cannot be sent: {type(value).__name__} is asynchronous, and the"
            " client is not"
        )
    if callable(getattr(value, "read", None)):
        return _file_upload(value, name)
    if _is_async_iterable(value):
        chunks = value
        _refuse_used_up(getattr(value, "ag_frame", value), name)
        return Upload(
            name,
            lambda: _async_chunks(chunks, name),
            is_repeatable=not hasattr(value, "__anext__"),
        )
    if _is_iterable(value):
        return _iterable_upload(value, name)
    if callable(value) and not isinstance(value, type):
        function: Callable[[], object] = value
        return Upload(
            name,
            lambda: _returned_chunks(function(), name, accepts_async=accepts_async),
        )
    return None


def _is_async_iterable(value: object) -> TypeGuard[AsyncIterable[object]]:
    return isinstance(value, AsyncIterable)


def _is_iterable(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, Iterable) and not isinstance(value, Set)


def _path_upload(path: os.PathLike[str], name: str) -> Upload:
    status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(f"{name} cannot be sent: its path is a directory")
    is_regular = stat.S_ISREG(status.st_mode)
    length = status.st_size if is_regular else None

    def read() -> Iterator[bytes]:
        with open(path, "rb") as file:
            yield from _file_chunks(file, None, length, name)

    return Upload(name, read, length, is_repeatable=is_regular)


def _file_upload(file: Any, name: str) -> Upload:
    if getattr(file, "closed", False) is True:
        raise ValueError(f"{name} cannot be sent: the file is closed")
    if isinstance(file, io.TextIOBase) or isinstance(
        getattr(file, "encoding", None), str
    ):
        raise TypeError(
            f'{name} cannot be sent: the file is open for text; open it with mode "rb"'
        )
    if inspect.iscoroutinefunction(file.read):
        return Upload(
            name,
            lambda: _async_chunks(_async_file_chunks(file), name),
            is_repeatable=False,
        )
    if isinstance(file, io.IOBase) and not file.readable():
        raise ValueError(f"{name} cannot be sent: the file is not open for reading")
    start = _position(file)
    length = None if start is None else _remaining_length(file, start)
    return Upload(
        name,
        lambda: _file_chunks(file, start, length, name),
        length,
        is_repeatable=start is not None,
    )


def _position(file: Any) -> int | None:
    """Return the position of a file; None if it cannot seek."""
    try:
        is_seekable = not hasattr(file, "seekable") or file.seekable()
        return cast(int, file.tell()) if is_seekable and hasattr(file, "seek") else None
    except (AttributeError, OSError, ValueError):
        return None


def _remaining_length(file: Any, start: int) -> int | None:
    """Return the number of bytes from the position of a file; None if it is unknown."""
    try:
        file.seek(0, os.SEEK_END)
        end = cast(int, file.tell())
    except (OSError, ValueError):
        return None
    finally:
        file.seek(start)
    return max(0, end - start)


def _file_chunks(
    file: Any, start: int | None, length: int | None, name: str
) -> Iterator[bytes]:
    """Yield the content of a file, from a position unless that is None.

    Raises:
        ValueError: If its length is not the expected one. The last chunk is not yielded then, so
            that the server does not receive a complete request.
    """
    if start is not None:
        file.seek(start)
    total = 0
    while chunk := file.read(CHUNK_SIZE):
        total += len(chunk)
        is_longer = length is not None and (
            total > length or total == length and file.read(1)
        )
        if is_longer:
            del chunk
            raise ValueError(
                f"{name} became longer than {length:,} bytes while it was sent: the"
                " request was aborted"
            )
        if not isinstance(chunk, bytes):
            chunk = _to_bytes(chunk, name)
        yield chunk
        del chunk
    if length is not None and total != length:
        raise ValueError(
            f"{name} became shorter while it was sent, {total:,} instead of {length:,}"
            " bytes: the request was aborted"
        )


async def _async_file_chunks(file: Any) -> AsyncIterator[object]:
    while chunk := await file.read(CHUNK_SIZE):
        yield chunk
        del chunk


def _iterable_upload(chunks: Iterable[object], name: str) -> Upload:
    _refuse_used_up(getattr(chunks, "gi_frame", chunks), name)
    length = None
    if is_sequence(chunks):
        length = sum(len(_to_bytes(chunk, name)) for chunk in chunks)
    return Upload(
        name,
        lambda: _iterable_chunks(chunks, name),
        length,
        is_repeatable=not isinstance(chunks, Iterator),
    )


def _refuse_used_up(frame: object, name: str) -> None:
    """Refuse a generator that has ended: it would send nothing."""
    if frame is None:
        raise ValueError(f"{name} cannot be sent: the generator has ended")


def _iterable_chunks(chunks: Iterable[object], name: str) -> Iterator[bytes]:
    for chunk in chunks:
        yield _to_bytes(chunk, name)
        del chunk


async def _async_chunks(
    chunks: AsyncIterable[object], name: str
) -> AsyncIterator[bytes]:
    try:
        async for chunk in chunks:
            yield _to_bytes(chunk, name)
            del chunk
    finally:
        if isinstance(chunks, AsyncGenerator):
            await chunks.aclose()


def _returned_chunks(value: object, name: str, *, accepts_async: bool) -> Chunks:
    """Return the content that a function of the caller returned for one attempt."""
    upload = open_upload(value, name, accepts_async=accepts_async)
    if isinstance(upload, Upload):
        chunks = upload.open()
        if isinstance(chunks, Iterator):
            return _closing(chunks, value)
        return chunks
    if isinstance(upload, bytes):
        return iter((upload,))
    raise TypeError(
        f"{name} cannot be sent: its function returned {type(value).__name__}"
    )


def _closing(chunks: Iterator[bytes], opened: object) -> Iterator[bytes]:
    """Yield the content that a function opened, and close it."""
    try:
        yield from chunks
    finally:
        if callable(close := getattr(opened, "close", None)):
            close()


def _to_bytes(chunk: object, name: str) -> bytes:
    """Return a chunk as bytes.

    Raises:
        TypeError: If it is text or of another class.
    """
    if isinstance(chunk, bytes):
        return chunk
    if is_buffer(chunk):
        return bytes(chunk)
    kind = type(chunk).__name__
    del chunk
    raise TypeError(f"{name} cannot be sent: it yields {kind}, and not bytes")
