"""Tests that a project of `generate --project` is built, installed and imported."""

import json
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from clientcast.cli import main
from click.testing import CliRunner

from tests.support.environments import create_environment, run_uv
from tests.support.project import ROOT

pytestmark = pytest.mark.full

PROBE = """
import asyncio, importlib.metadata, json, pathlib
import httpx2, okta_client
from okta_client import AsyncOkta, Okta

SESSION = {
    "id": "102l",
    "userId": "00u1",
    "login": "a@example.com",
    "expiresAt": "2026-05-12T10:00:00.000Z",
    "status": "ACTIVE",
    "amr": ["pwd"],
    "_links": {},
}
transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json=SESSION))
arguments = {"domain": "acme.okta.com", "api_token": "00token"}
with Okta(**arguments, http=httpx2.Client(transport=transport)) as okta:
    names = [okta.sessions.get("102l").login]

async def call():
    http = httpx2.AsyncClient(transport=transport)
    async with AsyncOkta(**arguments, http=http) as okta:
        return (await okta.sessions.get("102l")).login

names.append(asyncio.run(call()))
with Okta(**arguments, timeout=0.01) as okta:
    try:
        okta.sessions.get("102l")
    except okta_client.OktaError:
        names.append("pool")
folder = pathlib.Path(okta_client.__file__).parent
print(json.dumps({
    "version": importlib.metadata.version("okta-client"),
    "names": names,
    "typed": (folder / "py.typed").is_file(),
    "folder": str(folder),
}))
"""

HOSTILE_DOCUMENT = """\
openapi: 3.1.0
info:
  title: "\\"]\\n[project]\\nname = 'evil' \\u202e </title><script>alert(1)</script>"
  version: "1\\"\\n[tool.evil]\\n"
  description: "'''\\n[build-system]\\nrequires = ['evil']\\n<img src=x onerror=alert(1)>"
servers: [{url: https://parcels.example.com}]
tags: [{name: parcels, description: Parcels on their way.}]
paths:
  /parcels:
    get:
      operationId: listParcels
      tags: [parcels]
      summary: List the parcels
      responses: {'204': {description: None.}}
"""


def generate(spec: Path, folder: Path) -> None:
    command = ["generate", "--spec", str(spec), "--project", str(folder)]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output


def test_project_is_built_installed_and_imported(tmp_path: Path) -> None:
    folder = tmp_path / "okta-client"
    generate(ROOT / "specs/okta.yaml", folder)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("src/\n*.json\n", encoding="utf-8")
    run_uv("build", str(folder))
    (wheel,) = (folder / "dist").glob("*.whl")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    package = folder / "src/okta_client"
    made = {p.relative_to(package).as_posix() for p in package.rglob("*.*")}
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    inside = {name.removeprefix("okta_client/") for name in names}
    assert {n for n in inside if ".dist-info/" not in n} == made
    with tarfile.open(sdist) as archive:
        assert len(archive.getnames()) < len(made) + 10

    oldest = ("--resolution", "lowest", str(wheel))
    python = create_environment(sys.executable, tmp_path / "venv", oldest)
    done = subprocess.run(
        [python, "-I", "-W", "error", "-c", PROBE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert Path(found.pop("folder")).is_relative_to(tmp_path / "venv")
    assert found == {
        "version": "5.1.0",
        "names": ["a@example.com", "a@example.com", "pool"],
        "typed": True,
    }


def test_project_of_a_hostile_document_is_built(tmp_path: Path) -> None:
    spec = tmp_path / "api.yaml"
    spec.write_text(HOSTILE_DOCUMENT, encoding="utf-8")
    generate(spec, tmp_path / "parcels-client")
    run_uv("build", "--wheel", str(tmp_path / "parcels-client"))
    (path,) = (tmp_path / "parcels-client/dist").glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        (name,) = (n for n in wheel.namelist() if n.endswith("/METADATA"))
        metadata = Parser().parsestr(wheel.read(name).decode())
    assert metadata["Name"] == "parcels-client"
    assert metadata["Version"] == "1+tool.evil"
    assert "evil" not in str(metadata.get_all("Requires-Dist"))
    assert "<" not in metadata["Summary"]
    assert metadata.get_all("License-File") == ["LICENSE"]
