"""Tests of the inspection of a generated package."""

import sys
import warnings
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("processes cannot be limited here", allow_module_level=True)

from tests.corpus.package import ModelBuilder, Package
from tests.corpus.run import PACKAGE, CorpusRunner, mypy_findings
from tests.corpus.small import write_document

pytestmark = pytest.mark.full

ROUTE = "GET /pets"


@pytest.fixture
def package(tmp_path: Path) -> Package:
    packages = tmp_path / "packages"
    document_file = write_document(tmp_path)
    result = CorpusRunner(packages, mypy=False).run_document(document_file)
    assert result.problems == {}
    return Package(packages / document_file.name, PACKAGE)


@pytest.mark.parametrize("module", ["client.py", "async_client.py"])
def test_operation_missing_in_one_mode_is_not_counted(
    module: str, package: Package
) -> None:
    assert package.routes() == {ROUTE: 1}
    changed = package.folder / package.name / module
    text = changed.read_text()
    assert '"/pets"' in text
    changed.write_text(text.replace('"/pets"', '"/dogs"'))
    assert package.routes() == {}


def test_compiler_warning_is_raised(package: Package) -> None:
    package.compile()
    with (package.folder / package.name / "models.py").open("a") as file:
        file.write('pattern = "\\d"\n')
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(SyntaxError, match="invalid escape"):
            package.compile()


def test_mypy_findings_are_returned(package: Package) -> None:
    with (package.folder / package.name / "models.py").open("a") as file:
        file.write("def wrong(value): ...\n")  # Only the strict mode finds it.
    (found,) = mypy_findings(package.folder, package.name, 600)
    assert found.startswith("models.py:") and "[no-untyped-def]" in found
    assert mypy_findings(package.folder, "nowhere", 600) != []


def construct_models(source: str) -> int:
    """Execute a module, and return the number of models constructed."""
    name = "models_of_a_test"
    module = type(sys)(name)
    sys.modules[name] = module
    try:
        exec(compile(source, name, "exec"), vars(module))
        return ModelBuilder().construct(module)
    finally:
        del sys.modules[name]


MODELS = """\
from __future__ import annotations
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from msgspec import Struct, UnsetType
class Kind(StrEnum):
    A = "a"
    @classmethod
    def _missing_(cls, value: object) -> Kind:
        return cls.A
class Tree(Struct, kw_only=True):
    kind: Kind | Literal["b"] | None
    parent: Tree
    children: list[Tree] = []
    by_name: dict[str, Tree | int] = {}
    born: datetime | None = None
    day: date | UnsetType = None
    price: Annotated[Decimal, "string"] = None
    trees: Sequence[Tree] = ()
    named: Mapping[str, Tree] | None = None
    rest: Any = None
"""


def test_recursive_models_are_constructed() -> None:
    assert construct_models(MODELS) == 2


@pytest.mark.parametrize(
    "field",
    ["leaf: Leaf", "leaf: set[int]", "leaf: list[complex]", "leaf: object"],
)
def test_model_with_an_unknown_type_raises_an_error(field: str) -> None:
    with pytest.raises((NameError, TypeError)):
        construct_models(f"{MODELS}    {field} = None\n")
