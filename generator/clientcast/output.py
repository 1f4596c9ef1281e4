"""Atomic replacement of a folder by a generated package.

A recorded file that was edited is never deleted, and overwritten only with `force`. A foreign file
is neither overwritten nor deleted. `comparison` says which files are which.
"""

import errno
import os
import shutil
from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from pathlib import Path

from clientcast.comparison import (
    Change,
    EditedFilesError,
    OtherApiError,
    OutputError,
    as_output_errors,
    display_path,
    encode_files,
    find_changes,
    has_contents,
    has_digests,
    refuse_shadowing_files,
)
from clientcast.flushing import flush_to_disk, write_new_files
from clientcast.manifest import MANIFEST, parent_folders, recorded_files
from clientcast.provenance import is_same_api, read_provenance
from clientcast.swap import (
    find_leftovers,
    link_or_copy,
    locked,
    recover,
    replacing,
)

_MAX_TITLE = 80
"""Characters of a title in a message."""

MergeEdits = Callable[[Path, Mapping[str, bytes]], Mapping[str, bytes]]
"""Function of a folder and new contents of edited files, which returns their merged contents."""


def write(
    folder: Path,
    files: Mapping[str, str],
    *,
    force: bool = False,
    merge: MergeEdits | None = None,
    preview: bool = False,
) -> tuple[Change, ...]:
    """Write `files` into `folder`, keeping foreign files, all or nothing.

    An unchanged file keeps its times; without changes, nothing is touched. A symlink to a
    folder is followed. Missing parent folders are created.

    Args:
        folder: The package's folder.
        files: The whole package, as relative posix paths to texts.
        force: Whether edited files, and a client of another API, are overwritten.
        merge: Merges edited files with their new contents. It may raise `OutputError`.
        preview: Whether nothing is written.

    Returns:
        The changes, and the edited files that were kept, sorted by path.

    Raises:
        EditedFilesError: A file was edited, and is neither merged nor overwritten.
        OtherApiError: The folder has a client of another API.
        OutputError: A path or text cannot be written, a foreign file is in the way, another
            run is writing, or the system refuses (no space, no permission, not a folder).
    """
    contents = encode_files(files)
    with as_output_errors(folder):
        root = Path(os.path.realpath(folder))
        refuse_home_and_root(root)
        if preview:
            return _keep_edits(root, contents, force, merge)[1]
        if has_contents(root, contents) and not find_leftovers(root):
            refuse_shadowing_files(root, contents.keys(), ())
            return ()
        with locked(root):
            recover(root)
            written, changes = _keep_edits(root, contents, force, merge)
            if changes:
                _replace(root, written, changes, force)
            return changes


def is_written(folder: Path, digests: Mapping[str, str]) -> bool:
    """Return whether `write` would change nothing.

    Args:
        folder: The package's folder.
        digests: The SHA-256 of each file of the whole package, with the manifest.

    Raises:
        OutputError: As `write`.
    """
    with as_output_errors(folder):
        root = Path(os.path.realpath(folder))
        refuse_home_and_root(root)
        return has_digests(folder, digests) and not find_leftovers(root)


def refuse_home_and_root(root: Path) -> None:
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
            f"{display_path(root)}: this is or contains your home folder:"
            " choose another folder"
        )


def _replace(
    root: Path,
    contents: Mapping[str, bytes],
    changes: tuple[Change, ...],
    force: bool,
) -> None:
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
        parents = (os.path.dirname(path) for path in (*contents, *foreign_files))
        for path in dict.fromkeys((*parents, *folders)):
            os.makedirs(os.path.join(tree, path), exist_ok=True)
        write_new_files({os.path.join(tree, p): text for p, text in new.items()})
        for path in (*unchanged, *foreign_files):
            link_or_copy(os.path.join(root, path), os.path.join(tree, path))
        _finish_folders(tree, root, folders)


def _keep_edits(
    root: Path, contents: Mapping[str, bytes], force: bool, merge: MergeEdits | None
) -> tuple[Mapping[str, bytes], tuple[Change, ...]]:
    """Return the contents to write, with merged edits, and the changes."""
    changes = find_changes(root, contents)
    refuse_shadowing_files(root, contents.keys(), changes)
    if force:
        return contents, changes
    _refuse_other_api(root, contents)
    edited = {c.path for c in changes if c.edited and c.kind == "changed"}
    if not edited:
        return contents, changes
    if merge is None:
        raise EditedFilesError(display_path(root), changes)
    merged = merge(root, {path: contents[path] for path in edited})
    contents = {**contents, **merged}
    return contents, find_changes(root, contents)


def _refuse_other_api(root: Path, contents: Mapping[str, bytes]) -> None:
    record = recorded_files(root).get(MANIFEST)
    old = read_provenance(record) if isinstance(record, bytes) else None
    if old is None:
        return
    new = read_provenance(contents.get(MANIFEST, b""))
    if new is not None and not is_same_api(old, new):
        raise OtherApiError(
            f"{display_path(root)} is a client of another API,"
            f" {old.title[:_MAX_TITLE]!r}, not of {new.title[:_MAX_TITLE]!r}:"
            " choose another folder, or overwrite it with --force"
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
        above = Path(folder).relative_to(root).as_posix()
        prefix = "" if above == "." else f"{above}/"
        links = {
            name for name in subfolders if os.path.islink(os.path.join(folder, name))
        }
        folders |= {
            prefix + name for name in subfolders if name not in links
        } - own_paths
        foreign_files |= {prefix + name for name in (*files, *links)} - own_paths
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
        raise OutputError(f"{display_path(root / path)} is in the way: {reason}")


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
