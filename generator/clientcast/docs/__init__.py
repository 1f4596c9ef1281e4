"""Reference of a generated package, extracted from its files: as data, as pages, as README."""

from clientcast.docs.folder import render_folder
from clientcast.docs.json_output import json_schema, references_json
from clientcast.docs.markdown import plain_line
from clientcast.docs.outline import Outline, docstring_summary, outline_reference
from clientcast.docs.package import (
    Package,
    PackageError,
    is_package,
    make_package,
    read_package,
)
from clientcast.docs.readme import (
    MAX_LENGTH,
    project_readme,
    readme,
    short_readme,
)
from clientcast.docs.reference import Reference

__all__ = [
    "MAX_LENGTH",
    "Outline",
    "Package",
    "PackageError",
    "Reference",
    "references_json",
    "docstring_summary",
    "extract",
    "render_folder",
    "is_package",
    "make_package",
    "outline_reference",
    "plain_line",
    "project_readme",
    "read_package",
    "readme",
    "short_readme",
    "json_schema",
]


def extract(package: Package) -> Reference:
    """Return the reference of a package, read from its code.

    Raises:
        PackageError: If the code cannot be read.
    """
    from clientcast.docs.extraction import extract as read_code  # imports griffe

    return read_code(package)
