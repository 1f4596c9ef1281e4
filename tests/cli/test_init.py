"""Tests of `clientcast init`: what is written into pyproject.toml, and what is refused."""

import os
import tomllib
from pathlib import Path

import pytest

from clientcast.diagnostic import Diagnostic
from clientcast.load import LoadFailure
from clientcast.spec import Url

from tests.cli.test_cli import PETS, run, write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write("specs/my-pets.yaml", PETS)
    write("specs/3d.yaml", PETS)
    return tmp_path


def test_project_from_nothing(folder: Path) -> None:
    assert run("init", "specs/my-pets.yaml").stdout.splitlines() == [
        f"my_pets: specs/my-pets.yaml is now in {folder / 'pyproject.toml'}",
        "next: clientcast generate my_pets",
    ]
    assert Path("pyproject.toml").read_text() == """\
[tool.clientcast]
output = "clients"

[tool.clientcast.documents.my_pets]
spec = "specs/my-pets.yaml"
"""
    assert "files changed in clients/my_pets" in run("generate", "my_pets").stdout


def test_file_keeps_what_it_has(folder: Path) -> None:
    before = (
        "# Ours\r\n[project]\r\nname   =  'x' # odd\r\n\r\n[tool.clientcast]\r\n"
        "specs = [\r\n  'specs/my-pets.yaml', # first\r\n]\r\noutput = 'made'\r\n"
        "[tool.black]\r\nline-length = 100 # last\r\n"
    )
    Path("pyproject.toml").write_bytes(before.encode())
    Path("pyproject.toml").chmod(0o640)
    Path("sub").mkdir()
    os.chdir("sub")
    run("init", "../specs/3d.yaml", "--package", "three", "--output", "here")
    os.chdir("..")
    after = Path("pyproject.toml").read_bytes().decode()
    assert after == before + (
        "\r\n[tool.clientcast.documents.three]\r\n"
        'spec = "specs/3d.yaml"\r\noutput = "sub/here"\r\n'
    )
    assert Path("pyproject.toml").stat().st_mode & 0o777 == 0o640
    assert "files changed in sub/here/three" in run("generate", "three").stdout


def test_url_with_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(spec: Url, label: str) -> bytes:
        raise LoadFailure(Diagnostic(label, 1, 1, "x", "no connection"))

    monkeypatch.setattr("clientcast.load.url.fetch", refuse)
    url = "https://10.0.0.1/v1/api.json?a='\""
    result = run("init", url, "--allow-private")
    assert result.stderr.endswith(": not read: no connection\n")
    tables = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["clientcast"]
    assert tables["documents"] == {
        "api": {"spec": "https://10.0.0.1/v1/api.json?a='\"", "allow_private": True}
    }


def test_lenient_is_written_only_if_it_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    documents = {"good": PETS, "bad": PETS.replace("type: string", "type: strin")}

    def fetch(spec: Url, label: str) -> bytes:
        return documents[Path(spec.url).stem].encode()

    monkeypatch.setattr("clientcast.load.url.fetch", fetch)
    assert len(run("init", "https://x.example/good.yaml").stdout.splitlines()) == 2
    said = run("init", "https://x.example/bad.yaml").stdout.splitlines()
    assert said[1].startswith("bad: with 'lenient = true', for ")
    assert ": unknown-type 'strin' is not a type of JSON Schema" in said[1]
    for name, text in documents.items():
        write(f"specs/own_{name}.yaml", text)
        run("init", f"specs/own_{name}.yaml")
        write(f"specs/their_{name}.yaml", text)
        run("init", f"specs/their_{name}.yaml", "--lenient")
    tables = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["clientcast"]
    lenient = [name for name, table in tables["documents"].items() if len(table) > 1]
    assert lenient == ["bad", "their_bad"]
    assert "files changed" in run("generate", "bad").stdout


@pytest.mark.parametrize(
    ("before", "arguments", "message"),
    [
        (
            "",
            ("specs/3d.yaml",),
            "'3d' is not a name of a Python package: give --package",
        ),
        ("", ("-",), "standard input is no document of a project"),
        ("", ("specs/none.yaml",), "there is no file specs/none.yaml"),
        ("[tool\n", ("specs/my-pets.yaml",), "pyproject.toml: Expected ']'"),
        (
            "[tool.clientcast]\nspecs = ['specs/my-pets.yaml']\noutput = 'o'\n",
            ("specs/my-pets.yaml", "--package", "other"),
            "it has the document 'my_pets' already (specs/my-pets.yaml), which is not changed",
        ),
        (
            "[tool.clientcast]\nspecs = ['specs/my-pets.yaml']\noutput = 'o'\n",
            ("specs/3d.yaml", "--package", "my_pets"),
            "which is not changed: give another --package NAME",
        ),
        (
            "[tool]\nclientcast = {output = 'o'}\n",
            ("specs/my-pets.yaml",),
            "a table cannot be added after its inline tables: write it there:",
        ),
        (
            "[tool.clientcast]\noutputs = 'o'\nspecs=['a']\n",
            ("specs/my-pets.yaml",),
            "outputs",
        ),
    ],
)
def test_refusal_changes_nothing(
    before: str, arguments: tuple[str, ...], message: str
) -> None:
    Path("pyproject.toml").write_text(before)
    assert message in run("init", *arguments, status=2).stderr
    assert Path("pyproject.toml").read_text() == before
    assert sorted(p.name for p in Path().iterdir()) == ["pyproject.toml", "specs"]
