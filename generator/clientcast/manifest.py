"""The manifest `clientcast.json` of a folder: digests of its generated files.

A manifest is untrusted input: it may have any size and form, and name any path.
"""

import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PureWindowsPath
from types import MappingProxyType

from clientcast.plain import is_mapping, mapping

MANIFEST = "clientcast.json"

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

_ABSENT_ERRORS = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)

_SHA256 = re.compile("[0-9a-f]{64}")

_MAX_PATH_LENGTH, _MAX_PATH_DEPTH = 1000, 20
_MAX_FILE_SIZE = 128 * 1024 * 1024
_MAX_FILES = 100_000
"""Limits of generated packages; anything larger is foreign and not read."""


def recorded_files(root: Path) -> Mapping[str, str | bytes]:
    """Return the digest of each recorded file; empty if the manifest is broken.

    The manifest itself is recorded by its bytes.
    """
    content = read_plain_file(root, MANIFEST)
    return _recorded_files(content) if content is not None else {}


@lru_cache(maxsize=1)
def _recorded_files(content: bytes) -> Mapping[str, str | bytes]:
    try:
        manifest: object = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    files = manifest.get("files") if is_mapping(manifest) else None
    if not is_mapping(files) or len(files) > _MAX_FILES:
        return {}
    digests: dict[str, str | bytes] = {MANIFEST: content}
    for path, digest in files.items():
        if not (
            is_safe_path(path) and isinstance(digest, str) and _SHA256.fullmatch(digest)
        ):
            return {}
        digests.setdefault(path, digest)
    return MappingProxyType(digests)


def read_source(root: Path) -> Mapping[str, str]:
    """Return the origin and digest of a document that is no file; empty if none is recorded."""
    try:
        manifest: object = json.loads(read_plain_file(root, MANIFEST) or b"")
    except (OSError, ValueError, RecursionError):
        return {}
    spec = mapping(mapping(manifest).get("spec"))
    found = mapping(spec.get("source"))
    return {key: value for key, value in found.items() if isinstance(value, str)}


def matches_record(content: bytes, record: str | bytes) -> bool:
    """Return whether a file matches its record, ignoring line endings that Git may change."""
    if isinstance(record, bytes):
        return content == record
    forms = (content, content.replace(b"\r\n", b"\n"))
    return record in (hashlib.sha256(form).hexdigest() for form in forms)


def read_plain_file(root: Path, path: str) -> bytes | None:
    """Return the bytes of a plain file; None if it cannot be a generated file.

    Symlinks are not followed, devices do not block, and too large files are not read.

    Raises:
        OSError: The system refuses to read it.
    """
    try:
        if all(
            stat.S_ISDIR(os.lstat(os.path.join(root, parent)).st_mode)
            for parent in parent_folders(path)
        ):
            place = os.path.join(root, path)
            state = os.lstat(place)
            if stat.S_ISREG(state.st_mode) and state.st_size <= _MAX_FILE_SIZE:
                with open(place, "rb") as file:
                    return file.read()
    except OSError as error:
        if error.errno not in _ABSENT_ERRORS:
            raise
    return None


def is_safe_path(path: str) -> bool:
    """Return whether a path is normalized, and stays in its folder on every system."""
    parts = path.split("/")
    return (
        len(path) <= _MAX_PATH_LENGTH
        and len(parts) <= _MAX_PATH_DEPTH
        and not {"", ".", ".."} & {*parts}
        and "\\" not in path
        and not PureWindowsPath(parts[0]).drive  # of "C:x"
        and not _UNPRINTABLE.search(path)
    )


def parent_folders(path: str) -> list[str]:
    """Return the parent folders of a path, the outermost first."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]
