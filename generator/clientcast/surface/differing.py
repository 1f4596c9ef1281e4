"""The modules of two versions of a package in which their surfaces can differ."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from clientcast.surface.from_code import is_part_of_surface

_RESOURCES = "resources/"


def differing_modules(
    old: Mapping[str, str], new: Mapping[str, str]
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the modules of both versions that have to be compared.

    If only modules of resources differ, no declaration of another module does, and no method
    can have moved there. So these are enough, with those that they import, which declare the
    types in them, and with those of the package's folder.
    """
    paths = {path for path in {*old, *new} if is_part_of_surface(path)}
    differing = {path for path in paths if old.get(path) != new.get(path)}
    if not all(
        path.startswith(_RESOURCES) and path in old and path in new
        for path in differing
    ):
        return old, new
    needed = {path for path in paths if "/" not in path}
    for texts in (old, new):
        pending = [*differing]
        while pending:
            path = pending.pop()
            found = {*_imported(path, texts[path])} & paths - needed
            needed |= found
            pending += found
    needed |= differing
    return (
        {path: text for path, text in old.items() if path in needed},
        {path: text for path, text in new.items() if path in needed},
    )


def _imported(path: str, text: str) -> Iterator[str]:
    """Yield the modules of the package that a module imports names from."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # Whoever reads the declarations reports it.
    folder = PurePosixPath(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level and node.module:
            if node.level <= len(folder.parents):
                module = node.module.replace(".", "/")
                yield f"{folder.parents[node.level - 1] / module}.py"
