"""Syntax trees of packages with names and literals masked."""

import ast
from collections.abc import Mapping
from typing import Any

from clientcast.verify.forms import (
    ALLOWED_BUILTINS,
)
from clientcast.verify.importable import LIBRARY_NAMES, RUNTIME_NAMES

from tests.fuzz.casting import code_of

_FIXED = {
    *ALLOWED_BUILTINS,
    *(name for names in LIBRARY_NAMES.values() for name in names),
    *(name for names in RUNTIME_NAMES.values() for name in names),
    *(
        "self",
        "sender",
        "__all__",
        "__getattr__",
        "__dir__",
        "__init__",
    ),
    *("_send", "_page", "_stream", "_events", "_sender", "SERVER", "ERRORS"),
}
"""Names that stand for themselves; every other one is masked."""


def skeleton(files: Mapping[str, str]) -> dict[str, Any]:
    """Return the masked tree of each module, by path.

    Names of modules are masked too, so that only their number is compared. Those of a fake are
    parsed only: names decide the order of its builders, and what it can store.
    """
    found: dict[str, list[Any]] = {}
    for path, text in code_of(files).items():
        if path.startswith("testing/"):
            ast.parse(text)
            continue
        folder, _, name = path.rpartition("/")
        key = f"{folder}/*" if folder and name != "__init__.py" else path
        found.setdefault(key, []).append(_mask(ast.parse(text)))
    return {key: sorted(trees, key=repr) for key, trees in found.items()}


def difference(first: Any, second: Any, place: str = "") -> str:
    """Return the first difference of two skeletons; empty if they are equal."""
    if first == second:
        return ""
    if (
        isinstance(first, dict)
        and isinstance(second, dict)
        and first.keys() == second.keys()
    ):
        pairs = [(first[key], second[key], f"{place}{key}") for key in first]
    elif isinstance(first, (list, tuple)) and type(first) is type(second):
        if len(first) != len(second):
            return f"{place}: {len(first)} and {len(second)} of {first[:1]}"[:160]
        is_node = bool(first) and isinstance(first[0], str)
        where = f"{place} {first[0]}" if is_node else place
        pairs = [(a, b, where) for a, b in zip(first, second, strict=True)]
    else:
        return f"{place}: {first!r} and {second!r}"[:160]
    return next(found for a, b, p in pairs if (found := difference(a, b, p)))


def _mask(node: Any) -> Any:
    match node:
        case ast.Constant(value=value):
            return type(value).__name__
        case ast.Name(id=name):
            return _name(name)
        case ast.ImportFrom(level=level, names=names):
            return "from", level, sorted(_name(alias.name) for alias in names)
        case ast.Import(names=names):
            return "import", [alias.name for alias in names]
        case ast.AST():
            fields = ast.iter_fields(node)
            return type(node).__name__, *(_field(name, value) for name, value in fields)
        case list():
            return _statements(node)
        case str():
            return _name(node)
        case _:
            return node


def _field(name: str, value: Any) -> Any:
    return value if name in ("level", "module") else _mask(value)


def _statements(nodes: list[Any]) -> list[Any]:
    """Mask statements, remove docstrings and sort imports."""
    kept = [
        node
        for node in nodes
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    imports = [n for n in kept if isinstance(n, ast.Import | ast.ImportFrom)]
    others = [_mask(node) for node in kept if node not in imports]
    return [*sorted(map(_mask, imports), key=repr), *others]


def _name(name: str) -> str:
    return name if name in _FIXED else "_"
