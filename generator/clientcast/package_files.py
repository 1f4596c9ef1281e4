"""Reader of the files of an untrusted folder: regular files within it, of limited size."""

import os
from pathlib import Path

from clientcast.diagnostic import printable

MANIFEST = "clientcast.json"
MAX_BYTES = 64 * 1024 * 1024
"""Maximum size of one file. The largest known module has a tenth of it."""


class PackageError(Exception):
    """A folder is not a complete package of clientcast; the message is one line."""

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


def read_text(folder: Path, name: str, label: str) -> str:
    """Return the text of a file in a folder, with normalized line ends.

    Args:
        folder: The folder, which may itself be a symbolic link.
        name: Path of the file, relative to the folder.
        label: Path of the folder in messages.

    Raises:
        PackageError: If the file does not exist, is not a regular file within the folder, is too
            large, or is not UTF-8.
    """
    try:
        content = _read(folder, name, f"{label}/{name}")
        return content.decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        raise PackageError(f"{label}: the package has no {name}") from None
    except UnicodeDecodeError as error:
        raise PackageError(
            f"{label}/{name}: not valid UTF-8 at byte {error.start}"
        ) from None
    except OSError as error:
        raise PackageError(f"{label}/{name}: {error.strerror or error}") from None


def _read(folder: Path, name: str, label: str) -> bytes:
    path = Path(os.path.realpath(folder / name, strict=True))
    if not path.is_relative_to(os.path.realpath(folder)):
        raise PackageError(
            f"{label}: a symbolic link that leaves the folder; copy the package"
        )
    # Opening a pipe blocks until something is written to it.
    if not path.is_file():
        raise PackageError(f"{label}: not a regular file")
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise PackageError(f"{label}: larger than {MAX_BYTES} bytes")
    return content
