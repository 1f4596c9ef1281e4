"""Helpers that run `clientcast docs` on copies of the checked-in clients."""

import shutil
from pathlib import Path

from click.testing import CliRunner, Result
from clientcast.cli import main

from tests.support.project import GENERATED


def copy(name: str, to: Path) -> None:
    """Copy a checked-in client to a folder."""
    shutil.copytree(GENERATED / name, to, ignore=shutil.ignore_patterns("__pycache__"))


def docs(*arguments: str) -> Result:
    """Run `clientcast docs`."""
    return CliRunner().invoke(main, ["docs", *arguments])


def files_in(place: Path) -> dict[str, str]:
    """Return the texts of all files in a folder, by path."""
    return {
        path.relative_to(place).as_posix(): path.read_text("utf-8")
        for path in place.rglob("*")
        if path.is_file()
    }
