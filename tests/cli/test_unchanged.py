"""Tests of runs without a change: they do nothing, and see every change."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from clientcast import pipeline, records
from clientcast.check import validator
from clientcast.cli import main

from tests.support.project import ROOT
from tests.support.selection import first_of_each
from tests.support.validation import NoChild

SPEC = """\
openapi: 3.1.0
info: {title: Pets, version: 1.0.0}
servers: [{url: 'https://pets.example'}]
tags: [{name: pets}]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      responses:
        '200':
          description: All of them.
          content:
            application/json:
              schema: {$ref: 'pet.yaml#/Pet'}
  /birds:
    get:
      operationId: listBirds
      tags: [birds]
      responses:
        '204': {description: None.}
"""
PET = "Pet: {type: object, properties: {name: {type: string}}}\n"
SETTINGS = '[tool.clientcast]\nspecs = ["pets.yaml"]\noutput = "made"\n'
HEAVY = {
    "black",
    "griffe",
    "jinja2",
    "jsonschema",
    "markdown",
    "openapi_spec_validator",
    "ruff",
    "subprocess",
    "yaml",
}


class Casts:
    """Counter of the casts of this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number = 0
        original = pipeline.cast

        def counted(*args: object, **options: object) -> object:
            self.number += 1
            return original(*args, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(pipeline, "cast", counted)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose package was generated, with a cache."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CLIENTCAST_CACHE_DIR", str(tmp_path / "cache"))
    Path("pyproject.toml").write_text(SETTINGS)
    Path("pets.yaml").write_text(SPEC)
    Path("pet.yaml").write_text(PET)
    run("generate")
    return folder


@pytest.fixture
def casts(project: Path, monkeypatch: pytest.MonkeyPatch) -> Casts:
    """The casts since the package was generated."""
    return Casts(monkeypatch)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


class FailingChild(NoChild):
    """Process of the validator that is killed."""

    def validate(self, document: bytes) -> bytes:
        raise subprocess.SubprocessError


def cached(folder: Path) -> list[Path]:
    return sorted((folder.parent / "cache").iterdir())


def test_unchanged_runs_report_what_the_first_runs_did(
    casts: Casts, monkeypatch: pytest.MonkeyPatch
) -> None:
    unchanged = [run(command).output for command in ("generate", "check")]
    assert casts.number == 0
    monkeypatch.setenv("CLIENTCAST_CACHE_DIR", "")
    assert unchanged == [run(command).output for command in ("generate", "check")]
    assert casts.number == 2
    assert "undeclared-tag" in unchanged[0]
    assert unchanged[0].endswith("pets: 2 operations, unchanged in made/pets\n")
    assert "pets: 2 operations, 1 warning\nexit 0: 1 warning allowed" in unchanged[1]


@pytest.mark.parametrize("command", ["generate", "check"])
def test_unchanged_run_imports_no_stage(command: str, project: Path) -> None:
    program = f"""
import sys
from clientcast.cli import main
try:
    main(["{command}"])
finally:
    packages = {{name.partition(".")[0] for name in sys.modules}}
    stages = [name for name in sys.modules if name.startswith("clientcast.")]
    print(sorted(packages & {HEAVY!r}), sorted(stages))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "generator")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    line = done.stdout.splitlines()[-1]
    assert line.startswith("[] ")
    for stage in ("source", "check", "parse", "bind", "render", "docs", "pipeline"):
        assert f"'clientcast.{stage}'" not in line


@pytest.mark.parametrize("name", ["client.py", "README.md", "clientcast.json"])
def test_edited_file_is_seen(name: str, casts: Casts) -> None:
    path = Path("made/pets", name)
    path.write_bytes(path.read_bytes() + b"\n")
    result = run("check")
    assert (result.exit_code, casts.number) == (1, 1)
    assert f"made/pets/{name}:" in result.output


def test_manifest_that_agrees_with_an_edited_file_is_not_trusted(casts: Casts) -> None:
    client, manifest = Path("made/pets/client.py"), Path("made/pets/clientcast.json")
    client.write_text(client.read_text() + "# edited\n")
    content = json.loads(manifest.read_text())
    content["files"]["client.py"] = hashlib.sha256(client.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(content, indent=2) + "\n")
    result = run("check")
    assert result.exit_code == 1
    assert "made/pets/client.py:" in result.output
    assert "2 files changed" in run("generate").output
    assert "edited" not in client.read_text()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("pets.yaml", "listPets", "findPets"),
        ("pets.yaml", "tags: [birds]", "tags: [bords]"),
        ("pet.yaml", "name", "nick"),
        ("pyproject.toml", "output", "skip = {pets = ['birds']}\noutput"),
        ("pyproject.toml", "output", "formatter = 'none'\noutput"),
    ],
)
def test_changed_input_is_seen(file: str, old: str, new: str, casts: Casts) -> None:
    path = Path(file)
    text = path.read_text()
    path.write_text(text.replace(old, new))
    assert run("check").output != run("generate").output
    assert casts.number == 2
    path.write_text(text)
    assert run("check").exit_code == 1
    run("generate")
    assert run("check").exit_code == 0


@pytest.mark.parametrize(
    "options",
    first_of_each(
        [
            ["--skip", "birds"],
            ["--only", "pets"],
            ["--formatter", "none"],
            ["--lenient"],
            ["--environment", "PETS"],
            ["--trusted-server", "https://other.example"],
            ["--within", ".."],
        ]
    ),
    ids=lambda options: options[0],
)
def test_other_options_are_another_cast(options: list[str], casts: Casts) -> None:
    run("check", *options)
    assert casts.number == 1
    run("check")
    assert casts.number == 1


def test_other_generator_is_another_cast(
    casts: Casts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "generator_digest", lambda: "other")
    assert run("check").exit_code == 0
    assert casts.number == 1


def test_name_that_becomes_a_file_is_seen(project: Path, casts: Casts) -> None:
    spec = Path("pets.yaml")
    spec.write_text(spec.read_text().replace("'pet.yaml#/Pet'", "animal"))
    before = run("check").output
    Path("animal").write_text("type: string\n")
    assert run("check").output != before
    assert casts.number == 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs symlinks")
def test_symlink_that_leads_elsewhere_is_seen(project: Path, casts: Casts) -> None:
    inside = Path("inside.yaml")
    Path("pet.yaml").rename(inside)
    Path("pet.yaml").symlink_to(inside)
    assert run("generate").exit_code == 0
    assert run("check").exit_code == 0
    outside = project.parent / "outside.yaml"
    outside.write_text(PET)
    Path("pet.yaml").unlink()
    Path("pet.yaml").symlink_to(outside)
    result = run("check")
    assert result.exit_code == 1
    assert "leads out of the document's folder" in result.output


def test_document_with_an_error_is_cast_again(casts: Casts) -> None:
    Path("pet.yaml").unlink()
    for number in (1, 2):
        assert "there is no file 'pet.yaml'" in run("check").output
        assert casts.number == number


def test_unfinished_validation_is_repeated(
    project: Path, casts: Casts, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(project.parent / "cache")
    with monkeypatch.context() as patch:
        patch.setattr(validator, "Child", FailingChild)
        assert "not-validated" in run("check").output
    assert "not-validated" not in run("check").output
    assert casts.number == 2


@pytest.mark.parametrize("damage", [b"", b"\0" * 100, None])
def test_damaged_cache_changes_nothing(
    damage: bytes | None, project: Path, casts: Casts
) -> None:
    expected = run("check").output
    for path in cached(project):
        path.unlink() if damage is None else path.write_bytes(damage)
    assert run("check").output == expected
    assert casts.number == 1
    assert run("check").output == expected
    assert casts.number == 1


def test_record_does_not_stand_for_another_folder(casts: Casts) -> None:
    run("generate", "--spec", "pets.yaml", "--output", "other/pets")
    assert casts.number == 1
    assert (
        "files stale"
        in run("check", "--spec", "pets.yaml", "--output", "new/pets").output
    )
    assert run("check", "--spec", "pets.yaml").exit_code == 0
    assert casts.number == 3  # The README of each imports it by its place.


def test_foreign_module_in_the_way_is_refused(project: Path) -> None:
    Path("made/pets/client").mkdir()
    Path("made/pets/client/__init__.py").touch()
    for command in ("generate", "check"):
        result = run(command)
        assert result.exit_code == 1
        assert "is in the way" in result.output


def test_leftovers_of_a_killed_run_are_removed(project: Path) -> None:
    lock = Path("made/.pets.lock")
    lock.touch()
    run("generate")
    assert not lock.exists()


def test_package_in_the_home_folder_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(project / "made" / "pets"))
    monkeypatch.setenv("USERPROFILE", str(project / "made" / "pets"))
    assert "your home folder" in run("generate").output


def test_missing_file_is_generated_again(casts: Casts) -> None:
    Path("made/pets/client.py").unlink()
    assert run("generate").output.endswith("1 file changed in made/pets\n")
    assert casts.number == 1


def test_file_is_not_read_from_a_pipe_twice(project: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("needs named pipes")
    os.mkfifo("pipe.yaml")
    command = [sys.executable, "-m", "clientcast", "check", "--spec", "pipe.yaml"]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as process:
        with open("pipe.yaml", "w") as pipe:
            pipe.write(SPEC)
        assert process.stdout is not None
        assert b"pipe: 2 operations, 1 warning" in process.stdout.read()
