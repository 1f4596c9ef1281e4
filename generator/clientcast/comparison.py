"""Comparison of a generated package with a folder.

A package is a mapping from relative posix paths to texts. A file is generated if the manifest
`clientcast.json` records its digest; a valid manifest counts as generated too. A recorded file with
another digest was edited. Any other file is foreign.
"""

import difflib
import errno
import hashlib
import os
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


class OutputError(Exception):
    """A folder cannot be compared or written; the message is one line."""


class OtherApiError(OutputError):
    """A folder has a client of another API."""


class EditedFilesError(OutputError):
    """Files were edited since they were generated.

    Attributes:
        changes: All changes that were refused.
        paths: The edited files that would be overwritten.
    """

    def __init__(self, folder: str, changes: "tuple[Change, ...]") -> None:
        self.changes = changes
        self.paths = tuple(c.path for c in changes if c.edited and c.kind == "changed")
        verb = "was" if len(self.paths) == 1 else "were"
        super().__init__(
            f"{folder}: {', '.join(self.paths)} {verb} edited since generated"
        )


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
    contents = encode_files(files)
    with as_output_errors(folder):
        root = Path(os.path.realpath(folder))
        changes = find_changes(root, contents)
        refuse_shadowing_files(root, contents.keys(), changes)
        return changes


def accepted_edits(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the changes that only undo edits: the files are current without them.

    The manifest has the digest of each file as it was generated, so that it differs too if the
    package would be generated differently.
    """
    if any(change.path == MANIFEST for change in changes):
        return ()
    return tuple(c for c in changes if c.edited and c.kind == "changed")


def has_digests(folder: Path, digests: Mapping[str, str]) -> bool:
    """Return whether a folder has the files of a package, so that there are no changes.

    Args:
        folder: The package's folder; it need not exist.
        digests: The SHA-256 of each file of the whole package, with the manifest.

    Raises:
        OutputError: Python would import a foreign file in place of a generated one, or the
            folder cannot be read.
    """
    with as_output_errors(folder):
        root = Path(os.path.realpath(folder))
        for path, digest in digests.items():
            content = read_plain_file(root, path)
            if content is None or hashlib.sha256(content).hexdigest() != digest:
                return False
        refuse_shadowing_files(root, digests.keys(), ())
        return True


def encode_files(files: Mapping[str, str]) -> dict[str, bytes]:
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


def find_changes(root: Path, contents: Mapping[str, bytes]) -> tuple[Change, ...]:
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


def has_contents(root: Path, contents: Mapping[str, bytes]) -> bool:
    """Return whether a folder has a package as it is, so that there are no changes.

    The manifest has the digest of each file, so that it differs if any of them does.
    """
    first = {MANIFEST: contents.get(MANIFEST), **contents}
    return (
        all(read_plain_file(root, path) == text for path, text in first.items())
        and recorded_files(root).keys() <= contents.keys()
    )


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


def refuse_shadowing_files(
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
                        f"{display_path(root / path)} is in the way:"
                        " Python would import it in place of a generated module;"
                        " move or delete it"
                    )


@contextmanager
def as_output_errors(folder: Path) -> Generator[None]:
    """Convert errors of the operating system to `OutputError`."""
    try:
        yield
    except BlockingIOError as error:
        raise OutputError(
            f"{display_path(folder)}: another run is writing there"
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        if error.filename:
            reason += f" ({display_path(error.filename)})"
        if error.errno in (errno.EXDEV, errno.EBUSY):
            reason += (
                "; it is or contains a mount point, or is in a container image layer"
            )
        raise OutputError(f"{display_path(folder)}: {reason}") from error


def display_path(path: Path | str) -> str:
    return str(path) if str(path).isprintable() else ascii(str(path))
