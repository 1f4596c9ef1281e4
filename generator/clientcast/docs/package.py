"""Source files of a generated package and its manifest, `clientcast.json`."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from clientcast.docs.manifest import parse_manifest
from clientcast.import_path import import_path
from clientcast.package_files import MANIFEST, PackageError, read_text
from clientcast.plain import is_mapping, mapping

__all__ = [
    "MANIFEST",
    "Package",
    "PackageError",
    "is_package",
    "make_package",
    "read_package",
]

MODELS_MODULE, MODELS_PACKAGE = "models.py", "models/__init__.py"
"""Models are in one module, or in a package with a module for each resource."""

_MODULES = (
    "__init__.py",
    "_api.py",
    "_runtime/errors.py",
    "async_client.py",
    "client.py",
    "errors.py",
)
_CLIENT_CLASS = re.compile(r"^class (\w+)\([\w, ]*Client\):", re.MULTILINE)
_PACKAGE_MODULES = re.compile(r"(models|resources|async_resources)/\w+\.py")


class Package(Struct, frozen=True):
    """The sources of a package.

    Attributes:
        name: Dotted name that it is imported by.
        label: Path of its folder in messages.
        files: Texts of the modules that the reference is extracted from, by path.
        manifest: Content of `clientcast.json`.
    """

    name: str
    label: str
    files: Mapping[str, str]
    manifest: Mapping[str, Any]

    def modules_in(self, folder: str) -> tuple[str, ...]:
        """Return the paths of the modules in a folder, such as `models`."""
        return tuple(p for p in sorted(self.files) if p.startswith(f"{folder}/"))

    @property
    def edited_files(self) -> tuple[str, ...]:
        """Paths of the files whose digest differs from the manifest."""
        digests = mapping(self.manifest.get("files"))
        return tuple(
            path
            for path, text in sorted(self.files.items())
            if hashlib.sha256(text.encode("utf-8")).hexdigest() != digests.get(path)
        )


def read_package(folder: Path, label: str) -> Package:
    """Read the package in a folder, without importing it.

    Args:
        folder: Folder of the package, with any name.
        label: Path of the folder in messages.

    Raises:
        PackageError: If there is no package of clientcast, or it is invalid.
    """
    if not folder.is_dir():
        raise PackageError(f"{label}: no such folder")
    if not os.path.lexists(folder / MANIFEST):
        raise PackageError(
            f"{label}: not a package of clientcast: it has no {MANIFEST}"
        )
    text = read_text(folder, MANIFEST, label)
    paths = _module_paths(parse_manifest(text, label))
    texts = {path: read_text(folder, path, label) for path in paths}
    files = {MANIFEST: text, **texts}
    return make_package(import_path(folder.resolve()), label, files)


def is_package(folder: Path) -> bool:
    """Return whether a folder contains a generated package, even an invalid or old one."""
    try:
        content: object = json.loads(read_text(folder, MANIFEST, ""))
    except (PackageError, ValueError, RecursionError):
        return False
    return is_mapping(content) and "spec" in content


def make_package(name: str, label: str, texts: Mapping[str, str]) -> Package:
    """Construct a package from texts.

    Args:
        name: Dotted name that it is imported by; if empty, it is derived from the client class.
        label: Path of the package in messages.
        texts: Manifest and all modules that the reference is extracted from, by path.

    Raises:
        PackageError: If the manifest is invalid, or too old to have reference data.
    """
    manifest = parse_manifest(texts[MANIFEST], label)
    files = {path: texts[path] for path in _module_paths(manifest)}
    match = _CLIENT_CLASS.search(files["client.py"])
    name = name or (import_name(match[1]) if match else "client")
    return Package(name, label, files, manifest)


def _module_paths(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of the modules that the reference is extracted from."""
    listed = mapping(manifest.get("files"))
    models = () if MODELS_PACKAGE in listed else (MODELS_MODULE,)
    return (
        *_MODULES,
        *models,
        *(path for path in listed if _PACKAGE_MODULES.fullmatch(path)),
    )


def import_name(client: str) -> str:
    """Derive an import name from the name of the client class."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", client).lower()
