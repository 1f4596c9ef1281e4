"""Identity of the generator: its own code, and the versions of what it runs on."""

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from clientcast import assets

_METADATA = (".dist-info", ".egg-info")
"""Suffixes of folders named by a distribution and its version."""


@cache
def environment_digest() -> str:
    """Return a digest of the versions of Python and of all installed distributions."""
    lines = [sys.version, *sorted(set(_distributions()))]
    return _digest(lines)


@cache
def generator_digest() -> str:
    """Return a digest of everything that the output depends on, except the document."""
    lines = [environment_digest()]
    clients = os.path.join(assets.home_clients(), "")
    for root in (Path(__file__).parent, assets.templates()):
        for path in sorted(_files(str(root))):
            if path.startswith(clients):  # They are output.
                continue
            with open(path, "rb") as file:
                content = hashlib.sha256(file.read()).hexdigest()
            lines.append(f"{os.path.relpath(path, root)} {content}")
    return _digest(lines)


def _digest(lines: list[str]) -> str:
    text = "\n".join(lines)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _distributions() -> Iterator[str]:
    """Yield the metadata folders of the installed distributions."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or os.curdir)
        except OSError:  # It does not exist, or is an archive.
            continue
        yield from (name for name in names if name.endswith(_METADATA))


def _files(folder: str) -> Iterator[str]:
    """Yield the files below a folder, except compiled ones."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path)
            elif not entry.name.endswith(".pyc"):
                yield entry.path
