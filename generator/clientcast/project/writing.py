"""Writing of the files of a project, beside its package.

The folder of a project is not replaced as that of a package is: it has the environment, the
repository and the files of its user, who works in it. All files are written to the hidden folder
`.clientcast.new` first, and then replaced, the manifest last. After a killed run, that folder has
the new manifest: a file that it lists was not edited.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from clientcast.comparison import (
    Change,
    OutputError,
    as_output_errors,
    display_path,
    encode_files,
)
from clientcast.flushing import flush_to_disk, write_new_file
from clientcast.manifest import (
    MANIFEST,
    matches_record,
    read_plain_file,
    recorded_files,
)
from clientcast.output import refuse_home_and_root
from clientcast.swap import locked

_STAGE = ".clientcast.new"


class ProjectChanges(Struct, frozen=True):
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
            if changes.written:
                _replace(root, {c.path: contents[c.path] for c in changes.written})
            _clear(root / _STAGE, contents)
            return changes


def _find_changes(
    root: Path, contents: Mapping[str, bytes], force: bool
) -> ProjectChanges:
    if os.path.lexists(root) and not root.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    records, staged = recorded_files(root), recorded_files(root / _STAGE)
    written: list[Change] = []
    kept: list[Change] = []
    for path, after in sorted(contents.items()):
        before, record = read_plain_file(root, path), records.get(path)
        if before == after:
            continue
        is_own = before is not None and any(
            found is not None and matches_record(before, found)
            for found in (record, staged.get(path))
        )
        if record is None and not is_own and os.path.lexists(root / path):
            raise OutputError(
                f"{display_path(root / path)} is in the way: {MANIFEST} does not list it as"
                " generated; move or delete it"
            )
        is_edited = before is not None and not is_own
        old = None if before is None else before.decode(errors="backslashreplace")
        change = Change(path, old, after.decode(), is_edited)
        if not is_edited or force:
            written.append(change)
        elif record != hashlib.sha256(after).hexdigest():
            kept.append(change)
    return ProjectChanges(tuple(written), tuple(kept))


def _replace(root: Path, contents: Mapping[str, bytes]) -> None:
    stage = root / _STAGE
    root.mkdir(exist_ok=True)
    _clear(stage, contents)
    try:
        stage.mkdir()
        for path, content in contents.items():
            write_new_file(stage / path, content)
            if (root / path).exists():
                shutil.copymode(root / path, stage / path)
    except BaseException:
        _clear(stage, contents)
        raise
    for path in sorted(contents, key=lambda path: (path == MANIFEST, path)):
        os.replace(stage / path, root / path)
    flush_to_disk(root)


def _clear(stage: Path, paths: Iterable[str]) -> None:
    """Remove the folder of a finished or killed run, unless it has other files."""
    if stage.is_dir() and not stage.is_symlink():
        with suppress(OSError):
            for path in paths:
                (stage / path).unlink(missing_ok=True)
            stage.rmdir()
