"""Surface of a client, made from a view or read from the code of a package."""

from collections.abc import Mapping
from pathlib import Path

from clientcast import view
from clientcast.package_files import PackageError
from clientcast.surface.build import build_surface
from clientcast.surface.differing import differing_modules
from clientcast.surface.from_code import (
    declarations_of_code,
    is_part_of_surface,
    read_code,
)
from clientcast.surface.from_view import declarations_of_view
from clientcast.surface.types import Surface

__all__ = [
    "PackageError",
    "Surface",
    "differing_modules",
    "is_part_of_surface",
    "surface_of_code",
    "surface_of_folder",
    "surface_of_view",
]


def surface_of_view(package: view.Package) -> Surface:
    """Return the surface of a package that is not printed yet.

    Its places are JSON pointers of the document, after `#`.
    """
    return build_surface(declarations_of_view(package))


def surface_of_folder(folder: Path, label: str) -> Surface:
    """Return the surface of the package in a folder, which is read and not imported.

    Args:
        folder: The folder of the package, with any name.
        label: The path of the folder in messages and places.

    Raises:
        PackageError: If there is no package of clientcast, or its code is invalid.
    """
    return surface_of_code(read_code(folder, label), label)


def surface_of_code(texts: Mapping[str, str], label: str) -> Surface:
    """Return the surface of a package whose files are in memory.

    Args:
        texts: The files by path.
        label: The path of the package in messages and places.

    Raises:
        PackageError: If the code is not that of a client.
    """
    try:
        return build_surface(declarations_of_code(texts, label))
    except RecursionError:
        raise PackageError(f"{label}: the code is nested too deeply") from None
