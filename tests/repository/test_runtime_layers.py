"""Tests of the layers of the runtime: which folder may import which."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.project import ROOT

RUNTIME = ROOT / "templates" / "_runtime"
LAYERS = ("wire", "codec", "call", "client")
MODULES = sorted(path for path in RUNTIME.rglob("*.py") if path.name != "__init__.py")


def imported_layers(path: Path) -> Iterator[str]:
    """Yield the layer of each import of the runtime; empty for modules outside the layers."""
    package = path.relative_to(RUNTIME.parent).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            assert node.module, f"{path.name} imports a module of its folder as a name"
            parts = (*package[: len(package) - node.level + 1], *node.module.split("."))
            yield parts[1] if parts[1] in LAYERS else ""


def test_every_module_is_in_a_layer_or_beside_them() -> None:
    assert {path.parent.relative_to(RUNTIME).as_posix() for path in MODULES} == {
        ".",
        *LAYERS,
    }


@pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: path.relative_to(RUNTIME).as_posix()
)
def test_modules_import_lower_layers_only(path: Path) -> None:
    layer = path.parent.name
    if layer in LAYERS:
        higher = LAYERS[LAYERS.index(layer) + 1 :]
        assert not set(imported_layers(path)) & set(higher)
