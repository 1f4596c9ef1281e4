"""Three-way merges of generated files with their edits."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clientcast.comparison import OutputError, display_path
from clientcast.git import GitError, merge_file
from clientcast.manifest import matches_record, read_plain_file, recorded_files
from clientcast.originals import Originals

LABELS = ("edited", "generated before", "generated now")
"""The names of the three versions in conflict markers."""


@dataclass
class Merge:
    """A merge of the edited files of a package.

    Attributes:
        originals: Finds what the files were before they were edited.
        with_markers: Whether conflicts are written as markers.
        merged: The files that have their edits still.
        conflicts: The files with conflicts, and how many each has.
    """

    originals: Originals
    with_markers: bool = False
    merged: list[str] = field(default_factory=list[str])
    conflicts: dict[str, int] = field(default_factory=dict[str, int])

    def __call__(self, root: Path, new: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the merged contents of edited files.

        Args:
            root: The folder of the package.
            new: The generated contents of the files.

        Raises:
            OutputError: An original is not found, or there is a conflict.
        """
        self.merged, self.conflicts = sorted(new), {}
        records = recorded_files(root)
        current = {path: read_plain_file(root, path) or b"" for path in new}
        # What clientcast writes as before needs no merge: the file stays as it is.
        changed = {p for p, text in new.items() if not matches_record(text, records[p])}
        found: dict[str, bytes] = {}
        try:
            paths = tuple(sorted(changed))
            found = dict(self.originals(root, paths)) if paths else {}
            _refuse_unknown(root, paths, found)
            for path, base in found.items():
                text = current[path].replace(b"\r\n", b"\n")
                result, conflicts = merge_file(text, base, new[path], LABELS)
                if not conflicts and path.endswith(".py"):
                    conflicts = _invalid_python(text, result)
                if conflicts:
                    self.conflicts[path] = conflicts
                current[path] = result
        except GitError as error:
            raise OutputError(str(error)) from None
        if self.conflicts and not self.with_markers:
            named = ", ".join(self.conflicts)
            raise OutputError(
                f"{display_path(root)}: the edits of {named} and the new output change the same lines;"
                " nothing was written: write conflict markers with --conflict-markers,"
                " or overwrite the edits with --force"
            )
        return current


def _refuse_unknown(
    root: Path, paths: tuple[str, ...], found: Mapping[str, bytes]
) -> None:
    unknown = [path for path in paths if path not in found]
    if unknown:
        raise OutputError(
            f"{display_path(root)}: what {', '.join(unknown)} was before the edit is not"
            " known: neither the cache nor git has the generated text, or the document"
            " that this version made it of; nothing was written. See the differences with"
            " --diff, or overwrite the edits with --force"
        )


def _invalid_python(before: bytes, after: bytes) -> int:
    """Return 1 if a merge makes invalid Python of valid Python, otherwise 0."""
    try:
        ast.parse(before)
    except (SyntaxError, ValueError):
        return 0
    try:
        ast.parse(after)
    except (SyntaxError, ValueError):
        return 1
    return 0
