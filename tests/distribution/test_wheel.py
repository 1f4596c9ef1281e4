"""Tests of the distribution of clientcast: its content, and its use without the checkout."""

import os
import subprocess
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from tests.support.environments import run_uv
from tests.support.project import ROOT

pytestmark = pytest.mark.full

FOLDERS = {
    "generator/clientcast": "clientcast",
    "templates": "clientcast/templates",
    "specs": "clientcast/specs",
    "generated": "clientcast/generated",
}
"""Folders of the checkout, and where they are in a wheel."""

DOCUMENT = """\
openapi: 3.1.0
info: {title: Parcels, version: 1.0.0}
servers: [{url: https://parcels.example.com}]
tags: [{name: parcels, description: Parcels on their way.}]
paths:
  /parcels/{parcelId}:
    get:
      operationId: getParcel
      tags: [parcels]
      summary: Retrieve a parcel
      parameters:
        - {name: parcelId, in: path, required: true, description: Its id., schema: {type: string}}
      responses:
        '200':
          description: The parcel.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Parcel'}
components:
  schemas:
    Parcel:
      description: A parcel.
      type: object
      required: [id]
      properties:
        id: {type: string, description: Its id.}
"""


def source_files() -> dict[str, bytes]:
    """Return the files that a wheel has of the checkout, by their path in it."""
    return {
        f"{place}/{path.relative_to(ROOT / folder).as_posix()}": path.read_bytes()
        for folder, place in FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_wheel_contains_generator_templates_specs_and_clients(tmp_path: Path) -> None:
    run_uv("build", "--wheel", "--out-dir", str(tmp_path), str(ROOT))
    (path,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        content = {name: wheel.read(name) for name in wheel.namelist()}
    information = {
        name.rpartition("/")[2]: content.pop(name).decode()
        for name in sorted(content)
        if ".dist-info/" in name
    }
    assert content == source_files()
    assert (
        information["entry_points.txt"]
        == "[console_scripts]\nclientcast = clientcast.cli:main\n"
    )
    metadata = Parser().parsestr(information["METADATA"])
    assert metadata["Name"] == "clientcast"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install clientcast as README.md does, and return its program."""
    tools = tmp_path_factory.mktemp("tools")
    run_uv(
        *("tool", "install", "--no-config", str(ROOT)),
        UV_TOOL_DIR=str(tools),
        UV_TOOL_BIN_DIR=str(tools / "bin"),
    )
    return next((tools / "bin").glob("clientcast*"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder outside the checkout, with a document and no settings."""
    (tmp_path / "parcels.yaml").write_text(DOCUMENT, encoding="utf-8")
    return tmp_path


def run(program: Path, folder: Path, *arguments: str) -> str:
    """Run clientcast in a folder, and return its output."""
    variables = {n: v for n, v in os.environ.items() if n != "PYTHONPATH"}
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_installed_program_generates_checks_and_documents_a_client(
    installed: Path, folder: Path
) -> None:
    assert run(installed, folder, "--version").startswith("clientcast, version ")
    options = ("--spec", "parcels.yaml", "--output", "parcels")
    assert "1 operation," in run(installed, folder, "generate", *options)
    assert (folder / "parcels/_runtime/client/transport.py").is_file()
    assert run(installed, folder, "check", *options) == (
        "parcels: 1 operation, no problems\nexit 0\n"
    )
    assert run(installed, folder, "docs", "parcels").startswith("1 client, 1 operation")
    assert (folder / "docs" / "parcels").is_dir()


def test_installed_program_vendors_its_clients(installed: Path, folder: Path) -> None:
    for name in ("clerk", "okta", "pangea"):
        run(installed, folder, "vendor", name, f"acme/{name}_api")
        assert (folder / f"acme/{name}_api/py.typed").is_file()
    run(installed, folder, "check", "acme/okta_api")
