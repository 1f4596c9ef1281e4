"""Portable file names.

Windows reserves the names of devices, and like macOS it ignores case. Packages that are written
on one system are checked out on another, so these rules apply on every system.
"""

import re
import unicodedata
from collections.abc import Collection

_PORT_DIGITS = "0123456789¹²³"

DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in _PORT_DIGITS}
)
"""Names of Windows devices, in lower case."""

MAX_NAME_LENGTH = 120
"""Characters of a file name from a document. File systems allow 255 bytes."""

_FORBIDDEN_CHARACTERS = re.compile(r'[<>:"|?*\\/\x00-\x1f\x7f]')


def is_device(name: str) -> bool:
    """Return whether Windows takes a file name for a device: `aux`, `Com1.py`."""
    return name.partition(".")[0].rstrip(" ").lower() in DEVICES


def is_portable(name: str) -> bool:
    """Return whether a file or folder may have this name on every system."""
    return (
        bool(name)
        and not is_device(name)
        and not _FORBIDDEN_CHARACTERS.search(name)
        and name[-1] not in ". "
    )


def fold_case(path: str) -> str:
    """Return a form of a path that is equal for paths that differ in case only."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


def unique_name(name: str, taken: Collection[str]) -> str:
    """Return the name, or a similar one that is portable and not taken.

    Args:
        name: The preferred name, without a suffix.
        taken: The folded names that are in use.
    """
    start = name[:MAX_NAME_LENGTH]
    candidate, number = f"{start}_" if is_device(start) else start, 1
    while fold_case(candidate) in taken:
        number += 1
        candidate = f"{start}_{number}"
    return candidate
