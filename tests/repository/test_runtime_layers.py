"""Tests of the layers of the runtime: which folder may import which."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from clientcast.assets import runtime_files
from clientcast.pipeline import cast

from tests.support.project import ROOT

SPECS = ROOT / "tests" / "specs"
RUNTIME = ROOT / "templates" / "_runtime"
LAYERS = ("wire", "codec", "call", "client", "testing")
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


OPTIONAL = {
    "streams": ("call/stream_decoder", "call/stream_parsers", "client/stream"),
    "pages": ("call/arguments", "call/paging", "client/page"),
    "downloads": ("call/downloads", "client/download"),
    "polling": ("call/polling", "client/polling"),
    "uploads": ("call/uploads", "codec/uploads", "client/upload"),
}
"""Modules of the runtime for some APIs only, by feature."""

DOCUMENTS = {
    "enums": set[str](),
    "streams": {"downloads", "streams"},
    "jobs": {"pages", "polling"},
    "undescribed": {"downloads"},
    "paging": {"pages"},
    "bodies": {"uploads"},
}


def imported_modules(path: Path) -> set[str]:
    """Return the paths of the runtime's modules that a module imports, from its syntax tree."""
    package = path.parts[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = Path(*package[: len(package) - node.level + 1])
            found.add(folder.joinpath(*str(node.module).split(".")).as_posix())
    return {name.partition("_runtime/")[2] for name in found if "/_runtime/" in name}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_runtime_files_include_every_import(path: Path) -> None:
    module = path.relative_to(RUNTIME.parent).with_suffix("").as_posix()
    files = runtime_files([module.replace("/", ".")])
    pending = [path]
    for found in pending:
        names = {f"_runtime/{name}.py" for name in imported_modules(found)}
        assert names <= files.keys()
        pending += [p for p in map(RUNTIME.parent.joinpath, names) if p not in pending]
    assert {p for p in files if not p.endswith("__init__.py")} == {
        p.relative_to(RUNTIME.parent).as_posix() for p in pending
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_package_has_optional_modules_only_if_it_uses_them(name: str) -> None:
    result = cast(SPECS / "ok" / f"{name}.yaml", name)
    assert result.files is not None
    modules = {p.removeprefix("_runtime/").removesuffix(".py") for p in result.files}
    features = {f for f, optional in OPTIONAL.items() if modules & {*optional}}
    assert features == DOCUMENTS[name]
    assert all(modules >= {*OPTIONAL[feature]} for feature in features)
