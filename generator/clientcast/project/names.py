"""Names of a project: of its distribution, and of the package that is imported."""

import os
import re
import sys
from pathlib import Path

from msgspec import Struct

from clientcast.config import is_package_name
from clientcast.project.texts import DEPENDENCIES

_SEPARATORS = re.compile(r"[-_.]+")
_DISTRIBUTION = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


class NameProblem(Exception):
    """A name that a project cannot have; the message is one line."""


class Project(Struct, frozen=True):
    """A project.

    Attributes:
        folder: The folder.
        label: Its path in messages.
        distribution: The name that it is installed by.
        package: The name that it is imported by.
    """

    folder: Path
    label: str
    distribution: str
    package: str

    @property
    def package_path(self) -> str:
        """The path of the package in the folder."""
        return f"src/{self.package}"


def make_project(folder: Path, package: str | None) -> Project:
    """Return the project of a folder, which has the name of the distribution.

    Args:
        folder: The folder.
        package: The name of the package; None for that of the folder.

    Raises:
        NameProblem: A name is not one of a distribution or package, or taken by Python.
    """
    name = os.path.basename(os.path.abspath(folder))
    distribution = _SEPARATORS.sub("-", name).lower()
    if not _DISTRIBUTION.fullmatch(distribution):
        raise NameProblem(
            f"'{name}' is no name of a distribution: name the folder with letters of"
            " ASCII, digits and hyphens, such as petstore-client"
        )
    package = package or distribution.replace("-", "_")
    if not is_package_name(package):
        raise NameProblem(
            f"'{package}' is no name of a Python package: choose another folder, such as"
            " petstore-client"
        )
    taken = sys.stdlib_module_names | DEPENDENCIES.keys()
    if package in taken or distribution in DEPENDENCIES:
        raise NameProblem(
            f"'{package}' is a module of Python or of a dependency, which would be imported"
            f" in its place: choose another name, such as {distribution}-client"
        )
    return Project(folder, folder.as_posix(), distribution, package)
