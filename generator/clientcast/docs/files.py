"""Reads the files of a folder that anybody may have made: regular ones within it, of some size."""

import os
from pathlib import Path

MANIFEST = "clientcast.json"
MAX_BYTES = 64 * 1024 * 1024
"""Of one file. The largest document that is known gives modules of a tenth of that."""


class PackageError(Exception):
    """A folder is no package of ours, or not a whole one; one line says which, and why."""


def read_text(folder: Path, name: str, label: str) -> str:
    """Return the text of a file in a folder, with the line ends that it was generated with.

    Args:
        folder: The folder. It may itself be reached through a symbolic link.
        name: The file's path in it.
        label: What messages call the folder.

    Raises:
        PackageError: There is no such file, it is not a regular file within the folder, it is
            too large, or it is not UTF-8.
    """
    try:
        content = _read(folder, name, f"{label}/{name}")
        return content.decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        raise PackageError(f"{label}: the package lacks {name}") from None
    except UnicodeDecodeError as error:
        raise PackageError(
            f"{label}/{name}: this is not UTF-8, from byte {error.start} on"
        ) from None
    except OSError as error:
        raise PackageError(f"{label}/{name}: {error.strerror or error}") from None


def _read(folder: Path, name: str, label: str) -> bytes:
    path = Path(os.path.realpath(folder / name, strict=True))
    if not path.is_relative_to(os.path.realpath(folder)):
        raise PackageError(
            f"{label}: this is a symbolic link that leaves the folder; copy the package"
        )
    # To open a pipe would wait until somebody writes to it.
    if not path.is_file():
        raise PackageError(f"{label}: this is not a regular file")
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise PackageError(f"{label}: this has more than {MAX_BYTES} bytes")
    return content
