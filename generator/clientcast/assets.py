"""The templates and clients: beside `generator` in a checkout, within an installed package.

The templates include the runtime, of which each package gets a part.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

RUNTIME = "_runtime"
"""The folder of the runtime, among the templates and in each package."""

_PACKAGE = Path(__file__).parent
_RELATIVE_IMPORT = re.compile(r"^ *from (\.+)([\w.]*) import ", re.M)


@cache
def templates() -> Path:
    """Return the folder of the Jinja templates and of the runtime."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent.parent / "templates"


def home_clients() -> Path:
    """Return the folder of the clients that come with clientcast, each with its name."""
    inside = _PACKAGE / "generated"
    return inside if inside.is_dir() else _PACKAGE.parent.parent / "generated"


def runtime_files(modules: Iterable[str]) -> dict[str, str]:
    """Return the files of modules of the runtime and of all that they import, by path.

    Args:
        modules: The modules, such as `_runtime.client.page`.
    """
    files: dict[str, str] = {}
    pending = [_path(module) for module in (RUNTIME, *modules)]
    for path in pending:  # The loop appends to it.
        if path not in files:
            files[path] = runtime_file(path)
            pending += _imported_paths(path)
    return files


@cache
def runtime_file(path: str) -> str:
    """Return the text of a file of the runtime.

    Args:
        path: The path among the templates, such as `_runtime/errors.py`.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    return (templates() / path).read_text(encoding="utf-8")


@cache
def _imported_paths(path: str) -> tuple[str, ...]:
    """Return the paths of the modules that a module of the runtime imports."""
    package = path.split("/")[:-1]
    return (f"{'/'.join(package)}/__init__.py", *_relative_imports(path, package))


def _relative_imports(path: str, package: list[str]) -> Iterator[str]:
    for dots, module in _RELATIVE_IMPORT.findall(runtime_file(path)):
        parent = package[: len(package) - len(dots) + 1]
        yield _path(".".join((*parent, module)))


@cache
def _path(module: str) -> str:
    path = module.replace(".", "/")
    is_package = (templates() / path).is_dir()
    return f"{path}/__init__.py" if is_package else f"{path}.py"
