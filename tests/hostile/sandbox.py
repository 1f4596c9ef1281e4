"""Temporary folders in which one document is run."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.guard import Guard
from tests.hostile.vectors import Vector

SECRET = "SECRETOFANOTHERFILE"
"""Text in each `secret.yaml` above the document; no output may contain it."""

_SECRET_FILE = f"""\
type: object
title: {SECRET}
description: {SECRET}
properties:
  {SECRET}: {{type: string}}
"""

CANARY = "PWNED"
"""Prefix of the files that hostile code tries to write."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Folders of one document, below one root.

    Attributes:
        root: Parent of all folders, with a `secret.yaml` at each level above the document.
    """

    root: Path

    @property
    def _base(self) -> Path:
        return self.root / "one" / "two" / "three"

    @property
    def input(self) -> Path:
        """The folder of the document."""
        return self._base / "input"

    @property
    def work(self) -> Path:
        """The current directory of each command."""
        return self._base / "work"

    @property
    def out(self) -> Path:
        """The folder of the package, its pages and its site."""
        return self.work / "out"

    @property
    def temporary(self) -> Path:
        """The folder for temporary files."""
        return self.root / "tmp"

    @property
    def guard(self) -> Guard:
        """Guard with the folders that commands may read and write."""
        return Guard((self.input,), (self.out, self.temporary))

    def fill(self, vector: Vector) -> str:
        """Create the folders and copy the document.

        Returns:
            The path of the document from the current directory.
        """
        for folder in (self.input, self.out, self.temporary, self.root / "home"):
            folder.mkdir(parents=True)
        for folder in (self.root, *list(self.input.parents)[:3]):
            (folder / "secret.yaml").write_text(_SECRET_FILE, encoding="utf-8")
        shutil.copyfile(vector.path, self.input / vector.file_name)
        linked = vector.path.with_suffix("")
        if linked.is_dir():
            shutil.copytree(linked, self.input / linked.name)
        return f"../input/{vector.file_name}"

    def enter(self) -> None:
        """Let this process use the folders for its temporary and personal files."""
        home = str(self.root / "home")
        os.environ.update(HOME=home, TMPDIR=str(self.temporary), XDG_CACHE_HOME=home)
        tempfile.tempdir = None  # Clear the cached value.

    def files(self) -> frozenset[str]:
        """Return all files below the root, the output and its contents left out."""
        found: set[str] = set()
        for folder, folders, names in os.walk(self.root):
            if Path(folder) == self.out:
                folders.clear()
                continue
            found.update(
                os.path.relpath(os.path.join(folder, name), self.root) for name in names
            )
        return frozenset(found)

    def canaries(self) -> list[str]:
        """Return the files and folders whose names begin with `CANARY`."""
        return sorted(
            os.path.relpath(os.path.join(folder, name), self.root)
            for folder, folders, names in os.walk(self.root)
            for name in (*folders, *names)
            if name.startswith(CANARY)
        )
