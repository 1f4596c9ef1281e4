"""Replaces a folder in one step or not at all, with what each operating system offers.

The new folder is filled beside the old one, under a lock, and exchanged with it. A
process killed on the way leaves a hidden sibling, `.NAME.new.PID`, and where the system
cannot exchange, for a moment, `.NAME.old.PID`; `recover` clears up after it.
"""

import ctypes
import errno
import os
import re
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_AT_FDCWD = -100  # of Linux: a path is relative to the working directory
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and, by chance, RENAME_SWAP of macOS

# EPERM is what some sandboxes answer to a system call that they do not know.
_NO_EXCHANGE = frozenset(
    (errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP)
)

# What a file system without hard links answers. Not EXDEV: that comes from one mounted
# inside the folder, which would be emptied when the old tree is removed.
_NO_LINKS = _NO_EXCHANGE | {errno.EACCES, errno.EMLINK}


@contextmanager
def locked(root: Path) -> Generator[None]:
    """Holds the lock `.NAME.lock` beside `root`, and makes the folders above it.

    The lock is the system's and ends with the process: a file that a killed run left
    locks nobody out. Where the block fails, the folders made here go again.

    Raises:
        BlockingIOError: Another run holds the lock.
        OSError: The lock or a folder above cannot be made.
    """
    missing = [place for place in root.parents if not os.path.lexists(place)]
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        for place in missing:
            sync(place.parent)
        with _lock_file(root.with_name(f".{root.name}.lock")):
            yield
    except BaseException:
        for place in missing:
            with suppress(OSError):
                place.rmdir()
        raise


def leftovers(root: Path) -> list[Path]:
    """What a run keeps beside `root`: of another run, or under the lock, of dead ones.

    Raises:
        OSError: The folder above cannot be read.
    """
    name = re.compile(rf"\.{re.escape(root.name)}\.(lock|(new|old)\.[0-9]+)")
    try:
        beside = sorted(root.parent.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [place for place in beside if name.fullmatch(place.name)]


def recover(root: Path) -> None:
    """Clears up after killed runs; the lock must be held.

    Raises:
        OSError: The old folder cannot be put back.
    """
    for place in leftovers(root):
        if place.name.startswith(f".{root.name}.old.") and not os.path.lexists(root):
            os.rename(place, root)  # killed between two renames: the only whole one
        elif place.is_dir() and not place.is_symlink():
            _remove(place)


@contextmanager
def replacing(root: Path) -> Generator[Path]:
    """An empty folder to fill, which stands in for `root` once the block ends well.

    Raises:
        OSError: It cannot be made or exchanged; `root` is as it was.
    """
    new = root.with_name(f".{root.name}.new.{os.getpid()}")
    old = root.with_name(f".{root.name}.old.{os.getpid()}")
    there = root.exists()
    with _same_working_directory():
        try:
            new.mkdir(0o700 if there else 0o777)
            yield new
            if not there:
                os.rename(new, root)
            elif not _exchanged(new, root):
                os.rename(root, old)
                try:
                    os.rename(new, root)
                except BaseException:
                    os.rename(old, root)
                    raise
                with suppress(OSError):  # done already: the next run clears up
                    os.rename(old, new)
            with suppress(OSError):  # done already: it is for a machine that crashes
                sync(root.parent)
        finally:
            _remove(new)  # which is the old tree by now, or a new one that failed


def carry(old: Path, new: Path) -> None:
    """Puts a file at `new` too, as a link where that can be: it keeps all that it has.

    Raises:
        OSError: It can be neither linked nor copied.
    """
    if not old.is_symlink():
        try:
            return os.link(old, new)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
    shutil.copy2(old, new, follow_symlinks=False)
    if not new.is_symlink():
        sync(new)


def store(place: Path, content: bytes) -> None:
    """Writes a file that is not there yet, down to the disk.

    Raises:
        OSError: It is there, or the disk did not take it.
    """
    with open(place, "xb", opener=lambda name, flags: os.open(name, flags, 0o644)) as f:
        f.write(content)
        f.flush()
        os.fsync(f.fileno())


def sync(place: Path) -> None:
    """Flushes a file or a folder to the disk.

    Raises:
        OSError: The disk did not take it.
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


@contextmanager
def _lock_file(path: Path) -> Generator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _lock(handle)
        if not _is_at(handle, path):  # its holder removed it after we had opened it
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


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _exchanged(one: Path, other: Path) -> bool:
    """Exchanges two folders in one step; False where there is no such call."""
    if sys.platform == "win32":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(libc, "renameat2"):  # Linux with glibc
        failed = libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE)
    elif hasattr(libc, "renamex_np"):  # macOS
        failed = libc.renamex_np(*names, _EXCHANGE)
    else:
        return False
    code = ctypes.get_errno()
    if failed and code not in _NO_EXCHANGE:
        raise OSError(code, os.strerror(code))
    return not failed


def _remove(tree: Path) -> None:
    """Removes a tree; what cannot be removed is left to the next run."""
    with suppress(OSError):
        tree.chmod(0o700)
    for place, folders, _ in os.walk(tree):
        for folder in (Path(place, name) for name in folders):
            if not folder.is_symlink():
                with suppress(OSError):  # a foreign folder may be read-only
                    folder.chmod(0o700)
    shutil.rmtree(tree, ignore_errors=True)


@contextmanager
def _same_working_directory() -> Generator[None]:
    """Stays in the folder of this name, which an exchange would take away."""
    here = ""
    with suppress(OSError):
        here = os.getcwd()
    try:
        yield
    finally:
        with suppress(OSError):
            os.chdir(here)
