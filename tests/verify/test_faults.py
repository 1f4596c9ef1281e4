"""Tests of diagnostics for code that no template can produce, and of importable names."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from clientcast import code_files
from clientcast.cli import main
from clientcast.render import other_files, render_modules
from clientcast.verify import verify
from clientcast.verify.importable import RUNTIME_NAMES

from tests.support.project import GENERATED
from tests.verify.packages import HEADER

F01 = HEADER + r'''"""Models of the requests and responses of Split."""

from __future__ import annotations

from typing import Literal

from msgspec import field

from ._runtime.codec.model import Model


class T(Model, kw_only=True):
    none_open_pwned_w: (
        list[Literal[1, "a\\", "]] | X[[ \\"]]
        | list[Literal[1, "b\\", "]] | None = field(default=None, name="]]
    ) = None
    open("PWNED", "w")  # ")
'''
"""The module rendered from `f01-injection.yaml` when unions were parsed from annotations."""

F01_UNFORMATTED = (
    F01.partition("    none_open")[0]
    + r"""    none_open_pwned_w: list[Literal[1, "a\\", "]] | X[[ \\"]] | list[Literal[1, "b\\", "]] | None = field(default=None, name="]] = None; open('PWNED','w') #")
"""
)

DOCUMENT = """openapi: 3.1.0
info: {title: Pets, version: '1'}
servers: [{url: 'https://api.example.com'}]
paths:
  /pets:
    get:
      operationId: getPets
      tags: [pets]
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
components:
  schemas:
    Pet: {type: object, required: [id], properties: {id: {type: string}}}
"""


def test_injection_of_f01_is_refused() -> None:
    refusal = verify({"models.py": F01})
    assert refusal is not None
    assert (refusal.path, refusal.line, refusal.scope) == ("models.py", 18, ("T",))
    assert refusal.code.startswith('open("PWNED", "w")')
    assert verify({"models.py": F01_UNFORMATTED}) is not None


def test_injected_statement_alone_is_refused() -> None:
    head = F01.partition("    none_open")[0]
    refusal = verify({"models.py": f'{head}    open("PWNED", "w")\n'})
    assert refusal is not None
    assert (refusal.line, refusal.code) == (14, 'open("PWNED", "w")')
    assert refusal.scope == ("T",)


@pytest.fixture
def generate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str, str], Result]:
    """Generate a package with one text of the rendered code replaced."""

    def run(path: str, old: str, new: str) -> Result:
        render = other_files if path.startswith("_runtime/") else render_modules

        def broken(*arguments: Any, **options: Any) -> dict[str, str]:
            files = render(*arguments, **options)
            assert old in files[path]
            return {**files, path: files[path].replace(old, new)}

        monkeypatch.setattr(code_files, render.__name__, broken)
        monkeypatch.chdir(tmp_path)
        Path("pets.yaml").write_text(DOCUMENT, encoding="utf-8")
        arguments = ["generate", "--spec", "pets.yaml", "--output", "out"]
        result = CliRunner().invoke(main, arguments)
        assert not Path("out").exists()
        return result

    return run


def test_fault_in_a_method_is_reported_at_its_operation(
    generate: Callable[[str, str, str], Result],
) -> None:
    result = generate("client.py", '"/pets", Pet', 'open("PWNED"), Pet')
    assert result.exit_code == 1
    assert result.output == (
        "pets.yaml:6:5: fault-of-clientcast this is a fault of clientcast:"
        " client.py:30, in PetsResource.list: no template makes this:"
        ' return self._send(Call("GET", open("PWNED"), Pet))\n'
        "    6 |     get:\n"
        "      |     ^ nothing is written; please report it with this part of the"
        " document\n"
        "pets: 1 error; nothing was written\nexit 1: pets not generated\n"
    )


def test_fault_in_a_model_is_reported_at_its_schema(
    generate: Callable[[str, str, str], Result],
) -> None:
    result = generate("models.py", "    id: str", "    id: str = print()")
    assert result.exit_code == 1
    assert result.output.startswith(
        "pets.yaml:15:5: fault-of-clientcast this is a fault of clientcast:"
        " models.py:10, in Pet.id: no template makes this: id: str = print()\n"
    )


def test_fault_elsewhere_is_reported_at_the_document(
    generate: Callable[[str, str, str], Result],
) -> None:
    result = generate("_runtime/call/request.py", "import", "import os, ")
    assert result.exit_code == 1
    assert result.output.startswith("pets.yaml:1:1: fault-of-clientcast")


def files_of_repository(client: str) -> dict[str, str]:
    folder = GENERATED / client
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.suffix in (".py", ".pyi", ".json")
    }


@pytest.mark.parametrize("client", ["clerk", "okta", "pangea"])
def test_clients_of_the_repository_are_accepted(client: str) -> None:
    assert verify(files_of_repository(client)) is None


def test_builder_without_a_description_cannot_be_imported() -> None:
    files = files_of_repository("okta")
    descriptions = json.loads(files["testing/models.json"])
    del descriptions["session"]
    refusal = verify(files | {"testing/models.json": json.dumps(descriptions)})
    assert refusal is not None
    assert refusal.path == "testing/__init__.py"
    assert "builders import" in refusal.code


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (HEADER, "", "the first line is not the header of a generated module"),
        ("id: str", "id: \u202estr", "a character is not printable"),
    ],
)
def test_stub_is_a_printable_generated_module(old: str, new: str, reason: str) -> None:
    files = files_of_repository("okta")
    path = "testing/builders.pyi"
    refusal = verify(files | {path: files[path].replace(old, new, 1)})
    assert refusal is not None
    assert (refusal.path, refusal.reason) == (path, reason)


@pytest.mark.parametrize("module", RUNTIME_NAMES)
def test_runtime_module_has_every_importable_name(module: str) -> None:
    found = importlib.import_module(f"_runtime.{module}")
    assert not [name for name in RUNTIME_NAMES[module] if not hasattr(found, name)]
