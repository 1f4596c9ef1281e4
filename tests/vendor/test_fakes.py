"""Tests of packages with and without a fake: written, checked, merged and updated."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from clientcast.conventions import Conventions
from clientcast.pipeline import cast
from clientcast.vendored import home_client_names, read_home_client

from tests.support.project import ROOT
from tests.support.releases import clientcast, edit, file_texts

FAKE = Path("acme/pets/testing/resources.py")
EDIT = ('"""Fakes of the operations of `pets`.', '"""Our fakes of `pets`.')
PETS = """\
openapi: 3.1.0
info: {title: Pets, version: 1.0.0}
servers: [{url: 'https://pets.example'}]
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      tags: [pets]
      summary: Retrieve a pet
      parameters: [{name: petId, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: There is one.}}
"""
MORE = """\
  /owners:
    get:
      operationId: listOwners
      tags: [owners]
      responses: {'204': {description: There are some.}}
"""
SETTINGS = '[tool.clientcast]\nspecs = ["pets.yaml"]\noutput = "acme"\n'
SPEC = ("--spec", "pets.yaml", "--output", "acme/pets")
USE_FAKE = "from acme.pets.testing import FakePets; FakePets().client.{call}"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a package that has a fake."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIENTCAST_CACHE_DIR", str(tmp_path.parent / "cache"))
    Path("pyproject.toml").write_text(SETTINGS)
    Path("pets.yaml").write_text(PETS)
    clientcast("generate")
    return tmp_path


def run(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True)


def fake_files() -> list[str]:
    return sorted(path for path in file_texts(Path("acme/pets")) if "testing" in path)


def test_generated_fake_is_checked_compared_and_documented(project: Path) -> None:
    run(USE_FAKE.format(call="pets.get('1')"))
    assert clientcast("check").stdout.endswith("no problems\nexit 0\n")
    assert "no problems" in clientcast("check", "acme/pets").stdout
    assert "no changes" in clientcast("diff", "acme/pets", "pets.yaml").stdout
    clientcast("docs", "--output", "pages")
    assert "FakePets" in Path("pages/pets/index.md").read_text()


def test_edited_fake_is_refused_and_merged(project: Path) -> None:
    edit(FAKE, *EDIT)
    Path("pets.yaml").write_text(PETS + MORE)
    message = clientcast("generate", status=1).stderr
    assert message.startswith(f"Error: {FAKE.as_posix()} was edited since it was")
    clientcast("generate", "--merge")
    text = FAKE.read_text()
    assert EDIT[1] in text and "class FakeOwners" in text
    run(USE_FAKE.format(call="owners.list()"))
    assert "1 file edited" in clientcast("check", "acme/pets", status=1).stdout


def test_setting_removes_the_fake_and_brings_it_back(project: Path) -> None:
    before = file_texts(project)
    Path("pyproject.toml").write_text(f"{SETTINGS}testing = false\n")
    stale = clientcast("check", status=1).stdout
    assert "files stale" in stale
    clientcast("generate")
    assert fake_files() == []
    assert not Path("acme/pets/testing").exists()
    assert "FakePets" not in Path("acme/pets/README.md").read_text()
    manifest = json.loads(Path("acme/pets/clientcast.json").read_text())
    assert manifest["settings"] == {"testing": False}
    assert clientcast("check").stdout.endswith("no problems\nexit 0\n")
    clientcast("check", "--testing", status=1)
    run("import acme.pets")
    Path("pyproject.toml").write_text(SETTINGS)
    clientcast("generate")
    assert file_texts(project) == before


def test_edited_fake_is_not_removed_silently(project: Path) -> None:
    edit(FAKE, *EDIT)
    edited = FAKE.read_text()
    message = clientcast("generate", "--no-testing").stderr
    assert message == (
        f"{FAKE.as_posix()}: edited since it was generated; kept, and no longer part of the"
        " output\n"
    )
    assert fake_files() == ["testing/resources.py"]
    assert FAKE.read_text() == edited


def test_update_keeps_the_choice_of_a_package(project: Path) -> None:
    Path("pyproject.toml").unlink()
    clientcast("generate", *SPEC, "--no-testing")
    assert "no problems" in clientcast("check", "acme/pets", *SPEC[:2]).stdout
    Path("pets.yaml").write_text(PETS + MORE)
    clientcast("update", "acme/pets", *SPEC[:2])
    assert fake_files() == []
    clientcast("update", "acme/pets", *SPEC[:2], "--testing")
    assert fake_files() != []
    run(USE_FAKE.format(call="owners.list()"))
    assert "no problems" in clientcast("check", "acme/pets", *SPEC[:2]).stdout
    clientcast("update", "acme/pets", *SPEC[:2], "--no-testing")
    assert fake_files() == []


def test_project_around_a_package_has_its_fake(project: Path) -> None:
    Path("pyproject.toml").unlink()
    clientcast("generate", "--spec", "pets.yaml", "--project", "dist/pets")
    package = Path("dist/pets/src/pets")
    assert (package / "testing/operations.json").is_file()
    assert "no problems" in clientcast("check", package.as_posix(), *SPEC[:2]).stdout


def test_change_of_a_fake_alone_is_no_change_for_callers(project: Path) -> None:
    output = clientcast("generate", "--no-testing").stdout
    assert "changes for callers" not in output


@pytest.mark.parametrize("name", home_client_names())
def test_client_without_its_fake_is_as_it_is_generated(name: str) -> None:
    spec = ROOT / "specs" / f"{name}.yaml"
    conventions = Conventions(testing=False)
    result = cast(spec, spec.name, formatter="black", conventions=conventions)
    assert read_home_client(name, name, testing=False) == result.files


def test_vendored_client_without_its_fake_stays_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIENTCAST_CACHE_DIR", str(tmp_path / "cache"))
    clientcast("vendor", "okta", "acme/okta", "--no-testing")
    assert not any("testing" in path for path in file_texts(Path("acme/okta")))
    run("import acme.okta; acme.okta.Okta")
    assert "no problems" in clientcast("check", "acme/okta").stdout
    assert "unchanged" in clientcast("update", "acme/okta").stdout
    clientcast("update", "acme/okta", "--testing")
    clientcast("vendor", "okta", "other/okta")
    with_fake = file_texts(Path("acme/okta"))
    assert with_fake["testing/__init__.py"]
    assert with_fake.keys() == file_texts(Path("other/okta")).keys()
