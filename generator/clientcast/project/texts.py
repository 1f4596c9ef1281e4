"""Texts of the files of a project.

What comes from the document is a value of a TOML library, or Markdown of `docs`.
"""

import hashlib
import json
from collections.abc import Mapping

import tomlkit
from msgspec import Struct
from tomlkit.items import Array

from clientcast.docs import Reference, plain_line, project_readme
from clientcast.manifest import MANIFEST
from clientcast.project.version import python_version

DEPENDENCIES = {
    "anyio": ">=4.10,<5",
    "h11": ">=0.16,<1",
    "httpcore2": ">=2.16,<3",
    "httpx2": ">=2.16,<3",
    "msgspec": ">=0.20,<1",
}
"""What every package imports: the versions that its runtime works with."""

OPTIONAL_DEPENDENCIES = {"fast": {"pyreqwest": ">=0.15,<1"}}
"""What is imported only if it is used: `FastTransport`."""

_MAX_DESCRIPTION_LENGTH = 300

_LICENSE = """\
This is a placeholder: {distribution} has no license yet.

Replace this text with the license of your choice, and set "license" in pyproject.toml to its SPDX
identifier. Without a license, others may not copy, change or distribute it.
"""


class ProjectTexts(Struct, frozen=True):
    """The files of a project beside its package.

    Attributes:
        files: Their texts by path, with the manifest.
        version: The version in `pyproject.toml`.
        notes: What was changed so that it can be written.
    """

    files: Mapping[str, str]
    version: str
    notes: tuple[str, ...]


def project_texts(
    reference: Reference, distribution: str, package: str
) -> ProjectTexts:
    """Return the files of a project.

    Args:
        reference: The reference of its package.
        distribution: The name that it is installed by.
        package: The name that it is imported by.
    """
    version = python_version(reference.version)
    files = {
        "LICENSE": _LICENSE.format(distribution=distribution),
        "README.md": project_readme(reference, distribution, package),
        "pyproject.toml": _pyproject(reference, distribution, package, version.version),
    }
    manifest = {
        "generator": reference.generator,
        "files": {
            path: hashlib.sha256(text.encode()).hexdigest()
            for path, text in files.items()
        },
    }
    files[MANIFEST] = json.dumps(manifest, indent=2) + "\n"
    notes = (version.note,) if version.note else ()
    return ProjectTexts(files, version.version, notes)


def _pyproject(
    reference: Reference, distribution: str, package: str, version: str
) -> str:
    project = tomlkit.table()
    project["name"] = distribution
    project["version"] = version
    project["description"] = _description(reference)
    project["readme"] = "README.md"
    project["requires-python"] = ">=3.11"
    project["license-files"] = _array("LICENSE")
    project["classifiers"] = _array("Typing :: Typed")
    project["dependencies"] = _requirements(DEPENDENCIES)
    project["optional-dependencies"] = {
        extra: _requirements(named) for extra, named in OPTIONAL_DEPENDENCIES.items()
    }
    build = tomlkit.table()
    build["ignore-vcs"] = tomlkit.item(True).comment("also if Git ignores the package")
    build["targets"] = {
        "wheel": {"packages": _array(f"src/{package}")},
        "sdist": {"include": _array(f"/src/{package}")},
    }
    document = tomlkit.document()
    document["build-system"] = {
        "requires": _array("hatchling>=1.27"),
        "build-backend": "hatchling.build",
    }
    document["project"] = project
    document["tool"] = {"hatch": {"build": build}}
    return tomlkit.dumps(document)


def _description(reference: Reference) -> str:
    """Return a line for package indexes, which show it on pages."""
    title = plain_line(reference.title)[:_MAX_DESCRIPTION_LENGTH]
    return f"A typed Python client of {title}, synchronous and asynchronous"


def _requirements(versions: Mapping[str, str]) -> Array:
    return _array(*(name + specifier for name, specifier in versions.items()))


def _array(*values: str) -> Array:
    array: Array = tomlkit.item(list(values))
    return array.multiline(len(values) > 1)
