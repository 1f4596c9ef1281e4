"""Comparison of a generated package with a folder, and atomic replacement of the folder.

A package is a mapping from relative posix paths to texts. A file is generated if the manifest
`clientcast.json` records its digest; a valid manifest counts as generated too. A recorded file with
another digest was edited: it is never deleted, and overwritten only with `force`. Any other file
is foreign: it is neither overwritten nor deleted.
"""

import difflib
import errno
import os
import shutil
from collections.abc import Generator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from clientcast.filenames import fold_case, is_portable
from clientcast.manifest import (
    MANIFEST,
    is_safe_path,
    matches_record,
    parent_folders,
    read_plain_file,
    recorded_files,
)
from clientcast.swap import (
    find_leftovers,
    flush_to_disk,
    link_or_copy,
    locked,
    recover,
    replacing,
    write_new_file,
)


class OutputError(Exception):
    """A folder cannot be compared or written; the message is one line."""


@dataclass(frozen=True)
class Change:
    """A change to one file.

    Attributes:
        path: Relative to the folder, with `/` between its parts.
        before: The text in the folder; None if there is none. Bytes that are not UTF-8
            are shown as `\\xff`.
        after: The text to write; None if the file is removed.
        edited: Whether the file differs from the manifest. An edited file is kept if the
            package no longer has it.
    """

    path: str
    before: str | None
    after: str | None
    edited: bool = False

    @property
    def kind(self) -> Literal["added", "changed", "removed", "kept"]:
        """The kind of the change."""
        if self.before is None:
            return "added"
        if self.after is not None:
            return "changed"
        return "kept" if self.edited else "removed"

    def diff(self) -> str:
        """Return the change as a unified diff; for an empty file, only the header."""
        if self.kind == "kept":
            return ""
        old = "/dev/null" if self.before is None else f"a/{self.path}"
        new = "/dev/null" if self.after is None else f"b/{self.path}"
        lines = difflib.unified_diff(
            _diff_lines(self.before), _diff_lines(self.after), old, new
        )
        return "".join(lines) or f"--- {old}\n+++ {new}\n"


def compare(folder: Path, files: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the changes that `write` would make.

    Args:
        folder: The package's folder; it need not exist.
        files: The whole package, as relative posix paths to texts.

    Returns:
        The changes, sorted by path. A foreign file is included only if `files` has another
        text for its path, which `write` refuses.

    Raises:
        OutputError: A path or text cannot be written, Python would import a foreign file in
            place of a generated one, or the folder cannot be read.
    """
    contents = _encode_files(files)
    with _as_output_errors(folder):
        root = Path(os.path.realpath(folder))
        changes = _find_changes(root, contents)
        _refuse_shadowing_files(root, contents.keys(), changes)
        return changes


def write(
    folder: Path, files: Mapping[str, str], *, force: bool = False
) -> tuple[Change, ...]:
    """Write `files` into `folder`, keeping foreign files, all or nothing.

    An unchanged file keeps its times; without changes, nothing is touched. A symlink to a
    folder is followed. Missing parent folders are created.

    Args:
        folder: The package's folder.
        files: The whole package, as relative posix paths to texts.
        force: Whether edited files are overwritten.

    Returns:
        The changes, and the edited files that were kept, sorted by path.

    Raises:
        OutputError: A path or text cannot be written, a foreign or edited file is in the way,
            another run is writing, or the system refuses (no space, no permission, not a
            folder).
    """
    contents = _encode_files(files)
    with _as_output_errors(folder):
        root = Path(os.path.realpath(folder))
        _refuse_home_and_root(root)
        changes = _find_changes(root, contents)
        _refuse_shadowing_files(root, contents.keys(), changes)
        if not changes and not find_leftovers(root):
            return ()
        with locked(root):
            recover(root)
            changes = _find_changes(root, contents)
            if changes:
                _replace(root, contents, changes, force)
            return changes


def _refuse_home_and_root(root: Path) -> None:
    """Refuse the root of the file system, the home folder and its parents."""
    if not root.name:
        raise OutputError(
            f"{root}: this is the root of the file system: choose another folder"
        )
    try:
        home = Path(os.path.realpath(Path.home()))
    except RuntimeError:  # There is no home folder.
        return
    if root in (home, *home.parents):
        raise OutputError(
            f"{_display_path(root)}: this is or contains your home folder:"
            " choose another folder"
        )


def _encode_files(files: Mapping[str, str]) -> dict[str, bytes]:
    """Encode the texts, and refuse paths that are unsafe or collide on some system."""
    contents: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for path, text in files.items():
        if (
            not is_safe_path(path)
            or any(parent in files for parent in parent_folders(path))
            or not all(map(is_portable, path.split("/")))
        ):
            raise OutputError(f"{path!r}: a file of a package cannot have this path")
        for name in (path, *parent_folders(path)):
            other = names.setdefault(fold_case(name), name)
            if other != name:
                raise OutputError(f"{name!r} and {other!r} differ only in case")
        try:
            contents[path] = text.encode()
        except UnicodeEncodeError as error:
            raise OutputError(f"{path}: {error.reason}") from error
    return contents


def _find_changes(root: Path, contents: Mapping[str, bytes]) -> tuple[Change, ...]:
    if os.path.lexists(root) and not root.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    digests = recorded_files(root)
    changes: list[Change] = []
    for path in sorted(digests.keys() | contents.keys()):
        before, after = read_plain_file(root, path), contents.get(path)
        if before != after:
            record = digests.get(path)
            edited = before is not None and not (
                record is None or matches_record(before, record)
            )
            changes.append(Change(path, _decode(before), _decode(after), edited))
    return tuple(changes)


def _decode(content: bytes | None) -> str | None:
    return None if content is None else content.decode(errors="backslashreplace")


def _diff_lines(text: str | None) -> list[str]:
    """Split text into lines as `patch` does, with its mark for a missing last newline."""
    *lines, rest = (text or "").split("\n")
    complete_lines = [f"{line}\n" for line in lines]
    return (
        [*complete_lines, f"{rest}\n\\ No newline at end of file\n"]
        if rest
        else complete_lines
    )


def _replace(
    root: Path,
    contents: Mapping[str, bytes],
    changes: tuple[Change, ...],
    force: bool,
) -> None:
    if not force:
        _refuse_edits(root, changes)
    new = {c.path: contents[c.path] for c in changes if c.after is not None}
    unchanged = contents.keys() - new.keys()
    recorded = recorded_files(root).keys() | ({MANIFEST} if force else set[str]())
    replaced = {c.path for c in changes if c.kind in ("changed", "removed")} & recorded
    folders, foreign_files = _foreign_paths(root, unchanged | replaced)
    _refuse_collisions(root, folders, foreign_files, contents.keys())
    # The folder is replaced by renaming, which would succeed even if it is read-only.
    if root.exists() and not os.access(root, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    with replacing(root) as tree:
        for path, content in new.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            write_new_file(tree / path, content)
        for path in folders:
            (tree / path).mkdir(parents=True, exist_ok=True)
        for path in (*unchanged, *foreign_files):
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(root / path, tree / path)
        _finish_folders(tree, root, folders)


def _refuse_edits(root: Path, changes: tuple[Change, ...]) -> None:
    first, *more = [c.path for c in changes if c.edited and c.kind == "changed"] or [""]
    if first:
        and_more = f" (and {len(more)} more)" if more else ""
        raise OutputError(
            f"{_display_path(root / first)}{and_more} was edited since it was generated:"
            " delete it, or overwrite it with --force"
        )


def _refuse_shadowing_files(
    root: Path, paths: Set[str], changes: tuple[Change, ...]
) -> None:
    """Refuse foreign files that Python would import in place of a generated module.

    These are `client/__init__.py` and compiled modules, such as `client.abi3.so`.
    """
    modules = {path.removesuffix(".py") for path in paths if path.endswith(".py")}
    generated = paths | {c.path for c in changes if c.kind == "removed"}
    for folder in sorted(modules | {os.path.dirname(module) for module in modules}):
        with suppress(FileNotFoundError, NotADirectoryError):
            for name in sorted(os.listdir(root / folder)):
                prefix = f"{folder}/" if folder else ""
                path, (stem, _, suffix) = prefix + name, name.partition(".")
                compiled = suffix.split(".")[-1] in ("so", "pyd")
                is_package = stem == "__init__" and (compiled or suffix == "py")
                shadowed = [prefix + stem] if compiled else []
                shadowed += [folder] if is_package else []
                if path not in generated and modules & {*shadowed}:
                    raise OutputError(
                        f"{_display_path(root / path)} is in the way:"
                        " Python would import it in place of a generated module;"
                        " move or delete it"
                    )


def _foreign_paths(root: Path, generated: Set[str]) -> tuple[set[str], set[str]]:
    """Return the foreign folders, which contain no generated file, and the foreign files."""

    def fail(error: OSError) -> None:
        raise error

    parents = {parent for path in generated for parent in parent_folders(path)}
    own_paths = generated | parents
    folders: set[str] = set()
    foreign_files: set[str] = set()
    walk = os.walk(root, onerror=fail if root.exists() else None)
    for folder, subfolders, files in walk:
        for name in subfolders + files:
            path = Path(folder, name)
            is_folder = name in subfolders and not path.is_symlink()
            relative = path.relative_to(root).as_posix()
            if relative not in own_paths:
                (folders if is_folder else foreign_files).add(relative)
    return folders, foreign_files


def _refuse_collisions(
    root: Path, folders: Set[str], foreign_files: Set[str], paths: Set[str]
) -> None:
    needed = {parent for path in paths for parent in parent_folders(path)}
    blocking = {
        path
        for path in folders | foreign_files
        if paths & {path, *parent_folders(path)}
    }
    for path in sorted(blocking | (foreign_files & needed)):
        reason = f"{MANIFEST} does not list it as generated; move or delete it"
        if path == MANIFEST:
            reason = (
                "clientcast did not write it; delete it, or overwrite it with --force"
            )
        raise OutputError(f"{_display_path(root / path)} is in the way: {reason}")


def _finish_folders(tree: Path, root: Path, foreign: Set[str]) -> None:
    """Give each folder the owner, mode and times of the old one, and flush it to disk."""
    for folder in (Path(name) for name, _, _ in os.walk(tree, topdown=False)):
        relative = folder.relative_to(tree).as_posix()
        old = root / relative
        if old.is_dir():
            if hasattr(os, "chown"):
                with suppress(PermissionError):  # Only root may change the owner.
                    os.chown(folder, old.stat().st_uid, old.stat().st_gid)
            shutil.copystat(old, folder)
            if relative not in foreign:  # Python finds new modules by this time.
                os.utime(folder)
        flush_to_disk(folder)


@contextmanager
def _as_output_errors(folder: Path) -> Generator[None]:
    """Convert errors of the operating system to `OutputError`."""
    try:
        yield
    except BlockingIOError as error:
        raise OutputError(
            f"{_display_path(folder)}: another run is writing there"
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        if error.filename:
            reason += f" ({_display_path(error.filename)})"
        if error.errno in (errno.EXDEV, errno.EBUSY):
            reason += (
                "; it is or contains a mount point, or is in a container image layer"
            )
        raise OutputError(f"{_display_path(folder)}: {reason}") from error


def _display_path(path: Path | str) -> str:
    return str(path) if str(path).isprintable() else ascii(str(path))
