"""The reference of a generated package, read from its own files: as data, as pages, as one file."""

from clientcast.docs.extract import extract
from clientcast.docs.folder import folder_of
from clientcast.docs.jsons import as_json, schema
from clientcast.docs.package import (
    Package,
    PackageError,
    is_package,
    package_of,
    read_package,
)
from clientcast.docs.readme import readme
from clientcast.docs.reference import Reference

__all__ = [
    "Package",
    "PackageError",
    "Reference",
    "as_json",
    "extract",
    "folder_of",
    "is_package",
    "package_of",
    "read_package",
    "readme",
    "schema",
]
