"""Cache of results in the user's cache folder.

An entry is a file named by a digest of everything that its content depends on. Entries may be
deleted at any time; one that is missing or damaged is computed again. They are renamed into
place, so that runs at the same time see a whole entry or none.
"""

import hashlib
import os
import re
import stat
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

MAX_BYTES = 256 * 1024 * 1024
"""Size of all entries together. Those used last are kept."""

FOLDER_VARIABLE = "CLIENTCAST_CACHE_DIR"

_ENTRY = re.compile(r"[0-9a-f]{64}(?:\.[0-9a-f]{16}(?P<partial>\.partial))?")
_DIGEST_SIZE = hashlib.sha256().digest_size
_MAX_PARTIAL_AGE = 3600
"""Seconds after which an unfinished entry belongs to a killed run."""


@dataclass
class Cache:
    """Entries in a folder; none without a folder, or in one that others may write to.

    Attributes:
        folder: The folder; it is created by the first entry.
    """

    folder: Path | None = None
    _has_written: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.folder is not None and not _is_private(self.folder):
            self.folder = None

    def read(self, key: str) -> bytes | None:
        """Return the content of an entry; None if it is missing or damaged."""
        if self.folder is None:
            return None
        path = self.folder / key
        try:
            entry = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        digest, content = entry[:_DIGEST_SIZE], entry[_DIGEST_SIZE:]
        return content if hashlib.sha256(content).digest() == digest else None

    def write(self, key: str, *content: bytes) -> None:
        """Write an entry, in parts. An entry that cannot be written is left out."""
        if self.folder is None:
            return
        partial = self.folder / f"{key}.{os.urandom(8).hex()}.partial"
        try:
            if not self._has_written:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._has_written = True
            with partial.open("xb") as file:
                digest = hashlib.sha256()
                for part in content:
                    digest.update(part)
                file.writelines((digest.digest(), *content))
            os.replace(partial, self.folder / key)
        except OSError:
            with suppress(OSError):
                partial.unlink()

    def trim(self) -> None:
        """Delete the entries that were not used for longest, if entries were written."""
        if self.folder is None or not self._has_written:
            return
        with suppress(OSError):
            _trim(self.folder)


NO_CACHE = Cache()


def user_cache(environment: Mapping[str, str]) -> Cache:
    """Return the cache of the user.

    Args:
        environment: The environment variables. `CLIENTCAST_CACHE_DIR` names another folder;
            if it is empty, there is no cache.
    """
    if FOLDER_VARIABLE in environment:
        chosen = environment[FOLDER_VARIABLE]
        return Cache(Path(chosen).absolute() if chosen else None)
    home = Path(os.path.expanduser("~"))
    if sys.platform == "win32":
        folder = environment.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        folder = home / "Library" / "Caches"
    else:  # An empty or relative path is ignored (XDG Base Directory Specification).
        folder = Path(environment.get("XDG_CACHE_HOME") or home / ".cache")
        folder = folder if folder.is_absolute() else home / ".cache"
    if not home.is_absolute():  # There is no home folder.
        return NO_CACHE
    return Cache(Path(folder) / "clientcast")


def key_of(kind: str, *parts: str | bytes) -> str:
    """Return the key of an entry.

    Args:
        kind: What the entry contains.
        parts: Everything that its content depends on.
    """
    digest = hashlib.sha256()
    for part in (kind, *parts):
        encoded = (
            part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        )
        digest.update(b"%d:" % len(encoded))
        digest.update(encoded)
    return digest.hexdigest()


def _is_private(folder: Path) -> bool:
    """Return whether a folder is absent, or belongs to the user and only they may write to it."""
    try:
        state = folder.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    if sys.platform == "win32":  # The folder is in the profile of the user.
        return True
    is_own = state.st_uid == os.geteuid()
    return is_own and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _trim(folder: Path) -> None:
    entries: list[tuple[float, int, str]] = []
    total, oldest = 0, time.time() - _MAX_PARTIAL_AGE
    with os.scandir(folder) as found:
        for file in found:
            name = _ENTRY.fullmatch(file.name)
            if name is None:  # The folder may have files of others.
                continue
            with suppress(OSError):  # Another run deleted it.
                state = file.stat(follow_symlinks=False)
                is_abandoned = name["partial"] and state.st_mtime < oldest
                entries.append(
                    (0 if is_abandoned else state.st_mtime, state.st_size, file.path)
                )
                total += state.st_size
    for used, size, path in sorted(entries):
        if used and total <= MAX_BYTES:
            break
        with suppress(OSError):
            os.unlink(path)
        total -= size
