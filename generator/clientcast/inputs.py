"""Files that a document was read from, and whether they are still the same."""

import hashlib
import os
import stat
from pathlib import Path

from msgspec import Struct

MAX_BYTES = 16 * 1024 * 1024
"""Size of a file of a document."""


class InputFile(Struct, frozen=True):
    """A path that a document was read from, or that one of its references may name.

    Attributes:
        path: The absolute path; empty for a document that is no file, which is loaded each time.
        target: The path with its symlinks resolved.
        digest: SHA-256 of the content; empty if the path is not one of a regular file.
    """

    path: str
    target: str
    digest: str

    def is_current(self) -> bool:
        """Return whether the path still has the same file with the same content."""
        if not self.path:
            return True
        try:
            return (
                os.path.realpath(self.path) == self.target
                and digest_of_file(Path(self.target)) == self.digest
            )
        except OSError:
            return False


def look_up(path: Path) -> InputFile:
    """Return a path as it is now; with no digest if the file cannot be read."""
    absolute = os.path.abspath(path)
    try:
        content = digest_of_file(path)
    except OSError:
        content = ""
    return InputFile(absolute, os.path.realpath(absolute), content)


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()


def digest_of_file(path: Path) -> str:
    """Return the digest of a regular file; empty if there is none, or a larger one.

    Raises:
        OSError: The file cannot be read.
    """
    try:
        state = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if not stat.S_ISREG(state.st_mode) or state.st_size > MAX_BYTES:
        return ""
    return digest(path.read_bytes())
