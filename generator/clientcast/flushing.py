"""New files, of which the disk has the content before anything else is done with them."""

import ctypes
import errno
import os
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO

_MANY_FILES = 300
"""Files with which waiting for the disk takes longer than threads."""
_WRITERS = 8
_GROUP = 32
"""Files that are open at the same time."""
_LITTLE = 64 * 1024
"""Kibibytes of all programs that wait for a disk, and are written with our files."""
_WAITING = re.compile(rb"^(?:Dirty|Writeback): *(\d+) kB", re.MULTILINE)


def write_new_files(contents: Mapping[str, bytes]) -> None:
    """Create files, and flush them to disk.

    If they are not many, they are flushed with all of their file system if little else waits
    for it, since that is several times cheaper; otherwise each, several at once if there are
    many.

    Args:
        contents: The content of each file, by its path. All are in one file system.

    Raises:
        OSError: A file exists, or cannot be written.
    """
    items = [*contents.items()]
    if 1 < len(items) < _MANY_FILES and _little_waits():
        for place, content in items:
            with _new_file(place) as file:
                file.write(content)
        if not _flush_file_system(items[0][0]):
            for place, _ in items:
                flush_to_disk(place)
        return
    groups = [items[i : i + _GROUP] for i in range(0, len(items), _GROUP)]
    if len(items) < _MANY_FILES:
        for group in groups:
            _write_group(group)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_WRITERS) as writers:
        for _ in writers.map(_write_group, groups):
            pass


def write_new_file(place: Path | str, content: bytes) -> None:
    """Create a file, and flush it to disk.

    Raises:
        OSError: The file exists, or cannot be written.
    """
    _write_group([(str(place), content)])


def flush_to_disk(place: Path | str) -> None:
    """Flush a file or folder to disk.

    Raises:
        OSError: It cannot be flushed.
    """
    if sys.platform == "win32":  # flushes nothing that is open for reading only
        return
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system without fsync for folders
            raise
    finally:
        os.close(handle)


def _write_group(contents: Iterable[tuple[str, bytes]]) -> None:
    """Create files, and then flush them: one after the other, each would cost twice as much."""
    with ExitStack() as stack:
        files: list[IO[bytes]] = []
        for place, content in contents:
            file = stack.enter_context(_new_file(place))
            file.write(content)
            file.flush()
            files.append(file)
        for file in files:
            os.fsync(file.fileno())


def _new_file(place: str) -> IO[bytes]:
    return open(place, "xb", opener=lambda name, flags: os.open(name, flags, 0o644))


def _little_waits() -> bool:
    """Return whether the disks have little to write; False if the system does not tell."""
    try:
        content = Path("/proc/meminfo").read_bytes()
    except OSError:
        return False
    counts = [int(count) for count in _WAITING.findall(content)]
    return bool(counts) and sum(counts) < _LITTLE


def _flush_file_system(place: str) -> bool:
    """Flush all of the file system of a file; return False if the system cannot.

    Raises:
        OSError: Something cannot be written.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "syncfs"):
        return False
    handle = os.open(place, os.O_RDONLY)
    try:
        status = libc.syncfs(handle)
        code = ctypes.get_errno()
    finally:
        os.close(handle)
    if status and code not in (errno.ENOSYS, errno.EPERM):
        raise OSError(code, os.strerror(code), place)
    return not status
