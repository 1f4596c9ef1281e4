"""The import statements of a module."""

from collections.abc import Iterable

from msgspec import Struct

from clientcast.code.nodes import Import

_DEPENDENCIES = ("httpx2", "msgspec")


class Imports(Struct, frozen=True):
    """The imports of a module.

    Attributes:
        names: The imports; modules of the package are relative to its root.
        folder: The folder of the module in the package; empty for the root.
    """

    names: frozenset[Import] = frozenset()
    folder: str = ""


def import_lines(imports: Imports) -> tuple[str, ...]:
    """Return import statements: the standard library, dependencies, then the package.

    Each group is sorted. An empty line separates the groups.
    """
    by_module: dict[str, set[tuple[str, str]]] = {}
    for module, name, alias in imports.names:
        by_module.setdefault(_relative_module(module, imports.folder), set()).add(
            (name, alias)
        )
    groups: dict[int, list[str]] = {}
    for module, names in sorted(by_module.items(), key=_module_order):
        groups.setdefault(_group_number(module), []).extend(
            _import_statements(module, names)
        )
    lines: list[str] = []
    for _, group in sorted(groups.items()):
        lines += ["", *group] if lines else group
    return tuple(lines)


def _import_statements(module: str, names: Iterable[tuple[str, str]]) -> list[str]:
    imported_names = sorted({name for name, _ in names if name}, key=_name_order)
    by_alias = dict((name, alias) for name, alias in names if alias)
    unaliased = {name for name, alias in names if name and not alias}
    unaliased_names = [name for name in imported_names if name in unaliased]
    lines = [f"import {module}"] if ("", "") in set(names) else []
    if unaliased_names:
        lines.append(f"from {module} import {', '.join(unaliased_names)}")
    lines += [
        f"from {module} import {name} as {alias}"
        for name, alias in sorted(by_alias.items())
    ]
    return lines


def _relative_module(module: str, folder: str) -> str:
    """Return a module relative to a folder of the package: `.models.a` in `models` is `.a`."""
    if not folder or not module.startswith("."):
        return module
    beside = f".{folder.replace('/', '.')}."
    if module.startswith(beside):
        return module[len(beside) - 1 :]
    return "." * (folder.count("/") + 1) + module


def _module_order(item: tuple[str, set[tuple[str, str]]]) -> tuple[bool, str]:
    return (item[1] != {("", "")}, item[0])


def _name_order(name: str) -> tuple[int, str]:
    """Sort constants, then classes, then functions, as isort does."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def _group_number(module: str) -> int:
    if module.startswith("."):
        return 2
    return 1 if module in _DEPENDENCIES else 0
