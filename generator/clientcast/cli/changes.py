"""Changes of a package for the code that calls it, the breaking ones first."""

from collections.abc import Mapping
from pathlib import Path

import click

from clientcast.changes import Change, change_lines, compare_surfaces, count_changes
from clientcast.diagnostic import printable
from clientcast.surface import (
    PackageError,
    Surface,
    surface_of_code,
    surface_of_folder,
)


def read_surface(folder: Path, label: str) -> Surface | None:
    """Return the surface of a package; None, with a note, if its code is not a client's."""
    try:
        return surface_of_folder(folder, label)
    except PackageError as error:
        click.echo(printable(f"{error}; its changes are not judged"), err=True)
        return None


def print_changes(old: Surface, files: Mapping[str, str], label: str) -> str:
    """Print the changes for callers, and return their number in a few words.

    Args:
        old: The surface of the package as it is.
        files: The texts of the new package by path.
        label: The name of the new package in places.
    """
    try:
        changes: tuple[Change, ...] = compare_surfaces(
            old, surface_of_code(files, label)
        )
    except PackageError as error:
        click.echo(printable(f"{error}; its changes are not judged"), err=True)
        return "changes not judged"
    for line in change_lines(changes):
        click.echo(printable(line))
    return count_changes(changes) if changes else "no change for callers"
