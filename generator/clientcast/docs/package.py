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
    "package_of",
    "read_package",
]

ONE_FOR_ALL, ONE_FOR_EACH = "models.py", "models/__init__.py"
"""Where models stand: in one module, or in one for each resource."""

_MODULES = (
    "__init__.py",
    "_api.py",
    "_runtime/errors.py",
    "async_client.py",
    "client.py",
    "errors.py",
)
_MORE = re.compile(r"(models|resources|async_resources)/\w+\.py")


@dataclass(frozen=True, slots=True)
class Package:
    """The sources of a package.

    Attributes:
        name: What it is imported as.
        shown: What messages call its folder.
        files: The texts of the modules that its reference is read from, by path.
        manifest: What `clientcast.json` says.
    """

    name: str
    shown: str
    files: Mapping[str, str]
    manifest: Mapping[str, Any]

    def below(self, folder: str) -> tuple[str, ...]:
        """The paths of the modules in a folder: `models`."""
        return tuple(p for p in sorted(self.files) if p.startswith(f"{folder}/"))

    @property
    def edited(self) -> tuple[str, ...]:
        """The files that are not as they were generated."""
        digests = mapping(self.manifest.get("files"))
        return tuple(
            path
            for path, text in sorted(self.files.items())
            if hashlib.sha256(text.encode("utf-8")).hexdigest() != digests.get(path)
        )


def read_package(folder: Path, shown: str) -> Package:
    """The package in a folder. Nothing of it is imported.

    Args:
        folder: The package's folder, under whatever name.
        shown: What messages call it.

    Raises:
        PackageError: There is no package of ours, or it is broken.
    """
    if not folder.is_dir():
        raise PackageError(f"{shown}: there is no such folder")
    if not os.path.lexists(folder / MANIFEST):
        raise PackageError(
            f"{shown}: this is no package that clientcast generated, for it has no {MANIFEST}"
        )
    text = read_text(folder, MANIFEST, shown)
    paths = _modules(parse_manifest(text, shown))
    texts = {path: read_text(folder, path, shown) for path in paths}
    name = folder.resolve().name
    name = name if name.isidentifier() else ""
    return package_of(name, shown, {MANIFEST: text, **texts})


def is_package(folder: Path) -> bool:
    """Whether a generated package stands in a folder, be it broken or old."""
    try:
        content: object = json.loads(read_text(folder, MANIFEST, ""))
    except (PackageError, ValueError, RecursionError):
        return False
    return is_mapping(content) and "spec" in content


def package_of(name: str, shown: str, texts: Mapping[str, str]) -> Package:
    """The package that texts are.

    Args:
        name: What it is imported as; empty to be called as its client is.
        shown: What messages call it.
        texts: The manifest, and at least what the reference is read from, by path.

    Raises:
        PackageError: The manifest is broken, or older than references are.
    """
    manifest = parse_manifest(texts[MANIFEST], shown)
    files = {path: texts[path] for path in _modules(manifest)}
    return Package(name or _called(files["client.py"]), shown, files, manifest)


def _modules(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """The modules that the reference is read from."""
    listed = mapping(manifest.get("files"))
    models = () if ONE_FOR_EACH in listed else (ONE_FOR_ALL,)
    return (*_MODULES, *models, *(path for path in listed if _MORE.fullmatch(path)))


def _called(client: str) -> str:
    """What a package is imported as whose folder has another name or none: as its class is."""
    found = re.search(r"^class (\w+)\(Client\):", client, re.MULTILINE)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", found[1]) if found else "client"
    return words.lower()
