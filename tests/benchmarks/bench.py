"""Folders, environments and projects of the benchmark."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.costs import Cost, run_process
from tests.benchmarks.documents import document
from tests.benchmarks.peers import Environments
from tests.support.project import GENERATED, ROOT, SHARED

CLIENTCAST = Path(sys.executable).with_name("clientcast")
HOME_CLIENTS = {"clerk": "Clerk", "okta": "Okta", "pangea": "Pangea"}
"""The class of each home client, by package."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The folders of a benchmark.

    Attributes:
        folder: The folder of everything that is written, outside the repository.
        environments: The environments of the peers.
    """

    folder: Path
    environments: Environments

    @property
    def corpus(self) -> Path:
        """The folder of the third-party documents."""
        return SHARED / "corpus"

    def home_packages(self) -> Path:
        """Return a folder with a copy of the home clients."""
        folder = self.folder / "packages"
        for name in HOME_CLIENTS:
            if not (folder / name).is_dir():
                shutil.copytree(GENERATED / name, folder / name)
        return folder

    def home_project(self) -> "Project":
        """Return a copy of this project: its settings, specs and generated packages."""
        folder = self.folder / "home"
        if not folder.is_dir():
            folder.mkdir(parents=True)
            shutil.copy(ROOT / "pyproject.toml", folder)
            shutil.copytree(ROOT / "specs", folder / "specs")
            shutil.copytree(GENERATED, folder / "generated")
        return Project(folder)

    def project(self, name: str, source: Path, settings: str = "") -> "Project":
        """Return a new project with one document.

        Args:
            name: The name of its folder.
            source: The document, which is copied.
            settings: Further settings, in TOML.
        """
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        spec = f"api{source.suffix}"
        shutil.copyfile(source, folder / spec)
        (folder / "pyproject.toml").write_text(
            f'[tool.clientcast]\nspecs = ["{spec}"]\noutput = "out"\n{settings}\n',
            encoding="utf-8",
        )
        return Project(folder)

    def synthetic(self, operations: int) -> Path:
        """Return the file of a synthetic document."""
        file = self.folder / "documents" / f"things{operations}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(document(operations), encoding="utf-8")
        return file


@dataclass(frozen=True, slots=True)
class Project:
    """A folder in which clientcast runs, with a cache of its own."""

    folder: Path

    def run(self, command: str) -> Cost:
        """Run `clientcast generate` or `clientcast check`."""
        caches = {"CLIENTCAST_CACHE_DIR": str(self.folder / "cache")}
        return run_process([CLIENTCAST, command], self.folder, caches)

    def generate_cold(self) -> Cost:
        """Generate without a package and without a cache."""
        for name in ("out", "cache"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.run("generate")
