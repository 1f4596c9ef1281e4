"""Replaces a folder in one step or not at all, with what each operating system offers.

The new folder is filled in a hidden work folder beside the old one, `.NAME.new.RANDOM`,
under a lock, and exchanged with it. The work folder holds:

    clientcast  an empty file that marks it, made first and removed last
    new         the new tree, and after an exchange the old one
    old         the old tree, for a moment, if the system cannot exchange

`recover` clears up after a killed process. A folder without the mark is not touched.
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

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_AT_FDCWD = -100  # of Linux: a path is relative to the working directory
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and, by chance, RENAME_SWAP of macOS

_POSIX_FLAGS = 0 if sys.platform == "win32" else os.O_NOFOLLOW | os.O_NONBLOCK
_LOCK_FLAGS = os.O_RDWR | os.O_CREAT | _POSIX_FLAGS
"""No symlink is followed, and a FIFO blocks nobody."""

_MARKER, _NEW, _OLD = "clientcast", "new", "old"

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
            flush_to_disk(place.parent)
        with _lock_file(root.with_name(f".{root.name}.lock")):
            yield
    except BaseException:
        for place in missing:
            with suppress(OSError):
                place.rmdir()
        raise


def find_leftovers(root: Path) -> list[Path]:
    """Return what runs keep beside `root`: of another run, or under the lock, of dead ones.

    A name alone is not enough: a lock is an empty file, and a work folder has the mark.

    Raises:
        OSError: The folder above cannot be read.
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
        # An empty one was left before it was marked, or after all else was removed.
        return not within or (
            _MARKER in within
            and within <= {_MARKER, _NEW, _OLD}
            and _is_lock(os.lstat(place / _MARKER))
            and all(_is_folder(place / name) for name in within - {_MARKER})
        )
    except OSError:  # removed by its own run, or somebody else's
        return False


def _is_lock(state: os.stat_result) -> bool:
    return stat.S_ISREG(state.st_mode) and state.st_size == 0


def _is_folder(place: Path) -> bool:
    """Return whether this is a folder, and no symlink to one."""
    return place.is_dir() and not place.is_symlink()


def recover(root: Path) -> None:
    """Clear up after killed runs; the lock must be held.

    Raises:
        OSError: The old folder cannot be put back.
    """
    for place in find_leftovers(root):
        if _is_folder(place):
            if _is_folder(place / _OLD) and not os.path.lexists(root):
                os.rename(place / _OLD, root)  # killed between two renames
            _remove(place)


@contextmanager
def replacing(root: Path) -> Generator[Path]:
    """An empty folder to fill, which stands in for `root` once the block ends well.

    Raises:
        OSError: It cannot be made or exchanged; `root` is as it was.
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


def link_or_copy(old: Path, new: Path) -> None:
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
        flush_to_disk(new)


def write_new_file(place: Path, content: bytes) -> None:
    """Writes a file that is not there yet, down to the disk.

    Raises:
        OSError: It is there, or the disk did not take it.
    """
    with open(place, "xb", opener=lambda name, flags: os.open(name, flags, 0o644)) as f:
        f.write(content)
        f.flush()
        os.fsync(f.fileno())


def flush_to_disk(place: Path) -> None:
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
    """Exchanges two folders in one step; False where there is no such call."""
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
    """Remove a work folder, its mark last; what cannot be removed is left to the next run."""
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
    """Make the folders of a tree writable: a foreign one may be read-only."""
    with suppress(OSError):
        tree.chmod(0o700)
    for above, folders, _ in os.walk(tree):
        for folder in (Path(above, name) for name in folders):
            if not folder.is_symlink():
                with suppress(OSError):
                    folder.chmod(0o700)


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
