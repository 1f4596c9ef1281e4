"""Writing of the files of a project, beside its package.

The folder of a project is not replaced as that of a package is: it has the environment, the
repository and the files of its user, who works in it. Each file is replaced at once, the manifest
last.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from clientcast.comparison import (
    Change,
    OutputError,
    as_output_errors,
    display_path,
    encode_files,
)
from clientcast.manifest import (
    MANIFEST,
    matches_record,
    read_plain_file,
    recorded_files,
)
from clientcast.output import refuse_home_and_root
from clientcast.swap import flush_to_disk, locked, write_new_file

_TEMPORARY = ".clientcast.new"


@dataclass(frozen=True, slots=True)
class ProjectChanges:
    """Changes to the files of a project.

    Attributes:
        written: The files that are written.
        kept: The edited files that are kept, though other text is generated than before.
    """

    written: tuple[Change, ...]
    kept: tuple[Change, ...]


def compare_project(
    folder: Path, files: Mapping[str, str], *, force: bool = False
) -> ProjectChanges:
    """Return the changes that `write_project` would make.

    Args:
        folder: The folder; it need not exist.
        files: The files of the project, with the manifest.
        force: Whether edited files are overwritten.

    Raises:
        OutputError: A foreign file is in the way, or the folder cannot be read.
    """
    with as_output_errors(folder):
        root = Path(os.path.realpath(folder))
        refuse_home_and_root(root)
        return _find_changes(root, encode_files(files), force)


def write_project(
    folder: Path, files: Mapping[str, str], *, force: bool = False
) -> ProjectChanges:
    """Write the files of a project, and return the changes.

    Raises:
        OutputError: As `compare_project`; or another run is writing, or the system refuses.
    """
    contents = encode_files(files)
    with as_output_errors(folder):
        root = Path(os.path.realpath(folder))
        refuse_home_and_root(root)
        with locked(root):
            changes = _find_changes(root, contents, force)
            paths = [change.path for change in changes.written]
            for path in sorted(paths, key=lambda path: (path == MANIFEST, path)):
                _replace(root, path, contents[path])
            flush_to_disk(root)
            return changes


def _find_changes(
    root: Path, contents: Mapping[str, bytes], force: bool
) -> ProjectChanges:
    if os.path.lexists(root) and not root.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    records = recorded_files(root)
    written: list[Change] = []
    kept: list[Change] = []
    for path, after in sorted(contents.items()):
        before, record = read_plain_file(root, path), records.get(path)
        if before == after:
            continue
        if record is None and os.path.lexists(root / path):
            raise OutputError(
                f"{display_path(root / path)} is in the way: {MANIFEST} does not list it as"
                " generated; move or delete it"
            )
        is_edited = (
            before is not None
            and record is not None
            and not matches_record(before, record)
        )
        old = None if before is None else before.decode(errors="backslashreplace")
        change = Change(path, old, after.decode(), is_edited)
        if not is_edited or force:
            written.append(change)
        elif record != hashlib.sha256(after).hexdigest():
            kept.append(change)
    return ProjectChanges(tuple(written), tuple(kept))


def _replace(root: Path, path: str, content: bytes) -> None:
    new, old = root / _TEMPORARY, root / path
    if new.is_file() and not new.is_symlink():  # of a killed run
        new.unlink()
    try:
        write_new_file(new, content)
        if old.exists():
            shutil.copymode(old, new)
        os.replace(new, old)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise
