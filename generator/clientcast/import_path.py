"""The dotted name that a package is imported by, by the layout of its project."""

import keyword
import tomllib
from functools import lru_cache
from pathlib import Path

from clientcast.plain import mapping, sequence

_SETTINGS = "pyproject.toml"
_SOURCES = "src"


def import_path(folder: Path) -> str:
    """Return the dotted name of the package in a folder; empty if none can be imported.

    It begins below a folder that Python imports from: in a project, which has a `pyproject.toml`,
    that is `src`, a folder in `pythonpath` of the settings of pytest, or the project itself.
    Without a project, it begins with the outermost package around the folder (`__init__.py`).

    Args:
        folder: The folder of the package. It need not exist.
    """
    folder = folder.absolute()
    parts: list[str] = []
    packages = 1
    for place in (folder, *folder.parents):
        if place.name == _SOURCES and parts:
            return ".".join(parts if _is_project(place.parent) else parts[-packages:])
        if _is_project(place) and parts:
            return ".".join(_below_roots(place, parts))
        if not is_module_name(place.name):
            break
        parts.insert(0, place.name)
        if packages == len(parts) and (place.parent / "__init__.py").is_file():
            packages += 1
    return ".".join(parts[-packages:])


def is_module_name(name: str) -> bool:
    """Return whether an import can name a module so."""
    return name.isidentifier() and not keyword.iskeyword(name)


def _is_project(folder: Path) -> bool:
    return (folder / _SETTINGS).is_file()


def _below_roots(project: Path, parts: list[str]) -> list[str]:
    """Return the parts of a path that follow the longest folder that Python imports from."""
    file = project / _SETTINGS
    roots = (tuple(Path(r).parts) for r in _roots(file, file.stat().st_mtime_ns))
    lengths = (len(r) for r in roots if r == tuple(parts[: len(r)]) != tuple(parts))
    return parts[max(lengths, default=0) :]


@lru_cache(maxsize=4)
def _roots(file: Path, _changed: int) -> tuple[str, ...]:
    """Return the folders that the settings of pytest import from."""
    try:
        settings = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return ()  # Who needs these settings reports what is wrong with them.
    tool = mapping(mapping(settings.get("tool")).get("pytest"))
    values = mapping(tool.get("ini_options")).get("pythonpath")
    paths = values.split() if isinstance(values, str) else sequence(values)
    return tuple(path for path in paths if isinstance(path, str))
