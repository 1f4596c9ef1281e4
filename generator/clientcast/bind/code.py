"""A piece of Python code that brings the imports it needs."""

from collections.abc import Iterable
from typing import NamedTuple


class Import(NamedTuple):
    """`from module import name`; `import module` where the name is empty."""

    module: str
    name: str = ""


class Code(NamedTuple):
    """An expression or annotation, and what it needs imported."""

    text: str
    imports: frozenset[Import] = frozenset()

    def __str__(self) -> str:
        return self.text


def code(text: str, *imports: Import | Iterable[Import]) -> Code:
    """Code with the imports of all its parts."""
    found: set[Import] = set()
    for item in imports:
        found.update((item,) if isinstance(item, Import) else item)
    return Code(text, frozenset(found))


def import_lines(imports: Iterable[Import], folder: str = "") -> tuple[str, ...]:
    """Import statements: the standard library, others, then the package's own, each sorted.

    A group is followed by an empty line where another comes.

    Args:
        imports: What is needed.
        folder: Where in the package; empty for the package's own folder.
    """
    by_module: dict[str, set[str]] = {}
    for module, name in imports:
        by_module.setdefault(_from(module, folder), set()).add(name)
    groups: dict[int, list[str]] = {}
    for module, names in sorted(by_module.items(), key=_module_order):
        line = (
            f"import {module}"
            if names == {""}
            else f"from {module} import {', '.join(sorted(names, key=_name_order))}"
        )
        groups.setdefault(_group(module), []).append(line)
    lines: list[str] = []
    for _, group in sorted(groups.items()):
        lines += ["", *group] if lines else group
    return tuple(lines)


def _from(module: str, folder: str) -> str:
    """How a module is named in a folder of the package: `.models.users` in `models`: `.users`."""
    if not folder or not module.startswith("."):
        return module
    beside = f".{folder}."
    return module[len(beside) - 1 :] if module.startswith(beside) else f".{module}"


def _module_order(item: tuple[str, set[str]]) -> tuple[bool, str]:
    return (item[1] != {""}, item[0])


def _name_order(name: str) -> tuple[int, str]:
    """Constants, classes, then functions, as isort has it."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def _group(module: str) -> int:
    if module.startswith("."):
        return 2
    return 1 if module in ("httpx2", "msgspec") else 0
