"""Projects around a package, ready for `uv build`.

A project has the package in `src`, and beside it `pyproject.toml`, `README.md`, a placeholder of
`LICENSE`, and `clientcast.json` with the digests of these. Users edit them: an edited file is kept
until `--force`.
"""

from clientcast.project.names import NameProblem, Project, make_project
from clientcast.project.texts import ProjectTexts, project_texts
from clientcast.project.version import PythonVersion, python_version
from clientcast.project.writing import ProjectChanges, compare_project, write_project

__all__ = [
    "NameProblem",
    "Project",
    "ProjectChanges",
    "ProjectTexts",
    "PythonVersion",
    "compare_project",
    "make_project",
    "project_texts",
    "python_version",
    "write_project",
]
