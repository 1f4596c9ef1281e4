"""Compares a generated package with a folder, and replaces that folder all or nothing.

A package is a mapping from relative posix paths to texts. Ours in a folder is what its
manifest `clientcast.json` names, and the manifest. The rest is foreign: it is neither
overwritten nor deleted.
"""

import difflib
import errno
import json
import os
import re
import shutil
import stat
import unicodedata
from collections.abc import Generator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Literal

from clientcast.plain import is_mapping
from clientcast.swap import carry, leftovers, locked, recover, replacing, store, sync

MANIFEST = "clientcast.json"

_SHA256 = re.compile("[0-9a-f]{64}")


class OutputError(Exception):
    """A folder cannot be compared or written; one line says which, and why."""


@dataclass(frozen=True)
class Change:
    """What writing does to one file.

    Attributes:
        path: Relative to the folder, with `/` between its parts.
        before: The text in the folder, None where there is none. Bytes that are not
            UTF-8 stand as `\\xff`.
        after: The text to be written, None where there will be none.
    """

    path: str
    before: str | None
    after: str | None

    @property
    def kind(self) -> Literal["added", "changed", "removed"]:
        """What happens to the file."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    def diff(self) -> str:
        """The change as a unified diff; of an empty file, the header alone."""
        old = "/dev/null" if self.before is None else f"a/{self.path}"
        new = "/dev/null" if self.after is None else f"b/{self.path}"
        lines = difflib.unified_diff(_lines(self.before), _lines(self.after), old, new)
        return "".join(lines) or f"--- {old}\n+++ {new}\n"


def compare(folder: Path, files: Mapping[str, str]) -> tuple[Change, ...]:
    """What writing `files` into `folder` would change.

    Args:
        folder: The package's folder; it need not exist.
        files: The whole package, as relative posix paths to texts.

    Returns:
        The changes, sorted by path. A foreign file is among them only where `files` has
        another text for its path, which `write` refuses.

    Raises:
        OutputError: `files` has a path or a text that cannot be written, or the folder
            cannot be read.
    """
    contents = _contents(files)
    with _explained(folder):
        return _changes(Path(os.path.realpath(folder)), contents)


def write(folder: Path, files: Mapping[str, str]) -> tuple[Change, ...]:
    """Makes `folder` hold `files` beside what is foreign in it, or leaves it as it was.

    A file that does not change keeps its times, and where none changes nothing is
    touched. A symlink to a folder is written through. Folders missing above are made.

    Args:
        folder: The package's folder.
        files: The whole package, as relative posix paths to texts.

    Returns:
        What was changed, sorted by path.

    Raises:
        OutputError: `files` has a path or a text that cannot be written, something
            foreign is in the way, another run is writing there, or the system refuses
            (no space, no permission, not a folder).
    """
    contents = _contents(files)
    with _explained(folder):
        root = Path(os.path.realpath(folder))
        if not root.name:
            raise OutputError(f"{root}: this is the root of the file system")
        if not _changes(root, contents) and not leftovers(root):
            return ()
        with locked(root):
            recover(root)
            changes = _changes(root, contents)
            if changes:
                _replace(root, contents, changes)
            return changes


def _contents(files: Mapping[str, str]) -> dict[str, bytes]:
    """The bytes to write, of paths that stay inside and do not meet."""
    contents: dict[str, bytes] = {}
    for path, text in files.items():
        if not _is_safe(path) or any(parent in files for parent in _above(path)):
            raise OutputError(f"{path!r}: no file of a package can have this path")
        try:
            contents[path] = text.encode()
        except UnicodeEncodeError as error:
            raise OutputError(f"{path}: {error.reason}") from error
    return contents


def _is_safe(path: str) -> bool:
    """Whether the path is in its shortest form, and stays inside on every system."""
    return (
        path == str(PurePosixPath(path)) != "."
        and ".." not in path.split("/")
        and "\\" not in path
        and not PureWindowsPath(path).anchor  # of "/x" and "C:x"
        and not any(unicodedata.category(char) in ("Cc", "Cs") for char in path)
    )


def _above(path: str) -> list[str]:
    return [str(parent) for parent in PurePosixPath(path).parents][:-1]


def _changes(root: Path, contents: Mapping[str, bytes]) -> tuple[Change, ...]:
    if os.path.lexists(root) and not root.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    changes: list[Change] = []
    for path in sorted(_named(root) | contents.keys()):
        before, after = _read(root, path), contents.get(path)
        if before != after:
            changes.append(Change(path, _text(before), _text(after)))
    return tuple(changes)


def _named(root: Path) -> set[str]:
    """The paths that the manifest names, and its own; that alone where it is broken."""
    try:
        manifest: object = json.loads(_read(root, MANIFEST) or b"")
    except (ValueError, RecursionError):
        manifest = None
    named = manifest.get("files") if is_mapping(manifest) else None
    if is_mapping(named) and all(
        _is_safe(path) and isinstance(digest, str) and _SHA256.fullmatch(digest)
        for path, digest in named.items()
    ):
        return {MANIFEST, *named}
    return {MANIFEST}


def _read(root: Path, path: str) -> bytes | None:
    """The bytes of a plain file; None where there is none or a symlink leads there."""
    try:
        above = [os.lstat(root / parent).st_mode for parent in _above(path)]
        if all(map(stat.S_ISDIR, above)):
            if stat.S_ISREG(os.lstat(root / path).st_mode):
                return (root / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        pass
    return None


def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode(errors="backslashreplace")


def _lines(text: str | None) -> list[str]:
    """The lines as `patch` counts them: a newline ends one, and its lack is told."""
    *lines, rest = (text or "").split("\n")
    ended = [f"{line}\n" for line in lines]
    return [*ended, f"{rest}\n\\ No newline at end of file\n"] if rest else ended


def _replace(
    root: Path, contents: Mapping[str, bytes], changes: tuple[Change, ...]
) -> None:
    new = {c.path: contents[c.path] for c in changes if c.after is not None}
    same = contents.keys() - new.keys()
    gone = {c.path for c in changes if c.before is not None} & _named(root)
    folders, others = _foreign(root, same | gone)
    _refuse_collisions(root, folders, others, contents.keys())
    # An exchange would get around a folder that is read-only.
    if root.exists() and not os.access(root, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    with replacing(root) as tree:
        for path, content in new.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            store(tree / path, content)
        for path in folders:
            (tree / path).mkdir(parents=True, exist_ok=True)
        for path in (*same, *others):
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            carry(root / path, tree / path)
        _finish(tree, root, folders)


def _foreign(root: Path, ours: Set[str]) -> tuple[set[str], set[str]]:
    """The folders with nothing of ours below them, and whatever else is not ours."""

    def fail(error: OSError) -> None:
        raise error

    known = {*ours, *(parent for path in ours for parent in _above(path))}
    folders: set[str] = set()
    others: set[str] = set()
    for place, below, files in os.walk(root, onerror=fail if root.exists() else None):
        for name in below + files:
            path = Path(place, name)
            is_folder = name in below and not path.is_symlink()
            relative = path.relative_to(root).as_posix()
            if relative not in known:
                (folders if is_folder else others).add(relative)
    return folders, others


def _refuse_collisions(
    root: Path, folders: Set[str], others: Set[str], paths: Set[str]
) -> None:
    needed = {parent for path in paths for parent in _above(path)}
    blocking = {path for path in folders | others if paths & {path, *_above(path)}}
    for path in sorted(blocking | (others & needed)):
        raise OutputError(
            f"{_shown(root / path)} is in the way: {MANIFEST} does not name it as ours"
        )


def _finish(tree: Path, root: Path, foreign: Set[str]) -> None:
    """Gives each folder the owner, mode and times of the old one, and flushes it."""
    for place in (Path(name) for name, _, _ in os.walk(tree, topdown=False)):
        relative = place.relative_to(tree).as_posix()
        old = root / relative
        if old.is_dir():
            if hasattr(os, "chown"):
                with suppress(PermissionError):  # only root can give it to another
                    os.chown(place, old.stat().st_uid, old.stat().st_gid)
            shutil.copystat(old, place)
            if relative not in foreign:  # a running Python looks here for new modules
                os.utime(place)
        sync(place)


@contextmanager
def _explained(folder: Path) -> Generator[None]:
    """Turns what the system refuses into one line."""
    try:
        yield
    except BlockingIOError as error:
        raise OutputError(f"{_shown(folder)}: another run is writing there") from error
    except OSError as error:
        place = f" ({_shown(error.filename)})" if error.filename else ""
        if error.errno in (errno.EXDEV, errno.EBUSY):
            place += "; it is or holds a mount point, or belongs to a layer of an image"
        reason = f"{error.strerror or error}{place}"
        raise OutputError(f"{_shown(folder)}: {reason}") from error


def _shown(path: Path | str) -> str:
    return str(path) if str(path).isprintable() else ascii(str(path))
