"""The files of a generated package, as texts, and what its `clientcast.json` says of them."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clientcast.docs.files import MANIFEST, PackageError, read_text
from clientcast.docs.manifest import parse_manifest
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
"""Where models stand: in one module, or in one for each resource."""

_MODULES = (
    "__init__.py",
    "_api.py",
    "_runtime/errors.py",
    "async_client.py",
    "client.py",
    "errors.py",
)
_PACKAGE_MODULES = re.compile(r"(models|resources|async_resources)/\w+\.py")


@dataclass(frozen=True, slots=True)
class Package:
    """The sources of a package.

    Attributes:
        name: What it is imported as.
        label: What messages call its folder.
        files: The texts of the modules that its reference is read from, by path.
        manifest: What `clientcast.json` says.
    """

    name: str
    label: str
    files: Mapping[str, str]
    manifest: Mapping[str, Any]

    def modules_in(self, folder: str) -> tuple[str, ...]:
        """The paths of the modules in a folder: `models`."""
        return tuple(p for p in sorted(self.files) if p.startswith(f"{folder}/"))

    @property
    def edited_files(self) -> tuple[str, ...]:
        """The files that are not as they were generated."""
        digests = mapping(self.manifest.get("files"))
        return tuple(
            path
            for path, text in sorted(self.files.items())
            if hashlib.sha256(text.encode("utf-8")).hexdigest() != digests.get(path)
        )


def read_package(folder: Path, label: str) -> Package:
    """The package in a folder. Nothing of it is imported.

    Args:
        folder: The package's folder, under whatever name.
        label: What messages call it.

    Raises:
        PackageError: There is no package of ours, or it is broken.
    """
    if not folder.is_dir():
        raise PackageError(f"{label}: there is no such folder")
    if not os.path.lexists(folder / MANIFEST):
        raise PackageError(
            f"{label}: this is no package that clientcast generated, for it has no {MANIFEST}"
        )
    text = read_text(folder, MANIFEST, label)
    paths = _module_paths(parse_manifest(text, label))
    texts = {path: read_text(folder, path, label) for path in paths}
    name = folder.resolve().name
    name = name if name.isidentifier() else ""
    return make_package(name, label, {MANIFEST: text, **texts})


def is_package(folder: Path) -> bool:
    """Whether a generated package stands in a folder, be it broken or old."""
    try:
        content: object = json.loads(read_text(folder, MANIFEST, ""))
    except (PackageError, ValueError, RecursionError):
        return False
    return is_mapping(content) and "spec" in content


def make_package(name: str, label: str, texts: Mapping[str, str]) -> Package:
    """The package that texts are.

    Args:
        name: What it is imported as; empty to be called as its client is.
        label: What messages call it.
        texts: The manifest, and at least what the reference is read from, by path.

    Raises:
        PackageError: The manifest is broken, or older than references are.
    """
    manifest = parse_manifest(texts[MANIFEST], label)
    files = {path: texts[path] for path in _module_paths(manifest)}
    return Package(name or _import_name(files["client.py"]), label, files, manifest)


def _module_paths(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """The modules that the reference is read from."""
    listed = mapping(manifest.get("files"))
    models = () if MODELS_PACKAGE in listed else (MODELS_MODULE,)
    return (
        *_MODULES,
        *models,
        *(path for path in listed if _PACKAGE_MODULES.fullmatch(path)),
    )


def _import_name(client: str) -> str:
    """What a package is imported as whose folder has another name or none: as its class is."""
    found = re.search(r"^class (\w+)\(Client\):", client, re.MULTILINE)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", found[1]) if found else "client"
    return words.lower()
