"""Atomic replacement of a folder, by the means of each operating system.

Under a lock, the new folder is filled in a hidden work folder beside the old one,
`.NAME.new.RANDOM`, and exchanged with it. The work folder contains:

    clientcast  an empty marker file, created first and removed last
    new         the new tree, and after an exchange the old one
    old         the old tree, for a moment, if the system has no exchange

`recover` cleans up after a killed process. A folder without the marker is not touched.
"""

import ctypes
import errno
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from clientcast.flushing import flush_to_disk

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_AT_FDCWD = -100  # of Linux: a path is relative to the working directory
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and, by chance, RENAME_SWAP of macOS

_POSIX_FLAGS = 0 if sys.platform == "win32" else os.O_NOFOLLOW | os.O_NONBLOCK
_LOCK_FLAGS = os.O_RDWR | os.O_CREAT | _POSIX_FLAGS
"""Symlinks are not followed, and a FIFO does not block."""

_MARKER, _NEW, _OLD = "clientcast", "new", "old"

# Some sandboxes return EPERM for an unknown system call.
_NO_EXCHANGE = frozenset(
    (errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP)
)

# Errors of file systems without hard links. Not EXDEV: a file system mounted inside the
# folder would be emptied when the old tree is removed.
_NO_LINKS = _NO_EXCHANGE | {errno.EACCES, errno.EMLINK}


@contextmanager
def locked(root: Path) -> Generator[None]:
    """Hold the lock `.NAME.lock` beside `root`, and create its parent folders.

    The operating system releases the lock with the process: the file of a killed run does not
    block. If the block fails, the created folders are removed.

    Raises:
        BlockingIOError: Another run holds the lock.
        OSError: The lock or a parent folder cannot be created.
    """
    missing = [place for place in root.parents if not os.path.lexists(place)]
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        for place in missing:
            flush_to_disk(place.parent)
        with _lock_file(root.with_name(f".{root.name}.lock")):
            yield
    except BaseException:
        for place in missing:
            with suppress(OSError):
                place.rmdir()
        raise


def find_leftovers(root: Path) -> list[Path]:
    """Return the locks and work folders of other runs; under the lock, of killed ones.

    The name is not enough: a lock must be an empty file, and a work folder have the marker.

    Raises:
        OSError: The parent folder cannot be read.
    """
    name = re.compile(rf"\.{re.escape(root.name)}\.(?:lock|new\.[0-9a-f]+)")
    try:
        beside = sorted(root.parent.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [
        place for place in beside if name.fullmatch(place.name) and _is_leftover(place)
    ]


def _is_leftover(place: Path) -> bool:
    try:
        if place.name.endswith(".lock"):
            return _is_lock(os.lstat(place))
        if not _is_folder(place):
            return False
        within = set(os.listdir(place))
        # An empty one has no marker yet, or is all that is left.
        return not within or (
            _MARKER in within
            and within <= {_MARKER, _NEW, _OLD}
            and _is_lock(os.lstat(place / _MARKER))
            and all(_is_folder(place / name) for name in within - {_MARKER})
        )
    except OSError:  # Its own run removed it, or it belongs to another user.
        return False


def _is_lock(state: os.stat_result) -> bool:
    return stat.S_ISREG(state.st_mode) and state.st_size == 0


def _is_folder(place: Path) -> bool:
    """Return whether a path is a folder and not a symlink."""
    return place.is_dir() and not place.is_symlink()


def recover(root: Path) -> None:
    """Clean up after killed runs; the caller holds the lock.

    Raises:
        OSError: The old folder cannot be restored.
    """
    for place in find_leftovers(root):
        if _is_folder(place):
            if _is_folder(place / _OLD) and not os.path.lexists(root):
                os.rename(place / _OLD, root)  # killed between two renames
            _remove(place)


@contextmanager
def replacing(root: Path) -> Generator[Path]:
    """Yield an empty folder, which replaces `root` when the block ends without an exception.

    Raises:
        OSError: The folder cannot be created or exchanged; `root` is unchanged.
    """
    work = root.with_name(f".{root.name}.new.{secrets.token_hex(8)}")
    new, old = work / _NEW, work / _OLD
    there = root.exists()
    work.mkdir(0o700)
    with _same_working_directory():
        try:
            os.close(os.open(work / _MARKER, os.O_CREAT | os.O_EXCL, 0o600))
            new.mkdir(0o700 if there else 0o777)
            yield new
            if not there:
                os.rename(new, root)
            elif not _exchange(new, root):
                os.rename(root, old)
                try:
                    os.rename(new, root)
                except BaseException:
                    os.rename(old, root)
                    raise
                with suppress(OSError):  # done: it must not be put back any more
                    os.rename(old, new)
            with suppress(OSError):  # done already: it is for a machine that crashes
                flush_to_disk(root.parent)
        finally:
            _remove(work)  # with the old tree in it, or a new one that failed


def link_or_copy(old: str, new: str) -> None:
    """Link a file to `new`, or copy it with its metadata if links are not supported.

    Raises:
        OSError: The file can be neither linked nor copied.
    """
    if not os.path.islink(old):
        try:
            return os.link(old, new)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
    shutil.copy2(old, new, follow_symlinks=False)
    if not os.path.islink(new):
        flush_to_disk(new)


@contextmanager
def _lock_file(path: Path) -> Generator[None]:
    if path.is_symlink():  # Windows has no O_NOFOLLOW
        raise OSError(errno.ELOOP, "a lock is not made through a symlink", str(path))
    handle = os.open(path, _LOCK_FLAGS, 0o644)
    try:
        if not _is_lock(os.fstat(handle)):
            raise OSError(errno.EEXIST, "this is no lock of clientcast", str(path))
        _lock(handle)
        if not _is_same_file(
            handle, path
        ):  # its holder removed it after we had opened it
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        try:
            yield
        finally:
            if sys.platform != "win32":  # which removes no file that is open
                with suppress(OSError):
                    path.unlink()
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN)) from error
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_same_file(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    except FileNotFoundError:
        return False


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders atomically; return False if the system cannot."""
    if sys.platform == "win32":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(libc, "renameat2"):  # Linux with glibc
        status = libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE)
    elif hasattr(libc, "renamex_np"):  # macOS
        status = libc.renamex_np(*names, _EXCHANGE)
    else:
        return False
    code = ctypes.get_errno()
    if status and code not in _NO_EXCHANGE:
        raise OSError(code, os.strerror(code))
    return not status


def _remove(work: Path) -> None:
    """Remove a work folder, its marker last; the next run removes any rest."""
    with suppress(OSError):
        work.chmod(0o700)
    for tree in filter(_is_folder, (work / _NEW, work / _OLD)):
        _make_removable(tree)
        shutil.rmtree(tree, ignore_errors=True)
    with suppress(OSError):
        if os.listdir(work) == [_MARKER]:
            (work / _MARKER).unlink()
        work.rmdir()


def _make_removable(tree: Path) -> None:
    """Make the folders of a tree writable: foreign ones may be read-only."""
    with suppress(OSError):
        tree.chmod(0o700)
    for above, folders, _ in os.walk(tree):
        for folder in (Path(above, name) for name in folders):
            if not folder.is_symlink():
                with suppress(OSError):
                    folder.chmod(0o700)


@contextmanager
def _same_working_directory() -> Generator[None]:
    """Return to the working directory by its path after an exchange."""
    here = ""
    with suppress(OSError):
        here = os.getcwd()
    try:
        yield
    finally:
        with suppress(OSError):
            os.chdir(here)
